#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same corpus against vocabularies of several sizes.

    benchmarks/vocabularies.py build/release/bin CORPUS --ids=F VOCABULARY [VOCABULARY ...]

Builds each image (timed, best of three), then runs weir-bench maskbench over the cases. Prints
tokens, megabytes and milliseconds of the image, microseconds of mask + accept and of compilation
with the first mask, and the process's largest memory.
"""
import argparse
import json
import os
import resource
import subprocess
import tempfile
import time

from plot import percentile


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("corpus")
    parser.add_argument("--ids", required=True)
    parser.add_argument("vocabularies", nargs="+")
    args = parser.parse_args()
    print(f"{'vocabulary':<14}{'tokens':>9}{'image MB':>10}{'build ms':>10}{'p50':>8}{'p90':>8}"
          f"{'p99':>9}{'p99.9':>10}{'max':>11}{'first p50':>11}{'first p99':>11}")
    with tempfile.TemporaryDirectory() as where:
        for path in args.vocabularies:
            image = os.path.join(where, "v.wvoc")
            built = []
            for _ in range(3):
                begin = time.monotonic()
                subprocess.run([f"{args.bin}/weir-vocab", "build", path, "-o", image], check=True,
                               capture_output=True)
                built.append(time.monotonic() - begin)
            info = json.loads(subprocess.run(
                [f"{args.bin}/weir-vocab", "info", image, "--format=json"], check=True,
                capture_output=True, text=True).stdout)
            out = os.path.join(where, "out.jsonl")
            subprocess.run([f"{args.bin}/weir-bench", "maskbench", args.corpus, "--vocab=" + image,
                            "--ids=" + args.ids, "--jobs=1", "--limit-s=20", "--json=" + out],
                           check=False, capture_output=True)
            masks, first = [], []
            with open(out, encoding="utf-8") as f:
                for line in f:
                    case = json.loads(line)
                    masks += case["masks_us"]
                    if case["first_us"]:
                        first.append(case["first_us"])
            name = os.path.basename(path).split(".")[0]
            tokens = info["size"]
            print(f"{name:<14}{tokens:>9,}{os.path.getsize(image) / 1e6:>10.1f}"
                  f"{min(built) * 1e3:>10,.0f}" +
                  "".join(f"{percentile(masks, s):>{w},.1f}" for s, w in
                          ((0.5, 8), (0.9, 8), (0.99, 9), (0.999, 10), (1, 11))) +
                  f"{percentile(first, 0.5):>11,.0f}{percentile(first, 0.99):>11,.0f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nlargest process: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
