#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Builds libweir_rt for AArch64 Linux and for Windows with Debian's cross compilers, and runs the
# former under qemu-user on the artifacts of the fuzzer's corpus: the masks must be those of this
# machine, whose library is given.
#
#   utils/cross.sh NATIVE-libweir_rt.a [TARGET…]    TARGET: weir_rt_static (default), weir_static

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
Native=${1:?the library of this machine}
shift
Targets=("${@:-weir_rt_static}")

utils/setup.sh cross
for Triple in aarch64-linux-gnu x86_64-w64-mingw32; do
  Build=build/cross-$Triple
  cmake -S . -B "$Build" -G Ninja --toolchain "cmake/toolchain-$Triple.cmake" \
    -DCMAKE_BUILD_TYPE=Release -DWEIR_ENABLE_ANTLR=OFF -DWEIR_ENABLE_LLVM=OFF \
    -DWEIR_BUILD_TOOLS=OFF -DWEIR_BUILD_TESTS=OFF -DWEIR_BUILD_BENCHMARKS=OFF >/dev/null
  cmake --build "$Build" --target "${Targets[@]}"
done

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
