#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Asks Weir and independent validators about instances that were changed a little.

  utils/check-instances.py WEIR_RUN --corpus=CASES.jsonl[.xz] [--schemas=300] [--ids=FILE]
                           [--mutants=30] [--seed=1] [--keep=FOLDER]

Of each schema of the corpus the instances, valid or not, are taken, and `--mutants` values made
from them: members dropped, added, renamed and repeated, types swapped, numbers and lengths moved
to the bounds of the schema, patterns nearly matched, elements repeated in other spellings, values
moved from one place to another. Each is written with canonical escapes and, for `--escapes=any`,
with escapes chosen at random; Weir reads it byte by byte in any order of keys. The verdict is
compared with that of python-jsonschema (see schema_judge.py), where the two differ with
jsonschema-rs too if it is there. `format` is an annotation.

A difference is printed with the text, and the exit code is 1. Counted, but no differences, are:
  spelling  Weir refuses a spelling of numbers that docs/JSONSchema.md leaves out; the same
            value written plainly is accepted
  package   python-jsonschema stands alone against Weir and jsonschema-rs; `--alone` prints these
"""

import collections
import os
import random
import sys

from json_mutants import instances_near
from schema_compare import Weir, argument_parser, compare
from schema_judge import read_corpus, read_schema, use_ecma_patterns


def check_one(args, weir, name, schema_text, texts, counts):
    rng = random.Random(f"{args.seed} {name}")
    trees = instances_near(rng, read_schema(schema_text), texts, args.mutants)
    compare(args, weir, rng, name, schema_text, trees, counts)


def main():
    parser = argument_parser(__doc__)
    parser.add_argument("--reasons", action="store_true", help="count refusals by their names")
    args = parser.parse_args()
    use_ecma_patterns()
    if args.keep:
        os.makedirs(args.keep, exist_ok=True)
    ids = open(args.ids, encoding="utf-8").read().split() if args.ids else None
    weir = Weir(args.weir_run, args.option)
    counts = collections.Counter({w: 0 for w in (
        "schemas", "refused", "texts", "valid", "invalid", "spelling", "package", "not judged",
        "wrong")})
    for name, schema, texts in read_corpus(args.corpus, args.schemas, ids):
        check_one(args, weir, name, schema, texts, counts)
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
