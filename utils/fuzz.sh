#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs every fuzzer under libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer (clang 19).
#
#   utils/fuzz.sh [SECONDS [FUZZER…]]      default: 60 seconds each, all of them
#
# A fuzzer begins with the inputs beside its source and keeps what reaches new code in
# build/fuzz/corpora/NAME from one run to the next. An input that fails is left in
# build/fuzz/findings; copied to fuzz/NAME/regressions it becomes a test. The last line is
# "N passed, N failed", and the exit code is 0 when none failed.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Seconds=${1:-60}
shift || true
Build=build/fuzz

utils/setup.sh dev
[[ -f $Build/build.ninja ]] || cmake --preset fuzz
if [[ $# -gt 0 ]]; then Names=("$@"); else
  Names=()
  for File in fuzz/*/CMakeLists.txt; do Names+=("$(basename "$(dirname "$File")")"); done
fi
cmake --build "$Build" --target "${Names[@]}"

mkdir -p "$Build/findings"
Passed=0
Failed=0
for Name in "${Names[@]}"; do
  Kept=$Build/corpora/$Name
  mkdir -p "$Kept"
  Options=(-max_total_time="$Seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096
    -artifact_prefix="$Build/findings/$Name-" -print_final_stats=1)
  [[ -f fuzz/$Name/$Name.dict ]] && Options+=(-dict="fuzz/$Name/$Name.dict")
  Folders=("$Kept")
  for Folder in "fuzz/$Name/corpus" "fuzz/$Name/regressions"; do
    [[ -d $Folder ]] && Folders+=("$Folder")
  done
  echo "== $Name"
  if "$Build/bin/$Name" "${Options[@]}" "${Folders[@]}" >"$Build/findings/$Name.log" 2>&1; then
    Passed=$((Passed + 1))
    grep -E 'number_of_executed_units|new_units_added|peak_rss' "$Build/findings/$Name.log" || true
  else
    Failed=$((Failed + 1))
    grep -E 'ERROR|does not hold|Assertion|SUMMARY|Test unit written' "$Build/findings/$Name.log" ||
      tail -n 20 "$Build/findings/$Name.log"
  fi
done
echo "$Passed passed, $Failed failed"
[[ $Failed == 0 ]]
