# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what the C headers declare with what a library exports, and asks for a comment on each.

    declared.py LIBRARY HEADER...
"""
import re
import subprocess
import sys

declared, problems = set(), []
for header in sys.argv[2:]:
    text = open(header, encoding="utf-8").read()
    for match in re.finditer(r"^WEIR_API\s[^;]*?\b(weir_\w+)\(", text, re.M):
        declared.add(match.group(1))
        if not text[:match.start()].rstrip().endswith("*/"):
            problems.append(f"{header}: {match.group(1)} has no comment")
names = subprocess.run(["nm", "-D", "--defined-only", "-P", sys.argv[1]], check=True, text=True,
                       capture_output=True).stdout.split("\n")
exported = {line.split()[0].split("@")[0] for line in names if line.startswith("weir_")}
problems += [f"{name} is declared and not exported" for name in sorted(declared - exported)]
problems += [f"{name} is exported and not declared" for name in sorted(exported - declared)]
print("\n".join(problems))
sys.exit(bool(problems) or not declared)
