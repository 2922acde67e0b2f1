#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs every fuzzer under libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer (clang 19), as
# many side by side as there are processors.
#
#   utils/fuzz.sh [SECONDS [FUZZER…]]      default: 60 seconds each, all of them
#
# A fuzzer begins with the inputs beside its source and keeps what reaches new code in
# build/fuzz/corpora/NAME from one run to the next. An input that fails is left in
# build/fuzz/findings; copied to fuzz/NAME/regressions it becomes a test. The last line is
# "N passed, N failed", and the exit code is 0 when none failed. The same is in
# build/fuzz/results.json, in the form that utils/count-tests.py reads.
#
# WEIR_FUZZ_SEED=N draws from a fixed seed. WEIR_FUZZ_FRESH=1 begins without what earlier runs kept.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Seconds=${1:-60}
shift || true
Build=build/fuzz

rm -f "$Build/results.json"
utils/setup.sh test
[[ -f $Build/build.ninja ]] || cmake --preset fuzz
if [[ $# -gt 0 ]]; then Names=("$@"); else
  Names=()
  for File in fuzz/*/CMakeLists.txt; do Names+=("$(basename "$(dirname "$File")")"); done
fi
cmake --build "$Build" --target "${Names[@]}"

mkdir -p "$Build/findings"

# Runs one; what it prints goes to findings/NAME.log.
run() {
  local Name=$1 Kept=$Build/corpora/$1 Folder Folders
  if [[ -n ${WEIR_FUZZ_FRESH:-} ]]; then
    Kept=$Build/corpora-fresh/$Name
    rm -rf "$Kept"
  fi
  mkdir -p "$Kept"
  Folders=("$Kept") # the first one is written to
  for Folder in "fuzz/$Name/corpus" "fuzz/$Name/regressions"; do
    [[ -d $Folder ]] && Folders+=("$Folder")
  done
  local Options=(-max_total_time="$Seconds" -timeout=60 -rss_limit_mb=2048 -max_len=8192
    -seed="${WEIR_FUZZ_SEED:-0}" -artifact_prefix="$Build/findings/$Name-" -print_final_stats=1)
  [[ -f fuzz/$Name/$Name.dict ]] && Options+=(-dict="fuzz/$Name/$Name.dict")
  "$Build/bin/$Name" "${Options[@]}" "${Folders[@]}" >"$Build/findings/$Name.log" 2>&1
}

declare -A Running=() # process to name
Passed=0
Failed=0
Entries=()

# Waits for one of those that run, and says how it went.
collect() {
  local Pid Name Log Code=PASS
  wait -n -p Pid "${!Running[@]}" || Code=FAIL
  Name=${Running[$Pid]}
  Log=$Build/findings/$Name.log
  unset "Running[$Pid]"
  Entries+=("{\"name\": \"fuzz :: $Name\", \"code\": \"$Code\"}")
  if [[ $Code == PASS ]]; then
    Passed=$((Passed + 1))
    echo "$Name: $(sed -n 's/^stat::\([a-z_]*\): *\([0-9]*\)$/\1 \2/p' "$Log" | paste -sd ' ')"
  else
    Failed=$((Failed + 1))
    echo "$Name: FAILED, see $Log"
    grep -E 'ERROR|does not hold|Assertion|SUMMARY|Test unit written' "$Log" || tail -n 20 "$Log"
  fi
}

for Name in "${Names[@]}"; do
  while [[ ${#Running[@]} -ge $(nproc) ]]; do collect; done
  run "$Name" &
  Running[$!]=$Name
done
while [[ ${#Running[@]} -gt 0 ]]; do collect; done

(IFS=,; echo "{\"tests\": [${Entries[*]}]}") >"$Build/results.json"
echo "$Passed passed, $Failed failed"
[[ $Failed == 0 ]]
