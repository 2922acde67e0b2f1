#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs what Weir needs on a Debian 12 (or compatible) machine. Safe to run again: when all
# packages are there it does nothing and needs no network.
#
#   utils/setup.sh [core|build|test|dev|cross]    default: dev; each but cross includes those before
#
#     core    the libraries, with a bare compiler
#     build   and the tools and the grammar languages (LLVM 19, ANTLR 4)
#     test    and everything utils/check.sh runs: libFuzzer and the sanitizers come with clang
#     dev     and the formatter and the linter
#     cross   what core has, and compilers for AArch64 and Windows, and an emulator for the former

set -euo pipefail

Core=(g++ cmake ninja-build ccache python3 rapidjson-dev libfmt-dev unicode-data)
Build=(llvm-19-dev libzstd-dev zlib1g-dev libedit-dev libcurl4-openssl-dev
       antlr4 libantlr4-runtime-dev uuid-dev default-jre-headless liblzma-dev mold)
Test=(git llvm-19-tools libgtest-dev libbenchmark-dev python3-jsonschema python3-psutil
      xz-utils binutils pkg-config clang-19 libclang-rt-19-dev)
Dev=(clang-format-19 clang-tidy-19)
Cross=(g++-aarch64-linux-gnu qemu-user g++-mingw-w64-x86-64-posix)

Profile=${1:-dev}
case $Profile in
  core)  Packages=("${Core[@]}") ;;
  build) Packages=("${Core[@]}" "${Build[@]}") ;;
  test)  Packages=("${Core[@]}" "${Build[@]}" "${Test[@]}") ;;
  dev)   Packages=("${Core[@]}" "${Build[@]}" "${Test[@]}" "${Dev[@]}") ;;
  cross) Packages=("${Core[@]}" "${Cross[@]}") ;;
  *) sed -n '3,14s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "setup.sh: this is no Debian system; please install the equivalents of:" >&2
  printf '  %s\n' "${Packages[@]}" >&2
  exit 1
fi

missing() {
  local P
  for P in "${Packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$P" 2>/dev/null) == installed ]] || echo "$P"
  done
}

mapfile -t Missing < <(missing)
if [[ ${#Missing[@]} -eq 0 ]]; then
  exit 0
fi

Sudo=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "setup.sh: run as root, or install sudo; missing: ${Missing[*]}" >&2
    exit 1
  fi
  Sudo=(sudo)
fi

# A mirror that does not answer is tried again; anything else that apt-get refuses stays refused on
# the last try, and its message is shown.
apt() {
  local Try
  for Try in 1 2 3 4; do
    if "${Sudo[@]}" env DEBIAN_FRONTEND=noninteractive timeout 900 apt-get -q \
         -o Acquire::Retries=3 -o Acquire::http::Timeout=60 -o DPkg::Lock::Timeout=600 "$@"; then
      return 0
    fi
    echo "setup.sh: 'apt-get $1' failed (try $Try of 4)" >&2
    sleep $((Try * 5))
  done
  return 1
}

echo "setup.sh: installing ${Missing[*]}"
apt update
apt install -y --no-install-recommends "${Missing[@]}"
