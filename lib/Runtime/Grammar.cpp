//===- Grammar.cpp - A compiled grammar -----------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/Grammar.h"

#include "weir/Runtime/ReadyTables.h"

#include <algorithm>
#include <atomic>

namespace weir {

namespace {
uint64_t nextUid() {
  static constinit std::atomic<uint64_t> Next{1};
  return Next.fetch_add(1, std::memory_order_relaxed);
}

/// The bytes that may be between tokens of JSON: after a value or a name, and after white space.
constexpr ByteSet setOf(std::string_view Bytes) {
  ByteSet S;
  for (char C : Bytes)
    S.insert(uint8_t(C));
  return S;
}
constexpr ByteSet AfterTokens[] = {setOf("\t\n\r ,:]}"), setOf("\t\n\r ,:]}\"[{-0123456789tfn")};
} // namespace

GrammarView::GrammarView(const GrammarTables &From)
    :
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) Name(From.Name),
#include "weir/Runtime/GrammarTables.def"
      Text(From.Text), StartRule(From.StartRule), NeedsFresh(From.NeedsFresh) {
}

Grammar::Grammar(GrammarTables Tables) : Made(std::move(Tables)), T(Made), Uid(nextUid()) {
  listRules();
}
Grammar::Grammar(const GrammarView &Tables, std::shared_ptr<const void> KeepAlive,
                 std::shared_ptr<const ReadyTables> Ready, const GrammarPlaces &Places)
    : KeepAlive(std::move(KeepAlive)), T(Tables), Uid(nextUid()), Ready(std::move(Ready)),
      Places(Places) {
  listRules();
}

void Grammar::listRules() {
  RuleOf.resize(T.States.size());
  for (uint32_t R = 0; R < T.Rules.size(); ++R)
    std::fill(RuleOf.begin() + T.Rules[R].StatesBegin, RuleOf.begin() + T.Rules[R].StatesEnd, R);
}

std::shared_ptr<const Grammar> Grammar::withTables(const std::shared_ptr<const Grammar> &G,
                                                   std::shared_ptr<const ReadyTables> Ready) {
  return std::make_shared<const Grammar>(G->T, G, std::move(Ready), G->Places);
}

std::string_view Grammar::placesOf(std::string_view Rule) const {
  for (uint32_t R = 0; R < Places.Ends.size(); ++R)
    if (ruleName(R) == Rule) {
      const uint32_t Begin = R ? Places.Ends[R - 1] : 0;
      return Places.Text.substr(Begin, Places.Ends[R] - Begin);
    }
  return {};
}

uint32_t Grammar::sparseAction(uint32_t Row, uint8_t B) const {
  const uint32_t *R = T.Rows.data() + Row;
  uint32_t Count = *R++;
  uint32_t Lo = 0, Hi = Count;
  while (Hi - Lo > 4) {
    uint32_t Mid = (Lo + Hi) / 2;
    if ((R[2 * Mid] & 0xff) <= B)
      Lo = Mid;
    else
      Hi = Mid;
  }
  for (; Lo < Hi; ++Lo) {
    const uint32_t Range = R[2 * Lo];
    if (B <= (Range >> 8))
      return B >= (Range & 0xff) ? R[2 * Lo + 1] : ActionDead;
  }
  return ActionDead;
}

size_t Grammar::memoryBytes() const {
  // Tables that were made here have room to grow; others are what they are where they lie.
  size_t Bytes = sizeof(*this) + RuleOf.capacity() * sizeof(uint32_t) +
                 std::max(T.Text.size(), Made.Text.capacity()) + Places.Text.size() +
                 Places.Ends.size_bytes() + (Ready ? Ready->memoryBytes() : 0);
#define GRAMMAR_TABLE(Kind, Element, Name, Summary)                                                \
  Bytes += std::max(T.Name.size_bytes(), Made.Name.capacity() * sizeof(Element));
#include "weir/Runtime/GrammarTables.def"
  return Bytes;
}

ByteSet Grammar::follow(uint32_t R) const {
  const ByteSet Follow = ByteSet::ofWords(T.Rules[R].FollowBytes);
  for (const ByteSet &Wide : AfterTokens)
    if (Wide.contains(Follow))
      return Wide;
  return Follow;
}

std::vector<uint64_t> Grammar::leafContent(uint32_t RuleIndex, bool Bounds) const {
  const RuleRec &R = T.Rules[RuleIndex];
  assert(R.Leaf && "only a rule without calls has content of its own");
  std::vector<uint64_t> Out;
  Out.reserve(8 + size_t(R.StatesEnd - R.StatesBegin) * 8);
  auto program = [&](uint32_t P) {
    if (P == NoIndex) {
      Out.push_back(NoIndex);
      return;
    }
    for (;; ++P) {
      const OpRec &O = T.Ops[P];
      Out.push_back(uint64_t(O.Code) << 32 | uint64_t(O.Register) << 8 | O.Last);
      if (O.Code == OpCode::LengthLive) {
        const LengthSetRec &L = T.LengthSets[O.A];
        for (uint32_t W : {L.Threshold, L.Period, L.Min, L.Max})
          Out.push_back(W);
        for (uint32_t I = 0; I < (L.Threshold + L.Period + 31) / 32; ++I)
          Out.push_back(T.Words[L.Bits + I]);
      } else if (Bounds || O.Code == OpCode::CounterSet) {
        Out.push_back(uint64_t(O.A) << 32 | O.B);
      }
      if (O.Last)
        return;
    }
  };
  Out.push_back(Bounds);
  Out.push_back(uint64_t(R.StatesEnd - R.StatesBegin) << 32 | (R.Start - R.StatesBegin));
  Out.push_back(R.Registers);
  const ByteSet Follow = follow(RuleIndex);
  Out.insert(Out.end(), Follow.words().begin(), Follow.words().end());
  for (StateId S = R.StatesBegin; S < R.StatesEnd; ++S) {
    const DetailRec *D = detail(S);
    Out.push_back(uint64_t(D != nullptr) << 32 | T.States[S].Flags);
    if (D) {
      program(D->AcceptOps);
      Out.push_back(D->LoopAtoms);
      program(D->LoopOps);
    }
    // Runs of equal actions, so that the kind of row does not matter.
    unsigned From = 0, End = 0;
    uint32_t A = ActionDead;
    auto flush = [&] {
      if (A == ActionDead || From == End)
        return;
      const uint64_t Run = uint64_t(From) << 48 | uint64_t(End) << 32;
      if (!(A & ActionAlternatives)) {
        Out.push_back(Run | (A - R.StatesBegin));
        return;
      }
      const uint32_t List = A & ~ActionAlternatives;
      Out.push_back(uint64_t(1) << 63 | Run | T.AltLists[List]);
      for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
        const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
        program(Alt.Ops);
        Out.push_back(Alt.Target - R.StatesBegin);
      }
    };
    forEachRange(S, [&](unsigned First, unsigned Last, uint32_t Action) {
      if (Action != A || First != End) {
        flush();
        From = First;
        A = Action;
      }
      End = Last + 1;
    });
    flush();
    Out.push_back(~uint64_t(0));
  }
  return Out;
}

} // namespace weir
