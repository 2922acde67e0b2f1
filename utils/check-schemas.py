#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Changes schemas of a corpus, and asks Weir and independent validators about their instances.

  utils/check-schemas.py WEIR_RUN --corpus=CASES.jsonl[.xz] [--schemas=300] [--ids=FILE]
                         [--mutants=30] [--versions=2] [--samples=3] [--seed=1] [--keep=FOLDER]

Into each schema keywords and subschemas of other schemas are moved, subschemas are wrapped in
`not`, `oneOf`, `allOf`, `anyOf`, `if`, moved behind references, dynamic ones too, get keywords
about counts, names and what is left unevaluated, and the draft is changed; `--versions` changed
schemas are made of each. They may be refused, by a named diagnostic; those refused because no
value satisfies them must have none among the instances tried. Else instances are compared as
check-instances.py does, and texts are written under the masks, complete and valid. Refusals are
counted by name, and schemas that take more than a second of processor time are named.
"""

import base64
import collections
import copy
import json
import os
import random
import subprocess
import sys
import tempfile

from json_mutants import instances_near, known_names
from schema_compare import Weir, argument_parser, compare, keep, second_opinion
from schema_judge import read_corpus, read_schema, use_ecma_patterns

SLOW_S = 1.0
MAX_BYTES = 6000  # of schemas that are changed
DRAFTS = ["http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#",
          "http://json-schema.org/draft-07/schema#",
          "https://json-schema.org/draft/2019-09/schema",
          "https://json-schema.org/draft/2020-12/schema"]
ONE = ("items", "additionalItems", "contains", "additionalProperties", "propertyNames", "not", "if",
       "then", "else", "unevaluatedItems", "unevaluatedProperties")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
MAPS = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas",
        "dependencies")
NO_MOVE = ("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "definitions", "$defs",
           "description", "title", "default", "examples", "$comment", "$recursiveAnchor")


def subschemas(schema):
    """(container, key) of every subschema that stands in another one."""
    out, todo = [], [schema]
    while todo and len(out) < 2000:
        part = todo.pop()
        if not isinstance(part, dict):
            continue
        found = [(part, k) for k in ONE if isinstance(part.get(k), (dict, bool))]
        for k in LISTS:
            if isinstance(part.get(k), list):
                found += [(part[k], i) for i in range(len(part[k]))]
        for k in MAPS:
            if isinstance(part.get(k), dict):
                found += [(part[k], name) for name in part[k]
                          if isinstance(part[k][name], (dict, bool))]
        out += found
        todo += [container[key] for container, key in found]
    return out


def self_contained(part):
    text = json.dumps(part, default=str)
    return len(text) < 800 and '"$ref"' not in text and "Ref" not in text and '"$id"' not in text


class Pool:
    """Keywords and subschemas of the whole corpus."""

    def __init__(self, schemas):
        self.keywords = collections.defaultdict(list)
        self.parts = []
        for schema in schemas:
            for container, key in [([schema], 0), *subschemas(schema)][:60]:
                part = container[key]
                if not isinstance(part, dict) or not self_contained(part):
                    continue
                if len(part) > 0:
                    self.parts.append(part)
                for name, value in part.items():
                    if name not in NO_MOVE and len(self.keywords[name]) < 3000:
                        self.keywords[name].append(value)
        self.names = [n for n, values in self.keywords.items() if len(values) > 3]

    def keyword(self, rng):
        name = rng.choice(self.names)
        return name, copy.deepcopy(rng.choice(self.keywords[name]))

    def part(self, rng):
        return copy.deepcopy(rng.choice(self.parts))


def extra_keyword(rng, pool, part):
    """A keyword about counts, names, elements or what is left."""
    names = known_names([part]) or ["a", "b", "x"]
    name, other = rng.choice(names), rng.choice(names)
    small = rng.randrange(4)
    return rng.choice([
        ("unevaluatedProperties", False), ("unevaluatedItems", False),
        ("unevaluatedProperties", pool.part(rng)), ("additionalProperties", False),
        ("additionalProperties", pool.part(rng)), ("additionalProperties", True),
        ("minProperties", small), ("maxProperties", small + rng.randrange(3)),
        ("uniqueItems", True), ("minItems", small), ("maxItems", small + 1),
        ("contains", pool.part(rng)), ("minContains", small), ("maxContains", small),
        ("propertyNames", {"pattern": rng.choice(["^[a-z]", "a", "^.{0,8}$", "^[^_]*$"])}),
        ("propertyNames", {"maxLength": rng.randint(1, 12)}),
        ("patternProperties", {rng.choice(["^[a-m]", "e", "^x-", "[0-9]$", "^.{3}"]):
                               pool.part(rng)}),
        ("required", sorted({name, other})), ("dependentRequired", {name: [other]}),
        ("dependentSchemas", {name: pool.part(rng)}), ("dependencies", {name: [other]}),
        ("dependencies", {name: pool.part(rng)}), ("properties", {name: pool.part(rng)}),
        ("minLength", small), ("maxLength", small + 2), ("multipleOf", rng.choice([2, 3, 10])),
        ("prefixItems", [pool.part(rng), pool.part(rng)]), ("items", pool.part(rng)),
        ("const", rng.choice([1, "a", None, [], {}])), ("type", rng.choice(
            ["object", "array", "string", "number", "integer", ["string", "object"], "boolean"])),
    ])


def wrap(rng, pool, part):
    other = pool.part(rng) if rng.random() < 0.6 else copy.deepcopy(part)
    if isinstance(other, dict) and rng.random() < 0.5:
        name, value = extra_keyword(rng, pool, other)
        other[name] = value
    kind = rng.randrange(9)
    if kind == 0:
        return {"not": part}
    if kind == 1:
        return {"not": {"not": part}}
    if kind == 2:
        return {"oneOf": rng.sample([part, other], 2)}
    if kind == 3:
        return {"anyOf": [part, other]}
    if kind == 4:
        return {"allOf": [part, other]}
    if kind == 5:
        return {"if": part, "then": other, "else": pool.part(rng)}
    if kind == 6:
        return {"if": other, "then": part}
    if kind == 7:
        return {"allOf": [part, {"not": other}]}
    return {"oneOf": [part, other, pool.part(rng)]}


def change(rng, pool, schema):
    """Changes one place of a schema, in place, and returns the schema."""
    holder = [schema]
    everywhere = [(holder, 0), *subschemas(schema)]
    container, key = rng.choice(everywhere if rng.random() < 0.8 else everywhere[:1])
    part = container[key]
    kind = rng.randrange(10)
    if kind == 0 and isinstance(schema, dict):
        schema["$schema"] = rng.choice(DRAFTS)
        if rng.random() < 0.2:
            del schema["$schema"]
        return schema
    if kind == 1:
        container[key] = pool.part(rng)
        return holder[0]
    if kind in (2, 3, 4) and container is not holder:
        container[key] = wrap(rng, pool, part)
        return holder[0]
    if kind == 5 and container is not holder and isinstance(schema, dict):
        name = f"moved{rng.randrange(1000)}"
        defs = schema.setdefault("$defs", {})
        if isinstance(defs, dict) and isinstance(part, dict):
            defs[name] = part
            style = rng.randrange(4)
            container[key] = {"$ref": f"#/$defs/{name}"}
            if style == 1:
                part["$dynamicAnchor"] = name
                container[key] = {"$dynamicRef": f"#{name}"}
            elif style == 2:
                container[key][rng.choice(["minProperties", "minLength", "minItems"])] = 1
            elif style == 3 and isinstance(part.get("properties", {}), dict):
                part.setdefault("properties", {})["again"] = {"$ref": rng.choice(
                    ["#", f"#/$defs/{name}"])}
        return holder[0]
    if isinstance(part, dict):
        name, value = pool.keyword(rng) if kind == 6 else extra_keyword(rng, pool, part)
        if isinstance(part.get(name), dict) and isinstance(value, dict) and name in MAPS:
            part[name].update(value)
        else:
            part[name] = value
    return holder[0]


def sample(args, name, schema_text, judge, counts):
    """Writes texts under the masks."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schema.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(schema_text)
        try:
            run = subprocess.run(
                [args.weir_run, "sample", path, "--lang=json-schema", "--key-order=any",
                 "--format=annotate", "--format=jsonl", f"--vocab={args.vocab}", f"--seed={args.seed}",
                 f"--count={args.samples}", "--steer=50"], capture_output=True, timeout=60)
        except subprocess.TimeoutExpired:
            print(f"{name}: sampling takes longer than a minute", flush=True)
            counts["incomplete"] += 1
            keep(args, name, "sample", schema_text, "")
            return
    if run.returncode == 2 and not run.stdout:
        counts["refused with format"] += 1
        return
    if run.returncode not in (0, 1):
        print(f"{name}: sample ended with {run.returncode}: {run.stderr[-300:]}", flush=True)
        counts["wrong"] += 1
        keep(args, name, "sample", schema_text, "")
        return
    for line in run.stdout.splitlines():
        found = json.loads(line)
        counts["sampled"] += 1
        text = base64.b64decode(found["text_b64"])
        if not found["complete"]:
            counts["incomplete"] += 1
            print(f"{name}: sample is incomplete: {text[:200]}", flush=True)
            keep(args, name, "sample", schema_text, text.decode("utf-8", "replace"))
            continue
        try:
            why = judge.check(text)
        except Exception:
            counts["not judged"] += 1
            continue
        if why is None:
            continue
        other = second_opinion(schema_text, [text.decode("utf-8")])[0]
        counts["package" if other else "wrong"] += 1
        if not other or args.alone:
            print(f"{name}: sample; python: {why[:150]}; rs: {other}\n    "
                  f"{text.decode('utf-8')[:600]}", flush=True)
            keep(args, name, "sample", schema_text, text.decode("utf-8"))


def main():
    parser = argument_parser(__doc__)
    parser.add_argument("--versions", type=int, default=2)
    parser.add_argument("--changes", type=int, default=4, help="at most so many a version")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--vocab", default="demo")
    parser.add_argument("--keep-refused", help="a folder for the schemas that are refused")
    args = parser.parse_args()
    args.reasons = True
    use_ecma_patterns()
    for folder in (args.keep, args.keep_refused):
        if folder:
            os.makedirs(folder, exist_ok=True)
    ids = open(args.ids, encoding="utf-8").read().split() if args.ids else None
    cases = read_corpus(args.corpus, args.schemas, ids)
    pool = Pool([read_schema(schema) for _, schema, _ in cases])
    weir = Weir(args.weir_run, args.option)
    counts = collections.Counter({w: 0 for w in (
        "schemas", "refused", "texts", "valid", "invalid", "sampled", "incomplete", "spelling",
        "package", "not judged", "wrong")})
    for name, text, instances in cases:
        if len(text) > MAX_BYTES:
            continue
        for version in range(args.versions):
            rng = random.Random(f"{args.seed} {name} {version}")
            schema = read_schema(text)
            for _ in range(rng.randint(1, args.changes)):
                schema = change(rng, pool, schema)
            changed = json.dumps(schema, ensure_ascii=False, default=float)
            if len(changed) > 2 * MAX_BYTES or "Infinity" in changed:
                continue
            case = f"{name}-v{version}"
            trees = instances_near(rng, read_schema(changed), instances, args.mutants)
            refused = counts["refused"]
            judge = compare(args, weir, rng, case, changed, trees, counts)
            if counts["refused"] > refused and args.keep_refused:
                with open(os.path.join(args.keep_refused, f"{case}-{args.seed}.json"), "w",
                          encoding="utf-8") as file:
                    file.write(changed)
            if weir.seconds > SLOW_S:
                counts["slow"] += 1
                print(f"{case}: {weir.seconds:.2f} s", flush=True)
                keep(args, case, "slow", changed, "")
            if judge and args.samples:
                sample(args, case, changed, judge, counts)
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["wrong"] or counts["incomplete"] else 0


if __name__ == "__main__":
    sys.exit(main())
