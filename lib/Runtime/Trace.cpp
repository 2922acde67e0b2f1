//===- Trace.cpp - What was asked of a matcher last ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Trace.h"

#include "weir/Support/Escape.h"

#include <algorithm>

namespace weir {

void TraceRing::put(Kind K, uint64_t Value, Status Answer, std::string_view Bytes) {
  Event &E = Ring[Count++ % Ring.size()];
  E.Value = Value;
  E.What = K;
  E.Answer = Answer;
  std::copy_n(Bytes.begin(), std::min(Bytes.size(), E.Bytes.size()), E.Bytes.begin());
}

std::string TraceRing::text(const Vocabulary &V) const {
  std::string Out;
  const uint64_t First = Count > Ring.size() ? Count - Ring.size() : 0;
  for (uint64_t I = First; I < Count; ++I) {
    const Event &E = Ring[I % Ring.size()];
    const std::string Value = std::to_string(E.Value);
    Out += std::to_string(I) + " ";
    switch (E.What) {
    case Kind::Accept:
    case Kind::Allowed:
      Out += (E.What == Kind::Accept ? "accept " : "token_allowed ") + Value;
      if (V.contains(TokenId(E.Value))) {
        std::span<const uint8_t> Bytes = V.bytes(TokenId(E.Value));
        std::string_view Text(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
        Out += " " + (Text.empty() ? std::string(V.name(TokenId(E.Value))) : quoted(Text));
      }
      break;
    case Kind::Bytes: {
      const size_t Kept = size_t(std::min<uint64_t>(E.Value, E.Bytes.size()));
      Out += "accept_bytes " + quoted(std::string_view(E.Bytes.data(), Kept));
      if (Kept < E.Value)
        Out += "... (" + Value + " bytes)";
      break;
    }
    case Kind::Mask:
    case Kind::View:
      Out += (E.What == Kind::Mask ? "fill_mask " : "view_mask ") + Value;
      break;
    case Kind::Rollback:
      Out += "rollback " + Value;
      break;
    case Kind::Reset:
      Out += "reset";
      break;
    case Kind::Bans:
      Out += "ban " + Value + " tokens";
      break;
    case Kind::Fork:
      Out += "fork";
      break;
    }
    Out += ": " + std::string(statusName(E.Answer)) + "\n";
  }
  return Out;
}

} // namespace weir
