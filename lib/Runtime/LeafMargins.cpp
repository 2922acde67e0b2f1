//===- LeafMargins.cpp - How far the states of a pattern are from trouble -===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a word is looked for in a text, or must not come, all states read nearly every character,
// but not the same: behind "make" no r may come. A class that all of them read would have no
// letters. So a state is given a margin instead, the number of characters of the class that it
// reads whatever they are:
//
//   (?!.*maker)    start 4    m 3    ma 2    mak 1    make 0
//
// The tokens of the class are a row, but for those in which such a word is completed. Its last two
// bytes leave few nodes of the trie (TrieDigrams.h), from each of which the automaton is asked
// once. Where there are too many, tokens within the margin of the start are a row, and of the
// others a walk follows those that are longer than the margin of the state that they have come to.
//
//===----------------------------------------------------------------------===//
#include "LeafWalk.h"

#include <algorithm>
#include <array>

namespace weir {

/// Looked at once: `Class` must be within the one that was asked of first (findMargins).
const LeafWalk::ClassReads &LeafWalk::readsOf(StateId S, const ByteSet &Class) {
  const auto [At, IsNew] = KnownReads.try_emplace(S);
  ClassReads &Out = At->second;
  if (IsNew) {
    Out.Read = readBy(S);
    Out.Left = readClass(S, Class, Out.Partly);
    Out.Begin = uint32_t(Reads.size());
    Reads.insert(Reads.end(), Reached.begin(), Reached.end());
    Out.End = uint32_t(Reads.size());
  }
  return Out;
}

/// Finds the states that `Class` leads to from `S`, in Closed, how they lead to each other, and
/// which do not read it all. Returns what of the class is to go: what leads to states that read
/// little of it (an escape's), and what many states do not read. Nothing is found where it would
/// depend on registers, or there are too many states.
std::optional<ByteSet> LeafWalk::spreadMargins(StateId S, const ByteSet &Class) {
  constexpr size_t MaxStates = 4096, Many = 2;
  Closed.assign(1, S);
  LedBy.assign(1, {});
  Margins.clear();
  Margins.emplace(S, 0);
  Leads.clear();
  Troubled.clear();
  AsksBounds = false;
  BoundRun = NoIndex;
  ByteSet Bad;
  std::array<uint32_t, 256> Missed{};
  for (size_t I = 0; I < Closed.size(); ++I) {
    const ClassReads &Here = readsOf(Closed[I], Class);
    const ByteSet Missing = (Here.Left | Here.Partly) & Class;
    if (AsksBounds || Closed.size() > MaxStates || G.state(Closed[I]).Flags & StateAccepts)
      return std::nullopt;
    if (!Missing.empty()) {
      if (Missing.size() * 2 > Class.size()) {
        Bad |= I == 0 ? Missing : LedBy[I];
        continue;
      }
      Missing.forEach([&](uint8_t B) { ++Missed[B]; });
      Troubled.push_back(uint32_t(I));
    }
    for (uint32_t R = Here.Begin; R < Here.End; ++R) {
      const StateId To = Reads[R].first;
      const ByteSet By = Reads[R].second & Class;
      if (By.empty())
        continue;
      const auto [At, IsNew] = Margins.try_emplace(To, uint32_t(Closed.size()));
      if (IsNew) {
        Closed.push_back(To);
        LedBy.emplace_back();
      }
      LedBy[At->second] |= By;
      Leads.push_back({At->second, uint32_t(I)});
    }
  }
  ByteSet Often;
  for (unsigned B = 0; B < 256; ++B)
    if (Missed[B] * Many > Closed.size())
      Often.insert(uint8_t(B));
  // (A class has whole atoms. Where others of the atom are read it is no use to do without.)
  Often.forEach([&](uint8_t B) {
    if (Often.contains(fine::Members[fine::AtomOf[B]] & Class))
      Bad.insert(B);
  });
  return Bad;
}

/// Finds the margins of `S` and all that it leads to; false when there are none, or of few tokens.
bool LeafWalk::findMargins(StateId S) {
  constexpr size_t MaxTurns = 12;
  if (Counting)
    return false;
  if (MarginsOf == S || (!Margins.empty() && Margins.contains(S)))
    return !MarginClass.empty();
  if (tokensFrom(readBy(S)) * 4 < Trie.tokens().size())
    return false;
  // What is not found of one state is not looked for again.
  MarginsOf = S;
  MarginClass = {};
  ByteSet Class;
  for (StateId At = G.rule(G.ruleOf(S)).StatesBegin; At < G.rule(G.ruleOf(S)).StatesEnd; ++At)
    if (!(G.state(At).Flags & StateAccepts))
      Class |= readBy(At);
  Class = wholeAtoms(Class & ~ByteSet::range(0x80, 0xC1));
  KnownReads.clear();
  Reads.clear();
  for (size_t Turn = 0; Turn < MaxTurns; ++Turn) {
    const std::optional<ByteSet> Bad = spreadMargins(S, Class);
    if (!Bad)
      break;
    if (!Bad->empty()) {
      Class = wholeAtoms(Class & ~*Bad);
      if (tokensFrom(Class) < Trie.tokens().size() / MinShare)
        break;
      continue;
    }
    // Breadth first from the states that do not read all, against the leads.
    std::vector<uint32_t> Far(Closed.size(), NoIndex), Work = Troubled;
    std::sort(Leads.begin(), Leads.end());
    for (uint32_t I : Work)
      Far[I] = 0;
    for (size_t W = 0; W < Work.size(); ++W) {
      const uint32_t To = Work[W];
      for (auto L = std::lower_bound(Leads.begin(), Leads.end(), std::pair(To, uint32_t(0)));
           L != Leads.end() && L->first == To; ++L)
        if (Far[L->second] == NoIndex) {
          Far[L->second] = Far[To] + 1;
          Work.push_back(L->second);
        }
    }
    for (auto &[State, Margin] : Margins)
      Margin = Far[Margin];
    noteTroubles(Class);
    if (Class.next(0x80) < 256)
      Class |= ByteSet::range(0x80, 0xBF);
    MarginClass = Class;
    return true;
  }
  Margins.clear();
  return false;
}

/// Which bytes of the class are read nowhere behind which others, in Troubles; and what else the
/// states read, in MarginLive. Troubles are not known where more than single bytes are not read.
void LeafWalk::noteTroubles(const ByteSet &Class) {
  MarginLive = {};
  for (StateId At : Closed)
    MarginLive |= readsOf(At, Class).Read;
  Troubles.clear();
  AllTroubles = true;
  ReadNowhere = Troubled.size() == Closed.size() ? Class : ByteSet();
  for (uint32_t I : Troubled)
    ReadNowhere = ReadNowhere & ~readsOf(Closed[I], Class).Read;
  for (uint32_t I : Troubled) {
    const ClassReads &Here = readsOf(Closed[I], Class);
    const ByteSet Missing = Class & ~Here.Read, Left = (Here.Left | Here.Partly) & Class;
    // What is not dead may end the rule; beyond ASCII, characters are read in part.
    AllTroubles &= Left == Missing && Missing.next(0x80) == 256;
    Trouble T{{}, LedBy[I], Missing};
    std::vector<uint32_t> At{I}, Next;
    for (ByteSet &Before : T.Before) {
      Next.clear();
      for (uint32_t To : At)
        for (auto L = std::lower_bound(Leads.begin(), Leads.end(), std::pair(To, uint32_t(0)));
             L != Leads.end() && L->first == To; ++L)
          Next.push_back(L->second);
      std::sort(Next.begin(), Next.end());
      Next.erase(std::unique(Next.begin(), Next.end()), Next.end());
      for (uint32_t From : Next)
        Before |= LedBy[From];
      std::swap(At, Next);
    }
    // (These are the first bytes of characters; behind one of several bytes anything may be.)
    bool IsLong = false;
    auto widen = [&IsLong](ByteSet &Set) {
      if (IsLong)
        Set = ByteSet::all();
      else if (Set.next(0x80) != 256)
        Set |= ByteSet::range(0x80, 0xBF), IsLong = true;
    };
    widen(T.LedBy);
    for (ByteSet &Before : T.Before)
      widen(Before);
    Troubles.push_back(T);
  }
}

/// Clears the tokens in which something is met that is not read, from `S` on. False, and nothing is
/// cleared, when there are too many places to look at.
bool LeafWalk::clearTroubles(StateId S) {
  constexpr size_t MaxNodes = 60'000;
  const TrieDigrams &Digrams = Facts.digrams();
  if (!AllTroubles)
    return false;
  size_t Nodes = 0;
  ByteSet Pairs[256]; // by the first byte
  for (const Trouble &T : Troubles)
    T.LedBy.forEach([&](uint8_t First) { Pairs[First] |= T.Missing & ~ReadNowhere; });
  // What may stand before a pair, of one trouble each.
  std::vector<std::array<ByteSet, TrieDigrams::Known>> Before;
  auto collectBefore = [&](uint8_t First, uint8_t Second) {
    Before.clear();
    for (const Trouble &T : Troubles)
      if (T.LedBy.contains(First) && T.Missing.contains(Second) &&
          std::find(Before.begin(), Before.end(), T.Before) == Before.end())
        Before.push_back(T.Before);
  };
  auto mayBe = [&](const TrieDigrams::Befores &Bytes) {
    return std::any_of(Before.begin(), Before.end(), [&](const auto &Sets) {
      for (size_t I = 0; I < TrieDigrams::Known && Bytes[I] != TrieDigrams::NoneBefore; ++I)
        if (!Sets[I].contains(Bytes[I]))
          return false;
      return true;
    });
  };
  auto forEachPair = [&](auto F) {
    for (unsigned First = 0; First < 256; ++First)
      Pairs[First].forEach([&](uint8_t Second) { F(uint8_t(First), Second); });
  };
  forEachPair(
      [&](uint8_t First, uint8_t Second) { Nodes += Digrams.places(First, Second).Nodes.size(); });
  if (Nodes > MaxNodes)
    return false;
  auto clear = [&](uint32_t Node) {
    for (TokenId T : Trie.tokensBelow(Node))
      Row[T / 32] &= ~(1U << (T % 32));
  };
  // Tokens with a byte that no state reads.
  ReadNowhere.forEach([&](uint8_t Byte) {
    if (TokenFacts::hasRow(Byte)) {
      Facts.keepWithout(Byte, Row);
      return;
    }
    for (unsigned First = 0; First < 256; ++First)
      for (uint32_t Node : Digrams.places(uint8_t(First), Byte).Nodes)
        clear(Node);
  });
  // At the start itself, then below each path that the automaton reads.
  for (const TrieChild &C : Fans.of(Fans.root()))
    if (C.Byte < 0x80 && G.action(S, C.Byte) == ActionDead)
      clear(C.Node);
  forEachPair([&](uint8_t First, uint8_t Second) {
    collectBefore(First, Second);
    const TrieDigrams::Places All = Digrams.places(First, Second);
    for (size_t I = 0; I < All.Nodes.size(); ++I) {
      if (!mayBe(All.Before[I]))
        continue;
      const uint32_t Node = All.Nodes[I];
      std::span<const uint8_t> Path = Facts.path(Node);
      Path = Path.first(Path.size() - 1);
      StateId At = S;
      const bool IsRead = std::all_of(Path.begin(), Path.end(), [&](uint8_t B) {
        const uint32_t Action = G.action(At, B);
        At = Action - 1;
        // (Else it is below another place, or one of another class.)
        return Action != ActionDead && !(Action & ActionAlternatives);
      });
      if (IsRead && G.action(At, Second) == ActionDead)
        clear(Node);
    }
  });
  return true;
}

/// The loop of a state that has a margin: at most so many characters of the class.
LeafWalk::Loop LeafWalk::marginOf(StateId S) const {
  const auto At = Margins.find(S);
  if (At == Margins.end() || At->second == 0)
    return {};
  return {RunAtoms, NoIndex, At->second, NoIndex};
}

/// The row of the tokens of the class that no trouble is in, where these can be found. Else that of
/// what lies within the margin of `S`; all other tokens are walked then.
bool LeafWalk::startMargins(StateId S, size_t RowWords) {
  ByMargins = findMargins(S);
  if (!ByMargins)
    return false;
  RunAtoms = fine::inside(MarginClass);
  HasRow = true;
  Row.assign(RowWords, 0);
  Facts.only(RunAtoms, Row);
  RunLive = fine::touched(MarginLive & ~MarginClass);
  EndLive = 0;
  MaxRun = NoIndex;
  IsClosed = !(RunLive & ~RunAtoms & ~Index.listed()) && clearTroubles(S);
  if (IsClosed)
    return true;
  MaxRun = Margins.at(S);
  if (MaxRun < 2) {
    ByMargins = false;
    findRun(S, RowWords);
    return false;
  }
  RunLive = EndLive = ~uint64_t(0);
  Facts.atMost(MaxRun, Row);
  return true;
}

} // namespace weir
