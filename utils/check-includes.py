#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the sources against the layers: what they include, and what they may not contain.

    check-includes.py SOURCE_DIR PARTS_JSON

- a part's sources and headers include only headers of parts it uses, directly or not;
- a header below include/weir belongs to a part;
- outside libraries stay where they belong: LLVM in the tools layer, ANTLR in the languages layer,
  RapidJSON in lib/JSON, fmt above the runtime layer, and none of them but LLVM in a header;
- the runtime layer includes no iostream;
- include/weir-c includes nothing but itself and the C library (its C++ wrapper apart);
- our code throws nothing and uses no run-time type information (the languages layer apart).

Prints each violation with file and line; exit code 1 when there was one, or nothing was seen.
"""

import json
import os
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
SOURCE_SUFFIXES = (".h", ".hpp", ".def", ".cpp", ".c", ".inc")
C_LIBRARY = {"assert.h", "stdbool.h", "stddef.h", "stdint.h"}
OUTSIDE = {
    "llvm/": {"tools"},
    "llvm-c/": {"tools"},
    "antlr4-runtime": {"languages"},
    "rapidjson/": {"compiler"},
    "fmt/": {"compiler", "languages", "tools"},
}
LEXEMES = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL
)
FORBIDDEN = re.compile(r"\b(throw|dynamic_cast|typeid)\b")


def files_below(folder):
    for base, folders, names in os.walk(folder):
        # A folder below that is built by itself (a fuzzer) is not of the part.
        folders[:] = sorted(
            f for f in folders if not os.path.exists(os.path.join(base, f, "CMakeLists.txt"))
        )
        for name in sorted(names):
            if name.endswith(SOURCE_SUFFIXES):
                yield os.path.join(base, name)


def header_part(header, parts):
    """The part a weir/... header belongs to: the one whose folder in lib/ has the same name.

    weir/Frontend/X/... belongs to the part in lib/Frontend/X.
    """
    names = header.split("/")[1:-1]
    if names and names[0] == "Frontend":
        names = names[1:]
    if not names:
        return None
    for part in parts.values():
        if os.path.basename(part["folder"]) == names[0]:
            return part["name"]
    return None


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def check_file(path, relative, part, parts):
    is_header = relative.startswith("include/")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match.group(2)
        where = f"{relative}:{number}"
        if header.startswith("weir/"):
            owner = header_part(header, parts)
            if owner is None:
                yield f"{where}: '{header}' belongs to no part"
            elif owner != part["name"] and owner not in part["uses"]:
                yield f"{where}: part {part['name']} does not use {owner} ('{header}')"
        for prefix, layers in OUTSIDE.items():
            if header.startswith(prefix):
                if part["layer"] not in layers:
                    yield f"{where}: '{header}' in the {part['layer']} layer"
                elif prefix == "rapidjson/" and part["name"] != "JSON":
                    yield f"{where}: '{header}' outside lib/JSON"
                elif is_header and not prefix.startswith("llvm"):
                    yield f"{where}: '{header}' in a header other parts include"
        if part["layer"] == "runtime" and header in ("iostream", "fstream", "sstream"):
            yield f"{where}: <{header}> in the runtime layer"
    if part["layer"] != "languages":
        code = LEXEMES.sub(blank, text)
        for match in FORBIDDEN.finditer(code):
            number = code.count("\n", 0, match.start()) + 1
            yield f"{relative}:{number}: '{match.group(1)}' in Weir's own code"


def check_c_headers(root):
    for path in files_below(os.path.join(root, "include", "weir-c")):
        if path.endswith(".hpp"):
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = INCLUDE.match(line)
                if match and not match.group(2).startswith("weir-c/"):
                    if match.group(2) not in C_LIBRARY:
                        yield f"{os.path.relpath(path, root)}:{number}: '{match.group(2)}'"


def check(root, parts_path):
    with open(parts_path, encoding="utf-8") as file:
        parts = {part["name"]: part for part in json.load(file)}
    seen = 0
    for part in parts.values():
        for path in files_below(part["folder"]):
            # A folder of parts (lib/Frontend) is not a part; parts do not nest.
            seen += 1
            yield from check_file(path, os.path.relpath(path, root), part, parts)
    headers = os.path.join(root, "include", "weir")
    for path in files_below(headers):
        relative = os.path.relpath(path, root)
        owner = header_part(os.path.relpath(path, os.path.join(root, "include")), parts)
        if owner is None:
            yield f"{relative}: belongs to no part"
            continue
        seen += 1
        yield from check_file(path, relative, parts[owner], parts)
    yield from check_c_headers(root)
    if not seen:
        yield "no sources seen"


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    violations = list(check(os.path.abspath(arguments[0]), arguments[1]))
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
