#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs what the README shows, and compares.

  utils/check-readme.py SOURCE_DIR SCRATCH_DIR [--cxx=COMPILER]

An indented line that begins with "$ " is a command; the indented lines below it are what it prints,
on either stream. A last line "…" stands for any more. Commands run in a copy of
examples/quickstart, one after the other, with the tools that PATH finds. With --cxx the C++ of the
README is compiled too, as the body of a function (nothing is linked).

Prints each difference; exit code 1 when there was one, or nothing was seen.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

INDENT = "    "
PREAMBLE = """#include <string>
int fail(const std::string &);
weir::TokenId sampleFrom(const std::vector<uint32_t> &);
int engine(std::string SchemaText, uint32_t LogitsWidth);
int engine(std::string SchemaText, uint32_t LogitsWidth) {
"""


def examples(lines):
    """Yields each command with the lines that are shown below it."""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.startswith(INDENT + "$ "):
            continue
        shown = []
        while number < len(lines) and lines[number].startswith(INDENT):
            if lines[number].startswith(INDENT + "$ "):
                break
            shown.append(lines[number][len(INDENT):])
            number += 1
        yield line[len(INDENT) + 2:], shown


def agrees(shown, printed):
    if shown and shown[-1] == "…":
        return printed[:len(shown) - 1] == shown[:-1]
    return printed == shown


def compiles(compiler, source, code):
    includes = "".join(line + "\n" for line in code.split("\n") if line.startswith("#include"))
    body = "".join(line + "\n" for line in code.split("\n") if not line.startswith("#include"))
    text = includes + PREAMBLE + body + "return 0;\n}\n"
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
               "-I", os.path.join(source, "include"), "-x", "c++", "-"]
    return subprocess.run(command, input=text, text=True, check=False).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source")
    parser.add_argument("scratch")
    parser.add_argument("--cxx")
    args = parser.parse_args()
    with open(os.path.join(args.source, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    shutil.rmtree(args.scratch, ignore_errors=True)
    shutil.copytree(os.path.join(args.source, "examples", "quickstart"), args.scratch)
    commands = differences = 0
    for command, shown in examples(readme.split("\n")):
        commands += 1
        run = subprocess.run(command, shell=True, cwd=args.scratch, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, check=False)
        printed = run.stdout.decode(errors="replace").splitlines()
        if not agrees(shown, printed):
            differences += 1
            print("\n".join([f"$ {command}", "the README shows"] + [INDENT + s for s in shown] +
                            ["it prints"] + [INDENT + p for p in printed]))
    blocks = re.findall(r"```cpp\n(.*?)```", readme, re.S) if args.cxx else []
    for block in blocks:
        if not compiles(args.cxx, args.source, block):
            differences += 1
            print("the C++ of the README does not compile")
    print(f"{commands} commands, {len(blocks)} pieces of C++, {differences} differences")
    return 1 if differences or not commands or (args.cxx and not blocks) else 0


if __name__ == "__main__":
    sys.exit(main())
