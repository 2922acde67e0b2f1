#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How much faster an artifact opens than its specification compiles.

    benchmarks/artifact-open.py LIBWEIR [CORPUS.jsonl.xz] [--properties=100] [--schemas=40]
                                [--times=7] [--key-order=any] [--cold] [--at-least=RATIO]

Takes from the corpus schemas that name at least so many properties, evenly over their sizes, or
without a corpus one of 150 properties. The least of some times is compared on each side: compiling
(the automata of common rules are kept for the process; --cold: each schema in a new process, once),
and opening the artifact where it lies, which reads and checks every byte of it. Exit 1 when a
ratio is below --at-least.
"""
import argparse
import ctypes
import json
import lzma
import os
import sys
import time


class Options(ctypes.Structure):
    """weir_compile_options as far as key_order."""
    _fields_ = [("struct_size", ctypes.c_size_t), ("name", ctypes.c_char_p),
                ("name_size", ctypes.c_size_t), ("optimisation", ctypes.c_uint32),
                ("lenient", ctypes.c_uint32), ("key_order", ctypes.c_uint32),
                ("whitespace", ctypes.c_uint32)]


class Message(ctypes.Structure):
    _fields_ = [("text", ctypes.c_char_p), ("size", ctypes.c_size_t)]


def properties(schema):
    """Names under `properties` anywhere."""
    count, stack = 0, [schema]
    while stack:
        at = stack.pop()
        if isinstance(at, dict):
            named = at.get("properties")
            count += len(named) if isinstance(named, dict) else 0
            stack.extend(at.values())
        elif isinstance(at, list):
            stack.extend(at)
    return count


def choose(corpus, least, limit):
    if not corpus:
        kinds = [{"type": "string", "maxLength": 40}, {"type": "integer", "minimum": 3},
                 {"enum": ["red", "green", "blue"]}, {"type": "array", "items": {"type": "number"}}]
        schema = {"type": "object", "properties": {f"p{i}": kinds[i % 4] for i in range(150)},
                  "required": [f"p{i}" for i in range(0, 150, 3)]}
        return [("150 properties", 150, json.dumps(schema).encode())]
    found = []
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            count = properties(row["schema"])
            if count >= least:
                found.append((row["id"], count, json.dumps(row["schema"]).encode()))
    found.sort(key=lambda f: (len(f[2]), f[0]))
    return found[::max(1, -(-len(found) // limit))]


class Weir:
    def __init__(self, path, key_order):
        self.lib = lib = ctypes.CDLL(path)
        lib.weir_grammar_release.argtypes = [ctypes.c_void_p]
        lib.weir_grammar_open_borrowed.argtypes = [ctypes.c_void_p, ctypes.c_size_t,
                                                   ctypes.c_void_p, Message]
        self.compiler = ctypes.c_void_p()
        lib.weir_compiler_create(ctypes.byref(self.compiler))
        self.options = Options(struct_size=ctypes.sizeof(Options), key_order=key_order)

    def compile(self, text):
        """The grammar, or None, and the seconds it took."""
        grammar = ctypes.c_void_p()
        begin = time.perf_counter()
        self.lib.weir_compile(self.compiler, 0, text, ctypes.c_size_t(len(text)),
                              ctypes.byref(self.options), ctypes.byref(grammar), None)
        return grammar if grammar else None, time.perf_counter() - begin

    def artifact(self, grammar):
        size = ctypes.c_size_t()
        self.lib.weir_grammar_write(grammar, None, ctypes.c_size_t(0), ctypes.byref(size))
        words = (ctypes.c_uint64 * (size.value // 8 + 1))()  # lies at a multiple of 8
        self.lib.weir_grammar_write(grammar, words, size, ctypes.byref(size))
        return words, size

    def open(self, image):
        grammar = ctypes.c_void_p()
        begin = time.perf_counter()
        status = self.lib.weir_grammar_open_borrowed(image[0], image[1], ctypes.byref(grammar),
                                                     Message())
        used = time.perf_counter() - begin
        assert status == 0
        self.lib.weir_grammar_release(grammar)
        return used


def measure(args, text):
    """(seconds to compile, to open, bytes of the artifact), or None for what does not compile."""
    weir = Weir(args.library, 1 if args.key_order == "any" else 0)
    grammar, least = weir.compile(text)
    if not grammar:
        return None
    image = weir.artifact(grammar)
    for _ in range(0 if args.cold else args.times):
        again, used = weir.compile(text)
        weir.lib.weir_grammar_release(again)
        least = min(least, used)
    weir.lib.weir_grammar_release(grammar)
    return least, min(weir.open(image) for _ in range(args.times)), image[1].value


def apart(args, text):
    """measure() in a process of its own, where nothing was compiled before."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, json.dumps(measure(args, text)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        result = json.loads(answer.read())
    os.waitpid(child, 0)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--properties", type=int, default=100)
    parser.add_argument("--schemas", type=int, default=40)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--key-order", choices=["declared", "any"], default="declared")
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--at-least", type=float, default=0)
    args = parser.parse_args()
    rows = []
    print(f"{'ratio':>7} {'compile us':>10} {'open us':>8} {'artifact':>9} {'properties':>10}  "
          "schema")
    for name, count, text in choose(args.corpus, args.properties, args.schemas):
        result = apart(args, text) if args.cold else measure(args, text)
        if not result:
            continue
        compiled, opened, size = result
        rows.append(compiled / opened)
        print(f"{rows[-1]:7.1f} {compiled * 1e6:10.0f} {opened * 1e6:8.1f} {size:9} {count:10}  "
              f"{name}")
    rows.sort()
    print(f"{len(rows)} schemas: least ratio {rows[0]:.1f}, median {rows[len(rows) // 2]:.1f}")
    sys.exit(rows[0] < args.at_least)


if __name__ == "__main__":
    main()
