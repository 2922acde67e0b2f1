//===- Explain.cpp - Why a token may come or not ------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The token is tried on a fork. When it is refused, what stands in its way is looked for
// in the order in which a person would ask: has the text ended, is the token banned, is
// it one that only a name matches, and at which of its bytes does its text stop?
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/Explain.h"

#include "weir/Support/ByteSetText.h"
#include "weir/Support/Escape.h"

#include <algorithm>

namespace weir {

using Reason = Explanation::Reason;

static std::string_view textOf(const Vocabulary &V, TokenId T) {
  if (!V.contains(T))
    return {};
  return {reinterpret_cast<const char *>(V.bytes(T).data()), V.bytes(T).size()};
}

Explanation explain(const Matcher &Where, TokenId T) {
  Explanation E;
  Matcher M = Where.fork();
  const Vocabulary &V = M.vocabulary();
  const std::string_view Text = textOf(V, T);
  const Status Answer = M.tryAccept(T);
  if (Answer == Status::Ok) {
    M.undo(1);
  } else if (Answer == Status::Terminated) {
    E.Why = Reason::Terminated;
  } else if (Answer != Status::Rejected) {
    E.Why = Reason::Budget;
    E.Limit = M.lastErrorText();
  } else {
    const std::span<const TokenId> Stops = M.stopTokens();
    const bool IsStop = std::binary_search(Stops.begin(), Stops.end(), T);
    if (M.setBanned({}).ok() && M.tryAccept(T) == Status::Ok) {
      M.undo(1);
      E.Why = Reason::Banned;
    } else if (IsStop) {
      E.Why = Reason::Incomplete;
    } else if (!V.contains(T) || V.kind(T) == TokenKind::Gap) {
      E.Why = Reason::NoBytes;
    } else if (V.isSpecial(T)) {
      E.Why = Reason::NotNamed;
    } else if (Text.empty()) {
      E.Why = Reason::NoBytes;
    } else {
      E.Byte = M.validateBytes(Text);
      // The part that can be read is read, so that the matcher stands where it stops.
      if (E.Byte != 0)
        M.acceptBytes(Text.substr(0, E.Byte));
      E.Why = E.Byte == Text.size() ? Reason::BytesOnly : Reason::AtByte;
    }
  }
  E.Rules = M.openRules();
  std::reverse(E.Rules.begin(), E.Rules.end());
  E.Expected = M.nextBytes();
  E.MayEnd = M.isAccepting();
  return E;
}

static std::string_view sentence(Reason Why) {
  switch (Why) {
  case Reason::Allowed:
    return "allowed";
  case Reason::Budget:
    return "not known";
  case Reason::Terminated:
    return "refused: a stop token has ended the text";
  case Reason::Banned:
    return "refused: it is banned, the grammar allows it";
  case Reason::Incomplete:
    return "refused: the text is not complete";
  case Reason::NotNamed:
    return "refused: the grammar names it nowhere here, and its text does not count";
  case Reason::NoBytes:
    return "refused: it has no bytes";
  case Reason::BytesOnly:
    return "refused: its bytes alone could come";
  case Reason::AtByte:
    break;
  }
  return "refused at its byte ";
}

std::string explanationText(const Explanation &E, const Vocabulary &V, TokenId T,
                            FunctionRef<std::string(std::string_view)> Places) {
  const std::string_view Text = textOf(V, T);
  std::string Out = "token " + std::to_string(T) + " ";
  if (!V.contains(T))
    Out += "(no id of the vocabulary)";
  else if (V.kind(T) == TokenKind::Gap)
    Out += "(no token: a gap of the vocabulary)";
  else if (V.isSpecial(T))
    Out += (V.isStop(T) ? "stop token " : "special token ") + quoted(V.name(T));
  else
    Out += quoted(Text);
  Out += ": ";
  Out += sentence(E.Why);
  if (E.Why == Reason::Budget && !E.Limit.empty())
    Out += ": " + E.Limit;
  if (E.Why == Reason::AtByte) {
    Out += std::to_string(E.Byte) + ", " + quoted(Text.substr(E.Byte, 1));
    if (E.Byte)
      Out += " (after " + quoted(Text.substr(0, E.Byte)) + ")";
  }
  Out += "\n";
  if (E.Why == Reason::Terminated)
    return Out;
  for (const std::string &Rule : E.Rules) {
    const std::string Where = Places(Rule);
    Out += "  in rule @" + Rule + (Where.empty() ? "" : " (" + Where + ")") + "\n";
  }
  if (E.Why == Reason::Allowed)
    return Out;
  if (E.Why == Reason::Budget) {
    // The limit holds for the search for what could come too.
    if (!E.Expected.empty())
      Out += "expected, as far as known: " + printByteSet(E.Expected) + "\n";
    return Out;
  }
  Out += "expected: ";
  if (!E.Expected.empty())
    Out += printByteSet(E.Expected);
  if (E.MayEnd)
    Out += E.Expected.empty() ? "the end of the text" : " or the end of the text";
  else if (E.Expected.empty())
    Out += "a token that the grammar names";
  return Out + "\n";
}

} // namespace weir
