#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs what is missing, builds everything and runs every test.
#
#   utils/check.sh [PRESET]         default: debug. The build is in build/PRESET.
#
# The last line is "N passed, N failed", over the unit tests, the lit tests and the fuzzers; the exit
# code is 0 when something ran and nothing failed. WEIR_DATA_DIR, when set, names a folder of large
# test data (vocabularies, corpora); the tests that need it are skipped without it. With the preset
# debug each fuzzer runs too, for WEIR_FUZZ_SECONDS (20; 0: they are left out).

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Preset=${1:-debug}
Build=build/$Preset
Results=$Build/results

case $Preset in
  clang|asan|tsan|fuzz) utils/setup.sh dev ;;
  *) utils/setup.sh test; export CC=${CC:-gcc} CXX=${CXX:-g++} ;;
esac

fail() {
  echo "check.sh: $1"
  echo "0 passed, 1 failed"
  exit 1
}

cmake --preset "$Preset" -DWEIR_STRICT_PARTS=ON \
  ${WEIR_DATA_DIR:+-DWEIR_DATA_DIR="$WEIR_DATA_DIR"} ||
  fail "the configuration failed"
cmake --build "$Build" || fail "the build failed"

rm -rf "$Results"
mkdir -p "$Results"

echo "== unit tests"
ctest --test-dir "$Build" --output-on-failure --progress -j "$(nproc)" \
  --output-junit "$PWD/$Results/ctest.xml" >"$Results/ctest.log" 2>&1 || true
# Of a long log only what failed is of interest.
grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed|^ +Start +[0-9]+:|^Test project|^\[[0-9]+/' \
  "$Results/ctest.log" | sed '/^$/d' | tail -n 400

if [[ -f $Build/test/lit.site.cfg.py ]]; then
  Python=$(sed -n 's/^WEIR_PYTHON:[A-Z]*=//p' "$Build/CMakeCache.txt")
  Lit=$(sed -n 's/^WEIR_LIT:[A-Z]*=//p' "$Build/CMakeCache.txt")
  echo "== lit tests"
  "$Python" "$Lit" "$Build/test" -sv --no-progress-bar -o "$Results/lit.json" || true
  # What each weir-opt run reads, makes and writes must survive a round trip through text.
  mapfile -t RoundTrip < <(grep -rlE '^(#|//) RUN:.*weir-opt' test | sort | sed "s,^,$Build/,")
  if [[ ${#RoundTrip[@]} -gt 0 ]]; then
    echo "== lit tests, printing and parsing back what weir-opt reads, makes and writes"
    WEIR_OPT_ROUND_TRIP=1 "$Python" "$Lit" "${RoundTrip[@]}" -sv --no-progress-bar \
      -o "$Results/lit-round-trip.json" || true
  fi
fi

# The libraries must not come to need LLVM or ANTLR; with ccache this costs seconds.
if [[ $Preset == debug ]]; then
  echo "== libraries without LLVM and ANTLR"
  Code=FAIL
  if cmake --preset core -DWEIR_STRICT_PARTS=ON >"$Results/core.log" 2>&1 &&
     cmake --build build/core --target weir weir_static weir_rt weir_rt_static \
       >>"$Results/core.log" 2>&1 &&
     utils/check-layers.py needed build/core/lib/libweir.so build/core/lib/libweir_rt.so; then
    Code=PASS
  else
    tail -n 40 "$Results/core.log"
  fi
  printf '{"tests": [{"name": "preset core builds", "code": "%s"}]}\n' $Code >"$Results/core.json"
fi

# The fuzzers for a short while each, from the inputs beside their sources. They are built apart,
# with clang and sanitizers.
if [[ $Preset == debug && ${WEIR_FUZZ_SECONDS:-20} != 0 ]]; then
  echo "== fuzzers"
  WEIR_FUZZ_SEED=1 WEIR_FUZZ_FRESH=1 utils/fuzz.sh "${WEIR_FUZZ_SECONDS:-20}" \
    >"$Results/fuzz.log" 2>&1 || true
  tail -n 60 "$Results/fuzz.log" | grep -vE '^\[|^-- |passed, [0-9]+ failed$' || true
  # (Not there when something failed to build; then that counts as a failure.)
  cp build/fuzz/results.json "$Results/fuzz.json" ||
    echo '{"tests": [{"name": "fuzz :: build", "code": "FAIL"}]}' >"$Results/fuzz.json"
fi

exec python3 utils/count-tests.py "$Results"/*.xml "$Results"/*.json
