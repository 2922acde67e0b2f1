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

void putWord(std::string &Out, uint64_t W) {
  for (unsigned I = 0; I < 8; ++I)
    Out.push_back(char(W >> (8 * I)));
}
} // namespace

GrammarView::GrammarView(const GrammarTables &From)
    :
#define GRAMMAR_TABLE(Kind, Element, Name, Summary) Name(From.Name),
#include "weir/Runtime/GrammarTables.def"
      Text(From.Text), StartRule(From.StartRule), NeedsFresh(From.NeedsFresh) {
}

Grammar::Grammar(GrammarTables Tables) : Made(std::move(Tables)), T(Made), Uid(nextUid()) {}
Grammar::Grammar(const GrammarView &Tables, std::shared_ptr<const void> KeepAlive,
                 std::shared_ptr<const ReadyTables> Ready, const GrammarPlaces &Places)
    : KeepAlive(std::move(KeepAlive)), T(Tables), Uid(nextUid()), Ready(std::move(Ready)),
      Places(Places) {}

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

uint32_t Grammar::ruleOf(StateId S) const {
  auto It = std::upper_bound(T.Rules.begin(), T.Rules.end(), S,
                             [](StateId V, const RuleRec &R) { return V < R.StatesBegin; });
  assert(It != T.Rules.begin() && "every state belongs to a rule");
  return uint32_t(It - T.Rules.begin()) - 1;
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
    uint32_t Range = R[2 * Lo];
    if (B >= (Range & 0xff) && B <= (Range >> 8))
      return R[2 * Lo + 1];
  }
  return ActionDead;
}

size_t Grammar::memoryBytes() const {
  // Tables that were made here have room to grow; others are what they are where they lie.
  size_t Bytes = sizeof(*this) + std::max(T.Text.size(), Made.Text.capacity()) +
                 Places.Text.size() + Places.Ends.size_bytes() + (Ready ? Ready->memoryBytes() : 0);
#define GRAMMAR_TABLE(Kind, Element, Name, Summary)                                                \
  Bytes += std::max(T.Name.size_bytes(), Made.Name.capacity() * sizeof(Element));
#include "weir/Runtime/GrammarTables.def"
  return Bytes;
}

ByteSet Grammar::follow(uint32_t R) const {
  ByteSet Follow;
  for (unsigned B = 0; B < 256; ++B)
    if (T.Rules[R].FollowBytes[B >> 6] >> (B & 63) & 1)
      Follow.insert(uint8_t(B));
  // What may come after a value or a name, and what after white space.
  static constexpr std::string_view AfterTokens[] = {"\t\n\r ,:]}",
                                                     "\t\n\r ,:]}\"[{-0123456789tfn"};
  for (std::string_view Bytes : AfterTokens) {
    ByteSet Wide;
    for (char C : Bytes)
      Wide.insert(uint8_t(C));
    if (Wide.contains(Follow))
      return Wide;
  }
  return Follow;
}

std::string Grammar::leafContent(uint32_t RuleIndex, bool Bounds) const {
  const RuleRec &R = T.Rules[RuleIndex];
  assert(R.Leaf && "only a rule without calls has content of its own");
  std::string Out(1, Bounds ? 'b' : 'c');
  auto program = [&](uint32_t P) {
    if (P == NoIndex)
      return putWord(Out, NoIndex);
    for (;; ++P) {
      const OpRec &O = T.Ops[P];
      putWord(Out, uint64_t(O.Code) << 32 | uint64_t(O.Register) << 8 | O.Last);
      if (O.Code == OpCode::LengthLive) {
        const LengthSetRec &L = T.LengthSets[O.A];
        for (uint32_t W : {L.Threshold, L.Period, L.Min, L.Max})
          putWord(Out, W);
        for (uint32_t I = 0; I < (L.Threshold + L.Period + 31) / 32; ++I)
          putWord(Out, T.Words[L.Bits + I]);
      } else if (Bounds || O.Code == OpCode::CounterSet) {
        putWord(Out, uint64_t(O.A) << 32 | O.B);
      }
      if (O.Last)
        return;
    }
  };
  putWord(Out, R.StatesEnd - R.StatesBegin);
  putWord(Out, R.Start - R.StatesBegin);
  putWord(Out, R.Registers);
  const ByteSet Follow = follow(RuleIndex);
  for (uint64_t W : Follow.words())
    putWord(Out, W);
  for (StateId S = R.StatesBegin; S < R.StatesEnd; ++S) {
    putWord(Out, T.States[S].Flags);
    if (const DetailRec *D = detail(S)) {
      program(D->AcceptOps);
      putWord(Out, D->LoopAtoms);
      program(D->LoopOps);
    }
    // Runs of equal actions, so that the kind of row does not matter.
    unsigned From = 0, End = 0;
    uint32_t A = ActionDead;
    auto flush = [&] {
      if (A == ActionDead || From == End)
        return;
      putWord(Out, uint64_t(From) << 32 | End);
      if (A & ActionAlternatives) {
        uint32_t List = A & ~ActionAlternatives;
        putWord(Out, uint64_t(1) << 40 | T.AltLists[List]);
        for (uint32_t I = 1; I <= T.AltLists[List]; ++I) {
          const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
          program(Alt.Ops);
          putWord(Out, Alt.Target - R.StatesBegin);
        }
      } else {
        putWord(Out, uint64_t(A) - R.StatesBegin);
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
    putWord(Out, 0);
  }
  return Out;
}

} // namespace weir
