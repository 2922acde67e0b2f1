#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Percentile curves of what weir-bench maskbench --json wrote.

    benchmarks/percentiles.py NAME=FILE.jsonl [NAME=FILE.jsonl ...] --svg=F

Three curves a file: mask + accept of each token, compilation, and compilation with the first mask
(dashed). Prints the same as a table of microseconds, of nearest rank.
"""
import argparse
import json
import sys

import plot

MARKS = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", metavar="NAME=FILE")
    parser.add_argument("--svg", required=True)
    args = parser.parse_args()
    curves = []
    for given in args.files:
        name, _, path = given.partition("=")
        if not path:
            parser.error(f"'{given}' is no NAME=FILE")
        masks, compiled, first = [], [], []
        with open(path, encoding="utf-8") as f:
            for line in f:
                case = json.loads(line)
                masks += case["masks_us"]
                if case["compile_us"] is not None and not case["compile_error"]:
                    compiled.append(case["compile_us"])
                if case["first_us"]:
                    first.append(case["first_us"])
        for what, times, dashed in (("mask + accept", masks, False), ("compile", compiled, False),
                                    ("compile + first mask", first, True)):
            if times:
                curves.append((f"{what}, {name}", times, dashed))
    if not curves:
        sys.exit("no case has a time")
    print(f"{'':<34}{'count':>11}" + "".join(
        f"{'max' if m == 1 else f'p{m * 100:g}':>11}" for m in MARKS))
    for name, times, _ in curves:
        row = [plot.percentile(times, m) for m in MARKS]
        print(f"{name:<34}{len(times):>11,}" + "".join(f"{t:>11,.1f}" for t in row))
    plot.percentiles(curves, args.svg)


if __name__ == "__main__":
    main()
