//===- Forced.cpp - What must come next ------------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bytes are forced as long as exactly one may come. Tokens are another matter: a model
// that reads {"na|me" where it would have written {"|name is led astray. So the tokens
// of the forced bytes are those of the tokenizer, and only such that whatever
// follows cannot change. The text F is forced; what comes after it begins with a
// byte of After:
//
//   F  =  n a m e " : ␠          a token that reaches beyond F starts at a place c < |F|
//                     ^ c        where F[c..] and a byte of After lead through the trie
//                       ^ |F|    or none does, and a token ends where F does
//
// In either case the tokens before c are those of the text up to c (a run of tokens
// that a tokenizer writes is what it writes for the run's text). The common beginning
// over all c is certain.
//
// While a prefix is to be covered, a mask is the tokens along the prefix in the trie,
// and those below its end that go on into the grammar.
//
//===----------------------------------------------------------------------===//
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

/// More places where a token may reach beyond the forced bytes: nothing is forced then.
static constexpr size_t MaxCuts = 64;

std::string Matcher::Impl::forcedBytes(size_t MaxBytes, ByteSet &After) {
  std::string Out;
  After = ByteSet::all();
  if (head().Terminated || !head().ConfigsCount)
    return Out;
  Out = owed().substr(0, MaxBytes);
  if (Out.size() < owed().size())
    return Out;
  ConfigList L = load();
  for (;;) {
    S.Complete = false;
    const ConfigList Ready = S.expand(L);
    if (S.OverBudget)
      break;
    ByteSet Candidates;
    bool HasSymbols = false;
    for (uint32_t I = Ready.Begin; I < Ready.End; ++I) {
      const StateId At = Temp.Pool[I].State;
      HasSymbols |= (G.state(At).Flags & StateHasSymbols) != 0;
      G.forEachRange(At, [&](unsigned First, unsigned Last, uint32_t Action) {
        if (Action != ActionDead)
          Candidates |= ByteSet::range(First, Last);
      });
    }
    After = Candidates;
    if (S.Complete || HasSymbols || Out.size() >= MaxBytes)
      return Out;
    // Guards may refuse what the rows allow.
    ByteSet Alive;
    const Scratch::Mark Before = Temp.mark();
    for (unsigned B = Candidates.next(0); B < 256 && Alive.size() < 2; B = Candidates.next(B + 1)) {
      Temp.Pending.push_back(uint8_t(B));
      if (!S.stepReady(Ready, uint8_t(B)).empty())
        Alive.insert(uint8_t(B));
      Temp.release(Before);
    }
    if (S.OverBudget)
      break;
    if (Alive.size() != 1)
      return Out;
    const uint8_t B = uint8_t(Alive.next(0));
    Temp.Pending.push_back(B);
    L = S.stepReady(Ready, B);
    Out += char(B);
  }
  LastError = Status::BudgetExceeded;
  return Out;
}

std::vector<TokenId> Matcher::Impl::forcedTokens(TokenizeFn Tokenize, size_t Max, size_t LookBack) {
  ByteSet After;
  const std::string Forced = forcedBytes(1 << 16, After);
  if (Forced.empty() || Max == 0)
    return {};
  const Vocabulary &V = Tables->vocabulary();

  // The tokens before, as far as they are text and what the tokenizer itself makes of it.
  std::vector<TokenId> Tail;
  for (uint32_t I = Heads.size(); I-- > 1 && Tail.size() < LookBack;) {
    const uint32_t T = Heads[I].Token;
    if (T == NoIndex || !V.isText(T))
      break;
    Tail.push_back(T);
  }
  std::reverse(Tail.begin(), Tail.end());
  std::string Text;
  std::vector<TokenId> Split;
  for (;; Tail.erase(Tail.begin())) {
    Text.clear();
    for (TokenId T : Tail)
      Text.append(reinterpret_cast<const char *>(V.bytes(T).data()), V.bytes(T).size());
    if (Tail.size() <= 1)
      break;
    Split.clear();
    if (!Tokenize(Text, Split))
      return {};
    if (Split == Tail)
      break;
  }

  // Where the last token of the forced bytes may begin.
  const size_t Start = Text.size();
  Text += Forced;
  std::vector<size_t> Cuts{Text.size()};
  const size_t Reach = std::min<size_t>(Forced.size(), V.maxTokenBytes());
  for (size_t C = Text.size() - Reach; C < Text.size(); ++C) {
    const std::string_view Rest = std::string_view(Text).substr(C);
    const uint32_t Node = V.find({reinterpret_cast<const uint8_t *>(Rest.data()), Rest.size()});
    bool Goes = false;
    if (Node != TokenTrie::None)
      V.trie().forEachChild(Node, [&](uint32_t N) { Goes |= After.contains(V.trie()[N].Byte); });
    if (Goes)
      Cuts.push_back(C);
  }
  if (Cuts.size() > MaxCuts)
    return {};

  std::vector<TokenId> Common;
  for (size_t I = 0; I < Cuts.size(); ++I) {
    Split.clear();
    if (!Tokenize(std::string_view(Text).substr(0, Cuts[I]), Split))
      return {};
    if (I == 0)
      Common = Split;
    const auto Differ = std::mismatch(Common.begin(), Common.end(), Split.begin(), Split.end());
    Common.erase(Differ.first, Common.end());
  }
  if (Common.size() < Tail.size() || !std::equal(Tail.begin(), Tail.end(), Common.begin()))
    return {};
  Common.erase(Common.begin(), Common.begin() + ptrdiff_t(Tail.size()));
  if (Common.size() > Max)
    Common.resize(Max);

  // The tokens must spell the bytes.
  size_t At = Start;
  for (size_t I = 0; I < Common.size(); ++I) {
    const std::span<const uint8_t> Bytes =
        V.contains(Common[I]) ? V.bytes(Common[I]) : std::span<const uint8_t>();
    if (Bytes.empty() || Bytes.size() > Text.size() - At ||
        !std::equal(Bytes.begin(), Bytes.end(),
                    reinterpret_cast<const uint8_t *>(Text.data()) + At)) {
      Common.resize(I);
      break;
    }
    At += Bytes.size();
  }
  return Common;
}

/// Writes the mask while part of the prefix is to be covered; false when over budget.
bool Matcher::Impl::fillHealing(std::span<MaskWord> Row) {
  std::fill(Row.begin(), Row.end(), 0);
  const ConfigList Now = load();
  if (Now.empty())
    return true;
  const TokenTrie &Trie = Tables->vocabulary().trie();
  const TrieFans &Fans = Tables->impl().Fans;
  const TrieChild *Node = &Fans.root();
  for (char C : owed()) {
    Node = Fans.find(*Node, uint8_t(C));
    if (!Node)
      return true;
    for (TokenId T : Trie.tokensAt(Node->Node))
      setBit(Row, T);
  }
  const ConfigList Ready = S.expand(Now);
  bool Ok = !S.OverBudget;
  for (uint32_t I = Ready.Begin; I < Ready.End; ++I) {
    const Frame Atom = Temp.Pool[I];
    for (const TrieChild &C : Fans.of(*Node)) {
      WalkIds.clear();
      // (What is doubtful would have to be asked about behind the prefix.)
      Ok = Ok && PlainWalk.collectBelow(Atom, C, WalkIds);
      for (TokenId T : WalkIds)
        setBit(Row, T);
    }
  }
  return Ok && !S.OverBudget;
}

} // namespace weir
