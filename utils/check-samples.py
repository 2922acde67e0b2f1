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
import decimal
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


def read_corpus(path, count, ids):
    data = open(path, "rb").read()
    if data[:6] == b"\xfd7zXZ\0":
        data = lzma.decompress(data)
    lines = [line for line in data.split(b"\n") if line.strip()]
    if ids is None:
        lines = lines[::max(1, len(lines) // count)][:count]
    found = {}
    for line in lines:
        case = json.loads(line)
        # The exact bytes, as far as this reader can give them back: values, order and repeats stay.
        found[case["id"]] = json.dumps(case["schema"], ensure_ascii=False)
    names = list(found) if ids is None else [i for i in ids if i in found][:count]
    return [(name, found[name]) for name in names]


# Exponents of any size; quotients of more digits than this are not judged.
decimal.setcontext(decimal.Context(prec=400, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN))


# More digits of an exponent than these make no difference to any bound of a schema.
MAX_EXPONENT_DIGITS = 17


def read_number(text):
    """A number that has a fraction or an exponent, exactly; exponents are of any size."""
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    if len(exponent.lstrip("+-0")) > MAX_EXPONENT_DIGITS:
        exponent = ("-" if exponent[0] == "-" else "") + "9" * MAX_EXPONENT_DIGITS
    return decimal.Decimal(mantissa + ("e" + exponent if exponent else ""))


def is_multiple(value, step):
    """Whether value is an integer times step, for numbers of any size."""
    def parts(number):
        sign, digits, exponent = decimal.Decimal(number).as_tuple()
        return int("".join(map(str, digits))), exponent
    (number, shift), (unit, unit_shift) = parts(value), parts(step)
    if number == 0:
        return True
    shift -= unit_shift
    if shift >= 0:
        return number * pow(10, shift, unit) % unit == 0
    while shift < 0 and number % 10 == 0:
        number, shift = number // 10, shift + 1
    if shift >= 0:
        return number * pow(10, shift, unit) % unit == 0
    # What is left of the power of ten would have to divide a number that is no multiple of ten.
    if -shift > 4 * len(str(number)):
        return False
    return number % (unit * 10 ** -shift) == 0


def multiple_of(validator, step, value, schema):
    if validator.is_type(value, "number") and not is_multiple(value, step):
        yield jsonschema.ValidationError(f"{value!r} is not a multiple of {step}")


def is_integer(checker, value):
    if isinstance(value, decimal.Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def check(schema, text):
    """Returns why the text is wrong, or None. Numbers are exact: 0.07 is a multiple of 0.01."""
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=pairs,
                           parse_float=read_number)
    except ValueError as problem:
        return f"no JSON: {problem}"
    cls = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    cls = jsonschema.validators.extend(
        cls, {"multipleOf": multiple_of},
        type_checker=cls.TYPE_CHECKER.redefine("integer", is_integer))
    if isinstance(schema, dict):
        # Named by it, the draft's own validator would be taken at references to the root.
        schema = {k: v for k, v in schema.items() if k != "$schema"}
    problem = next(cls(schema).iter_errors(value), None)
    return None if problem is None else problem.message


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
    schema = json.loads(text, parse_float=decimal.Decimal)
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
        schemas += read_corpus(args.corpus, args.schemas, ids)
    orders = ["--key-order=declared", "--key-order=any"] if args.both_orders else []
    counts = {"schemas": 0, "texts": 0, "refused": 0, "incomplete": 0, "wrong": 0, "not judged": 0}
    for name, text in schemas:
        for order in orders or [None]:
            sample_one(args, name + (f" {order}" if order else ""), text, order, counts)
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["incomplete"] or counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
