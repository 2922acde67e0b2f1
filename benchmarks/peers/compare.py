#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weir beside other engines: the same schemas, the same tokens, in one run.

    compare.py CORPUS --vocab=VOCAB.json.xz --image=VOCAB.wvoc
               [--ids=FILE] [--engines=A,B] [--limit-s=30] [--json=OUT]

Every engine has a process of its own, which lives for the whole run; a case is given to one after
the other, each time beginning with another one, so that they meet the same machine. A process that
crashes or is slower than the limit is started anew, and the case is counted. Timed from Python,
Weir too: what a call costs that does nothing is shown apart and not subtracted.

Timed are: compile, from the schema's text to a grammar; and a token, the mask and its acceptance,
but not the look at the mask between them. Making the matcher counts in the first mask of each
instance. An instance stops at the first token its mask forbids. Each engine makes ready beforehand
what it can for a vocabulary: Weir its terminals, llguidance its slices.
Ratios are over the cases that both engines compile.
"""

import argparse
import json
import lzma
import multiprocessing
import os
import statistics
import sys
import time

PERCENTILES = (50, 75, 90, 95, 99, 99.9, 100)


def opened(path):
    return lzma.open(path, "rt") if path.endswith(".xz") else open(path)


def allowed(row, token):
    return bool(row[token >> 5] >> (token & 31) & 1)


def run_case(engine, refused, case, eos):
    """One case: microseconds of the compilation and of each token, and what became of the tests."""
    clock = time.perf_counter_ns
    engine.forget()
    begin = clock()
    try:
        grammar = engine.compile(case["schema"])
    except refused as error:
        return {"refused": str(error)[:200]}
    compile_us = (clock() - begin) / 1e3
    masks, first_us, wrong = [], None, {"rejected": 0, "accepted": 0}
    for test in case["tests"]:
        begin = clock()
        matcher = engine.matcher(grammar)
        taken = True
        for token in test["tokens"]:
            engine.fill(matcher)
            filled = clock() - begin
            if first_us is None:
                first_us = compile_us + filled / 1e3
            if not allowed(engine.row, token):
                taken = False
                masks.append(filled / 1e3)
                break
            begin = clock()
            taken = engine.accept(matcher, token)
            masks.append((filled + clock() - begin) / 1e3)
            if not taken:
                break
            begin = clock()
        if taken:
            engine.fill(matcher)
            taken = allowed(engine.row, eos)
        if taken != test["valid"]:
            wrong["rejected" if test["valid"] else "accepted"] += 1
    return {"compile": compile_us, "first": first_us, "masks": masks, **wrong}


def serve(name, files, pipe):
    import engines

    vocabulary = engines.Vocabulary(opened(files["vocab"]).read(), files["image"])
    try:
        engine = engines.ENGINES[name](vocabulary)
    except Exception as error:  # whatever a package does when it cannot be loaded
        pipe.send({"absent": f"{type(error).__name__}: {error}"})
        return
    pipe.send({"version": engine.version, "call": call_cost(engine)})
    while True:
        case = pipe.recv()
        try:
            pipe.send(run_case(engine, engines.Refused, case, vocabulary.eos))
        except Exception as error:  # an engine's own kind of refusal, anywhere
            pipe.send({"refused": f"{type(error).__name__}: {error}"[:200]})


def call_cost(engine):
    """Median microseconds of a call that does next to nothing, as the others are timed."""
    grammar = engine.compile('{"type": "boolean"}')
    matcher = engine.matcher(grammar)
    times = []
    for _ in range(2001):
        begin = time.perf_counter_ns()
        engine.call(matcher)
        times.append((time.perf_counter_ns() - begin) / 1e3)
    return statistics.median(times)


class Worker:
    def __init__(self, name, files):
        self.name, self.files = name, files
        self.start()

    def start(self):
        ours, theirs = multiprocessing.Pipe()
        self.pipe = ours
        self.process = multiprocessing.Process(
            target=serve, args=(self.name, self.files, theirs), daemon=True)
        self.process.start()
        theirs.close()
        try:
            self.hello = self.pipe.recv()
        except EOFError:
            self.hello = {"absent": "the process ended at once"}

    def run(self, case, limit_s):
        self.pipe.send(case)
        try:
            if self.pipe.poll(limit_s):
                return self.pipe.recv()
            outcome = {"timeout": True}
        except EOFError:
            outcome = {"crash": True}
        self.process.kill()
        self.process.join()
        self.start()
        return outcome


def percentile(values, p):
    """Nearest rank."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * p // 100))
    return ordered[int(rank) - 1]


def line(title, values, digits=1):
    cells = " | ".join(f"{percentile(values, p):,.{digits}f}" for p in PERCENTILES)
    return f"| {title} | {cells} |"


def collect(results, kind, names):
    """The numbers of each engine, of the cases that all of `names` compile."""
    shared = [r for r in results if all("compile" in r[n] for n in names)]
    out = {}
    for name in names:
        if kind == "masks":
            out[name] = [m for r in shared for m in r[name]["masks"]]
        else:
            out[name] = [r[name][kind] for r in shared if r[name][kind] is not None]
    return out


def report(results, names, hello):
    head = "| | " + " | ".join("max" if p == 100 else f"p{p}" for p in PERCENTILES) + " |"
    rule = "|---" * (len(PERCENTILES) + 1) + "|"
    print(f"\n{len(results)} schemas\n")
    print("| engine | version | compiled | refused | crashed | over time | valid rejected "
          "| invalid accepted | a call, µs |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names:
        of = [r[name] for r in results]
        print(f"| {name} | {hello[name]['version']} | {sum('compile' in r for r in of)} "
              f"| {sum('refused' in r for r in of)} | {sum('crash' in r for r in of)} "
              f"| {sum('timeout' in r for r in of)} | {sum(r.get('rejected', 0) > 0 for r in of)} "
              f"| {sum(r.get('accepted', 0) > 0 for r in of)} | {hello[name]['call']:.2f} |")
    for kind, title in (("masks", "mask + accept"), ("compile", "compile"),
                        ("first", "compile + first mask")):
        print(f"\n{title}, µs\n\n{head}\n{rule}")
        for name in names:
            values = collect(results, kind, [name])[name]
            if values:
                print(line(name, values))
        for name in names[1:]:
            both = collect(results, kind, [names[0], name])
            if both[name]:
                ratios = " | ".join(
                    f"{percentile(both[name], p) / percentile(both[names[0]], p):,.2f}"
                    for p in PERCENTILES)
                print(f"| {name} / {names[0]} | {ratios} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--vocab", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--ids")
    parser.add_argument("--engines", default="weir,llguidance,xgrammar,glrmask")
    parser.add_argument("--limit-s", type=float, default=30)
    parser.add_argument("--json")
    args = parser.parse_args()

    multiprocessing.set_start_method("spawn")
    files = {"vocab": args.vocab, "image": args.image}
    workers, hello = [], {}
    for name in args.engines.split(","):
        worker = Worker(name, files)
        if "absent" in worker.hello:
            print(f"{name}: absent ({worker.hello['absent']})")
            continue
        hello[name] = worker.hello
        workers.append(worker)
    if not workers:
        return 2
    wanted = set(open(args.ids).read().split()) if args.ids else None
    out = open(args.json, "w") if args.json else None
    results = []
    for text in opened(args.corpus):
        data = json.loads(text)
        if wanted is not None and data["id"] not in wanted:
            continue
        case = {"schema": json.dumps(data["schema"]), "tests": data["tests"]}
        turn = len(results) % len(workers)
        outcome = {w.name: w.run(case, args.limit_s) for w in workers[turn:] + workers[:turn]}
        results.append(outcome)
        if out:
            print(json.dumps({"id": data["id"], **outcome}), file=out, flush=True)
        if sys.stderr.isatty():
            print(f"\r{len(results)}", end="", file=sys.stderr)
    report(results, [w.name for w in workers], hello)
    for worker in workers:
        worker.process.kill()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
