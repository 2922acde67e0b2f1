#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs the engines that compare.py runs beside Weir, in their newest versions, into a virtual
# environment of its own. What cannot be installed is said; compare.py then reports it as absent.
#
#   benchmarks/peers/setup.sh [DIR]        default: build/peers
#
# Weir is called as they are, by an extension module over libweir (WEIR_LIBRARY, by default that of
# the release build); LD_LIBRARY_PATH puts another libweir in its place.

set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
Dir=${1:-build/peers}

# XGrammar imports PyTorch; Debian's is the one without gigabytes of GPU libraries.
if ! /usr/bin/python3 -c 'import torch, venv, ensurepip' 2>/dev/null; then
  Sudo=()
  [[ $(id -u) -eq 0 ]] || Sudo=(sudo)
  "${Sudo[@]}" apt-get -q update
  "${Sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    python3-venv python3-dev python3-torch ||
    echo "setup.sh: no PyTorch from Debian: XGrammar will be absent"
fi
[[ -x $Dir/bin/python ]] || /usr/bin/python3 -m venv --system-site-packages "$Dir" || exit 1

Failed=0
install() {
  if ! "$Dir/bin/pip" install -q --retries 5 --timeout 60 --upgrade "$@"; then
    echo "setup.sh: '$*' could not be installed"
    Failed=1
  fi
}
# (Debian's PyTorch is built for the numpy before 2.)
install "numpy<2"
install llguidance
install glrmask
# Its other requirements (a newer PyTorch, Triton) serve GPUs only.
install --no-deps xgrammar
install apache-tvm-ffi pydantic transformers

Library=$(realpath -m "${WEIR_LIBRARY:-build/release/lib/libweir.so}")
Headers=$("$Dir/bin/python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
Modules=$("$Dir/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
if ! cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -Iinclude -I"$Headers" \
  benchmarks/peers/WeirModule.c "$Library" -Wl,-rpath,"$(dirname "$Library")" \
  -o "$Modules/weir_peer.so"; then
  echo "setup.sh: the module over '$Library' could not be built: Weir will be absent"
  Failed=1
fi

"$Dir/bin/pip" list 2>/dev/null | grep -iE '^(llguidance|glrmask|xgrammar|torch) '
exit $Failed
