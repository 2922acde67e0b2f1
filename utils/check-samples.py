#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes texts under the masks of many schemas, and asks an independent validator about them.

  utils/check-samples.py WEIR_RUN SCHEMA.json... [--vocab=V] [--seeds=10]
  utils/check-samples.py WEIR_RUN --corpus=CASES.jsonl[.xz] [--schemas=100] [--vocab=V] ...
  utils/check-samples.py WEIR_RUN --corpus=CASES.jsonl[.xz] --ids=FILE [--both-orders] ...

Each schema is sampled `--seeds` times. A text must be complete, be JSON without repeated keys, and
be accepted by python-jsonschema for the schema's draft (2020-12 where it names none). The text
judged is the one that the tokens spell, as `weir-run` prints it in base64. Schemas that Weir
refuses, and those that the validator itself cannot use, are counted apart. The exit code is 1 when
a text fails.

Of a corpus, every n-th schema is taken so that `--schemas` of them are spread over it, or the first
`--schemas` of those whose ids the file `--ids` lists, a line each. With `--both-orders` each schema
is sampled with both orders of keys. Half of the random tokens are steered to rare branches
(`--steer`).
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile

from schema_judge import Judge, read_corpus, read_schema, use_ecma_patterns


def sample_one(args, name, text, order, counts):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schema.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        run = subprocess.run(
            [args.weir_run, "sample", path, f"--vocab={args.vocab}", "--seed=1",
             f"--count={args.seeds}", "--format=jsonl", f"--steer={args.steer}",
             *([order] if order else []), *args.option], capture_output=True)
    if run.returncode == 2 and not run.stdout:
        counts["refused"] += 1
        return
    counts["schemas"] += 1
    if run.returncode not in (0, 1):
        counts["wrong"] += 1
        print(f"{name}: weir-run ended with {run.returncode}: {run.stderr[-200:]}")
        return
    judge = Judge(read_schema(text))
    for line in run.stdout.splitlines():
        sample = json.loads(line)
        counts["texts"] += 1
        where = f"{name}, seed {sample['seed']}"
        if not sample["complete"]:
            counts["incomplete"] += 1
            print(f"{where}: incomplete after {len(sample['tokens'])} tokens")
            continue
        try:
            why = judge.check(base64.b64decode(sample["text_b64"]))
        except Exception as problem:  # a pattern that Python's re does not read, and the like
            counts["not judged"] += 1
            print(f"{where}: not judged: {type(problem).__name__}: {str(problem)[:100]}")
            continue
        if why is not None:
            counts["wrong"] += 1
            print(f"{where}: {why[:200]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weir_run")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--corpus")
    parser.add_argument("--schemas", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--vocab", default="demo")
    parser.add_argument("--ids")
    parser.add_argument("--both-orders", action="store_true")
    parser.add_argument("--steer", type=int, default=50)
    parser.add_argument("--option", action="append", default=[], help="passed to weir-run")
    args = parser.parse_args()

    schemas = [(path, open(path, encoding="utf-8").read()) for path in args.files]
    if args.corpus:
        ids = open(args.ids, encoding="utf-8").read().split() if args.ids else None
        schemas += [case[:2] for case in read_corpus(args.corpus, args.schemas, ids)]
    use_ecma_patterns()
    orders = ["--key-order=declared", "--key-order=any"] if args.both_orders else []
    counts = {"schemas": 0, "texts": 0, "refused": 0, "incomplete": 0, "wrong": 0, "not judged": 0}
    for name, text in schemas:
        for order in orders or [None]:
            sample_one(args, name + (f" {order}" if order else ""), text, order, counts)
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["incomplete"] or counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
