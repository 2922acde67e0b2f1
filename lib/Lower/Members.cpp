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
#include "RuleBuilder.h"
#include "weir/Support/LongSort.h"

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
    uint32_t Free;                      ///< into FreeStates
    uint32_t Interval = automata::None; ///< that the edges into it ask for
  };
  /// One spelling of a scalar that comes next in some names.
  struct Spelling {
    std::string Bytes;
    uint32_t First, End, Depth; ///< leaves, and where they go on
    uint32_t Scalar;            ///< by number among those of one node
  };
  /// What is known of a list of states of the free families.
  struct FreeFacts {
    uint32_t Row = automata::None;  ///< of the automaton
    uint32_t List = automata::None; ///< of the families with keys below, for key intervals
    bool Known = false;
    bool Counted = false; ///< the list depends on the leaves below
  };

  /// False when the compilation has ended.
  bool addObject();
  void buildTrie(uint32_t Root);
  /// Spellings of the scalars between `From` (all leaves with one decoded prefix) and
  /// the nodes after each of them.
  uint32_t makeNode(uint32_t First, uint32_t End, uint32_t Free);
  void spell(uint32_t First, uint32_t End, uint32_t Depth);
  /// A new node below `Parent`, into which `Byte` leads.
  uint32_t addChild(uint32_t Parent, uint8_t Byte, uint32_t First, uint32_t End);
  void addEdge(uint32_t Parent, uint8_t Byte, uint32_t Child, uint32_t First, uint32_t End);
  /// The rest of the only name below a node, where it has one spelling.
  void buildChain(uint32_t Node, uint32_t Depth);
  /// Everything that no name goes on with.
  void leaveTrie(uint32_t Node);
  uint32_t freeAfter(uint32_t Free, uint8_t Byte);
  uint32_t freeBelow(uint32_t First, uint32_t End, uint32_t Free);
  uint32_t rowOf(uint32_t Free);
  FreeFacts &factsOf(uint32_t Free) {
    if (Free >= Facts.size())
      Facts.resize(Free + 1);
    return Facts[Free];
  }
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
  std::vector<std::string> LeafSpelled; ///< in one way, with quotes
  std::vector<uint32_t> FreeRules;      ///< by free family
  std::vector<uint32_t> FreeReturn;     ///< state after a free key of the family
  std::vector<uint32_t> AfterKey;       ///< by leaf
  std::vector<Node> Nodes;
  WordIndex FreeStates; ///< by free family: its automaton's state after a prefix, or None
  std::vector<FreeFacts> Facts;
  std::vector<uint32_t> Scratch;
  std::vector<Spelling> Spellings;
};

bool MembersBuilder::addObject() {
  uint32_t Keys = uint32_t(Spec.Named.size());
  LeafMember.resize(Keys);
  std::vector<std::vector<uint16_t>> Names;
  std::vector<std::string> Spelled;
  Names.reserve(Keys);
  Spelled.reserve(Keys);
  size_t Units = 0;
  for (uint32_t I = 0; I < Keys; ++I) {
    if (!pollWork(4))
      return false;
    LeafMember[I] = I;
    Names.push_back(utf16(Spec.Named[I].Name));
    Spelled.push_back(spelledKey(Spec.Named[I].Name, isAscii(Spec.Esc)));
    Units += Spelled.back().size();
  }
  Nodes.reserve(1 + Units);
  const bool ByName = isAnySpelling(Spec.Esc);
  if (!longSort(LeafMember, [&](uint32_t X, uint32_t Y) {
        return ByName ? Names[X] < Names[Y] : Spelled[X] < Spelled[Y];
      }))
    return false;
  LeafName.reserve(Keys);
  LeafSpelled.reserve(Keys);
  for (uint32_t M : LeafMember) {
    if (!pollWork())
      return false;
    LeafName.push_back(std::move(Names[M]));
    std::string &Quoted = LeafSpelled.emplace_back();
    Quoted.reserve(Spelled[M].size() + 2);
    ((Quoted += '"') += Spelled[M]) += '"';
  }

  ObjectRec O{};
  O.Base = R.Registers;
  O.Keys = Keys;
  O.Live = Live;
  O.AnyOrder = Spec.Order == ir::KeyOrder::Any;
  O.Free = !Spec.Free.empty();
  O.AnyEscapes = isAnySpelling(Spec.Esc);
  O.Min = Spec.Min;
  O.Max = Spec.Max == ir::Unbounded ? NoIndex : Spec.Max;
  O.FreeTotal = FreeTotal;
  for (uint32_t Rule : FreeRules)
    O.Counted |= B.Shared.Rules[Rule].Counted;
  // The tables stand in one array, in the order of the words of `Shared`.
  const uint32_t Words = (Keys + 31) / 32;
  std::vector<uint32_t> Tables(2 * (size_t(Words) + Keys + Live + 1));
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
    if (Spec.Named[LeafMember[L]].Required)
      RequiredBits[L / 32] |= uint32_t(1) << (L % 32);
  }
  NextRequired[Live] = Live;
  for (uint32_t I = Live; I > 0; --I) {
    bool Required = Spec.Named[I - 1].Required;
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
  for (const ir::FreeMember &F : Spec.Free)
    B.Shared.FreeEntries.push_back({F.Min, F.Min ? R.Registers++ : NoIndex});
  O.FreeEnd = uint32_t(B.Shared.FreeEntries.size());
  O.FreeCount = O.FreeTotal == NoIndex ? NoIndex : R.Registers++;
  Object = uint32_t(B.Shared.Objects.size());
  B.Shared.Objects.push_back(O);
  R.Object = Object;
  return true;
}

uint32_t MembersBuilder::freeAfter(uint32_t Free, uint8_t Byte) {
  std::span<const uint32_t> From = FreeStates[Free];
  Scratch.clear();
  for (size_t F = 0; F < From.size(); ++F)
    Scratch.push_back(From[F] == automata::None
                          ? automata::None
                          : B.Shared.Rules[FreeRules[F]].Automaton.plainMove(From[F], Byte));
  return std::equal(From.begin(), From.end(), Scratch.begin()) ? Free : FreeStates.intern(Scratch);
}

/// The list of the entries that have a key below a node which is not the name of a leaf.
uint32_t MembersBuilder::freeBelow(uint32_t First, uint32_t End, uint32_t Free) {
  FreeFacts &Fact = factsOf(Free);
  if (Fact.Known && !Fact.Counted)
    return Fact.List;
  std::span<const uint32_t> At = FreeStates[Free];
  Scratch.clear();
  for (uint32_t F = 0; F < At.size(); ++F) {
    if (At[F] == automata::None)
      continue;
    const RuleAutomatonInfo &Info = B.Shared.Rules[FreeRules[F]];
    uint32_t Count = Info.KeyCounts[At[F]];
    Fact.Counted = Fact.Counted || (Count && Count < ManyKeys);
    for (uint32_t L = First; L < End && Count && Count < ManyKeys; ++L)
      Count -= readsKey(Info.Automaton, Info.Automaton.Start, LeafSpelled[L]);
    if (Count)
      Scratch.push_back(F);
  }
  Fact.Known = true;
  return Fact.List = B.Shared.addFreeList(Scratch);
}

/// The row by which a key leaves the trie where the free families are in these states.
uint32_t MembersBuilder::rowOf(uint32_t Free) {
  FreeFacts &Fact = factsOf(Free);
  if (Fact.Row != automata::None)
    return Fact.Row;
  N.Rows.emplace_back();
  for (size_t F = 0; F < FreeRules.size(); ++F) {
    const uint32_t At = FreeStates[Free][F];
    if (At == automata::None)
      continue;
    const uint32_t Guard = program({OpCode::FreeLive, 0, Object, uint32_t(F)});
    for (const auto &[T, Set] : B.freeMoves(FreeRules[F], At))
      N.enterFromRow(Set, FreeRules[F], T, FreeReturn[F], Guard);
  }
  return Fact.Row = uint32_t(N.Rows.size() - 1);
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
    uint32_t Count = B.countFreeKeys(B.Shared.Rules[FreeRules[F]], isAscii(Spec.Esc), Names);
    Keys.push_back(Spec.Free[F].Key);
    if (Count == ManyKeys)
      FreeTotal = NoIndex;
    else if (Spec.Free[F].Min > 0) {
      bool Own = Count >= Spec.Free[F].Min;
      for (size_t G = 0; G < FreeRules.size() && Own; ++G)
        Own = G == F || !mayShareKey(F, G);
      if (Own)
        continue;
      B.report(R.Rule, DiagId::LowerLiveness).demote(B.Options.Lenient)
          << B.M.rule(R.Rule).Name << "a free member that must occur has finitely many names";
      if (!B.Options.Lenient)
        return false;
      // That there is some member stays.
      if (!Spec.nullable())
        Spec.Min = std::max(Spec.Min, 1U);
      Spec.Free[F].Min = 0;
    }
  }
  if (FreeTotal == NoIndex || Keys.empty())
    return true;
  RuleAutomatonInfo All;
  if (!B.keyAutomaton(Keys, Spec.Esc, R.Rule, All))
    return false;
  FreeTotal = B.countFreeKeys(All, isAscii(Spec.Esc), Names);
  if (FreeTotal == ManyKeys)
    FreeTotal = NoIndex;
  return true;
}

uint32_t MembersBuilder::makeNode(uint32_t First, uint32_t End, uint32_t Free) {
  Nodes.push_back({First, End, N.addState(), Free, automata::None});
  return uint32_t(Nodes.size() - 1);
}

void MembersBuilder::addEdge(uint32_t Parent, uint8_t Byte, uint32_t Child, uint32_t First,
                             uint32_t End) {
  const uint32_t Interval =
      B.Shared.addKeyInterval(First, End, freeBelow(First, End, Nodes[Child].Free));
  // Where no free key may come, an edge that leaves the interval as it is asks nothing
  // that the edge before did not.
  Nodes[Child].Interval = Interval;
  const bool Asked = Spec.Free.empty() && Nodes[Parent].Interval == Interval;
  N.byte(Nodes[Parent].State, Byte, Nodes[Child].State,
         Asked ? 0 : program({OpCode::KeyLive, 0, Object, Interval}));
}

uint32_t MembersBuilder::addChild(uint32_t Parent, uint8_t Byte, uint32_t First, uint32_t End) {
  const uint32_t Child = makeNode(First, End, freeAfter(Nodes[Parent].Free, Byte));
  addEdge(Parent, Byte, Child, First, End);
  return Child;
}

void MembersBuilder::leaveTrie(uint32_t Node) {
  if (!FreeRules.empty())
    N.States[Nodes[Node].State].Row = rowOf(Nodes[Node].Free);
}

/// The spellings of the scalars that the leaves go on with, in the order of bytes.
void MembersBuilder::spell(uint32_t First, uint32_t End, uint32_t Depth) {
  const TextMode Mode = modeOf(Spec.Esc);
  Spellings.clear();
  uint32_t Scalar = 0;
  for (uint32_t L = First; L < End; ++Scalar) {
    const std::vector<uint16_t> &Name = LeafName[L];
    uint32_t C = Name[Depth], Units = 1;
    if (C >= 0xD800 && C <= 0xDBFF) {
      C = 0x10000 + ((C - 0xD800) << 10) + (Name[Depth + 1] - 0xDC00);
      Units = 2;
    }
    uint32_t Last = L + 1;
    auto same = [&](uint32_t K) {
      return LeafName[K].size() >= Depth + Units &&
             std::equal(Name.begin() + Depth, Name.begin() + Depth + Units,
                        LeafName[K].begin() + Depth);
    };
    while (Last < End && same(Last))
      ++Last;
    if (std::string Only; appendOnlySpelling(Only, C, Mode)) {
      Spellings.push_back({std::move(Only), L, Last, Depth + Units, Scalar});
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
        Spellings.push_back({P.Bytes, L, Last, Depth + Units, Scalar});
        continue;
      }
      for (const Nfa::Edge &E : One.edges(P.State))
        One.Sets[E.Label].forEach(
            [&](uint8_t Byte) { Open.push_back({E.Target, P.Bytes + char(Byte)}); });
    }
    L = Last;
  }
  if (Spellings.size() > 1)
    std::sort(Spellings.begin(), Spellings.end(),
              [](const Spelling &X, const Spelling &Y) { return X.Bytes < Y.Bytes; });
}

void MembersBuilder::buildChain(uint32_t At, uint32_t Depth) {
  const uint32_t Leaf = Nodes[At].First;
  // Where the rest begins: behind the quote and `Depth` units.
  std::string_view Name = Spec.Named[LeafMember[Leaf]].Name, Rest = LeafSpelled[Leaf];
  size_t Read = 0;
  for (uint32_t Units = 0; Units < Depth; ++Units) {
    DecodedScalar D = decodeUtf8(Name, Read);
    Units += D.Value >= 0x10000;
    Read += D.Size;
  }
  Rest.remove_prefix(1 + spelledKey(Name.substr(0, Read), isAscii(Spec.Esc)).size());
  Rest.remove_suffix(1);
  uint32_t List = 0, Interval = automata::None, Asks = 0;
  for (char C : Rest) {
    if (!R.fits() || !spendWork())
      return;
    const uint32_t Child = makeNode(Leaf, Leaf + 1, freeAfter(Nodes[At].Free, uint8_t(C)));
    const uint32_t Below = freeBelow(Leaf, Leaf + 1, Nodes[Child].Free);
    if (Interval == automata::None || Below != List) {
      List = Below;
      Interval = B.Shared.addKeyInterval(Leaf, Leaf + 1, List);
      Asks = program({OpCode::KeyLive, 0, Object, Interval});
    }
    Nodes[Child].Interval = Interval;
    const bool Asked = Spec.Free.empty() && Nodes[At].Interval == Interval;
    N.byte(Nodes[At].State, uint8_t(C), Nodes[Child].State, Asked ? 0 : Asks);
    leaveTrie(At);
    At = Child;
  }
  if (LeafMember[Leaf] < Live)
    N.byte(Nodes[At].State, '"', AfterKey[Leaf], program({OpCode::KeyTake, 0, Object, Leaf}));
  else if (!FreeRules.empty())
    N.block(Nodes[At].State, '"');
  leaveTrie(At);
}

void MembersBuilder::buildTrie(uint32_t Root) {
  // Work items: a node at a scalar boundary whose leaves agree in `Depth` units.
  struct Item {
    uint32_t Node, Depth;
  };
  struct Group {
    uint32_t Node;
    size_t Begin, End, At;
  };
  std::vector<Item> Work{{Root, 0}};
  std::vector<Group> Groups;
  std::vector<uint32_t> Decoded; ///< by number of the scalar: the node after it, or None
  while (!Work.empty() && R.fits() && spendWork()) {
    Item I = Work.back();
    Work.pop_back();
    uint32_t First = Nodes[I.Node].First;
    const uint32_t End = Nodes[I.Node].End;
    if (End == First + 1 && !isAnySpelling(Spec.Esc)) {
      buildChain(I.Node, I.Depth);
      continue;
    }
    // At a scalar boundary a key may end: one, which is the first.
    if (First < End && LeafName[First].size() == I.Depth) {
      if (LeafMember[First] < Live)
        N.byte(Nodes[I.Node].State, '"', AfterKey[First],
               program({OpCode::KeyTake, 0, Object, First}));
      else if (!FreeRules.empty())
        N.block(Nodes[I.Node].State, '"');
      ++First;
    }
    spell(First, End, I.Depth);
    // Spellings into a trie of bytes below the node; all spellings of one scalar end
    // in one node.
    Decoded.clear();
    Groups.assign(1, {I.Node, 0, Spellings.size(), 0});
    while (!Groups.empty()) {
      Group G = Groups.back();
      Groups.pop_back();
      for (size_t S = G.Begin; S < G.End;) {
        const Spelling &X = Spellings[S];
        size_t Next = S + 1;
        const uint8_t Byte = uint8_t(X.Bytes[G.At]);
        while (Next < G.End && uint8_t(Spellings[Next].Bytes[G.At]) == Byte)
          ++Next;
        uint32_t Lo = X.First, Hi = X.End;
        for (size_t K = S + 1; K < Next; ++K) {
          Lo = std::min(Lo, Spellings[K].First);
          Hi = std::max(Hi, Spellings[K].End);
        }
        if (X.Bytes.size() != G.At + 1) {
          Groups.push_back({addChild(G.Node, Byte, Lo, Hi), S, Next, G.At + 1});
        } else if (X.Scalar < Decoded.size() && Decoded[X.Scalar] != automata::None) {
          addEdge(G.Node, Byte, Decoded[X.Scalar], Lo, Hi);
        } else {
          const uint32_t Child = addChild(G.Node, Byte, Lo, Hi);
          if (X.Scalar >= Decoded.size())
            Decoded.resize(X.Scalar + 1, automata::None);
          Decoded[X.Scalar] = Child;
          Work.push_back({Child, X.Depth});
        }
        S = Next;
      }
      leaveTrie(G.Node);
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
  if (!addObject()) {
    R.Failed = true;
    return;
  }
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
  for (uint32_t L = 0; L < O.Keys && pollWork(4); ++L)
    AfterKey.push_back(LeafMember[L] < Live ? tail(Spec.Named[LeafMember[L]].Tail)
                                            : automata::None);

  // From -> key; after a member: the separator and the next key, or the end.
  uint32_t More = program({OpCode::MoreKeys, 0, Object});
  N.eps(From, Before, More);
  uint32_t Separated = N.addState();
  N.eps(After, Separated, More);
  R.build(Spec.Separator, Separated, Before, TextMode::Plain, false);
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
