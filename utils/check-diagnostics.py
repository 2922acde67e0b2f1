#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lists the diagnostics that no test mentions.

Usage: check-diagnostics.py SOURCE-TREE

A stable name of include/weir/Diag/*.def counts as tested when it stands, as a whole word, in some
file below test/ or unittests/. Ends with 1 when a name does not, or when two share one name.
"""

import pathlib
import re
import sys


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(sys.argv[1])
    names = {}
    status = 0
    for definition in sorted((root / "include/weir/Diag").glob("*.def")):
        pattern = r'^DIAG\(\s*\w+,\s*\w+,\s*"([^"]*)"'
        for match in re.finditer(pattern, definition.read_text(), re.M):
            name = match.group(1)
            if name in names:
                print(f"{definition.name}: '{name}' is also in {names[name]}")
                status = 1
            names[name] = definition.name
    if not names:
        print("no diagnostics were found")
        return 1
    words = set()
    for folder in ("test", "unittests"):
        for file in sorted((root / folder).rglob("*")):
            if file.is_file():
                text = file.read_text(errors="replace")
                words.update(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", text))
    for name in sorted(set(names) - words):
        print(f"{names[name]}: '{name}' is in no test")
        status = 1
    print(f"{len(names)} diagnostics, {len(set(names) - words)} untested")
    return status


if __name__ == "__main__":
    sys.exit(main())
