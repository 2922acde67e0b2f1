#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds up test results: ctest's JUnit files (.xml) and lit's result files (.json).

Prints what failed or was skipped by name, then one line "N passed, N failed". Exit code 1 when
anything failed or nothing ran, or when a named file is missing or unreadable: results that are not
there must not look like success.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree

LIT_PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
LIT_SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def read_junit(path):
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        status = case.get("status", "")
        if case.find("failure") is not None or status == "fail":
            yield case.get("name"), "failed"
        elif status == "disabled":
            yield case.get("name"), "skipped"
        elif case.find("skipped") is not None or status == "notrun":
            # A test that skipped itself and one that could not be started differ in the text only.
            skipped = case.find("skipped")
            text = skipped.get("message", "") if skipped is not None else ""
            yield case.get("name"), "skipped" if text.startswith("SKIP_") else "failed"
        else:
            yield case.get("name"), "passed"


def read_lit(path):
    with open(path, encoding="utf-8") as file:
        for test in json.load(file)["tests"]:
            code = test["code"]
            if code in LIT_PASSED:
                yield test["name"], "passed"
            elif code in LIT_SKIPPED:
                yield test["name"], "skipped"
            else:
                yield test["name"], "failed"


def main(paths):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for path in paths:
        try:
            results = list((read_lit if path.endswith(".json") else read_junit)(path))
        except (OSError, ValueError, KeyError, ElementTree.ParseError) as error:
            print(f"{path}: no results: {error}")
            results = [(path, "failed")]
        for name, outcome in results:
            counts[outcome] += 1
            if outcome == "failed":
                print(f"failed: {name}")
    if counts["skipped"]:
        print(f"{counts['skipped']} skipped")
    print(f"{counts['passed']} passed, {counts['failed']} failed", flush=True)
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
