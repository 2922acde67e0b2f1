#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Builds Weir's libraries for AArch64 Linux and for Windows with Debian's cross compilers, and runs
# the former under qemu-user on the artifacts of the fuzzer's corpus: the masks must be those of
# this machine, whose library is given.
#
#   utils/cross.sh NATIVE-libweir_rt.a [TARGET…]
#
# TARGET is weir_rt_static (default) or weir_static, with which examples/c is linked for Windows; or
# unit tests (RuntimeTests; unittests for all), which are built for AArch64 only and run under
# qemu-user. WEIR_CROSS_FLAGS (-O2) is how to compile.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
Native=${1:?the library of this machine}
shift
Libraries=()
Tests=()
for Target in "${@:-weir_rt_static}"; do
  case $Target in
    *Tests|unittests) Tests+=("$Target") ;;
    *) Libraries+=("$Target") ;;
  esac
done
Flags=${WEIR_CROSS_FLAGS:--O2}

utils/setup.sh cross
for Triple in aarch64-linux-gnu x86_64-w64-mingw32; do
  Build=build/cross-$Triple
  WithTests=OFF
  [[ $Triple == aarch64* && ${#Tests[@]} -gt 0 ]] && WithTests=ON
  cmake -S . -B "$Build" -G Ninja --toolchain "cmake/toolchain-$Triple.cmake" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="$Flags" -DCMAKE_CXX_FLAGS_RELEASE="$Flags" \
    -DWEIR_ENABLE_ANTLR=OFF -DWEIR_ENABLE_LLVM=OFF -DWEIR_BUILD_TOOLS=OFF \
    -DWEIR_BUILD_TESTS=$WithTests -DWEIR_BUILD_BENCHMARKS=OFF >/dev/null
  cmake --build "$Build" --target weir_rt_static "${Libraries[@]}"
done

if [[ " ${Libraries[*]} " == *" weir_static "* ]]; then
  Windows=build/cross-x86_64-w64-mingw32
  x86_64-w64-mingw32-gcc-posix -std=c99 -Iinclude -c examples/c/first_mask.c \
    -o "$Windows/first_mask.o"
  x86_64-w64-mingw32-g++-posix -static "$Windows/first_mask.o" "$Windows/lib/libweir.a" \
    -o "$Windows/first_mask.exe"
  echo "examples/c/first_mask.c is linked for Windows: $(wc -c <"$Windows/first_mask.exe") bytes"
fi

Out=build/cross-aarch64-linux-gnu
gcc -std=c99 -Iinclude -c utils/cross/masks.c -o "$Out/masks-native.o"
g++ "$Out/masks-native.o" "$Native" -o "$Out/masks-native"
aarch64-linux-gnu-gcc -std=c99 -Iinclude -c utils/cross/masks.c -o "$Out/masks.o"
aarch64-linux-gnu-g++ -static "$Out/masks.o" "$Out/lib/libweir_rt.a" -o "$Out/masks"
Same=0
for Artifact in fuzz/artifact-fuzzer/corpus/[a-z].wtab; do
  Here=$("$Out/masks-native" "$Artifact" utils/cross/bytes.wvoc 2>&1 || true)
  There=$(qemu-aarch64 "$Out/masks" "$Artifact" utils/cross/bytes.wvoc 2>&1 || true)
  echo "$(basename "$Artifact"): $There"
  if [[ $Here != "$There" ]]; then
    echo "cross.sh: on this machine: $Here" >&2
    exit 1
  fi
  Same=$((Same + 1))
done
echo "$Same artifacts have the same masks"

if [[ ${#Tests[@]} -gt 0 ]]; then
  cmake --build "$Out" --target "${Tests[@]}"
  export WEIR_TEST_SOURCE_DIR=$PWD
  Failed=0
  for Test in "$Out"/bin/*Tests; do
    [[ " ${Tests[*]} " == *" unittests "* || " ${Tests[*]} " == *" $(basename "$Test") "* ]] ||
      continue
    Log=$Test.log
    Code=0
    qemu-aarch64 -L /usr/aarch64-linux-gnu "$Test" --gtest_brief=1 >"$Log" 2>&1 || Code=$?
    echo "$(basename "$Test"): $(grep -E '^\[  (PASSED|FAILED)' "$Log" | head -1)"
    if [[ $Code != 0 ]]; then
      tail -n 40 "$Log"
      Failed=$((Failed + 1))
    fi
  done
  [[ $Failed == 0 ]]
fi
