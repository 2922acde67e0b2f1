#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Asks Weir and independent judges which texts are of a format.

  utils/check-formats.py WEIR_RUN [FORMAT...] [--texts=3000] [--seed=1] [--splits]

For each format (default: all of format_texts.py) texts are written at random, valid ones and ones
at the bounds of what is valid, and each is changed by a character or two. Weir judges them as
instances of {"format": …}, and so do python-jsonschema with the packages that it takes formats
from, jsonschema-rs, Python's own library and node, as far as they are there; format_judges.py says
which are asked about which format, and where one of them is known to depart from the specification,
with the section that decides. Those texts are not put to it.

A text about which Weir and any judge that is asked differ is printed, and the exit code is 1.
`--splits` prints how often each known departure was met.
"""

import argparse
import collections
import json
import random
import sys

from format_judges import JUDGES
from format_texts import TEXTS, change
from schema_compare import Weir

BATCH = 2000


def texts_of(rng, name, count):
    make, alphabet = TEXTS[name]
    found = {}
    while len(found) < count:
        text = make(rng)
        for edits in (0, 1, 1, 2):
            if edits:
                text = change(rng, text, alphabet)
            found.setdefault(text)
    return [t for t in found if not any("\ud800" <= c <= "\udfff" for c in t)]


def verdicts_of(weir, schema, texts):
    out = []
    for start in range(0, len(texts), BATCH):
        written = [json.dumps(t, ensure_ascii=False) for t in texts[start:start + BATCH]]
        verdicts, why = weir.verdicts(schema, written)
        if verdicts is None:
            sys.exit(f"{schema}: {why}")
        out += verdicts
    return out


def check_format(args, weir, name, counts, splits):
    rng = random.Random(f"{args.seed} {name}")
    texts = texts_of(rng, name, args.texts)
    verdicts = verdicts_of(weir, json.dumps({"type": "string", "format": name}), texts)
    judges = [j for j in JUDGES[name] if j.is_there()]
    differ = 0
    asked = collections.Counter()
    for judge in judges:
        judge.prepare(texts)
    for text, verdict in zip(texts, verdicts):
        against, judged = [], False
        for judge in judges:
            departure = judge.departs(text)
            answer = judge.says(text)
            if answer is None:
                continue
            if departure:
                splits[name, judge.name, departure, answer != verdict] += 1
                continue
            asked[judge.name] += 1
            judged = True
            if answer != verdict:
                against.append(judge.name)
        counts["judged"] += judged
        if against:
            differ += 1
            print(f"{name}: Weir {'accepts' if verdict else 'refuses'}, "
                  f"not so {', '.join(against)}: {text!r}", flush=True)
    counts["texts"] += len(texts)
    counts["valid"] += sum(verdicts)
    counts["differ"] += differ
    print(f"{name}: {len(texts)} texts, {sum(verdicts)} valid, {differ} differ; judged by " +
          (", ".join(f"{who} ({n})" for who, n in asked.items()) or "none"), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weir_run")
    parser.add_argument("formats", nargs="*")
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--splits", action="store_true")
    args = parser.parse_args()
    weir = Weir(args.weir_run, [])
    weir.options.remove("--format=annotate")
    counts = collections.Counter(texts=0, judged=0, valid=0, differ=0)
    splits = collections.Counter()
    for name in args.formats or TEXTS:
        check_format(args, weir, name, counts, splits)
    if args.splits:
        for (name, judge, departure, differs), number in sorted(splits.items()):
            if differs:
                print(f"{name}: {judge}, {number} times: {departure}")
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
