#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes texts under the masks of many schemas, and asks an independent validator about them.

  utils/check-samples.py WEIR_RUN SCHEMA.json... [--vocab=V] [--seeds=10]
  utils/check-samples.py WEIR_RUN --corpus=CASES.jsonl[.xz] [--schemas=100] [--vocab=V] ...

Each schema is sampled `--seeds` times. A text must be complete, be JSON without repeated keys, and
be accepted by python-jsonschema for the schema's draft (2020-12 where it names none). The text
judged is the one that the tokens spell, as `weir-run` prints it in base64. Schemas that Weir
refuses, and those that the validator itself cannot use, are counted apart. The exit code is 1 when
a text fails.

Of a corpus, every n-th schema is taken so that `--schemas` of them are spread over it.
"""

import argparse
import base64
import json
import lzma
import os
import subprocess
import sys
import tempfile

import jsonschema


def pairs(items):
    keys = [k for k, _ in items]
    if len(keys) != len(set(keys)):
        raise ValueError("a key is repeated")
    return dict(items)


def read_corpus(path, count):
    data = open(path, "rb").read()
    if data[:6] == b"\xfd7zXZ\0":
        data = lzma.decompress(data)
    lines = [line for line in data.split(b"\n") if line.strip()]
    step = max(1, len(lines) // count)
    for line in lines[::step][:count]:
        case = json.loads(line)
        # The exact bytes, as far as this reader can give them back: values, order and repeats stay.
        yield case["id"], json.dumps(case["schema"], ensure_ascii=False)


def check(schema, text):
    """Returns why the text is wrong, or None."""
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=pairs)
    except ValueError as problem:
        return f"no JSON: {problem}"
    cls = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    problem = next(cls(schema).iter_errors(value), None)
    return None if problem is None else problem.message


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weir_run")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--corpus")
    parser.add_argument("--schemas", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--vocab", default="demo")
    parser.add_argument("--option", action="append", default=[], help="passed to weir-run")
    args = parser.parse_args()

    schemas = [(path, open(path, encoding="utf-8").read()) for path in args.files]
    if args.corpus:
        schemas += read_corpus(args.corpus, args.schemas)
    counts = {"texts": 0, "refused": 0, "incomplete": 0, "wrong": 0, "not judged": 0}
    for name, text in schemas:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "schema.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            run = subprocess.run(
                [args.weir_run, "sample", path, f"--vocab={args.vocab}", "--seed=1",
                 f"--count={args.seeds}", "--format=jsonl", *args.option], capture_output=True)
        if run.returncode == 2:
            counts["refused"] += 1
            continue
        if run.returncode not in (0, 1):
            counts["wrong"] += 1
            print(f"{name}: weir-run ended with {run.returncode}")
            continue
        schema = json.loads(text)
        for line in run.stdout.splitlines():
            sample = json.loads(line)
            counts["texts"] += 1
            where = f"{name}, seed {sample['seed']}"
            if not sample["complete"]:
                counts["incomplete"] += 1
                print(f"{where}: incomplete after {len(sample['tokens'])} tokens")
                continue
            try:
                why = check(schema, base64.b64decode(sample["text_b64"]))
            except (jsonschema.SchemaError, jsonschema.RefResolutionError, RecursionError,
                    Exception) as problem:  # a pattern that Python's re does not read, and the like
                counts["not judged"] += 1
                print(f"{where}: not judged: {type(problem).__name__}: {str(problem)[:100]}")
                continue
            if why is not None:
                counts["wrong"] += 1
                print(f"{where}: {why[:200]}")
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["incomplete"] or counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
