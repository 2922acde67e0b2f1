#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Generated workloads, with their curves: compilation and masks as one thing grows.

    benchmarks/workloads.py build/release/bin/weir-bench --vocab=V [--only=TEXT] [--svg=F]

Each kind has schemas in growing sizes, each with a valid instance; tables are empty before each
schema but for the terminals. Prints microseconds: compilation, compilation with the first mask, and
mask + accept of the instance's tokens. --svg=F writes F-compile.svg and F-masks.svg (the 99th
percentile of a schema's tokens, or the slowest where there are fewer than a hundred).

Exit 1 when an instance is not accepted.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile

import plot
from plot import percentile

WORDS = ("amber basin cedar delta ember fjord grove harbor island jasper knoll lagoon meadow "
         "nectar orchid prairie quartz ridge summit tundra upland valley willow").split()


def text(length, rng):
    out = ""
    while len(out) < length:
        out += rng.choice(WORDS) + " "
    return out[:length]


def strings(n, rng):
    return {"type": "string", "maxLength": n}, text(min(n, 400), rng)


def items(n, rng):
    return ({"type": "array", "items": {"type": "integer"}, "maxItems": n},
            [rng.randrange(1000) for _ in range(min(n, 200))])


def optional(n, rng):
    names = [f"{rng.choice(WORDS)}_{i}" for i in range(n)]
    schema = {"type": "object", "additionalProperties": False,
              "properties": {k: {"type": "string"} for k in names}}
    return schema, {k: "x" for k in names[::max(1, n // 20)]}


def values(n, rng):
    names = [f"{rng.choice(WORDS)}-{i}" for i in range(n - 1)]
    return {"enum": names + ["last-of-all"]}, "last-of-all"


def branches(tag):
    def make(n, rng):
        parts = []
        for i in range(n):
            own = {f"{rng.choice(WORDS)}{k}": {"type": "string"} for k in range(4)}
            kind = {"kind": {"const": f"{rng.choice(WORDS)}-{i}"}}
            props = {**kind, **own} if tag == "first" else {**own, **kind} if tag == "last" else own
            parts.append({"type": "object", "properties": props, "required": list(props),
                          "additionalProperties": False})
        chosen = parts[n // 2]["properties"]
        return {"anyOf": parts}, {k: v.get("const", "some text") for k, v in chosen.items()}
    return make


def depth(n, rng):
    schema, value = {"type": "integer"}, 7
    for _ in range(n):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"],
                  "additionalProperties": False}
        value = {"a": value}
    return schema, value


def tools(n, rng):
    kinds = [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"type": "number"},
             {"enum": ["low", "high"]}, {"type": "array", "items": {"type": "string"}}]
    fill = ["text", 12, True, 1.5, "low", ["a", "b"]]
    parts = []
    for i in range(n):
        names = [f"{rng.choice(WORDS)}_{k}" for k in range(12)]
        arguments = {"type": "object", "additionalProperties": False, "required": names[:4],
                     "properties": {k: kinds[j % 6] for j, k in enumerate(names)}}
        parts.append({"type": "object", "additionalProperties": False,
                      "required": ["name", "arguments"],
                      "properties": {"name": {"const": f"{rng.choice(WORDS)}_{i}"},
                                     "arguments": arguments}})
    args = parts[n // 2]["properties"]["arguments"]["properties"]
    value = {"name": parts[n // 2]["properties"]["name"]["const"],
             "arguments": {k: fill[j % 6] for j, k in enumerate(args)}}
    return {"anyOf": parts}, value


def pattern(of, example):
    return lambda n, rng: ({"type": "string", "pattern": of}, example(n, rng))


def patterns(n, rng):
    return ({"anyOf": [{"type": "string", "pattern": f"^{w}-[a-z]{{{i % 7 + 1},}}[0-9]+{i}$"}
                       for i, w in zip(range(n), WORDS * n)]}, "amber-abc1230")


KINDS = [
    # name, (schema, instance) of a size, the sizes
    ("string of bounded length", strings, [10, 100, 1000, 10 ** 4, 10 ** 5, 10 ** 6]),
    ("array of bounded length", items, [10, 100, 1000, 10 ** 4, 10 ** 5, 10 ** 6]),
    ("optional properties", optional, [10, 30, 100, 300, 1000]),
    ("values of enum", values, [10, 100, 1000, 10 ** 4, 10 ** 5]),
    ("union, tag first", branches("first"), [2, 6, 20, 60, 200]),
    ("union, tag last", branches("last"), [2, 6, 20, 60, 200]),
    ("union, no tag", branches("none"), [2, 6, 20, 60, 200]),
    ("depth of objects", depth, [4, 16, 64, 256]),
    ("tools of 12 properties", tools, [1, 3, 10, 30, 100, 300, 1000]),
    ("union of patterns", patterns, [2, 10, 50]),
    ("^[a-z0-9-]{1,63}$", pattern("^[a-z0-9-]{1,63}$", lambda n, r: "abc-12-xyz"), [1]),
    ("^.*$", pattern("^.*$", lambda n, r: text(200, r)), [1]),
    ("(\\S+\\s+){0,99}\\S+", pattern("^(\\S+\\s+){0,99}\\S+$", lambda n, r: text(300, r).strip()),
     [1]),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--svg")
    args = parser.parse_args()
    rng = random.Random(1)
    rows = [(name, size, *make(size, rng)) for name, make, sizes in KINDS if args.only in name
            for size in sizes]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as corpus:
        for i, (_, _, schema, value) in enumerate(rows):
            spelled = json.dumps(value, separators=(",", ":"))
            corpus.write(json.dumps({"id": str(i), "schema": schema,
                                     "tests": [{"valid": True, "text": spelled}]}) + "\n")
        corpus.flush()
        out = subprocess.run(
            [args.bench, "maskbench", corpus.name, "--vocab=" + args.vocab, "--json=-",
             "--limit-s=60", f"--runs={args.runs}"], capture_output=True, text=True).stdout
    cases = {}
    for line in out.splitlines():
        if line.startswith("{"):
            case = json.loads(line)
            cases[int(case["id"])] = case
    print(f"{'workload':<28}{'size':>10}{'compile':>11}{'+ first':>11}{'tokens':>8}"
          f"{'p50':>9}{'p99':>10}{'max':>10}")
    failed = False
    compiled, masks = {}, {}
    for i, (name, size, _, _) in enumerate(rows):
        case = cases.get(i, {})
        times = case.get("masks_us")
        if not times or not all(t["accepted"] for t in case["tests"]):
            failed = True
            print(f"{name:<28}{size:>10,}   {case.get('compile_error') or 'not accepted'}")
            continue
        print(f"{name:<28}{size:>10,}{case['compile_us']:>11,.0f}{case['first_us']:>11,.0f}"
              f"{len(times):>8,}{percentile(times, 0.5):>9,.1f}{percentile(times, 0.99):>10,.1f}"
              f"{max(times):>10,.1f}")
        compiled.setdefault(name, []).append((size, case["compile_us"]))
        masks.setdefault(name, []).append((size, max(percentile(times, 0.99), 0.1)))
    if args.svg:
        for what, of in (("compile", compiled), ("masks", masks)):
            plot.log_log([(n, p) for n, p in of.items() if len(p) > 1], f"{args.svg}-{what}.svg",
                         "size")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
