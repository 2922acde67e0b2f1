#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# From a fresh machine to text generated under a grammar, in one command: installs what is missing,
# builds the tools, and does Weir's main job for a JSON Schema and a GBNF grammar over the embedded
# demo vocabulary. Nothing is downloaded but packages.
#
#   utils/quickstart.sh

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# Shows a command as it could be typed, then runs it. A third kind of outcome besides success is a
# rejection (exit code 1), which some steps are there to show.
show() {
  local Expected=$1 Code=0
  shift
  local Word Line='$'
  for Word in "$@"; do
    [[ $Word =~ ^[A-Za-z0-9_./=:-]+$ ]] && Line+=" $Word" || Line+=" '$Word'"
  done
  printf '%s\n' "$Line"
  "$@" || Code=$?
  if [[ $Code -ne $Expected ]]; then
    echo "quickstart.sh: exit code $Code, but $Expected was expected" >&2
    exit 1
  fi
}

say "1. Installing what is missing and building the tools (some minutes the first time)"
utils/setup.sh build
Log=build/quickstart.log
mkdir -p build
if ! { cmake --preset release && cmake --build build/release --target weirc weir-run; } >"$Log" 2>&1
then
  tail -n 40 "$Log" >&2
  echo "quickstart.sh: the build failed; all of its output is in $Log" >&2
  exit 1
fi
export PATH=$PWD/build/release/bin:$PATH
Out=build/quickstart
rm -rf "$Out"
mkdir -p "$Out"
cd examples/quickstart

demonstrate() {
  local Spec=$1 After=$2 Good=$3 Bad=$4
  show 0 cat "$Spec"

  say "   compiled to grammar IR: what the passes work on"
  show 0 weirc "$Spec" -emit=ir -O1

  say "   the mask: which tokens of the demo vocabulary may come next, after '$After'"
  show 0 weir-run mask "$Spec" --vocab=demo --after="$After" --max-shown=12

  say "   text written under the masks, each token drawn at random from what is allowed"
  show 0 weir-run sample "$Spec" --vocab=demo --seed=1 --count=3 --random=24 --format=text

  say "   the grammar as a judge: one text that is in the language, one that is not"
  printf '%s' "$Good" >"../../$Out/good.txt"
  printf '%s' "$Bad" >"../../$Out/bad.txt"
  show 0 weir-run check "$Spec" "../../$Out/good.txt"
  show 1 weir-run check "$Spec" "../../$Out/bad.txt"
}

say "2. A JSON Schema"
demonstrate order.schema.json '{"name": "Ada", "size": ' \
  '{"name": "Ada", "size": "small", "count": 12}' \
  '{"name": "Ada", "size": "small", "count": 13}'

say "3. A GBNF grammar"
demonstrate sums.gbnf '12 * (3 + ' \
  '12 * (3 + 4) = 84' \
  '12 * (3 + 4 = 84'

say "Done. The tools are in build/release/bin; each explains itself with --help."
