//===- Explain.cpp - weir-run explain: why may a token come or not? -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

#include "weir/Dump/GrammarText.h"
#include "weir/Support/Escape.h"

#include <cstdio>

namespace weir {

static std::string expected(Matcher &M) {
  std::string Out = "expected: ";
  ByteSet Next = M.nextBytes();
  if (!Next.empty())
    Out += printByteSet(Next);
  if (M.isAccepting())
    Out += Next.empty() ? "the end of the text" : " or the end of the text";
  else if (Next.empty())
    Out += "a token that the grammar names";
  return Out + "\n";
}

int runExplain(RunSession &S) {
  const TokenId T = S.Token;
  if (!S.V->contains(T)) {
    S.Tool.Diags.report({}, DiagId::VocabTokenId) << std::to_string(T) << uint64_t(S.V->size() - 1);
    return ExitUsage;
  }
  std::optional<Matcher> M = S.matcher();
  if (!M)
    return ExitUsage;
  if (int Code = S.moveAfter(*M))
    return Code;

  std::span<const uint8_t> Bytes = S.V->bytes(T);
  std::string_view Text(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
  std::string Out = "token " + std::to_string(T) + " ";
  switch (S.V->kind(T)) {
  case TokenKind::Gap:
    Out += "(no token: a gap of the vocabulary)";
    break;
  case TokenKind::Special:
    Out += std::string(S.V->isStop(T) ? "stop token " : "special token ") + quoted(S.V->name(T));
    break;
  case TokenKind::Ordinary:
  case TokenKind::Added:
    Out += quoted(Text);
    break;
  }
  bool Allowed = M->tokenAllowed(T);
  if (S.reportFailure(*M))
    return ExitUsage;
  if (Allowed) {
    Out += ": allowed\n" + S.openRules(*M);
    S.Tool.writeOutput("", Out);
    return ExitYes;
  }
  if (M->isTerminated()) {
    Out += ": refused: a stop token has ended the text\n";
  } else if (Text.empty()) {
    if (S.V->isStop(T))
      Out += ": refused: the text is not complete\n";
    else if (S.V->isSpecial(T))
      Out += ": refused: the grammar names it nowhere here, and its text does not count\n";
    else
      Out += ": refused: it has no bytes\n";
    Out += S.openRules(*M) + expected(*M);
  } else {
    size_t Read = M->validateBytes(Text);
    if (Read != 0)
      M->acceptBytes(Text.substr(0, Read));
    if (Read == Text.size())
      Out += ": refused: its bytes alone could come\n";
    else
      Out += ": refused at its byte " + std::to_string(Read) + ", " + quoted(Text.substr(Read, 1)) +
             (Read ? " (after " + quoted(Text.substr(0, Read)) + ")\n" : "\n");
    Out += S.openRules(*M) + expected(*M);
  }
  S.Tool.writeOutput("", Out);
  return ExitNo;
}

} // namespace weir
