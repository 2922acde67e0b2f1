#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs the formatter (check only) and the linter.
#
#   utils/lint.sh [--fix] [--no-tidy] [PATH...]     default: every C and C++ file under version
#                                                    control
#
# The linter needs a configured build (build/clang, else build/debug) for the compile commands.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Mode=(--dry-run -Werror)
Tidy=1
Paths=()
for Argument in "$@"; do
  case $Argument in
    --fix) Mode=(-i) ;;
    --no-tidy) Tidy=0 ;;
    *) Paths+=("$Argument") ;;
  esac
done
mapfile -t Files < <(git ls-files -- "${Paths[@]:-.}" | grep -E '\.(h|hpp|c|cpp)$' |
                     grep -vE '(^|/)Inputs/')
[[ ${#Files[@]} -gt 0 ]] || { echo "lint.sh: no files" >&2; exit 2; }

Status=0
clang-format-19 "${Mode[@]}" "${Files[@]}" || Status=1

if [[ $Tidy == 1 ]]; then
  Build=build/clang
  [[ -f $Build/compile_commands.json ]] || Build=build/debug
  # A file no configuration compiles (another layer switched off) has no command and is left out.
  mapfile -t Units < <(printf '%s\n' "${Files[@]}" | grep -E '\.cpp$' | while read -r File; do
    if grep -qF "\"$PWD/$File\"" "$Build/compile_commands.json"; then echo "$File"; fi
  done)
  if [[ ${#Units[@]} -gt 0 ]]; then
    printf '%s\0' "${Units[@]}" |
      xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 -p "$Build" --quiet || Status=1
  fi
fi
exit $Status
