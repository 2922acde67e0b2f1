//===- Explain.cpp - weir-run explain: why may a token come or not? -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

#include "weir/Runtime/Explain.h"

namespace weir {

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

  const Explanation E = explain(*M, T);
  if (E.Why == Explanation::Reason::Budget)
    return S.reportLimit(Status::BudgetExceeded), ExitUsage;
  S.Tool.writeOutput(
      "", explanationText(E, *S.V, T, [&](std::string_view Rule) { return S.placesOf(Rule); }));
  return E.Why == Explanation::Reason::Allowed ? ExitYes : ExitNo;
}

} // namespace weir
