#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the files under version control against the rules a formatter does not know.

    check-style.py SOURCE_DIR

- every source file carries the SPDX line near its top;
- a C++ file begins with a banner that says what it is for;
- no line of source is longer than 100 columns (.def tables and the texts of
  tests apart), ends in blanks or has a tab;
- no file has more than 800 lines (aim for 600; .inc tables apart);
- no header has a 'using namespace';
- no file names a path of somebody's machine;
- links between pages lead to files and headings that are there.

Prints each violation with file and line; exit code 1 when there was one, or nothing was seen.
"""

import os
import re
import subprocess
import sys

SPDX = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
CPP = (".h", ".hpp", ".cpp", ".c", ".def", ".inc")
SOURCES = CPP + (".py", ".sh", ".cmake", ".g4")
NAMES = ("CMakeLists.txt",)
SETTINGS = (".clang-format", ".clang-tidy")
# Data, and tests whose lines are what is tested.
EXEMPT = re.compile(r"(^|/)(Inputs|corpus|regressions)/|^test/|^examples/.*\.(json|gbnf|ebnf)$")
# Folders that only exist on one machine; /tmp/ and /usr/ are everybody's.
MACHINE_PATH = re.compile(r"(^|[\s\"'=(:])/(work|home|root|Users|mnt)/\w")
LINK = re.compile(r"\]\(([^()\s]+)\)")
MAX_COLUMNS = 100
MAX_LINES = 800


def tracked(root):
    output = subprocess.run(
        ["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True
    ).stdout.decode()
    return [name for name in output.split("\0") if name]


def anchors(path):
    """What the headings of a page are called in links to them."""
    with open(path, encoding="utf-8") as file:
        headings = re.findall(r"^#+ +(.*)$", file.read(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in headings}


def check_links(root, name, lines):
    for number, line in enumerate(lines, 1):
        for link in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            path, _, anchor = link.partition("#")
            if ":" in path:
                continue
            target = os.path.join(root, os.path.dirname(name), path) if path else (
                os.path.join(root, name))
            if not os.path.exists(target):
                yield f"{name}:{number}: a link to '{path}', which is not there"
            elif anchor and anchor not in anchors(target):
                yield f"{name}:{number}: a link to '{link}', a heading that is not there"


def check_file(root, name):
    try:
        with open(os.path.join(root, name), encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line) and not name.endswith("check-style.py"):
            yield f"{name}:{number}: a path of somebody's machine"
    if name.endswith(".md"):
        yield from check_links(root, name, lines)
    if EXEMPT.search(name):
        return
    licensed = name.endswith(SOURCES) or os.path.basename(name) in NAMES + SETTINGS
    if licensed and SPDX not in "\n".join(lines[:120]):
        yield f"{name}: no SPDX line"
    if not (name.endswith(SOURCES) or os.path.basename(name) in NAMES):
        return
    if name.endswith(CPP) and not re.match(r"(//|/\*) ?(=+-+|\S)", lines[0]):
        yield f"{name}:1: no banner"
    if len(lines) > MAX_LINES and not name.endswith(".inc"):
        yield f"{name}: {len(lines)} lines, more than {MAX_LINES}"
    for number, line in enumerate(lines, 1):
        # Texts and patterns that a test or script gives are data: they stay in one piece.
        data = '"' in line and name.startswith(("unittests/", "utils/"))
        if len(line) > MAX_COLUMNS and not name.endswith(".def") and not data:
            yield f"{name}:{number}: {len(line)} columns"
        if line != line.rstrip():
            yield f"{name}:{number}: blanks at the end"
        if "\t" in line:
            yield f"{name}:{number}: a tab"
        if name.endswith((".h", ".hpp")) and re.match(r"\s*using namespace\b", line):
            yield f"{name}:{number}: 'using namespace' in a header"


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    names = tracked(arguments[0])
    violations = [text for name in names for text in check_file(arguments[0], name)]
    if not names:
        violations = ["no files seen"]
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
