//===- Members.cpp - Object members: one key trie, one key set --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The keys of an object are one trie whatever has been written before; what may
// come now is in the frame's key-set registers. Leaves are the named keys in UTF-16
// order of their names, so the keys below any node of the trie are an interval, in
// every spelling:
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
#include "RuleBuilder.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace weir::lowering {

using automata::RegOp;
using ir::ExprId;

namespace {

/// A name as UTF-16 units, the order of leaves.
std::vector<uint16_t> utf16(std::string_view Name) {
  std::vector<uint16_t> Out;
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
  return Out;
}

} // namespace

class MembersBuilder {
public:
  MembersBuilder(RuleBuilder &R, ir::MembersSpec TheSpec)
      : R(R), B(R.B), N(*R.N), Spec(std::move(TheSpec)) {}

  void build(uint32_t From, uint32_t To, bool NonNull);

private:
  /// One node of the trie of spellings; Decoded nodes stand between scalars.
  struct Node {
    uint32_t First, End;                ///< leaves below
    uint32_t State;                     ///< of the rule's automaton
    std::vector<uint32_t> Free;         ///< by free family: its automaton's state here, or None
    uint32_t Interval = automata::None; ///< that the edges into it ask for
  };
  struct Step {
    ByteSet Bytes;
    uint32_t Child;
  };

  void addObject();
  void buildTrie(uint32_t Root);
  /// Spellings of the scalars between `From` (all leaves with one decoded prefix) and
  /// the nodes after each of them.
  uint32_t makeNode(uint32_t First, uint32_t End, std::vector<uint32_t> Free);
  std::vector<uint32_t> freeAfter(const std::vector<uint32_t> &Free, uint8_t Byte) const;
  std::vector<uint32_t> freeBelow(uint32_t First, uint32_t End,
                                  const std::vector<uint32_t> &Free) const;
  bool countFree();
  bool mayShareKey(size_t F, size_t G) const;
  uint32_t program(RegOp Op) { return B.Shared.Programs.intern({Op}); }

  RuleBuilder &R;
  ModuleBuilder &B;
  Nfa &N;
  ir::MembersSpec Spec;
  uint32_t Object = 0;
  uint32_t FreeTotal = 0;           ///< different free keys; NoIndex: never used up
  uint32_t Live = 0;                ///< members of Spec.Named that have a value, which stand first
  std::vector<uint32_t> LeafMember; ///< leaf -> index into Spec.Named
  std::vector<std::vector<uint16_t>> LeafName;
  std::vector<std::string> LeafSpelled; ///< canonically, with quotes
  std::vector<uint32_t> FreeRules;      ///< by free family
  std::vector<uint32_t> FreeReturn;     ///< state after a free key of the family
  std::vector<uint32_t> AfterKey;       ///< by leaf
  std::vector<Node> Nodes;
};

void MembersBuilder::addObject() {
  uint32_t Keys = uint32_t(Spec.Named.size());
  LeafMember.resize(Keys);
  std::vector<std::vector<uint16_t>> Names;
  for (uint32_t I = 0; I < Keys; ++I) {
    LeafMember[I] = I;
    Names.push_back(utf16(Spec.Named[I].Name));
  }
  std::sort(LeafMember.begin(), LeafMember.end(),
            [&](uint32_t X, uint32_t Y) { return Names[X] < Names[Y]; });
  for (uint32_t M : LeafMember) {
    LeafName.push_back(Names[M]);
    LeafSpelled.push_back("\"" + spelledKey(Spec.Named[M].Name) + "\"");
  }

  ObjectRec O{};
  O.Base = R.Registers;
  O.Keys = Keys;
  O.Live = Live;
  O.AnyOrder = Spec.Order == ir::KeyOrder::Any;
  O.Free = !Spec.Free.empty();
  O.AnyEscapes = Spec.Esc == ir::Escapes::Any;
  O.Min = Spec.Min;
  O.Max = Spec.Max == ir::Unbounded ? NoIndex : Spec.Max;
  O.FreeTotal = FreeTotal;
  for (uint32_t Rule : FreeRules)
    O.Counted |= B.Shared.Rules[Rule].Counted;
  std::vector<uint32_t> OrdinalOfLeaf(LeafMember.begin(), LeafMember.end()), LeafOfOrdinal(Keys),
      NextRequired(Live + 1), RequiredFrom(Live + 1), RequiredBits((Keys + 31) / 32),
      LiveBits((Keys + 31) / 32);
  for (uint32_t L = 0; L < Keys; ++L) {
    LeafOfOrdinal[LeafMember[L]] = L;
    if (LeafMember[L] < Live)
      LiveBits[L / 32] |= uint32_t(1) << (L % 32);
    if (Spec.Named[LeafMember[L]].Required)
      RequiredBits[L / 32] |= uint32_t(1) << (L % 32);
  }
  NextRequired[Live] = Live;
  for (uint32_t I = Live; I > 0; --I) {
    bool Required = Spec.Named[I - 1].Required;
    NextRequired[I - 1] = Required ? I - 1 : NextRequired[I];
    RequiredFrom[I - 1] = RequiredFrom[I] + (Required ? 1 : 0);
  }
  O.LiveBits = B.Shared.addWords(LiveBits);
  O.OrdinalOfLeaf = B.Shared.addWords(OrdinalOfLeaf);
  O.LeafOfOrdinal = B.Shared.addWords(LeafOfOrdinal);
  O.NextRequired = B.Shared.addWords(NextRequired);
  O.RequiredFrom = B.Shared.addWords(RequiredFrom);
  O.RequiredBits = B.Shared.addWords(RequiredBits);
  R.Registers += 3 + (O.AnyOrder ? (Keys + 31) / 32 : 1);
  O.FreeBegin = uint32_t(B.Shared.FreeEntries.size());
  for (const ir::FreeMember &F : Spec.Free)
    B.Shared.FreeEntries.push_back({F.Min, F.Min ? R.Registers++ : NoIndex});
  O.FreeEnd = uint32_t(B.Shared.FreeEntries.size());
  O.FreeCount = O.FreeTotal == NoIndex ? NoIndex : R.Registers++;
  Object = uint32_t(B.Shared.Objects.size());
  B.Shared.Objects.push_back(O);
  R.Object = Object;
}

std::vector<uint32_t> MembersBuilder::freeAfter(const std::vector<uint32_t> &Free,
                                                uint8_t Byte) const {
  std::vector<uint32_t> Out;
  for (size_t F = 0; F < Free.size(); ++F)
    Out.push_back(Free[F] == automata::None
                      ? automata::None
                      : B.Shared.Rules[FreeRules[F]].Automaton.plainMove(Free[F], Byte));
  return Out;
}

/// The entries that have a key below a node which is not the name of a leaf.
std::vector<uint32_t> MembersBuilder::freeBelow(uint32_t First, uint32_t End,
                                                const std::vector<uint32_t> &Free) const {
  std::vector<uint32_t> Out;
  for (uint32_t F = 0; F < Free.size(); ++F) {
    if (Free[F] == automata::None)
      continue;
    const RuleAutomatonInfo &Info = B.Shared.Rules[FreeRules[F]];
    uint32_t Count = Info.KeyCounts[Free[F]];
    for (uint32_t L = First; L < End && Count && Count < ManyKeys; ++L)
      Count -= readsKey(Info.Automaton, Info.Automaton.Start, LeafSpelled[L]);
    if (Count)
      Out.push_back(F);
  }
  return Out;
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

/// Finds out how many free keys there are. An entry that must occur and has finitely many
/// keys is not known to find one left, unless no other entry reads them.
bool MembersBuilder::countFree() {
  std::vector<std::string> Names;
  for (const ir::NamedMember &M : Spec.Named)
    Names.push_back(M.Name);
  std::vector<ExprId> Keys;
  for (size_t F = 0; F < FreeRules.size(); ++F) {
    uint32_t Count = B.countFreeKeys(B.Shared.Rules[FreeRules[F]], Names);
    Keys.push_back(Spec.Free[F].Key);
    if (Count == ManyKeys)
      FreeTotal = NoIndex;
    else if (Spec.Free[F].Min > 0) {
      bool Own = Count >= Spec.Free[F].Min;
      for (size_t G = 0; G < FreeRules.size() && Own; ++G)
        Own = G == F || !mayShareKey(F, G);
      if (Own)
        continue;
      B.report(R.Rule, DiagId::LowerLiveness)
          << B.M.rule(R.Rule).Name << "a free member that must occur has finitely many names";
      return false;
    }
  }
  if (FreeTotal == NoIndex || Keys.empty())
    return true;
  RuleAutomatonInfo All;
  if (!B.keyAutomaton(Keys, Spec.Esc, R.Rule, All))
    return false;
  FreeTotal = B.countFreeKeys(All, Names);
  if (FreeTotal == ManyKeys)
    FreeTotal = NoIndex;
  return true;
}

uint32_t MembersBuilder::makeNode(uint32_t First, uint32_t End, std::vector<uint32_t> Free) {
  Nodes.push_back({First, End, N.addState(), std::move(Free), automata::None});
  return uint32_t(Nodes.size() - 1);
}

void MembersBuilder::buildTrie(uint32_t Root) {
  // Work items: a node at a scalar boundary whose leaves agree in `Depth` units.
  struct Item {
    uint32_t Node, Depth;
  };
  std::vector<Item> Work{{Root, 0}};
  TextMode Mode = modeOf(Spec.Esc);
  while (!Work.empty() && R.fits()) {
    Item I = Work.back();
    Work.pop_back();
    const uint32_t First = Nodes[I.Node].First, End = Nodes[I.Node].End;

    // The spellings of each next scalar, as paths of bytes: (path, leaves, depth).
    struct Spelling {
      std::string Bytes;
      uint32_t First, End, Depth;
    };
    std::vector<Spelling> Spellings;
    for (uint32_t L = First; L < End;) {
      const std::vector<uint16_t> &Name = LeafName[L];
      if (Name.size() == I.Depth) {
        ++L; // this key ends here: its closing quote, below
        continue;
      }
      uint32_t C = Name[I.Depth], Units = 1;
      if (C >= 0xD800 && C <= 0xDBFF) {
        C = 0x10000 + ((C - 0xD800) << 10) + (Name[I.Depth + 1] - 0xDC00);
        Units = 2;
      }
      uint32_t Last = L + 1;
      auto same = [&](uint32_t K) {
        return LeafName[K].size() >= I.Depth + Units &&
               std::equal(Name.begin() + I.Depth, Name.begin() + I.Depth + Units,
                          LeafName[K].begin() + I.Depth);
      };
      while (Last < End && same(Last))
        ++Last;
      if (std::string Only; appendOnlySpelling(Only, C, Mode)) {
        Spellings.push_back({std::move(Only), L, Last, I.Depth + Units});
        L = Last;
        continue;
      }
      // Every spelling of the scalar, enumerated through its automaton.
      Nfa One;
      One.addState();
      One.addState();
      addScalar(One, CodePointSet::of(C), 0, 1, Mode);
      struct Partial {
        uint32_t State;
        std::string Bytes;
      };
      std::vector<Partial> Open{{0, ""}};
      while (!Open.empty()) {
        Partial P = std::move(Open.back());
        Open.pop_back();
        if (P.State == 1) {
          Spellings.push_back({P.Bytes, L, Last, I.Depth + Units});
          continue;
        }
        for (const Nfa::Edge &E : One.edges(P.State))
          One.Sets[E.Label].forEach(
              [&](uint8_t Byte) { Open.push_back({E.Target, P.Bytes + char(Byte)}); });
      }
      L = Last;
    }

    // Spellings into a trie of bytes below the node; all spellings of one scalar end
    // in one node.
    std::sort(Spellings.begin(), Spellings.end(),
              [](const Spelling &X, const Spelling &Y) { return X.Bytes < Y.Bytes; });
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> Decoded; // (first leaf, depth) -> node
    struct Group {
      uint32_t Node;
      size_t Begin, End, At;
    };
    std::vector<Group> Groups{{I.Node, 0, Spellings.size(), 0}};
    while (!Groups.empty()) {
      Group G = Groups.back();
      Groups.pop_back();
      ByteSet Taken;
      for (size_t S = G.Begin; S < G.End;) {
        size_t Next = S + 1;
        uint8_t Byte = uint8_t(Spellings[S].Bytes[G.At]);
        while (Next < G.End && uint8_t(Spellings[Next].Bytes[G.At]) == Byte)
          ++Next;
        bool Whole = Spellings[S].Bytes.size() == G.At + 1;
        uint32_t Lo = Spellings[S].First, Hi = Spellings[S].End;
        for (size_t K = S; K < Next; ++K) {
          Lo = std::min(Lo, Spellings[K].First);
          Hi = std::max(Hi, Spellings[K].End);
        }
        std::vector<uint32_t> Free = freeAfter(Nodes[G.Node].Free, Byte);
        uint32_t Child;
        if (Whole) {
          auto [It, New] = Decoded.try_emplace({Lo, Spellings[S].Depth}, 0);
          if (New) {
            It->second = makeNode(Lo, Hi, Free);
            Work.push_back({It->second, Spellings[S].Depth});
          }
          Child = It->second;
        } else {
          Child = makeNode(Lo, Hi, Free);
          Groups.push_back({Child, S, Next, G.At + 1});
        }
        uint32_t Interval = B.Shared.addKeyInterval(Lo, Hi, freeBelow(Lo, Hi, Free));
        // Where no free key may come, an edge that leaves the interval as it is asks
        // nothing that the edge before did not.
        Nodes[Child].Interval = Interval;
        bool Asked = Spec.Free.empty() && Nodes[G.Node].Interval == Interval;
        N.byte(Nodes[G.Node].State, Byte, Nodes[Child].State,
               Asked ? 0 : program({OpCode::KeyLive, 0, Object, Interval}));
        Taken.insert(Byte);
        S = Next;
      }
      // At a scalar boundary a key may end.
      if (G.At == 0) {
        for (uint32_t L = First; L < End; ++L)
          if (LeafName[L].size() == I.Depth) {
            if (LeafMember[L] < Live)
              N.byte(Nodes[G.Node].State, '"', AfterKey[L],
                     program({OpCode::KeyTake, 0, Object, L}));
            Taken.insert('"');
          }
      }
      // Everything else leaves the trie, where the prefix may begin a free key.
      for (size_t F = 0; F < FreeRules.size(); ++F) {
        uint32_t At = Nodes[G.Node].Free[F];
        if (At == automata::None)
          continue;
        uint32_t Guard = program({OpCode::FreeLive, 0, Object, uint32_t(F)});
        for (const auto &[T, Set] : B.freeMoves(FreeRules[F], At))
          N.enter(Nodes[G.Node].State, Set & ~Taken, FreeRules[F], T, FreeReturn[F], Guard);
      }
    }
  }
}

void MembersBuilder::build(uint32_t From, uint32_t To, bool NonNull) {
  // Members without a possible value cannot occur.
  for (const ir::NamedMember &M : Spec.Named)
    if (M.Required && !B.productive(M.Tail))
      return;
  for (const ir::FreeMember &F : Spec.Free)
    if (F.Min > 0 && (!B.productive(F.Tail) || !B.productive(F.Key)))
      return;
  std::erase_if(Spec.Free, [&](const ir::FreeMember &F) {
    return !B.productive(F.Tail) || !B.productive(F.Key);
  });
  // Named members that cannot occur keep their names out of the free ones.
  Live = uint32_t(
      std::stable_partition(Spec.Named.begin(), Spec.Named.end(),
                            [&](const ir::NamedMember &M) { return B.productive(M.Tail); }) -
      Spec.Named.begin());
  for (const ir::FreeMember &F : Spec.Free) {
    uint32_t Rule = B.freeKeyRule(F.Key, Spec.Esc, R.Rule);
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
  addObject();
  uint32_t End = uint32_t(B.Shared.Programs.intern({{OpCode::ObjectEnd, 0, Object, 0}}));
  if (Spec.nullable() && !NonNull)
    N.eps(From, To, End);
  // Can there be enough members at all, and room for the required ones?
  const ObjectRec &O = B.Shared.Objects[Object];
  uint64_t Required = B.Shared.Words[O.RequiredFrom];
  for (const ir::FreeMember &F : Spec.Free)
    Required += F.Min;
  if (Required > Spec.Max || Spec.Max == 0 ||
      (FreeTotal != NoIndex && uint64_t(Live) + FreeTotal < Spec.Min))
    return;

  uint32_t After = N.addState(), Before = N.addState(), Quote = N.addState();
  // Members with equal tails share their states: which key it was is in the registers.
  std::unordered_map<uint32_t, uint32_t> Tails; // by expression
  auto tail = [&](ExprId E) {
    auto [It, New] = Tails.try_emplace(E.index(), 0);
    if (New) {
      It->second = N.addState();
      R.build(E, It->second, After, TextMode::Plain, false);
    }
    return It->second;
  };
  for (size_t F = 0; F < FreeRules.size(); ++F) {
    FreeReturn.push_back(N.addState());
    N.States[FreeReturn[F]].ReturnOps = program({OpCode::FreeTake, 0, Object, uint32_t(F)});
    N.eps(FreeReturn[F], tail(Spec.Free[F].Tail));
  }
  for (uint32_t L = 0; L < O.Keys; ++L)
    AfterKey.push_back(LeafMember[L] < Live ? tail(Spec.Named[LeafMember[L]].Tail)
                                            : automata::None);

  // From -> key; after a member: the separator and the next key, or the end.
  uint32_t More = program({OpCode::MoreKeys, 0, Object});
  N.eps(From, Before, More);
  uint32_t Separated = N.addState();
  N.eps(After, Separated, More);
  R.build(Spec.Separator, Separated, Before, TextMode::Plain, false);
  N.eps(After, To, End);

  std::vector<uint32_t> Free;
  for (uint32_t Rule : FreeRules) {
    const Dfa &D = B.Shared.Rules[Rule].Automaton;
    Free.push_back(D.plainMove(D.Start, '"'));
  }
  N.bytes(Before, ByteSet::of('"'), Quote, program({OpCode::KeyBegin, 0, Object}));
  Nodes.push_back({0, O.Keys, Quote, Free, automata::None});
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
