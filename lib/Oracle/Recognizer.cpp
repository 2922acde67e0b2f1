//===- Recognizer.cpp - A slow, obvious recogniser of the IR --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Oracle/Recognizer.h"

#include "Engine.h"

#include <algorithm>

namespace weir::oracle {

std::vector<Symbol> symbols(std::string_view Text) {
  std::vector<Symbol> Out;
  for (char C : Text)
    Out.push_back(Symbol::byte(uint8_t(C)));
  return Out;
}

/// A state is the index of a term.
class Recognizer::Impl {
public:
  Impl(const ir::Module &M, Limits L, TokenNames Names) : E(M, L, std::move(Names)) {}
  Engine E;

  Answer answer(bool Yes) const {
    if (E.isSpent() || (!Yes && E.isUnsure()))
      return Answer::GaveUp;
    return Yes ? Answer::Yes : Answer::No;
  }
};

static State stateOf(TermId T) { return State(T.index()); }
static TermId termOf(State S) { return TermId(S.index()); }

Recognizer::Recognizer(const ir::Module &M, Limits L, TokenNames Names)
    : P(std::make_unique<Impl>(M, L, std::move(Names))) {}
Recognizer::Recognizer(Recognizer &&) noexcept = default;
Recognizer &Recognizer::operator=(Recognizer &&) noexcept = default;
Recognizer::~Recognizer() = default;

State Recognizer::start() { return startAt(P->E.module().start()); }

State Recognizer::startAt(ir::RuleId R) {
  P->E.beginCall();
  return stateOf(P->E.ruleTerm(R, 0));
}

State Recognizer::startAt(ir::ExprId E) {
  P->E.beginCall();
  return stateOf(P->E.termOf(E, 0));
}

State Recognizer::step(State S, Symbol C) {
  P->E.beginCall();
  return stateOf(P->E.derive(termOf(S), C.IsToken ? 256 + uint64_t(C.Value) : C.Value));
}

State Recognizer::stepAll(State S, std::span<const Symbol> Text) {
  for (Symbol C : Text)
    S = step(S, C);
  return S;
}

State Recognizer::stepAll(State S, std::string_view Text) {
  for (char C : Text)
    S = step(S, Symbol::byte(uint8_t(C)));
  return S;
}

Answer Recognizer::isAccepting(State S) {
  P->E.beginCall();
  return P->answer(P->E.isNullable(termOf(S)));
}

Answer Recognizer::isViable(State S) {
  P->E.beginCall();
  return P->answer(P->E.isNonEmpty(termOf(S)));
}

Answer Recognizer::accepts(std::span<const Symbol> Text) {
  return isAccepting(stepAll(start(), Text));
}

Answer Recognizer::accepts(std::string_view Text) { return isAccepting(stepAll(start(), Text)); }

Answer Recognizer::viablePrefix(std::span<const Symbol> Text) {
  return isViable(stepAll(start(), Text));
}

Answer Recognizer::viablePrefix(std::string_view Text) { return isViable(stepAll(start(), Text)); }

ByteSet Recognizer::representatives(State S) {
  P->E.beginCall();
  return P->E.cuts(termOf(S));
}

uint32_t Recognizer::tokenId(const ir::TokenRef &T) const { return P->E.tokenId(T); }

std::vector<uint32_t> Recognizer::namedTokens() const {
  const ir::Module &M = P->E.module();
  std::vector<uint32_t> Out;
  for (uint32_t I = 0; I < M.exprCount(); ++I) {
    ir::ExprId E(I);
    if (M.op(E) == ir::Op::Token)
      Out.push_back(tokenId(M.tokenRef(E)));
    else if (M.op(E) == ir::Op::AnyTokenExcept)
      for (const ir::TokenRef &T : M.excludedTokens(E))
        Out.push_back(tokenId(T));
  }
  std::sort(Out.begin(), Out.end());
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  return Out;
}

} // namespace weir::oracle
