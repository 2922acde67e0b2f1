# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares Weir's verdicts about texts with those of independent validators.

Used by check-instances.py and check-schemas.py, which say what is counted.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import tempfile

import json_mutants as mutants
from schema_judge import Judge, named_draft, read_schema, without_stray_drafts

try:
    import jsonschema_rs
except ImportError:
    jsonschema_rs = None

TIME_LIMIT_S = 60


def argument_parser(doc):
    """What both scripts are asked for."""
    parser = argparse.ArgumentParser(description=doc.split("\n")[0])
    parser.add_argument("weir_run")
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--schemas", type=int, default=300)
    parser.add_argument("--ids")
    parser.add_argument("--mutants", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder for the schemas and texts of differences")
    parser.add_argument("--alone", action="store_true", help="print what counts as package")
    parser.add_argument("--option", action="append", default=[], help="passed to weir-run")
    return parser


def second_opinion(schema_text, texts):
    """The verdicts of jsonschema-rs, None where it has none."""
    if jsonschema_rs is None:
        return [None] * len(texts)
    try:
        schema = without_stray_drafts(json.loads(schema_text))
        if named_draft(schema) is None and isinstance(schema, dict):
            schema.pop("$schema", None)
        validator = jsonschema_rs.validator_for(schema, validate_formats=False)
    except Exception:
        return [None] * len(texts)
    out = []
    for text in texts:
        try:
            out.append(validator.is_valid(json.loads(text)))
        except Exception:
            out.append(None)
    return out


class Weir:
    """Verdicts of `weir-run check` about many texts of one schema."""

    def __init__(self, weir_run, options):
        self.weir_run = weir_run
        self.options = ["--lang=json-schema", "--key-order=any", "--format=annotate", *options]
        self.seconds = 0.0  # of processor time, of the last run

    def verdicts(self, schema_text, texts, *options):
        """(None, reason) when the schema is refused, else (a list of bool, the reasons)."""
        with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) \
                as folder:
            schema = os.path.join(folder, "schema.json")
            with open(schema, "w", encoding="utf-8") as file:
                file.write(schema_text)
            names = []
            for number, text in enumerate(texts):
                names.append(os.path.join(folder, f"{number}"))
                with open(names[-1], "w", encoding="utf-8", newline="") as file:
                    file.write(text)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            try:
                run = subprocess.run([self.weir_run, "check", *self.options, *options, schema, *names],
                                     capture_output=True, timeout=TIME_LIMIT_S)
            except subprocess.TimeoutExpired:
                return None, "time"
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if run.returncode not in (0, 1):
                found = re.findall(r"error: .*\[([a-z-]+)\]$", run.stderr.decode("utf-8", "replace"),
                                   re.M)
                return None, found[0] if run.returncode == 2 and found else \
                    f"ended with {run.returncode}: {run.stderr[-300:]}"
            out, why = [None] * len(texts), [""] * len(texts)
            for line in run.stdout.decode("utf-8", "replace").split("\n"):
                match = re.match(re.escape(folder) + r"/(\d+): (accepted|rejected)(.*)", line)
                if match:
                    out[int(match[1])] = match[2] == "accepted"
                    why[int(match[1])] = match[3]
            return out, why


def plainly(tree):
    """The tree with every number written without an exponent."""
    if isinstance(tree, mutants.Num):
        number = mutants.decimal.Decimal(tree.text)
        text = mutants.plain(number.normalize()) if number else "0"
        return mutants.Num(text)
    if isinstance(tree, list):
        return [plainly(v) for v in tree]
    if isinstance(tree, mutants.Obj):
        return mutants.Obj([k, plainly(v)] for k, v in tree.members)
    return tree


def keep(args, name, number, schema_text, text):
    if args.keep:
        base = os.path.join(args.keep, f"{name}-{args.seed}-{number}")
        with open(base + ".schema.json", "w", encoding="utf-8") as file:
            file.write(schema_text)
        with open(base + ".txt", "w", encoding="utf-8", newline="") as file:
            file.write(text)


def refute(args, name, schema, schema_text, texts, counts):
    """Looks for a valid text of a schema that was refused because there is none."""
    try:
        judge = Judge(schema)
        number = next((n for n, t in enumerate(texts) if judge.check(t.encode("utf-8")) is None),
                      None)
    except Exception:
        return
    if number is None or second_opinion(schema_text, [texts[number]])[0] is False:
        return
    counts["wrong"] += 1
    print(f"{name}: schema-unsatisfiable, but valid is\n    {texts[number][:600]}", flush=True)
    keep(args, name, number, schema_text, texts[number])


def compare(args, weir, rng, name, schema_text, trees, counts):
    """Compares all verdicts about the trees; returns the judge, None where there is none."""
    schema = read_schema(schema_text)
    judge = None
    wanted = {}
    for options in ([], ["--escapes=any"]):
        written = [mutants.write(rng, tree, bool(options)) for tree in trees]
        verdicts, why = weir.verdicts(schema_text, written, *options)
        if verdicts is None:
            counts["refused" if re.fullmatch("[a-z-]+", why) else "failed"] += 1
            if why == "time" or not re.fullmatch("[a-z-]+", why):
                print(f"{name}: {why}", flush=True)
                counts["wrong"] += 1
            elif args.reasons:
                counts[why] += 1
            if why == "schema-unsatisfiable":
                refute(args, name, schema, schema_text, written, counts)
            return None
        if judge is None:
            counts["schemas"] += 1
            try:
                judge = Judge(schema)
            except Exception as problem:
                counts["not judged"] += len(written)
                print(f"{name}: not judged: {type(problem).__name__}: {str(problem)[:100]}")
                return None
        differing = []
        for number, text in enumerate(written):
            counts["texts"] += 1
            try:
                if number not in wanted:
                    wanted[number] = judge.check(text.encode("utf-8"))
            except Exception as problem:
                counts["not judged"] += 1
                counts[f"not judged: {type(problem).__name__}"] += 1
                continue
            counts["valid" if wanted[number] is None else "invalid"] += 1
            if verdicts[number] is None:
                print(f"{name}: no verdict: {text[:300]}")
                counts["wrong"] += 1
            elif verdicts[number] != (wanted[number] is None):
                differing.append(number)
        if not differing:
            continue
        plain = [mutants.write(rng, plainly(trees[n]), False, "compact") for n in differing]
        again, _ = weir.verdicts(schema_text, plain, *options)
        others = second_opinion(schema_text, [written[n] for n in differing])
        for number, accepted_plain, other in zip(differing, again, others):
            if not verdicts[number] and accepted_plain and "e" in written[number].lower():
                counts["spelling"] += 1
                continue
            alone = other is not None and other == verdicts[number]
            counts["package" if alone else "wrong"] += 1
            if alone and not args.alone:
                continue
            print(f"{name}: {' '.join(options)} Weir {'accepts' if verdicts[number] else 'refuses'}"
                  f"{why[number][:150]}; python: {str(wanted[number])[:150]}; rs: {other}\n"
                  f"    {written[number][:600]}", flush=True)
            keep(args, name, number, schema_text, written[number])
    return judge
