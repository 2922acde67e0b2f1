#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds what was built against the layers: libraries, archives and objects.

    check-layers.py needed     FILE.so...           needs only libc, libm, libstdc++, libgcc_s
    check-layers.py exports    FILE.so...           exports weir_* and nothing else, and something
    check-layers.py no-startup FILE.a|FILE.o...     no code before main(), no iostream
    check-layers.py symbols    BUILD/parts.json     objects refer only to parts they may use
    check-layers.py foreign    FILE.a...            no LLVM and no ANTLR

Prints each violation; exit code 1 when there was one. A file without any symbol is a violation
too: the checks must not pass because they saw nothing.
"""

import json
import re
import subprocess
import sys

ALLOWED_NEEDS = re.compile(r"(libc|libm|libstdc\+\+|libgcc_s)\.so\.\d+|ld-linux-[\w-]+\.so\.\d+")
FOREIGN = re.compile(r"_ZN[KVR]*(4llvm|6antlr4|9antlrcpp)")
IOSTREAM = re.compile(r"_ZNSt8ios_base4InitC|_ZSt4(cout|cerr|clog)|_ZSt3cin")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols(path):
    """Yields (object, symbol, type letter) of an archive or object."""
    member = path
    for line in run("nm", "-P", path).splitlines():
        header = re.fullmatch(r".*\[(.+)\]:", line)
        if header:
            member = header.group(1)
            continue
        fields = line.split()
        if len(fields) >= 2:
            yield member, fields[0], fields[1]


def check_needed(paths):
    for path in paths:
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", run("readelf", "-d", path)):
            if not ALLOWED_NEEDS.fullmatch(name):
                yield f"{path}: needs {name}"


def check_exports(paths):
    for path in paths:
        names = []
        for line in run("nm", "-D", "-P", "--defined-only", path).splitlines():
            name, kind = line.split()[:2]
            if kind != "A":  # the version node itself
                names.append(name.split("@")[0])
        if not names:
            yield f"{path}: exports nothing"
        for name in names:
            if not name.startswith("weir_"):
                yield f"{path}: exports {name}"


def check_no_startup(paths):
    for path in paths:
        seen = False
        member = path
        for line in run("readelf", "-SW", path).splitlines():
            header = re.match(r"File: .*\((.+)\)", line)
            if header:
                member = header.group(1)
            section = re.match(r"\s*\[ *\d+\] (\S+)\s+\S+\s+\S+\s+\S+\s+([0-9a-f]+)", line)
            if not section:
                continue
            seen = True
            name, size = section.groups()
            if re.match(r"\.(init_array|preinit_array|ctors)", name) and int(size, 16):
                yield f"{path}: {member}: runs code before main() ({name})"
        if not seen:
            yield f"{path}: no sections seen"
        for member, name, _ in symbols(path):
            if IOSTREAM.match(name):
                yield f"{path}: {member}: uses iostream ({name})"


def check_symbols(paths):
    with open(paths[0], encoding="utf-8") as file:
        parts = json.load(file)
    defined, undefined = {}, {}
    for part in parts:
        for path in filter(None, part["objects"]):
            for _, name, kind in symbols(path):
                if kind == "U":
                    undefined.setdefault(part["name"], {}).setdefault(name, path)
                elif kind.isupper() and kind not in "WV":
                    # Weak ones are inline functions, which every part may have a copy of.
                    defined.setdefault(name, set()).add(part["name"])
    if not defined:
        yield f"{paths[0]}: no symbols seen"
    for part in parts:
        may_use = {part["name"], *part["uses"]}
        for name, path in sorted(undefined.get(part["name"], {}).items()):
            owners = defined.get(name)
            if owners and not owners & may_use:
                where = ", ".join(sorted(owners))
                yield f"part {part['name']} refers to {name} of {where} ({path})"


def check_foreign(paths):
    for path in paths:
        for member, name, _ in symbols(path):
            if FOREIGN.match(name):
                yield f"{path}: {member}: {name}"


CHECKS = {
    "needed": check_needed,
    "exports": check_exports,
    "no-startup": check_no_startup,
    "symbols": check_symbols,
    "foreign": check_foreign,
}


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 2
    violations = list(CHECKS[arguments[0]](arguments[1:]))
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
