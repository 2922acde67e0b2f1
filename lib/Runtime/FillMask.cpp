//===- FillMask.cpp - The next-token set of a matcher ---------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   row = union over the frames that may read next (Stepper::expand) of
//           base mask of its residual          | a table entry
//         + tokens of the exit trie            | walked down the real stack
//   then the symbols, then the stop tokens
//
// Frames whose next bytes test a key set have no table of their own: FillKeys.cpp.
//
// The whole is written again from a memo when the same frames were read before; and
// without looking anything up when the last mask was of the very same frames.
//
//===----------------------------------------------------------------------===//
#include "KeySets.h"
#include "MatcherImpl.h"
#include "weir/Runtime/ReadyTables.h"

#include <algorithm>
#include <chrono>

namespace weir {

bool Matcher::Impl::fillNarrow(const Frame &Atom) {
  note(MaskPart::Narrow);
  WalkIds.clear();
  if (!Walk.collect(Atom, WalkIds))
    return false;
  for (TokenId T : WalkIds)
    if (ExcludedIds.empty() || !testBit(Excluded, T))
      Sink.set(T);
  return true;
}

/// Walks the real stack, whatever the frame reads.
bool Matcher::Impl::fillDirect(const Frame &Atom) {
  if (!Walk.isWide(Atom))
    return fillNarrow(Atom);
  note(MaskPart::Wide);
  auto E = std::make_shared<TableEntry>();
  E->IsDense = true;
  E->Dense = Tables->impl().AllText;
  if (!Walk.clear(Atom, E->Dense))
    return false;
  for (TokenId T : ExcludedIds)
    clearBit(E->Dense, T);
  Sink.base(std::move(E));
  return true;
}

bool Matcher::Impl::fillExits(const Frame &Atom, const TableEntry &E) {
  const ExitTrie &Exits = *E.Exits;
  note(MaskPart::Exits);
  Scratch::Mark Before = Temp.mark();
  S.Uncertain = false;
  const bool DoubtAll = excludeUsedKeys(Atom) || DoubtSecondKeys;
  S.AssumeNewKeys = true;
  S.AssumedKey = false;
  const ConfigList Below = S.leave(Atom);
  auto found = [&](uint32_t First, uint32_t Last, bool Doubt) {
    const bool Ask = Doubt || DoubtAll;
    if (!Ask && ExcludedIds.empty() && Exits.conditions().empty()) {
      Sink.set(Exits.ids().subspan(First, Last - First));
      return;
    }
    for (uint32_t I = First; I < Last; ++I) {
      const TokenId T = Exits.ids()[I];
      if ((!Exits.conditions().empty() && !Exits.conditions()[I].holds(E.Room, E.Need)) ||
          (!ExcludedIds.empty() && testBit(Excluded, T)))
        continue;
      if (Ask)
        Doubtful.push_back(T);
      else
        Sink.set(T);
    }
  };
  // Where there are many configurations, what one of them allows is mostly all there is: the others
  // are stepped only for what is left.
  constexpr uint32_t Many = 4;
  ConfigList Others = Below;
  bool Ok = true;
  if (Below.size() >= Many && !S.OverBudget) {
    Others.Begin = Below.Begin + 1;
    const bool Doubt = S.Uncertain, Assumed = S.AssumedKey;
    Ok = Walk.walkExits(Exits, {Below.Begin, Others.Begin}, found);
    S.Uncertain = Doubt;
    S.AssumedKey = Assumed;
    Walk.skip(Sink.written());
  }
  Ok = Ok && Walk.walkExits(Exits, Others, found);
  S.AssumeNewKeys = false;
  Temp.release(Before);
  return Ok && !S.OverBudget;
}

bool Matcher::Impl::fillAtom(const Frame &Atom) {
  const StateRec &St = G.state(Atom.State);
  if (St.Kind == RowKind::None)
    return true;
  if (St.Flags & StateKeySets)
    return fillKeys(Atom);
  TableCache::Impl &Cache = Tables->impl();
  const uint32_t *Regs = Atom.Regs == ZeroRegs ? nullptr : S.view().words(Atom.Regs);
  if (Atom.words())
    S.Log.readWhole(Atom.Regs);
  std::shared_ptr<const TableEntry> E;
  if (const ReadyTables *Ready = G.ready().get())
    E = Ready->find(Atom.State, Regs, Atom.words(), Atom.depth());
  if (!E)
    E = Cache.find(Bound->key(Atom.State, Cache), Regs, Atom.words(), Atom.depth());
  if (!E) {
    if (!Maker)
      Maker = std::make_unique<TableMaker>(G, Cache);
    const auto Before = std::chrono::steady_clock::now();
    E = Maker->make(Atom, S.view(), *Bound);
    note(Maker->Took);
    ++Stats.TablesMade;
    Stats.ColdNanoseconds +=
        uint64_t(std::chrono::nanoseconds(std::chrono::steady_clock::now() - Before).count());
  }
  if (E->Direct)
    return fillDirect(Atom);
  if (S.mayRepeat(Atom)) {
    note(MaskPart::Repeats);
    auto Own = std::make_shared<TableEntry>();
    Own->IsDense = true;
    Own->Dense.resize(Tables->impl().AllText.size());
    if (E->IsDense)
      Own->Dense.assign(E->row().begin(), E->row().end());
    for (TokenId T : E->Sparse)
      setBit(Own->Dense, T);
    WalkIds.clear();
    std::vector<TokenId> Dead;
    std::vector<uint32_t> Refused;
    if (!Walk.clearRepeats(Atom, Own->Dense, WalkIds, Dead, Refused))
      return false;
    // (What is left out already is not for this frame to say.)
    if (!ExcludedIds.empty())
      std::erase_if(WalkIds, [&](TokenId T) { return testBit(Excluded, T); });
    // These are decided; the exits are asked for what is new.
    for (uint32_t N : Refused)
      exclude(N);
    for (const std::vector<TokenId> *Decided : {&WalkIds, &Dead})
      for (TokenId T : *Decided)
        excludeToken(T);
    Sink.base(std::move(Own));
    Sink.set(WalkIds);
  } else if (E->IsDense)
    Sink.base(E);
  else
    Sink.set(E->Sparse);
  return !E->Exits || fillExits(Atom, *E);
}

void Matcher::Impl::fillSymbols(const Frame &Atom) {
  if (!(G.state(Atom.State).Flags & StateHasSymbols))
    return;
  note(MaskPart::Symbols);
  const Vocabulary &V = Tables->vocabulary();
  const DetailRec *D = G.detail(Atom.State);
  for (uint32_t K = D->SymbolsBegin; K < D->SymbolsEnd; ++K) {
    const SymbolRec &Y = G.tables().Symbols[K];
    Scratch::Mark Before = Temp.mark();
    // The operations do not depend on which token it is.
    S.beginSymbols();
    S.moveTo(Atom, Y.Target, Y.Ops, Before.Pool);
    bool Alive = Temp.Pool.size() > Before.Pool;
    Temp.release(Before);
    if (!Alive)
      continue;
    if (Y.ExcludedCount == NoIndex) {
      SymbolTokens.push_back(Bound->token(Y.Token));
      continue;
    }
    for (TokenId T = 0; T < V.size(); ++T) {
      if (!(V.isSpecial(T) || V.isText(T)) || isStop(T))
        continue;
      bool Excluded = false;
      for (uint32_t X = 0; X < Y.ExcludedCount; ++X)
        Excluded |= Bound->token(Y.Token + X) == T;
      if (!Excluded)
        Sink.set(T);
    }
  }
}

/// The frames of the only configuration from the top down, as the memo sees them.
class Matcher::Impl::MemoFrames {
public:
  /// Empties the scratch stacks. Free keys that were used are added to `Used`.
  explicit MemoFrames(Impl &M, std::vector<UsedKeys> &Used) : M(M), Used(Used) {
    M.Temp.release({0, 0, 0, 0});
    Used.clear();
  }

  MaskMemo::Said next(MaskMemo::Key &Key) {
    if (Parent == Bottom)
      return MaskMemo::Said::Nothing;
    const bool Top = Parent == NoIndex;
    Now = Top ? M.Configs[M.head().ConfigsBegin] : M.Store.Frames[Parent];
    if (Now.isChoice() || Stepper::isDone(Now))
      return MaskMemo::Said::Nothing;
    Parent = Now.Parent;
    Key.clear();
    if (Top)
      Key.insert(Key.end(), {uint32_t(M.G.uid()), uint32_t(M.G.uid() >> 32)});
    Key.insert(Key.end(), {Now.State, Now.Meta, uint32_t(Now.Parent == Bottom)});
    if (!Now.words())
      return MaskMemo::Said::All;
    M.noteUsed(Now, Used);
    if (Now.Regs != ZeroRegs)
      return MaskMemo::Said::NoRegisters;
    registers(Key);
    return MaskMemo::Said::All;
  }

  void registers(MaskMemo::Key &Key) const {
    const GrammarView &T = M.G.tables();
    const uint32_t Words = Now.words();
    const size_t At = Key.size();
    if (Now.Regs == ZeroRegs)
      Key.resize(At + Words);
    else
      Key.insert(Key.end(), M.Store.Words.block(Now.Regs), M.Store.Words.block(Now.Regs) + Words);
    const RuleRec &Rule = M.G.rule(M.G.ruleOf(Now.State));
    if (Rule.Object != NoIndex)
      KeySets(T, T.Objects[Rule.Object], nullptr).canonicalise(Key.data() + At);
    if (Rule.Elements != NoIndex && T.Elements[Rule.Elements].Unique) {
      // As long as no item is compared with those seen.
      uint32_t *Block = Key.data() + At + T.Elements[Rule.Elements].Base;
      Block[1] = Block[1] != 0;
      Block[2] = 0;
    }
  }

  /// What the program answers, as if no free key were one of those used: see holdsFor. Nothing
  /// where masks depend on these otherwise; there were none when the masks were kept.
  std::optional<bool> ask(uint32_t N, const GuardQuestion &Q) {
    const GrammarView &T = M.G.tables();
    if (N == GuardLog::MaxQuestions)
      return std::nullopt;
    for (uint32_t P = Q.Program;; ++P) {
      const OpRec &O = T.Ops[P];
      if (O.Code == OpCode::FreeTake && !T.Objects[O.A].sharesMasks() &&
          M.Store.Words.block(Now.Regs)[T.Objects[O.A].Base + 1] != 0)
        return std::nullopt;
      if (O.Last)
        break;
    }
    Made[N] = Q.After == NoIndex ? Now : Made[Q.After];
    M.S.AssumeNewKeys = true;
    const bool Answer = M.S.run(Made[N], Q.Program);
    M.S.AssumeNewKeys = false;
    return Answer;
  }

  const std::vector<GuardAnswer> *asked() const {
    return M.S.Log.questions(Now.Regs, M.AskedQuestions) ? &M.AskedQuestions : nullptr;
  }

private:
  Impl &M;
  std::vector<UsedKeys> &Used;
  uint32_t Parent = NoIndex;
  Frame Now{};
  Frame Made[GuardLog::MaxQuestions]; ///< by the questions that were asked
};

bool Matcher::Impl::sameAsLast() const {
  const Head &H = head();
  return Last && LastHead.size() == H.ConfigsCount &&
         (LastHead.empty() ||
          std::equal(LastHead.begin(), LastHead.end(), Configs.block(H.ConfigsBegin),
                     [](const Frame &A, const Frame &B) {
                       return A.State == B.State && A.Parent == B.Parent && A.Meta == B.Meta &&
                              A.Regs == B.Regs;
                     }));
}

/// Writes the mask of the head but for the stop tokens, into a row of the vocabulary's
/// size; null when over budget. What is kept is not written unless `Write` says so.
std::shared_ptr<const MaskValue> Matcher::Impl::fillHead(std::span<MaskWord> Row, bool Write) {
  if (sameAsLast() && holdsFor(*Last, LastUsed)) {
    ++Stats.RepeatedMasks;
    note(MaskPart::Repeated);
    if (Write)
      Last->write(Row);
    return Last;
  }
  const Head &H = head();
  const bool Single = UseMemo && H.ConfigsCount == 1;
  MaskMemo &Memo = *Tables->impl().Memo;
  if (Single) {
    if (auto Found = Memo.find(MemoBuffer, MemoFrames(*this, FoundUsed));
        Found && holdsFor(*Found, FoundUsed)) {
      ++Stats.MemoMasks;
      note(MaskPart::Memo);
      if (Write)
        Found->write(Row);
      remember(Found);
      std::swap(LastUsed, FoundUsed);
      return Found;
    }
  }

  note(MaskPart::Tables);
  if (H.ConfigsCount > 1)
    note(MaskPart::Ambiguous);
  const uint64_t TablesBefore = Stats.TablesMade;
  Sink.begin(Row);
  SymbolTokens.clear();
  Doubtful.clear();
  bool HasSymbols = false;
  const ConfigList Now = load();
  if (Single)
    S.Log.begin();
  struct EndLog {
    GuardLog &Log;
    ~EndLog() { Log.end(); }
  } End{S.Log};
  Temp.OldestRead = NoIndex;
  S.ReadKeys = S.ReadPart = S.ReadItems = false;
  S.KeyHashes.clear();
  S.TooManyKeys = false;
  SharesMasks = Single;
  struct EndSkips {
    TrieWalk &A, &B;
    ~EndSkips() {
      A.skip({});
      B.skip({});
    }
  } Ended{Walk, PlainWalk};
  S.settleRepeats(Now);
  const ConfigList Ready = S.expand(Now);
  bool Ok = !S.OverBudget;
  const bool Complete = S.Complete;
  for (uint32_t I = Ready.Begin; I < Ready.End && Ok; ++I) {
    const Frame Atom = Temp.Pool[I];
    Walk.skip(Sink.written());
    PlainWalk.skip(Sink.written());
    Ok = fillAtom(Atom);
    dropExcluded();
    HasSymbols |= (G.state(Atom.State).Flags & StateHasSymbols) != 0;
    fillSymbols(Atom);
  }
  if (!Ok || (!Doubtful.empty() && !fillAsked()))
    return nullptr;
  Stats.ColdMasks += Stats.TablesMade != TablesBefore;
  std::shared_ptr<const MaskValue> Value = Sink.finish(Complete, S.KeyHashes, S.TooManyKeys);
  Last = nullptr;
  // (What was compared with texts before is no part of the memo's keys.)
  if (!UseMemo || HasSymbols || S.ReadPart || S.ReadItems)
    return Value;
  // The frames from the top down to the oldest that was looked at.
  unsigned Depth = 1;
  bool IsPath = Single;
  FoundUsed.clear();
  if (Single) {
    noteUsed(Configs[H.ConfigsBegin], FoundUsed);
    for (uint32_t P = Configs[H.ConfigsBegin].Parent; P != Bottom && P >= Temp.OldestRead;
         ++Depth) {
      const Frame &F = Store.Frames[P];
      IsPath = !F.isChoice();
      if (!IsPath)
        break;
      noteUsed(F, FoundUsed);
      P = F.Parent;
    }
  }
  remember(Value);
  std::swap(LastUsed, FoundUsed);
  if (IsPath && !S.ReadKeys)
    Memo.insert(MemoBuffer, Depth, MemoFrames(*this, FoundUsed), Value);
  return Value;
}

void Matcher::Impl::remember(std::shared_ptr<const MaskValue> Value) {
  const Head &H = head();
  Last = nullptr;
  LastUsed.clear();
  LastHead.clear();
  if (H.ConfigsCount) {
    const Frame *F = Configs.block(H.ConfigsBegin);
    LastHead.assign(F, F + H.ConfigsCount);
  }
  Last = std::move(Value);
}

Result<MaskInfo> Matcher::Impl::fillMask(std::span<MaskWord> Out, uint32_t MaskBits) {
  if (Out.size() < rowWords(MaskBits))
    return Error{Status::InvalidArgument, "the row is too short for the mask's bits"};
  ++Stats.Masks;
  Stats.LastMask = 0;
  if (head().Terminated || !owed().empty())
    note(MaskPart::Ended);
  if (head().Terminated && AfterTermination == TerminatedRow::AllOnes) {
    std::fill(Out.begin(), Out.end(), 0);
    std::fill_n(Out.begin(), MaskBits / 32, ~MaskWord(0));
    if (MaskBits % 32)
      Out[MaskBits / 32] = (MaskWord(1) << (MaskBits % 32)) - 1;
    return MaskInfo{true};
  }
  const Vocabulary &V = Tables->vocabulary();
  const size_t Words = rowWords(V.size());
  std::span<MaskWord> Row = Out;
  if (MaskBits < V.size()) {
    FullRow.resize(Words);
    Row = FullRow;
  } else {
    std::fill(Out.begin() + ptrdiff_t(Words), Out.end(), 0);
  }
  Row = Row.first(Words);

  SymbolTokens.clear();
  bool Complete = true, Ok = true;
  if (head().Terminated) {
    std::fill(Row.begin(), Row.end(), 0);
  } else if (!owed().empty()) {
    Ok = fillHealing(Row);
    Complete = false;
  } else if (auto Value = fillHead(Row, true)) {
    Complete = Value->Complete;
  } else {
    Ok = false;
  }
  if (!Ok) {
    std::fill(Out.begin(), Out.end(), 0);
    LastError = Status::BudgetExceeded;
    return Error{Status::BudgetExceeded, limitText()};
  }
  for (TokenId T : Stops)
    Complete ? setBit(Row, T) : clearBit(Row, T);
  for (TokenId T : SymbolTokens)
    setBit(Row, T);
  if (!head().Terminated)
    for (TokenId T : Bans)
      clearBit(Row, T);

  if (MaskBits < V.size()) {
    std::copy_n(Row.begin(), rowWords(MaskBits), Out.begin());
    if (MaskBits % 32)
      Out[MaskBits / 32] &= (MaskWord(1) << (MaskBits % 32)) - 1;
  }
  MaskInfo Info;
  size_t Full = MaskBits / 32;
  Info.AllAllowed = std::all_of(Out.begin(), Out.begin() + ptrdiff_t(Full),
                                [](MaskWord W) { return W == ~MaskWord(0); });
  if (Info.AllAllowed && MaskBits % 32)
    Info.AllAllowed = Out[Full] == (MaskWord(1) << (MaskBits % 32)) - 1;
  return Info;
}

} // namespace weir
