#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What compilation costs as schemas grow: doubling inputs, one curve a kind.

    benchmarks/compile-scaling.py build/release/bin/weir-bench [--svg=F] [--json=F] [--runs=N]

Each kind of schema is made in sizes that double. weir-bench compiles each with empty
caches, N times in turn; the median counts. Prints a table of microseconds, of the
factor of the last doubling, and of refusals by name; --svg draws the curves on
logarithmic axes beside the line of direct proportion.

Exit 1 when a schema crashed or timed out, or when a refusal took over a second.
"""
import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile

import plot


def key(i):
    return f"key{i * 7919}"


def nested(n, wrap, inner):
    # As text: the encoder of Python's library refuses deep values.
    head, tail = wrap
    return head * n + inner + tail * n


def closed(n):
    return {"type": "object", "additionalProperties": False,
            "properties": {key(i): {"type": "integer"} for i in range(n)}}


def opened(n):
    return {"type": "object", "properties": {key(i): {"type": "string"} for i in range(n)}}


def required(n):
    return dict(opened(n), required=[key(i) for i in range(0, n, 2)])


def enumeration(n):
    return {"enum": [key(i) for i in range(n)]}


def tagged(n):
    return [{"type": "object", "additionalProperties": False,
             "properties": {"kind": {"const": key(i)}, key(i): {"type": "string"}},
             "required": ["kind"]} for i in range(n)]


def patterns(n):
    return {"type": "object", "additionalProperties": False,
            "patternProperties": {f"^{key(i)}-[a-z]+$": {"type": "integer"} for i in range(n)}}


def definitions(n):
    defs = {key(i): {"type": "object", "properties": {"next": {"$ref": f"#/$defs/{key(i + 1)}"}}}
            for i in range(n)}
    defs[key(n)] = {"type": "null"}
    return {"$ref": f"#/$defs/{key(0)}", "$defs": defs}


def arrays(n):
    return nested(n, ('{"type":"array","minItems":1,"items":', "}"), '{"type":"null"}')


def objects(n):
    return nested(n, ('{"type":"object","required":["a"],"properties":{"a":', "}}"),
                  '{"type":"null"}')


KINDS = [
    # name, schema of a size, the sizes: from, number of doublings
    ("properties, closed", closed, 20, 9),
    ("properties, open", opened, 20, 9),
    ("properties, half required", required, 20, 9),
    ("values of enum", enumeration, 200, 10),
    ("branches of anyOf, tagged", lambda n: {"anyOf": tagged(n)}, 2, 8),
    ("branches of oneOf, tagged", lambda n: {"oneOf": tagged(n)}, 2, 8),
    ("patternProperties", patterns, 2, 7),
    ("definitions in a chain", definitions, 8, 10),
    ("depth of arrays", arrays, 8, 11),
    ("depth of objects", objects, 8, 11),
]


def towers():
    """Schemas that blow up when they are multiplied out, named."""
    choice = {"anyOf": [{"required": ["x"]}, {"required": ["y"]}]}
    for n in (4, 8, 16, 32, 64):
        yield "allOf of anyOf over required", n, {"type": "object", "allOf": [
            {"anyOf": [{"required": [f"a{i}"]}, {"required": [f"b{i}"]}]} for i in range(n)]}
        yield "allOf of oneOf over required", n, {"type": "object", "allOf": [
            {"oneOf": [{"required": [f"a{i}"]}, {"required": [f"b{i}"]}]} for i in range(n)]}
        yield "oneOf that overlap", n, {"oneOf": [
            {"properties": {f"a{i}": {"type": "integer"}}} for i in range(n)]}
        yield "oneOf of patterns", n, {"oneOf": [
            {"type": "string", "pattern": f"a{'.' * i}b"} for i in range(n)]}
        yield "not of allOf of anyOf", n, {"type": "object", "not": {"allOf": [
            {"anyOf": [{"required": [f"a{i}"]}, {"required": [f"b{i}"]}]} for i in range(n)]}}
        tower = {"type": "integer"}
        for i in range(n):
            tower = {"oneOf": [tower, {"allOf": [tower, choice]}]}
            if len(json.dumps(tower)) > 1_000_000:
                break
        yield "oneOf in oneOf, doubled", n, tower
        defs = {f"d{i}": {"oneOf": [{"$ref": f"#/$defs/d{i + 1}"},
                                    {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}, choice]}]}
                for i in range(n)}
        defs[f"d{n}"] = {"properties": {"x": {"type": "integer"}}}
        yield "oneOf in oneOf, by reference", n, {"$ref": "#/$defs/d0", "$defs": defs}
        twice = {f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}", "required": [f"{end}{i}"]}
                                     for end in "ab"]} for i in range(n)}
        twice[f"d{n}"] = {"type": "object"}
        yield "anyOf of two of the same reference", n, {"$ref": "#/$defs/d0", "$defs": twice}
        yield "allOf of oneOf over counted items", n, {"type": "array", "allOf": [
            {"oneOf": [{"contains": {"const": i}}, {"minItems": i}]} for i in range(n)]}
        yield "unevaluatedProperties over anyOf", n, {
            "anyOf": [{"properties": {f"a{i}": {"type": "integer"}}} for i in range(n)],
            "unevaluatedProperties": False}
        yield "patternProperties that overlap", n, {"type": "object", "patternProperties": {
            f"[ab]{'.' * i}c": {"minimum": i} for i in range(n)}}
        yield "contains of many", n, {"type": "array", "allOf": [
            {"contains": {"type": "string", "pattern": f"^a{{{i}}}"}} for i in range(n)]}
        yield "dependentSchemas", n, {"type": "object", "dependentSchemas": {
            f"a{i}": {"properties": {f"a{i + 1}": {"type": "integer"}},
                      "required": [f"b{i}"]} for i in range(n)}}
    yield "references in a circle", 1, {"$ref": "#/$defs/a", "$defs": {
        "a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    yield "negation in a circle", 1, {"$ref": "#/$defs/a", "$defs": {
        "a": {"not": {"$ref": "#/$defs/a"}}}}
    yield "deep not", 10000, nested(10000, ('{"not":', "}"), '{"type":"null"}')
    yield "deep allOf", 10000, nested(10000, ('{"allOf":[', "]}"), '{"type":"null"}')
    yield "deep anyOf", 10000, nested(10000, ('{"anyOf":[{"type":"null"},', "]}"), "true")
    yield "deep arrays", 10000, arrays(10000)
    yield "deep objects", 10000, objects(10000)
    yield "deep groups of a pattern", 10000, {"type": "string",
                                              "pattern": "(" * 10000 + "a" + ")" * 10000}
    yield "counted pattern", 1, {"type": "string", "pattern": "^((a{1,100}){1,100}){1,100}$"}
    yield "a megabyte of properties", 1, {"type": "object", "properties": {
        key(i): {"type": "string", "description": "x" * 100} for i in range(6500)}}


def text_of(schema):
    return schema if isinstance(schema, str) else json.dumps(schema)


def measure(bench, cases, runs):
    """By case: (median microseconds, reason refused or None)."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as corpus:
        for i, schema in enumerate(cases):
            corpus.write('{"id": "%d", "schema": %s, "tests": []}\n' % (i, schema))
        corpus.flush()
        times = [[] for _ in cases]
        reasons = [None] * len(cases)
        for _ in range(runs):
            out = subprocess.run(
                [bench, "maskbench", corpus.name, "--vocab=bytes", "--compile-only", "--json=-",
                 "--limit-s=60"], check=True, capture_output=True, text=True).stdout
            for line in out.splitlines():
                r = json.loads(line)
                i = int(r["id"])
                if r.get("crash") or r.get("timeout"):
                    reasons[i] = "crash" if r.get("crash") else "timeout"
                else:
                    times[i].append(r["compile_us"])
                    reasons[i] = r["compile_error"]
    return [(statistics.median(t) if t else math.inf, r) for t, r in zip(times, reasons)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--svg")
    parser.add_argument("--json")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()

    rows = [(name, first << i, text_of(make(first << i)))
            for name, make, first, doublings in KINDS for i in range(doublings)]
    results = measure(args.bench, [r[2] for r in rows], args.runs)
    curves = {}
    bad = False
    print(f"{'kind':<28}{'from':>7}{'to':>9}{'µs':>10}{'to µs':>12}{'last doubling':>15}")
    for (name, size, _), (us, reason) in zip(rows, results):
        curve = curves.setdefault(name, {"points": [], "refused": None})
        if reason is None:
            curve["points"].append((size, us))
        elif curve["refused"] is None:
            curve["refused"] = (size, reason)
            bad |= reason in ("crash", "timeout") or us > 1e6
    for name, curve in curves.items():
        p = curve["points"]
        factor = p[-1][1] / p[-2][1] if len(p) > 1 else math.nan
        print(f"{name:<28}{p[0][0]:>7,}{p[-1][0]:>9,}{p[0][1]:>10,.0f}{p[-1][1]:>12,.0f}"
              f"{factor:>15.2f}" +
              (f"   refused at {curve['refused'][0]:,}: {curve['refused'][1].split(':')[0]}"
               if curve["refused"] else ""))

    towering = list(towers())
    answers = measure(args.bench, [text_of(t[2]) for t in towering], 1)
    print(f"\n{'tower':<38}{'size':>7}{'µs':>12}   answer")
    for (name, size, _), (us, reason) in zip(towering, answers):
        slow = us > 1e6
        bad |= slow or reason in ("crash", "timeout")
        print(f"{name:<38}{size:>7,}{us:>12,.0f}   "
              f"{(reason or 'compiled').split(':')[0]}{'   SLOW' if slow else ''}")
    if args.svg:
        plot.log_log([(n, c["points"]) for n, c in curves.items()], args.svg, "size", True)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as f:
            json.dump({"curves": curves, "towers": [
                (n, s, us, r) for (n, s, _), (us, r) in zip(towering, answers)]}, f)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
