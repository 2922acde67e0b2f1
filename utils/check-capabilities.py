#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Asks whether `weirc --capabilities` lists what compiling refuses, and nothing else.

  utils/check-capabilities.py WEIRC SCHEMA.json... [-- OPTIONS OF WEIRC]
  utils/check-capabilities.py WEIRC --corpus=CASES.jsonl[.xz] [--ids=FILE] [-- OPTIONS OF WEIRC]
  utils/check-capabilities.py WEIRC --suite=JSON-SCHEMA-TEST-SUITE/tests [-- OPTIONS OF WEIRC]

Each schema is compiled, and asked about. The errors of the compilation and what is listed as
refused must be the same names at the same places; warnings and notes must be listed as unenforced.
What is said of drafts and of names that are no keywords is not compared. The exit code is 1 when
some schema differs.
"""

import json
import lzma
import os
import subprocess
import sys
import tempfile

NO_LIMITATIONS = {"schema-draft-assumed", "unknown-keyword", "keyword-draft",
                  "schema-option-place"}


def schemas(arguments):
    corpus = ids = suite = None
    for argument in arguments:
        if argument.startswith("--corpus="):
            corpus = argument[9:]
        elif argument.startswith("--ids="):
            ids = set(open(argument[6:]).read().split())
        elif argument.startswith("--suite="):
            suite = argument[8:]
        else:
            yield argument, open(argument).read()
    if corpus:
        data = open(corpus, "rb").read()
        if data[:6] == b"\xfd7zXZ\0":
            data = lzma.decompress(data)
        for line in filter(bytes.strip, data.split(b"\n")):
            case = json.loads(line)
            if ids is None or case["id"] in ids:
                yield case["id"], json.dumps(case["schema"], ensure_ascii=False)
    for folder, _, files in os.walk(suite) if suite else []:
        for name in sorted(files):
            if name.endswith(".json"):
                for group in json.load(open(os.path.join(folder, name))):
                    yield name + ": " + group["description"], json.dumps(group["schema"])


def main():
    arguments = sys.argv[1:]
    options = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1:]
    weirc = arguments.pop(0)
    compared = refused = differ = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schema.json")
        for name, text in schemas(arguments):
            open(path, "w").write(text)
            made = subprocess.run([weirc, path, "--diagnostics=json", *options],
                                  capture_output=True, text=True)
            said = subprocess.run([weirc, path, "--capabilities", *options],
                                  capture_output=True, text=True)
            if made.returncode < 0 or said.returncode < 0:
                print(f"{name}: crashed")
                differ += 1
                continue
            reported = json.loads(made.stderr) if made.stderr.strip() else []
            listed = json.loads(said.stdout)["limitations"]
            got = sorted((d["name"], d["severity"] == "error", d["pointer"] or "")
                         for d in reported if d["name"] not in NO_LIMITATIONS)
            # What formats leave out is listed but no diagnostic.
            want = sorted((item["name"], item["status"] == "refused", item.get("pointer", ""))
                          for item in listed
                          if "this is not enforced" not in item["message"])
            compared += 1
            refused += any(item[1] for item in want)
            accepted = not any(item[1] for item in want)
            if got != want or accepted != (made.returncode == 0):
                differ += 1
                print(f"{name}: compiling says {got}, capabilities say {want}")
    print(f"compared: {compared}, refused: {refused}, different: {differ}")
    return differ != 0


if __name__ == "__main__":
    sys.exit(main())
