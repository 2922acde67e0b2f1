//===- Members.cpp - Object members: one key trie, one key set --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The keys of an object are one trie whatever has been written before; what may
// come now is in the frame's key-set registers. Leaves are the named keys in an order in
// which those below any node of the trie are an interval: that of their spellings where
// each has one, else of their names in UTF-16, since every unit may be written \uxxxx:
//
//   " n a m e "          node "na" has the leaves [3, 5): name, nation
//         t i o n "      entering it needs one of them allowed, or a free key
//
// A byte that leaves the trie enters the automaton of free keys in the state that
// the prefix led to, so free keys of all objects share their states. Coming back
// from it the key is compared with the free keys already seen. Free members whose keys
// overlap are automata side by side: a key of both is read by two configurations.
//
//===----------------------------------------------------------------------===//
#include "MembersBuilder.h"
#include "weir/Support/LongSort.h"

#include <algorithm>
#include <set>

namespace weir::lowering {

using ir::ExprId;

namespace {

/// Appends a name as UTF-16 units, the order of leaves.
void appendUtf16(std::string_view Name, std::vector<uint16_t> &Out) {
  for (size_t Pos = 0; Pos < Name.size();) {
    DecodedScalar D = decodeUtf8(Name, Pos);
    if (D.Value < 0x10000) {
      Out.push_back(uint16_t(D.Value));
    } else {
      Out.push_back(uint16_t(0xD800 + ((D.Value - 0x10000) >> 10)));
      Out.push_back(uint16_t(0xDC00 + ((D.Value - 0x10000) & 0x3FF)));
    }
    Pos += D.Size;
  }
}

} // namespace

bool MembersBuilder::addObject() {
  uint32_t Keys = uint32_t(Spec->Named.size());
  LeafMember.resize(Keys);
  std::vector<std::string> Spelled;
  Spelled.reserve(Keys);
  size_t Units = 0;
  for (const ir::NamedMember &M : Spec->Named)
    Units += M.Name.size();
  NameUnits.reserve(Units);
  UnitsEnd.reserve(Keys);
  Units = 0;
  for (uint32_t I = 0; I < Keys; ++I) {
    if (!pollWork(4))
      return false;
    LeafMember[I] = I;
    appendUtf16(Spec->Named[I].Name, NameUnits);
    UnitsEnd.push_back(uint32_t(NameUnits.size()));
    std::string &Quoted = Spelled.emplace_back();
    Quoted.reserve(Spec->Named[I].Name.size() + 2);
    Quoted += '"';
    appendSpelledKey(Spec->Named[I].Name, isAscii(Spec->Esc), Quoted);
    Quoted += '"';
    Units += Quoted.size() - 2;
  }
  Nodes.reserve(1 + Units);
  const bool ByName = isAnySpelling(Spec->Esc);
  auto unquoted = [&](uint32_t M) {
    return std::string_view(Spelled[M]).substr(1, Spelled[M].size() - 2);
  };
  auto isBefore = [&](uint32_t X, uint32_t Y) {
    if (!ByName)
      return unquoted(X) < unquoted(Y);
    const std::span<const uint16_t> A = memberName(X), B = memberName(Y);
    return std::lexicographical_compare(A.begin(), A.end(), B.begin(), B.end());
  };
  if (!longSort(LeafMember, isBefore))
    return false;
  LeafSpelled.reserve(Keys);
  for (uint32_t M : LeafMember) {
    if (!pollWork())
      return false;
    LeafSpelled.push_back(std::move(Spelled[M]));
  }

  ObjectRec O{};
  O.Base = R.Registers;
  O.Keys = Keys;
  O.Live = Live;
  O.AnyOrder = Spec->Order == ir::KeyOrder::Any;
  O.Free = !Spec->Free.empty();
  O.AnyEscapes = isAnySpelling(Spec->Esc);
  O.Min = Spec->Min;
  O.Max = Spec->Max == ir::Unbounded ? NoIndex : Spec->Max;
  O.FreeTotal = FreeTotal;
  for (uint32_t Rule : FreeRules)
    O.Counted |= B.Shared.Rules[Rule].Counted;
  // The tables stand in one array, in the order of the words of `Shared`.
  const uint32_t Words = (Keys + 31) / 32;
  std::vector<uint32_t> &Tables = Scratch;
  Tables.assign(2 * (size_t(Words) + Keys + Live + 1), 0);
  uint32_t Next = 0;
  auto table = [&](uint32_t Size) {
    const std::span<uint32_t> T = std::span(Tables).subspan(Next, Size);
    Next += Size;
    return T;
  };
  const std::span<uint32_t> LiveBits = table(Words), OrdinalOfLeaf = table(Keys),
                            LeafOfOrdinal = table(Keys), NextRequired = table(Live + 1),
                            RequiredFrom = table(Live + 1), RequiredBits = table(Words);
  std::copy(LeafMember.begin(), LeafMember.end(), OrdinalOfLeaf.begin());
  for (uint32_t L = 0; L < Keys; ++L) {
    LeafOfOrdinal[LeafMember[L]] = L;
    if (LeafMember[L] < Live)
      LiveBits[L / 32] |= uint32_t(1) << (L % 32);
    if (Spec->Named[LeafMember[L]].Required)
      RequiredBits[L / 32] |= uint32_t(1) << (L % 32);
  }
  NextRequired[Live] = Live;
  for (uint32_t I = Live; I > 0; --I) {
    bool Required = Spec->Named[I - 1].Required;
    NextRequired[I - 1] = Required ? I - 1 : NextRequired[I];
    RequiredFrom[I - 1] = RequiredFrom[I] + (Required ? 1 : 0);
  }
  const uint32_t First = B.Shared.addWords(Tables);
  auto at = [&](std::span<const uint32_t> T) { return First + uint32_t(T.data() - Tables.data()); };
  O.LiveBits = at(LiveBits);
  O.OrdinalOfLeaf = at(OrdinalOfLeaf);
  O.LeafOfOrdinal = at(LeafOfOrdinal);
  O.NextRequired = at(NextRequired);
  O.RequiredFrom = at(RequiredFrom);
  O.RequiredBits = at(RequiredBits);
  R.Registers += 3 + (O.AnyOrder ? (Keys + 31) / 32 : 1);
  O.FreeBegin = uint32_t(B.Shared.FreeEntries.size());
  for (const ir::FreeMember &F : Spec->Free)
    B.Shared.FreeEntries.push_back({F.Min, F.Min ? R.Registers++ : NoIndex});
  O.FreeEnd = uint32_t(B.Shared.FreeEntries.size());
  O.FreeCount = O.FreeTotal == NoIndex ? NoIndex : R.Registers++;
  Object = uint32_t(B.Shared.Objects.size());
  B.Shared.Objects.push_back(O);
  R.Object = Object;
  return true;
}

/// Whether two entries have a key in common; true where that is not seen soon.
bool MembersBuilder::mayShareKey(size_t F, size_t G) const {
  constexpr size_t MaxPairs = 4'096;
  const auto &X = B.Shared.Rules[FreeRules[F]].Automaton;
  const auto &Y = B.Shared.Rules[FreeRules[G]].Automaton;
  std::set<std::pair<uint32_t, uint32_t>> Seen{{X.Start, Y.Start}};
  std::vector<std::pair<uint32_t, uint32_t>> Work(Seen.begin(), Seen.end());
  while (!Work.empty()) {
    auto [P, Q] = Work.back();
    Work.pop_back();
    if (Seen.size() > MaxPairs || (X.States[P].Accepts && Y.States[Q].Accepts))
      return true;
    for (unsigned Byte = 0; Byte < 256; ++Byte) {
      std::pair Next(X.plainMove(P, uint8_t(Byte)), Y.plainMove(Q, uint8_t(Byte)));
      if (Next.first != automata::None && Next.second != automata::None && Seen.insert(Next).second)
        Work.push_back(Next);
    }
  }
  return false;
}

/// Finds out how many free keys there are. An entry that must occur and has finitely many keys is
/// not known to find one left, unless no other entry reads them; or those that do have the same
/// tail, and there are as many keys as members that must occur: when all are used, one of them was
/// read by an entry that could do without it, and where it was read by this one instead a matcher
/// has another configuration, from which there is as much to come and more.
bool MembersBuilder::countFree() {
  std::vector<ExprId> Keys;
  uint64_t Demanded = 0;
  for (const ir::FreeMember &F : Spec->Free)
    Demanded += F.Min;
  for (size_t F = 0; F < FreeRules.size(); ++F) {
    uint32_t Count = B.countFreeKeys(B.Shared.Rules[FreeRules[F]], isAscii(Spec->Esc), Spec->Named);
    Keys.push_back(Spec->Free[F].Key);
    if (Count == ManyKeys)
      FreeTotal = NoIndex;
    else if (Spec->Free[F].Min > 0) {
      bool Own = Count >= Spec->Free[F].Min;
      for (size_t G = 0; G < FreeRules.size() && Own; ++G)
        Own = G == F || (Count >= Demanded && Spec->Free[G].Tail == Spec->Free[F].Tail) ||
              !mayShareKey(F, G);
      if (Own)
        continue;
      B.report(R.Rule, DiagId::LowerLiveness).demote(B.Options.Lenient)
          << B.M.rule(R.Rule).Name << "a free member that must occur has finitely many names";
      if (!B.Options.Lenient)
        return false;
      // That there is some member stays.
      if (!Spec->nullable())
        changedSpec().Min = std::max(Spec->Min, 1U);
      changedSpec().Free[F].Min = 0;
    }
  }
  if (FreeTotal == NoIndex || Keys.empty())
    return true;
  RuleAutomatonInfo All;
  if (!B.keyAutomaton(Keys, Spec->Esc, R.Rule, All))
    return false;
  FreeTotal = B.countFreeKeys(All, isAscii(Spec->Esc), Spec->Named);
  if (FreeTotal == ManyKeys)
    FreeTotal = NoIndex;
  return true;
}

void MembersBuilder::build(uint32_t From, uint32_t To, bool NonNull) {
  // Members without a possible value cannot occur.
  for (const ir::NamedMember &M : Spec->Named)
    if (M.Required && !B.productive(M.Tail))
      return;
  for (const ir::FreeMember &F : Spec->Free)
    if (F.Min > 0 && (!B.productive(F.Tail) || !B.productive(F.Key)))
      return;
  auto isDead = [&](const ir::FreeMember &F) {
    return !B.productive(F.Tail) || !B.productive(F.Key);
  };
  if (std::any_of(Spec->Free.begin(), Spec->Free.end(), isDead))
    std::erase_if(changedSpec().Free, isDead);
  // Named members that cannot occur keep their names out of the free ones.
  auto canOccur = [&](const ir::NamedMember &M) { return B.productive(M.Tail); };
  Live = uint32_t(Spec->Named.size());
  if (!std::all_of(Spec->Named.begin(), Spec->Named.end(), canOccur)) {
    std::vector<ir::NamedMember> &Named = changedSpec().Named;
    Live = uint32_t(std::stable_partition(Named.begin(), Named.end(), canOccur) - Named.begin());
  }
  for (const ir::FreeMember &F : Spec->Free) {
    uint32_t Rule = B.freeKeyRule(F.Key, Spec->Esc, R.Rule);
    if (Rule == automata::None) {
      R.Failed = true;
      return;
    }
    FreeRules.push_back(Rule);
  }
  if (!countFree()) {
    R.Failed = true;
    return;
  }
  if (!addObject()) {
    R.Failed = true;
    return;
  }
  uint32_t End = uint32_t(B.Shared.Programs.intern({{OpCode::ObjectEnd, 0, Object, 0}}));
  if (Spec->nullable() && !NonNull)
    N.eps(From, To, End);
  // Can there be enough members at all, and room for the required ones?
  const ObjectRec &O = B.Shared.Objects[Object];
  uint64_t Required = B.Shared.Words[O.RequiredFrom];
  for (const ir::FreeMember &F : Spec->Free)
    Required += F.Min;
  if (Required > Spec->Max || Spec->Max == 0 ||
      (FreeTotal != NoIndex && uint64_t(Live) + FreeTotal < Spec->Min))
    return;

  uint32_t After = N.addState(), Before = N.addState(), Quote = N.addState();
  // Members with equal tails share their states: which key it was is in the registers.
  WordIndex Tails; // expressions
  std::vector<uint32_t> TailStates;
  AfterKey.reserve(O.Keys);
  auto tail = [&](ExprId E) {
    const uint32_t T = Tails.intern({E.index()});
    if (T == TailStates.size()) {
      TailStates.push_back(N.addState());
      R.build(E, TailStates[T], After, TextMode::Plain, false);
    }
    return TailStates[T];
  };
  for (size_t F = 0; F < FreeRules.size(); ++F) {
    FreeReturn.push_back(N.addState());
    N.States[FreeReturn[F]].ReturnOps = program({OpCode::FreeTake, 0, Object, uint32_t(F)});
    N.eps(FreeReturn[F], tail(Spec->Free[F].Tail));
  }
  for (uint32_t L = 0; L < O.Keys && pollWork(4); ++L)
    AfterKey.push_back(LeafMember[L] < Live ? tail(Spec->Named[LeafMember[L]].Tail)
                                            : automata::None);

  // From -> key; after a member: the separator and the next key, or the end.
  uint32_t More = program({OpCode::MoreKeys, 0, Object});
  N.eps(From, Before, More);
  uint32_t Separated = N.addState();
  N.eps(After, Separated, More);
  R.build(Spec->Separator, Separated, Before, TextMode::Plain, false);
  N.eps(After, To, End);

  Scratch.clear();
  for (uint32_t Rule : FreeRules) {
    const Dfa &D = B.Shared.Rules[Rule].Automaton;
    Scratch.push_back(D.plainMove(D.Start, '"'));
  }
  N.bytes(Before, ByteSet::of('"'), Quote, program({OpCode::KeyBegin, 0, Object}));
  Nodes.push_back({0, O.Keys, Quote, FreeStates.intern(Scratch), automata::None});
  if (AfterKey.size() != O.Keys) { // the compilation has ended
    R.Failed = true;
    return;
  }
  buildTrie(0);
}

void RuleBuilder::buildMembers(ExprId E, uint32_t From, uint32_t To, bool NonNull) {
  if (Object != automata::None) {
    B.report(Rule, DiagId::LowerMembersPlace) << M.rule(Rule).Name;
    Failed = true;
    return;
  }
  MembersBuilder(*this, M.membersSpec(E)).build(From, To, NonNull);
}

} // namespace weir::lowering
