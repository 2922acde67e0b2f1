//===- Accept.cpp - From one head of the history to the next ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A head of the history is the configurations after one token. Every question loads the
// last head into the scratch stacks and moves from there:
//
//   simulate   the configurations after one token: by its bytes, by the symbols that
//              name it, or by the end of the text; what several readings reach is united
//   promote    copies what survived from the scratch into the store, and appends a head
//
// `tokenAllowed` simulates, `accept` promotes as well, and `validate` accepts and goes
// back. A refused token leaves no trace, and going back is dropping heads.
//
//===----------------------------------------------------------------------===//
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

ConfigList Matcher::Impl::load() {
  Temp.release({0, 0, 0, 0});
  S.begin();
  dropExcluded();
  DoubtSecondKeys = false;
  const Head &H = head();
  if (H.ConfigsCount) {
    const Frame *F = Configs.block(H.ConfigsBegin);
    Temp.Pool.insert(Temp.Pool.end(), F, F + H.ConfigsCount);
  }
  return {0, H.ConfigsCount};
}

ConfigList Matcher::Impl::stepAll(ConfigList From, std::span<const uint8_t> Bytes, size_t *Read) {
  for (size_t I = 0; I < Bytes.size(); ++I) {
    // Most bytes only move the one configuration there is.
    if (From.size() == 1 && !G.tables().NeedsFresh) {
      Frame Top = Temp.Pool[From.Begin];
      const size_t Moved = S.moveAlong(Top, Bytes.subspan(I));
      if (Moved != 0) {
        const auto Begin = Bytes.begin() + ptrdiff_t(I);
        Temp.Pending.insert(Temp.Pending.end(), Begin, Begin + ptrdiff_t(Moved));
        Temp.Pool.push_back(Top);
        From = {uint32_t(Temp.Pool.size() - 1), uint32_t(Temp.Pool.size())};
        I += Moved;
        if (Read)
          *Read += Moved;
        if (I == Bytes.size())
          break;
      }
    }
    const uint8_t B = Bytes[I];
    Temp.Pending.push_back(B);
    ConfigList Next = S.step(From, B);
    if (Next.empty())
      return Next;
    // What is left of a step that was not finished says nothing.
    if (S.OverBudget)
      return {Next.End, Next.End};
    From = Next;
    if (Read)
      ++*Read;
  }
  return From;
}

/// How much of a prefix `Bytes` covers when they agree with it as far as both go; 0 otherwise.
static size_t covers(std::string_view Owed, std::span<const uint8_t> Bytes) {
  const size_t N = std::min(Owed.size(), Bytes.size());
  return std::equal(Bytes.begin(), Bytes.begin() + ptrdiff_t(N),
                    reinterpret_cast<const uint8_t *>(Owed.data()))
             ? N
             : 0;
}

ConfigList Matcher::Impl::simulate(TokenId T, bool &Stop) {
  Stop = false;
  ConfigList From = load();
  const Vocabulary &V = Tables->vocabulary();
  if (T >= V.size() || head().Terminated)
    return {};
  if (const std::string_view Owed = owed(); !Owed.empty()) {
    const size_t N = isStop(T) ? 0 : covers(Owed, V.bytes(T));
    return N == 0 ? ConfigList() : stepAll(From, V.bytes(T).subspan(N));
  }

  // As a symbol, and as the end of the text.
  ConfigList Ready;
  bool NeedsExpansion = isStop(T) || !G.tables().Symbols.empty();
  uint32_t SymbolBegin = 0, SymbolEnd = 0;
  if (NeedsExpansion) {
    Ready = S.expand(From);
    if (S.OverBudget)
      return {};
    Stop = S.Complete && isStop(T);
    SymbolBegin = uint32_t(Temp.Pool.size());
    S.beginSymbols();
    for (uint32_t I = Ready.Begin; I < Ready.End; ++I) {
      const Frame F = Temp.Pool[I];
      if (!(G.state(F.State).Flags & StateHasSymbols))
        continue;
      const DetailRec *D = G.detail(F.State);
      for (uint32_t K = D->SymbolsBegin; K < D->SymbolsEnd; ++K) {
        const SymbolRec &Y = G.tables().Symbols[K];
        bool Matches;
        if (Y.ExcludedCount == NoIndex) {
          Matches = Bound->token(Y.Token) == T;
        } else {
          Matches = !isStop(T) && (V.isSpecial(T) || V.isText(T));
          for (uint32_t X = 0; X < Y.ExcludedCount && Matches; ++X)
            Matches = Bound->token(Y.Token + X) != T;
        }
        if (Matches)
          S.moveTo(F, Y.Target, Y.Ops, SymbolBegin);
      }
    }
    SymbolEnd = uint32_t(Temp.Pool.size());
  }

  ConfigList After;
  if (V.isText(T) && !isStop(T))
    After = stepAll(From, V.bytes(T));
  if (S.OverBudget)
    return {};
  if (SymbolBegin == SymbolEnd)
    return After;
  if (After.empty())
    return {SymbolBegin, SymbolEnd};
  // Both readings go on.
  std::vector<Frame> Both(Temp.Pool.begin() + After.Begin, Temp.Pool.begin() + After.End);
  uint32_t Begin = uint32_t(Temp.Pool.size());
  for (uint32_t I = SymbolBegin; I < SymbolEnd; ++I)
    Temp.Pool.push_back(Frame(Temp.Pool[I]));
  for (const Frame &F : Both)
    S.addTo(F, Begin);
  return {Begin, uint32_t(Temp.Pool.size())};
}

uint32_t Matcher::Impl::promoteRegs(const Frame &F) {
  if (F.Regs == ZeroRegs || !(F.Regs & ScratchBit))
    return F.Regs;
  const uint32_t *From = &Temp.Words[F.Regs & ~ScratchBit];
  std::vector<uint32_t> &Regs = NewRegs;
  Regs.assign(From, From + F.words());
  const RuleRec &Rule = G.rule(G.ruleOf(F.State));
  if (Rule.Object != NoIndex || Rule.Elements != NoIndex) {
    // The list of free keys, or of items: its new nodes, oldest first.
    uint32_t &List = Regs[(Rule.Object != NoIndex ? G.tables().Objects[Rule.Object].Base
                                                  : G.tables().Elements[Rule.Elements].Base) +
                          1];
    std::vector<uint32_t> New;
    uint32_t At = List;
    while (At != 0 && ((At - 1) & ScratchBit)) {
      const uint32_t *Node = &Temp.Words[(At - 1) & ~ScratchBit];
      if (Node[2] != NoIndex)
        New.push_back(At - 1);
      At = Node[0];
    }
    for (size_t I = New.size(); I > 0; --I) {
      uint32_t *N = &Temp.Words[New[I - 1] & ~ScratchBit];
      uint32_t Node[] = {At, N[1], N[2], N[3]};
      At = Store.Words.append(Node) + 1;
      // Frames that share the list go on sharing it: this one now leads to its copy.
      N[0] = At;
      N[2] = NoIndex;
    }
    List = At;
  }
  return Store.Words.append(Regs);
}

void Matcher::Impl::truncateToHead() {
  const Head &H = head();
  Configs.truncate(H.Configs);
  Store.Frames.truncate(H.Frames);
  Store.Words.truncate(H.Words);
  Store.truncateText(H.Text);
}

void Matcher::Impl::promote(ConfigList L, bool Terminated, uint32_t Token, uint32_t Healed) {
  Head H;
  H.ConfigsCount = L.size();
  H.Terminated = Terminated;
  H.Token = Token;
  H.Healed = Healed;
  // When memory runs out on the way, the stores are as they were.
  struct Undo {
    Impl &M;
    uint32_t Before;
    ~Undo() {
      if (Before && M.Heads.size() == Before)
        M.truncateToHead();
    }
  } Guard{*this, Heads.size()};
  append(L, H);
}

void Matcher::Impl::append(ConfigList L, Head H) {
  if (Bound->needsText())
    Store.Text.pushAll(Temp.Pending);

  auto finish = [&](std::span<const Frame> Tops) {
    H.ConfigsBegin = Configs.append(Tops);
    H.Configs = Configs.size();
    H.Frames = Store.Frames.size();
    H.Words = Store.Words.size();
    H.Text = Store.Text.size();
    Heads.push(H);
  };
  // Nearly always one configuration, of which the token left the parents as they were.
  if (L.size() == 1) {
    Frame Top = Temp.Pool[L.Begin];
    if (!(Top.Parent & ScratchBit)) {
      if (!Stepper::isDone(Top))
        Top.Regs = promoteRegs(Top);
      finish({&Top, 1});
      return;
    }
  }

  // A scratch frame refers to older frames only: mark what is reached, then copy in
  // order of age.
  Promoted.assign(Temp.Frames.size(), 0);
  Reach.clear();
  auto reach = [&](uint32_t P) {
    if ((P & ScratchBit) && !Promoted[P & ~ScratchBit]) {
      Promoted[P & ~ScratchBit] = 1;
      Reach.push_back(P & ~ScratchBit);
    }
  };
  for (const Frame &F : S.list(L))
    reach(F.Parent);
  for (size_t I = 0; I < Reach.size(); ++I) {
    const Frame &F = Temp.Frames[Reach[I]];
    if (!F.isChoice()) {
      reach(F.Parent);
      continue;
    }
    for (uint32_t K = 0; K < F.State; ++K)
      reach(S.view().words(F.Regs)[K]);
  }
  std::sort(Reach.begin(), Reach.end());
  auto moved = [&](uint32_t P) { return P & ScratchBit ? Promoted[P & ~ScratchBit] : P; };
  for (uint32_t I : Reach) {
    Frame F = Temp.Frames[I];
    if (F.isChoice()) {
      const uint32_t *Parents = S.view().words(F.Regs);
      std::vector<uint32_t> New(Parents, Parents + F.State);
      for (uint32_t &P : New)
        P = moved(P);
      F.Regs = Store.Words.append(New);
    } else {
      F.Parent = moved(F.Parent);
      F.Regs = promoteRegs(F);
    }
    Promoted[I] = Store.Frames.push(F);
  }

  NewTops.assign(S.list(L).begin(), S.list(L).end());
  for (Frame &F : NewTops) {
    F.Parent = moved(F.Parent);
    if (!Stepper::isDone(F))
      F.Regs = promoteRegs(F);
  }
  finish(NewTops);
}

bool Matcher::Impl::accept(TokenId T) {
  bool Stop = false;
  ConfigList After = simulate(T, Stop);
  if (S.OverBudget) {
    LastError = Status::BudgetExceeded;
    return false;
  }
  if (After.empty() && !Stop)
    return false;
  const size_t Owed = std::min<size_t>(owed().size(), Tables->vocabulary().bytes(T).size());
  // A stop token that the grammar itself reads goes on; otherwise it ends the text.
  promote(After, After.empty(), T, head().Healed + uint32_t(Owed));
  return true;
}

bool Matcher::Impl::acceptBytes(std::string_view Bytes) {
  if (head().Terminated)
    return false;
  std::span<const uint8_t> B(reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size());
  const size_t Covered = covers(owed(), B);
  if (Covered == 0 && !owed().empty() && !B.empty())
    return false;
  ConfigList After = stepAll(load(), B.subspan(Covered));
  if (S.OverBudget)
    LastError = Status::BudgetExceeded;
  if (S.OverBudget || After.empty())
    return false;
  promote(After, false, NoIndex, head().Healed + uint32_t(Covered));
  return true;
}

size_t Matcher::Impl::validateBytes(std::string_view Bytes) {
  size_t Read = 0;
  if (head().Terminated)
    return Read;
  const std::string_view Owed = owed();
  ConfigList L = load();
  if (L.empty())
    return Read;
  while (Read < std::min(Owed.size(), Bytes.size()) && Owed[Read] == Bytes[Read])
    ++Read;
  if (Read == Owed.size()) {
    Bytes.remove_prefix(Read);
    stepAll(L, {reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()}, &Read);
    if (S.OverBudget)
      LastError = Status::BudgetExceeded;
  }
  return Read;
}

bool Matcher::Impl::rollback(size_t N) {
  if (N >= Heads.size())
    return false;
  // Indices of frames may come to mean others.
  if (N != 0)
    Last = nullptr;
  Heads.truncate(Heads.size() - uint32_t(N));
  truncateToHead();
  return true;
}

bool Matcher::Impl::tokenAllowed(TokenId T) {
  bool Stop = false;
  ConfigList After = simulate(T, Stop);
  if (S.OverBudget)
    LastError = Status::BudgetExceeded;
  return Stop || !After.empty();
}

} // namespace weir
