#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long a compilation goes on after it was cancelled.

    benchmarks/cancel-delay.py LIBWEIR [CORPUS.jsonl.xz] [--schemas=N] [--moments=N]
                               [--key-order=any]

Takes the N largest schemas of the corpus, or, without one, schemas made to be large, compiles each
once in full, and then again and again with
a cancel flag that another thread sets at a random moment of that time. The delay is the processor
time that the compiling thread spends from then on until the call returns, so that other work on the
machine does not count; a moment after the end of the compilation is drawn again, and not counted.
One row a schema, the largest delays first.
"""
import argparse
import ctypes
import json
import lzma
import random
import threading
import time

OK, CANCELLED, REJECTED, BUDGET = 0, 9, 10, 7


class Options(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("name", ctypes.c_char_p),
                ("name_size", ctypes.c_size_t), ("optimisation", ctypes.c_uint32),
                ("lenient", ctypes.c_uint32), ("key_order", ctypes.c_uint32),
                ("whitespace", ctypes.c_uint32), ("indent_width", ctypes.c_uint32),
                ("escapes", ctypes.c_uint32), ("draft", ctypes.c_uint32),
                ("annotate_formats", ctypes.c_uint32), ("remotes", ctypes.c_void_p),
                ("remote_count", ctypes.c_size_t), ("max_steps", ctypes.c_uint64),
                ("max_bytes", ctypes.c_uint64), ("time_limit_us", ctypes.c_uint64),
                ("cancel", ctypes.c_void_p), ("keep_places", ctypes.c_uint32)]


class Run:
    """One compilation on a thread of its own, stopped when it has used `after` seconds."""

    def __init__(self, lib, compiler, text, key_order, after=None):
        self.lib, self.compiler, self.text = lib, compiler, text
        self.key_order, self.after = key_order, after
        self.used, self.delay, self.status = 0.0, None, None
        self.flag = ctypes.c_void_p()
        lib.weir_cancel_create(ctypes.byref(self.flag))
        self.ready, self.done = threading.Event(), False
        thread = threading.Thread(target=self.compile)
        thread.start()
        self.ready.wait()
        if after is not None:
            try:
                clock = time.pthread_getcpuclockid(thread.ident)
                while not self.done:
                    now = time.clock_gettime(clock) - self.began
                    if now >= after:
                        lib.weir_cancel_set(self.flag)
                        # What was used between reading the clock and setting the flag counts too.
                        self.at = now
                        break
                    time.sleep(min(0.001, (after - now) / 2))
            except (OSError, ProcessLookupError):
                pass  # it ended in between
        thread.join()
        lib.weir_cancel_destroy(self.flag)
        if self.status == CANCELLED:
            self.delay = self.used - self.at

    def compile(self):
        options = Options(struct_size=ctypes.sizeof(Options), key_order=self.key_order,
                          cancel=self.flag)
        grammar = ctypes.c_void_p()
        self.at = 0.0
        self.began = time.thread_time()
        self.ready.set()
        self.status = self.lib.weir_compile(self.compiler, 0, self.text, len(self.text),
                                            ctypes.byref(options), ctypes.byref(grammar), None)
        self.used = time.thread_time() - self.began
        self.done = True
        if grammar:
            self.lib.weir_grammar_release(grammar)


def made():
    """Name and schema of what nobody writes by hand."""
    yield "a constant of 3 MB", {"const": "abcdefghij" * 300000}
    yield "100,000 texts", {"enum": [f"v{i * 7919 % 1000003}" for i in range(100000)]}
    yield "150,000 texts", {"enum": [f"text {i} of many" for i in range(150000)]}
    yield "30,000 numbers", {"enum": [i * 37 + 0.5 for i in range(30000)]}
    yield "100,000 properties", {
        "type": "object",
        "properties": {f"property {i}": {"type": "string"} for i in range(100000)}}
    yield "100,000 properties, half of them required, no others", {
        "type": "object",
        "properties": {f"p{i}": {"type": "integer"} for i in range(100000)},
        "required": [f"p{i}" for i in range(0, 100000, 2)], "additionalProperties": False}
    yield "20,000 constant objects", {
        "anyOf": [{"const": {"a": i, "b": f"t{i}"}} for i in range(20000)]}
    yield "50,000 elements, each its own", {
        "prefixItems": [{"type": "integer", "minimum": i} for i in range(50000)]}
    yield "20,000 definitions that refer to each other", {
        "$defs": {f"d{i}": {"properties": {"n": {"$ref": f"#/$defs/d{(i * 7919 + 1) % 20000}"},
                                           "v": {"minimum": i}}} for i in range(20000)},
        "$ref": "#/$defs/d0"}
    yield "20,000 in allOf", {
        "allOf": [{"properties": {f"k{i}": {"type": "string"}}} for i in range(20000)]}
    yield "2,000 patterns of keys", {
        "patternProperties": {f"^x{i}_": {"type": "integer"} for i in range(2000)}}
    yield "5,000 patterns", {
        "properties": {f"p{i}": {"type": "string", "pattern": f"^[a-z]{{{i % 7},}}x+y{i}$"}
                       for i in range(5000)}}
    yield "a pattern of 8,000 groups", {
        "type": "string",
        "pattern": "^" + "".join(f"(a|b{i % 10})?" for i in range(8000)) + "$"}
    yield "a pattern of 100,000 words", {
        "type": "string", "pattern": "^(" + "|".join(f"w{i}x*" for i in range(100000)) + ")$"}
    yield "an array of 40,000 constants", {
        "const": [{"id": i, "name": f"n{i}", "tags": ["a", "b"]} for i in range(40000)]}
    yield "50,000 mistakes", {"properties": {f"p{i}": {"type": "nothing"} for i in range(50000)}}
    yield "100,000 unknown keywords", {f"x-{i}": {"type": i} for i in range(100000)}
    deep = {"type": "string"}
    for _ in range(900):
        deep = {"items": deep}
    yield "900 nested arrays", deep


def main():
    args = argparse.ArgumentParser()
    args.add_argument("library")
    args.add_argument("corpus", nargs="?")
    args.add_argument("--schemas", type=int, default=30)
    args.add_argument("--moments", type=int, default=20)
    args.add_argument("--key-order", choices=["declared", "any"], default="any")
    args = args.parse_args()
    lib = ctypes.CDLL(args.library)
    lib.weir_compile.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t,
                                 ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    for name in ("weir_cancel_set", "weir_cancel_destroy", "weir_grammar_release"):
        getattr(lib, name).argtypes = [ctypes.c_void_p]
    schemas = []
    if not args.corpus:
        for name, schema in made():
            text = json.dumps(schema).encode()
            schemas.append((len(text), name, text))
    else:
        with lzma.open(args.corpus, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                text = json.dumps(row["schema"], ensure_ascii=False).encode()
                schemas.append((len(text), row["id"], text))
                schemas.sort(key=lambda s: (-s[0], s[1]))
                del schemas[args.schemas:]
    compiler = ctypes.c_void_p()
    lib.weir_compiler_create(ctypes.byref(compiler))
    order = 1 if args.key_order == "any" else 0
    rng = random.Random(1)
    rows = []
    for size, name, text in schemas:
        whole = Run(lib, compiler, text, order).used
        delays, tries = [], 0
        while len(delays) < args.moments and tries < 4 * args.moments:
            tries += 1
            run = Run(lib, compiler, text, order, rng.uniform(0, whole))
            if run.delay is not None:
                delays.append(run.delay)
        if delays:
            rows.append((max(delays), sorted(delays)[len(delays) // 2], len(delays), whole, size,
                         name))
    rows.sort(reverse=True)
    print(f"{'largest ms':>10} {'median ms':>10} {'moments':>8} {'compile ms':>10} {'bytes':>8}  "
          "schema")
    for largest, median, count, whole, size, name in rows:
        print(f"{largest * 1e3:10.2f} {median * 1e3:10.2f} {count:8} {whole * 1e3:10.1f} {size:8}  "
              f"{name}")
    if rows:
        print(f"{len(rows)} schemas, {sum(r[2] for r in rows)} moments, largest delay "
              f"{rows[0][0] * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
