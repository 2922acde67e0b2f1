//===- FillKeys.cpp - Masks at the keys of objects --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A key position of an open object takes nearly every token: any text but the names
// that are taken. Such a position is a node of the object's key trie, and the
// automaton of free keys is in some state f after the same bytes. So its mask is
//
//   the table of f, whatever object it stands in        (string …
//   - tokens through the closing quote of a name below   … minus literals)
//   + those of them that the named key's edge accepts
//
// Tokens that end within the trie, or leave it, need no look: as a free key is allowed,
// they begin one. Tokens through a quote are in the table's exit trie, never in its
// base, so nothing has to be cleared; they are found by walking the key trie
// and the vocabulary's trie together, where the latter has quotes below. Where free keys end and
// a name goes on, what is behind comes from the name alone: then all of both is walked.
//
// The same holds, without an edge to accept them, for free keys that were used: the
// tokens that finish one are left out. And it holds for tokens that begin a key (`, "na`), below
// their quote (takeKeys).
//
// The states of the trie do not name their f: the automaton reads what was read of the key. The
// row must agree with it, but for the bytes of names, of which it says nothing. What was found is
// kept.
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

namespace {

/// Is `Ops` the one operation `Code`?
bool isOnly(const GrammarView &T, uint32_t Ops, OpCode Code) {
  return Ops != NoIndex && T.Ops[Ops].Code == Code && T.Ops[Ops].Last;
}

} // namespace

/// Splits the row of the key state of `Atom`, behind the bytes of `Under`, into edges of the key
/// trie and families of free keys. False when it is of another shape.
bool Matcher::Impl::readKeyState(const Frame &Atom, const TrieChild &Under, KeyState &Key) {
  const StateId State = Atom.State;
  const GrammarView &T = G.tables();
  Key.Edges.clear();
  Key.FamilyCount = 0;
  bool Ok = true;
  // Runs that follow each other mostly enter the same family.
  size_t F = 0;
  G.forEachRange(State, [&](unsigned First, unsigned Last, uint32_t Action) {
    if (!(Action & ActionAlternatives)) {
      Ok = false;
      return;
    }
    const uint32_t List = Action & ~ActionAlternatives, Count = T.AltLists[List];
    bool Edge = false;
    for (uint32_t I = 1; I <= Count; ++I) {
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + I]];
      if (Alt.Push == NoIndex) {
        Edge = true;
        continue;
      }
      auto is = [&](const KeyFamily &K) {
        return K.Rule == Alt.CalleeRule && K.Return == Alt.Push;
      };
      if (F >= Key.FamilyCount || !is(Key.Families[F]))
        for (F = 0; F < Key.FamilyCount && !is(Key.Families[F]);)
          ++F;
      if (F == Key.FamilyCount) {
        if (F == MaxFamilies || !isOnly(T, Alt.Ops, OpCode::FreeLive)) {
          Ok = false;
          return;
        }
        if (F == Key.Families.size())
          Key.Families.emplace_back();
        KeyFamily &New = Key.Families[F];
        New.Rule = Alt.CalleeRule;
        New.Return = Alt.Push;
        New.Ops = Alt.Ops;
        New.State = NoIndex;
        New.Enters.fill(ActionDead);
        ++Key.FamilyCount;
      }
      std::fill(Key.Families[F].Enters.begin() + First, Key.Families[F].Enters.begin() + Last + 1,
                makeMove(Alt.Target));
    }
    if (!Edge)
      return;
    // An edge of the trie, and nothing else by the same byte.
    Ok &= Count == 1;
    for (unsigned B = First; B <= Last && Ok; ++B)
      Key.Edges.push_back({uint8_t(B), Action});
  });
  if (!Ok)
    return false;
  Key.Free = Bound->freeKeys(State, Under.Node);
  if (!Key.Free) {
    std::vector<StateId> Found;
    for (F = 0; F < Key.FamilyCount && findFreeState(Atom, Key, Key.Families[F]); ++F)
      Found.push_back(Key.Families[F].State);
    Key.Free = Bound->keepFreeKeys(State, Under.Node, std::move(Found));
  }
  const std::vector<StateId> &Found = Key.Free->States;
  if (Found.size() < Key.FamilyCount)
    return false;
  for (F = 0; F < Key.FamilyCount; ++F)
    Key.Families[F].State = Found[F];
  return true;
}

/// Is `Node` of a key trie behind a name that no member may have? No quote closes it, though one
/// closes the free key: walkNames leaves it out.
bool Matcher::Impl::isBlockedName(StateId Node) const { return G.action(Node, '"') == ActionDead; }

/// Do alternatives enter free keys of none of the families of `Key`?
bool Matcher::Impl::hasForeign(const KeyState &Key, uint32_t Action) const {
  const GrammarView &T = G.tables();
  const uint32_t *List = &T.AltLists[Action & ~ActionAlternatives];
  const auto Last = Key.Families.begin() + ptrdiff_t(Key.FamilyCount);
  return std::any_of(List + 1, List + 1 + *List, [&](uint32_t I) {
    const AlternativeRec &Alt = T.Alternatives[I];
    return Alt.Push != NoIndex && std::none_of(Key.Families.begin(), Last, [&](const KeyFamily &F) {
             return F.Rule == Alt.CalleeRule && F.Return == Alt.Push;
           });
  });
}

/// Finds the state of the free keys' automaton behind what was read of the key, and whether it
/// does what the row of `Atom` says.
bool Matcher::Impl::findFreeState(const Frame &Atom, const KeyState &Key, KeyFamily &F) {
  if (Atom.Regs == ZeroRegs)
    return false;
  Frame Reader{G.rule(F.Rule).Start, Bottom, 0, ZeroRegs};
  auto read = [&](uint8_t Byte) { return S.moveAlong(Reader, {&Byte, 1}) == 1; };
  if (!read('"'))
    return false;
  const ObjectRec &Object = G.tables().Objects[G.rule(G.ruleOf(Atom.State)).Object];
  const uint32_t Begin = S.view().words(Atom.Regs)[Object.Base + 2], End = S.view().textSize();
  for (uint32_t I = Begin; I < End; ++I)
    if (!read(S.view().textAt(I)))
      return false;
  if (G.state(Reader.State).Flags & StateHasCalls)
    return false;

  std::array<uint32_t, 256> Row{}; // ActionDead
  G.forEachRange(Reader.State, [&](unsigned First, unsigned Last, uint32_t Action) {
    std::fill(Row.begin() + First, Row.begin() + Last + 1, Action);
  });
  for (const KeyEdge &E : Key.Edges)
    F.Enters[E.Byte] = Row[E.Byte];
  if (isBlockedName(Atom.State))
    F.Enters[uint8_t('"')] = Row[uint8_t('"')];
  if (F.Enters != Row)
    return false;
  F.State = Reader.State;
  return true;
}

/// Notes the tokens below `Node` as decided elsewhere.
void Matcher::Impl::exclude(uint32_t Node) {
  for (TokenId T : Tables->vocabulary().trie().tokensBelow(Node))
    excludeToken(T);
}

void Matcher::Impl::excludeToken(TokenId T) {
  if (Excluded.empty())
    Excluded.resize(Tables->impl().AllText.size());
  ExcludedIds.push_back(T); // first, so that what is set is dropped whatever happens
  setBit(Excluded, T);
}

/// Forgets what was noted after the first `Kept`.
void Matcher::Impl::dropExcluded(size_t Kept) {
  for (size_t I = Kept; I < ExcludedIds.size(); ++I)
    clearBit(Excluded, ExcludedIds[I]);
  ExcludedIds.resize(Kept);
  for (TokenId T : ExcludedIds) // some may have been noted twice
    setBit(Excluded, T);
}

/// Walks the key trie below `Atom` and the vocabulary's below `Under` together; tokens that
/// complete a name, or go on where no free key does, are excluded from the free keys' table and
/// asked of the name's own edge.
bool Matcher::Impl::walkNames(const Frame &Atom, KeyState &Key, const TrieChild &Under,
                              TrieWalk &By) {
  const GrammarView &T = G.tables();
  const TokenTrie &Trie = Tables->vocabulary().trie();
  const TrieFans &Fans = Tables->impl().Fans;
  const uint64_t Quote = atomBit('"');
  struct Item {
    StateId State;
    const TrieChild *Node;
    uint32_t Depth;
    StateId Free[MaxFamilies]; ///< NoIndex where the family has ended
  };
  Key.NameIds.clear();
  if (Key.Edges.empty() && !isBlockedName(Atom.State))
    return true;
  // Where all families end and a name goes on, it does so without a quote.
  const bool AllEntered =
      std::all_of(Key.Families.begin(), Key.Families.begin() + ptrdiff_t(Key.FamilyCount),
                  [](const KeyFamily &F) { return F.State != NoIndex; });
  const bool OnlyQuotes = AllEntered && Key.Free->EndsEarly == FreeKeys::No;
  bool EndsEarly = false;
  const Scratch::Mark Start = Temp.mark();
  const uint32_t Before = Trie[Under.Node].Depth;
  std::vector<Item> Work;
  struct Asked {
    uint32_t Action = ActionDead;
    bool Foreign;
  };
  std::array<Asked, 16> Lists;
  Item First{Atom.State, &Under, 0, {}};
  for (size_t F = 0; F < Key.FamilyCount; ++F)
    First.Free[F] = Key.Families[F].State;
  Work.push_back(First);
  while (!Work.empty()) {
    const Item At = Work.back();
    Work.pop_back();
    bool Ok = true;
    /// All that the row reads at and below `N`.
    auto ask = [&](const TrieChild *N) {
      exclude(N->Node);
      Temp.Pending.resize(Start.Pending);
      auto Bytes = Tables->vocabulary().bytes(Trie.tokensBelow(N->Node)[0]).subspan(Before);
      Temp.Pending.insert(Temp.Pending.end(), Bytes.begin(), Bytes.begin() + At.Depth);
      Frame From = Atom;
      From.State = At.State;
      Ok = By.collectBelow(From, *N, Key.NameIds);
    };
    auto edge = [&](uint8_t Byte, uint32_t Action) {
      const TrieChild *N = Fans.find(*At.Node, Byte);
      if (!Ok || !N)
        return;
      const uint32_t List = Action & ~ActionAlternatives;
      const AlternativeRec &Alt = T.Alternatives[T.AltLists[List + 1]];
      Item Next{Alt.Target, N, At.Depth + 1, {}};
      bool AnyFree = false;
      for (size_t F = 0; F < Key.FamilyCount; ++F) {
        uint32_t Move = At.Free[F] == NoIndex ? ActionDead : G.action(At.Free[F], Byte);
        Next.Free[F] = Move == ActionDead || Move & ActionAlternatives ? NoIndex : Move - 1;
        AnyFree |= Next.Free[F] != NoIndex;
      }
      if (AnyFree && isOnly(T, Alt.Ops, OpCode::KeyLive)) {
        if (N->Count != 0 && (!OnlyQuotes || (Trie[N->Node].Kinds & Quote)))
          Work.push_back(Next);
        return;
      }
      EndsEarly |= Byte != '"';
      // The end of a name, or one that cannot be a free key from here on.
      ask(N);
    };
    if (At.Depth == 0) {
      for (const KeyEdge &E : Key.Edges)
        edge(E.Byte, E.Action);
    } else {
      G.forEachRange(At.State, [&](unsigned Begin, unsigned Last, uint32_t Action) {
        if (!(Action & ActionAlternatives))
          return;
        const uint32_t List = Action & ~ActionAlternatives;
        // Rows of a trie have much in common.
        Asked &Known = Lists[List % Lists.size()];
        if (Known.Action != Action)
          Known = {Action, hasForeign(Key, Action)};
        const bool Foreign = Known.Foreign;
        EndsEarly |= Foreign;
        if (!Foreign && T.Alternatives[T.AltLists[List + 1]].Push != NoIndex)
          return;
        for (unsigned B = Begin; B <= Last; ++B) {
          if (!Foreign)
            edge(uint8_t(B), Action);
          else if (const TrieChild *N = Fans.find(*At.Node, uint8_t(B)); N && Ok)
            ask(N);
        }
      });
    }
    if (isBlockedName(At.State))
      if (const TrieChild *N = Fans.find(*At.Node, '"'))
        exclude(N->Node);
    if (!Ok)
      return false;
  }
  if (AllEntered)
    Key.Free->EndsEarly = EndsEarly ? FreeKeys::Yes : FreeKeys::No;
  Temp.release(Start);
  return true;
}

/// Walks the edges of the key trie at `Atom`, and nothing else that it reads.
bool Matcher::Impl::fillEdges(const Frame &Atom, const KeyState &Key) {
  note(MaskPart::Narrow);
  EdgeIds.clear();
  const TrieFans &Fans = Tables->impl().Fans;
  for (const KeyEdge &E : Key.Edges)
    if (const TrieChild *N = Fans.find(Fans.root(), E.Byte))
      if (!Walk.collectBelow(Atom, *N, EdgeIds))
        return false;
  for (TokenId T : EdgeIds)
    if (ExcludedIds.empty() || !testBit(Excluded, T))
      Sink.set(T);
  return true;
}

/// Which families may be entered, with the frames that would call them; false when none may.
bool Matcher::Impl::runFree(const Frame &Atom, KeyState &Key, std::span<Frame> Callers) {
  bool Any = false;
  for (size_t F = 0; F < Key.FamilyCount; ++F) {
    Callers[F] = Atom;
    if (S.run(Callers[F], Key.Families[F].Ops))
      Any = true;
    else
      Key.Families[F].State = NoIndex;
    Callers[F].State = Key.Families[F].Return;
  }
  return Any;
}

/// A frame whose next bytes test a key set.
bool Matcher::Impl::fillKeys(const Frame &Atom) {
  const Scratch::Mark Start = Temp.mark();
  const RuleRec &Rule = G.rule(G.ruleOf(Atom.State));
  if (Rule.Object == NoIndex)
    return fillDirect(Atom);
  const bool Counted = G.tables().Objects[Rule.Object].Counted;
  // Is this a node of a key trie at which a free key may come?
  Frame Callers[MaxFamilies];
  const bool IsKnown = readKeyState(Atom, Tables->impl().Fans.root(), Keys);
  if (!IsKnown || !runFree(Atom, Keys, Callers)) {
    if (Counted)
      return fillDirect(Atom);
    // No byte leaves the trie of names.
    if (IsKnown)
      return Keys.Edges.size() <= 16 ? fillEdges(Atom, Keys) : fillNarrow(Atom);
    return fillDirect(Atom);
  }
  // Where a free key may be used up a name below may still go on.
  if (Counted && !Keys.Edges.empty())
    return fillDirect(Atom);

  note(MaskPart::Keys);
  if (!walkNames(Atom, Keys, Tables->impl().Fans.root(), Walk))
    return false;
  Sink.set(Keys.NameIds);
  bool Ok = true;
  // What is found in the keys' own tables may read other key states.
  struct Entered {
    StateId State;
    uint32_t Rule;
  };
  Entered Now[MaxFamilies];
  const size_t Count = Keys.FamilyCount;
  for (size_t F = 0; F < Count; ++F)
    Now[F] = {Keys.Families[F].State, Keys.Families[F].Rule};
  // What keys of one family may not repeat is not for the others to leave out.
  const size_t OfNames = ExcludedIds.size();
  for (size_t F = 0; F < Count && Ok; ++F) {
    if (Now[F].State == NoIndex)
      continue;
    dropExcluded(OfNames);
    const RuleRec &Callee = G.rule(Now[F].Rule);
    Frame Key{Now[F].State, S.view().push(Callers[F]),
              Frame::meta(Atom.depth() + Callee.Nest, Callee.Registers), ZeroRegs};
    DoubtSecondKeys = Counted;
    Ok = fillAtom(Key);
    DoubtSecondKeys = false;
  }
  Temp.release(Start);
  return Ok;
}

/// The same in the middle of a token: `Atom` is a key state behind the bytes of `Under`, below
/// which a table may tell what a free key does. Whatever else may be there is left to the walk.
TrieWalk::Taken Matcher::Impl::takeKeys(const Frame &Atom, const TrieChild &Under,
                                        std::vector<TokenId> &Ids) {
  using Taken = TrieWalk::Taken;
  const RuleRec &Rule = G.rule(G.ruleOf(Atom.State));
  if (Rule.Object == NoIndex || !ExcludedIds.empty())
    return Taken::No;
  const ObjectRec &Object = G.tables().Objects[Rule.Object];
  const bool AnyUsed = Atom.Regs != ZeroRegs && S.view().words(Atom.Regs)[Object.Base + 1] != 0;
  Frame Caller;
  if (Object.Counted || (AnyUsed && Object.AnyEscapes) || !readKeyState(Atom, Under, TakenKeys) ||
      TakenKeys.FamilyCount != 1 || !runFree(Atom, TakenKeys, {&Caller, 1}))
    return Taken::No;
  const KeyFamily &Family = TakenKeys.Families[0];
  const SubtreeTable *Table = Subtrees.findKey(Family.State, Under.Node);
  if (!Table || Table->HasDoubles)
    return Taken::No;

  note(MaskPart::Keys);
  const Scratch::Mark Start = Temp.mark();
  bool Ok = walkNames(Atom, TakenKeys, Under, PlainWalk);
  Ids.insert(Ids.end(), TakenKeys.NameIds.begin(), TakenKeys.NameIds.end());
  for (uint32_t Hash : Table->KeyHashes)
    S.noteKey(Hash);
  if (AnyUsed)
    excludeUsedBelow(Under, *Table, Atom.Regs, Object);
  auto isFree = [&](TokenId T) { return ExcludedIds.empty() || !testBit(Excluded, T); };
  std::copy_if(Table->Ids.begin(), Table->Ids.end(), std::back_inserter(Ids), isFree);
  if (Ok && !Table->Exits.empty()) {
    const RuleRec &Callee = G.rule(Family.Rule);
    const Frame Key{Family.State, S.view().push(Caller),
                    Frame::meta(Atom.depth() + Callee.Nest, Callee.Registers), ZeroRegs};
    S.assumeNew(S.view().textSize());
    Ok = Walk.walkExits(Table->Exits, S.leave(Key), [&](uint32_t First, uint32_t Last, bool Doubt) {
      for (uint32_t I = First; I < Last; ++I)
        if (const TokenId T = Table->Exits.ids()[I]; isFree(T))
          (Doubt ? Doubtful : Ids).push_back(T);
    });
    S.assumeNothing();
  }
  dropExcluded();
  Temp.release(Start);
  return Ok && !S.OverBudget ? Taken::Yes : Taken::OverBudget;
}

} // namespace weir
