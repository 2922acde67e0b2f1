//===- FreshSearch.cpp - Whether what must be new still can be --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A configuration on which an item or a key may repeat (Fresh.cpp) is taken apart into its
// ways down, and each way on which something may repeat is looked into: bytes are tried,
// shortest texts and latest ones by turns, blanks and escapes last, until one leaves it such that
// nothing may repeat any more (it is new, and what is new can be finished: the guards see to that)
// or until every way has ended in a repetition. Ways that differ in spelling only (blanks, escapes,
// zeros) are one way.
//
// Where the values that are left for the item under way are known (ListedItems.cpp), only texts are
// tried that go on towards one of them, to the end of one first.
//
// Rejected: enumerating the values of an item's residual when the grammar is made;
// residuals of closed objects depend on what was written in them.
//
//===----------------------------------------------------------------------===//
#include "Spelling.h"
#include "Stepper.h"
#include "weir/Runtime/JsonValues.h"
#include "weir/Support/Hash.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>

namespace weir {

static constexpr size_t MaxPaths = 64;
/// Of one search and of all between two calls of a matcher. A byte that leads nowhere costs
/// 1, one that leads on costs LiveCost, and 1 for every two bytes that were tried before it, since
/// they are read again.
static constexpr uint32_t MaxSearch = 1'000'000, MaxSearches = 4'000'000, LiveCost = 16;
static constexpr uint32_t FirstDigits = 6; ///< that are tried in a row before anything else

std::string Stepper::exceededText() const {
  switch (Exceeded) {
  case Limit::Configurations:
    return "more than " + std::to_string(MaxConfigurations) +
           " configurations would be alive at once: the matcher's option max_configurations";
  case Limit::Calls:
    return "more than " + std::to_string(4 * MaxConfigurations) +
           " calls of rules would be entered at one byte: 4 for each of the matcher's option "
           "max_configurations";
  case Limit::Search:
    return "looking ahead for an item or key that is new takes more than " +
           std::to_string(MaxSearch) + " steps, or all of it in one call more than " +
           std::to_string(MaxSearches) + ": fixed limits";
  case Limit::Ways:
    return "an item or key that must be new is read in more than " + std::to_string(MaxPaths) +
           " ways at once: a fixed limit";
  }
  return {};
}

/// One way down from a configuration, as far as something waits on it.
struct Stepper::Path {
  std::vector<uint32_t> Parents; ///< the last one stays as it is
  uint32_t Begin = NoIndex;      ///< of the outermost text that may repeat
};

/// The ways down from `F`; ways that part below everything that waits are one. False
/// when there are too many.
bool Stepper::findPaths(const Frame &F, std::vector<Path> &Out) {
  Waiting Own = waiting(F, true);
  bool OwnMay = Own.IsAny && mayBecome(Own);
  // The frames below, which of them may repeat, and which lead to such.
  struct Below {
    uint32_t Index, Begin;
    bool May, Leads;
  };
  std::vector<Below> Frames;
  // Mostly a few; of many ambiguous ways hundreds.
  static constexpr size_t Few = 16;
  std::unordered_map<uint32_t, size_t> Places;
  auto find = [&](uint32_t P) {
    if (Frames.size() <= Few)
      return std::find_if(Frames.begin(), Frames.end(),
                          [&](const Below &X) { return X.Index == P; });
    auto It = Places.find(P);
    return It == Places.end() ? Frames.end() : Frames.begin() + ptrdiff_t(It->second);
  };
  auto add = [&](uint32_t P) {
    if (P == Bottom || P == Unknown || !mayLead(P) || find(P) != Frames.end())
      return;
    Waiting W = waiting(View.frame(P), false);
    bool May = W.IsAny && mayBecome(W);
    Frames.push_back({P, W.Begin, May, May});
    for (size_t I = Places.size(); I < Frames.size() && Frames.size() > Few; ++I)
      Places.emplace(Frames[I].Index, I);
  };
  forEachParent(F, add);
  bool Any = false;
  for (size_t I = 0; I < Frames.size(); ++I) {
    Any |= Frames[I].May;
    forEachParent(View.frame(Frames[I].Index), add);
  }
  if (!Any) {
    Out.push_back({{}, OwnMay ? Own.Begin : NoIndex});
    return true;
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (size_t I = Frames.size(); I-- > 0;) {
      bool Leads = Frames[I].Leads;
      forEachParent(View.frame(Frames[I].Index), [&](uint32_t Q) {
        auto It = find(Q);
        Leads |= It != Frames.end() && It->Leads;
      });
      Changed |= Leads != Frames[I].Leads;
      Frames[I].Leads = Leads;
    }
  }
  std::vector<Path> Todo{{{}, OwnMay ? Own.Begin : NoIndex}};
  while (!Todo.empty()) {
    Path P = std::move(Todo.back());
    Todo.pop_back();
    const Frame &Last = P.Parents.empty() ? F : View.frame(P.Parents.back());
    bool Leads = false;
    forEachParent(Last, [&](uint32_t Q) {
      auto It = find(Q);
      Leads |= It != Frames.end() && It->Leads;
    });
    if (!Leads) {
      Out.push_back(std::move(P));
    } else {
      forEachParent(Last, [&](uint32_t Q) {
        Path Next = P;
        Next.Parents.push_back(Q);
        auto It = find(Q);
        if (It != Frames.end() && It->May)
          Next.Begin = std::min(Next.Begin, It->Begin);
        Todo.push_back(std::move(Next));
      });
    }
    if (Out.size() + Todo.size() > MaxPaths)
      return false;
  }
  return true;
}

/// Is there a way down from `F` on which nothing may repeat?
bool Stepper::isSafe(const Frame &F) {
  if (!anyRepeats(F, false))
    return true;
  // Mostly there is one way, which repeats then.
  Frame At = F;
  while (At.Parent != Bottom && At.Parent != Unknown && !View.frame(At.Parent).isChoice())
    At = View.frame(At.Parent);
  if (At.Parent == Bottom || At.Parent == Unknown)
    return false;
  std::vector<Path> Paths;
  if (!findPaths(F, Paths)) {
    exceed(Limit::Ways);
    return true;
  }
  return std::any_of(Paths.begin(), Paths.end(), [](const Path &P) { return P.Begin == NoIndex; });
}

/// Zeros in a row after which more of them lead to nothing else, for texts that go on from
/// `Begin` and were read up to `End`. What may follow is the same after each; with it, each number
/// of zeros is either the same value, or a value of its own, so that with one more than there are
/// values before, one of them is new. Without exponents a run longer than any before is new, too.
uint32_t Stepper::zerosThatMatter(uint32_t Begin, uint32_t End) {
  auto read = [&](Zeros &Z, uint32_t To) {
    for (; Z.End < To; ++Z.End) {
      const uint8_t B = View.textAt(Z.End);
      Z.Run = B == '0' ? Z.Run + 1 : 0;
      Z.Longest = std::max(Z.Longest, Z.Run);
      Z.Exponent |= B == 'e' || B == 'E';
      Z.Values += Z.End < Begin && B == ',';
    }
  };
  // The text that is kept is the same for one search after another.
  const uint32_t Kept = View.Store ? std::min(View.Store->Text.size(), End) : 0;
  const uint32_t Epoch = View.Store ? View.Store->Epoch : 0;
  if (KeptZeros.Epoch != Epoch || KeptZeros.End > Kept)
    KeptZeros = {Begin, Epoch};
  // From one beginning to another only the commas in between count otherwise.
  auto commas = [&](uint32_t From, uint32_t To) {
    uint32_t Count = 0;
    for (uint32_t I = From; I < std::min(To, KeptZeros.End); ++I)
      Count += View.textAt(I) == ',';
    return Count;
  };
  KeptZeros.Values += commas(KeptZeros.Begin, Begin);
  KeptZeros.Values -= commas(Begin, KeptZeros.Begin);
  KeptZeros.Begin = Begin;
  read(KeptZeros, Kept);
  Zeros All = KeptZeros;
  read(All, End);
  return (All.Exponent ? All.Values : std::min(All.Values, All.Longest)) + 1;
}

/// The first register of an object or of an array whose items must differ, of whose registers the
/// second and third say which keys or items came and where one began; NoIndex for other rules.
uint32_t Stepper::blockOf(const RuleRec &R) const {
  if (R.Object != NoIndex)
    return T.Objects[R.Object].Base;
  return R.Elements != NoIndex && T.Elements[R.Elements].Unique ? T.Elements[R.Elements].Base
                                                                : NoIndex;
}

/// Where the automata stand above the text from `Begin` on, and how the text from `Tried` on
/// reads behind one that `Reading` has read: configurations with equal ones have equal futures.
std::vector<uint32_t> Stepper::positionOf(const Frame &F, uint32_t Begin, uint32_t Tried,
                                          Spelling Reading) const {
  std::vector<uint32_t> Key, Sizes;
  Reading.read(View, Tried, View.textSize(), &Key, &Sizes);
  const uint32_t Read = uint32_t(Key.size());
  Key.push_back(NoIndex);
  // Where something begins in the text that is tried, and which items were listed meanwhile,
  // is told by how much of the reading comes before: blanks and zeros more are no other place.
  auto place = [&](uint32_t At) {
    return At < Tried ? At : At - Tried < Sizes.size() ? Tried + Sizes[At - Tried] : Tried + Read;
  };
  auto addBlock = [&](const uint32_t *Regs, uint32_t Base) {
    Key.push_back(place(Regs[Base + 2]));
    uint32_t At = Regs[Base + 1];
    for (; At != 0 && ((At - 1) & ScratchBit); At = View.words(At - 1)[0]) {
      const uint32_t *Node = View.words(At - 1);
      Key.push_back(place(Node[1]));
      Key.push_back(place(Node[1] + Node[2]));
    }
    Key.push_back(NoIndex);
    Key.push_back(At);
  };
  Frame At = F;
  while (true) {
    Key.push_back(At.State);
    const RuleRec &R = G.rule(G.ruleOf(At.State));
    const uint32_t Words = At.Regs == ZeroRegs ? 0 : At.words();
    const uint32_t *Regs = Words == 0 ? nullptr : View.words(At.Regs);
    const uint32_t Block = blockOf(R);
    for (uint32_t I = 0; I < At.words(); ++I)
      if (Block == NoIndex || !Regs || (I != Block + 1 && I != Block + 2))
        Key.push_back(Regs ? Regs[I] : 0);
    if (Regs && Block != NoIndex)
      addBlock(Regs, Block);
    if (At.Parent == Bottom || At.Parent == Unknown)
      break;
    const Frame &P = View.frame(At.Parent);
    Waiting W = waiting(P, false);
    if (P.isChoice() || (W.IsAny && W.Begin <= Begin)) {
      Key.push_back(At.Parent);
      break;
    }
    At = P;
  }
  return Key;
}

/// Equal for configurations whose uppermost frames, down to a choice, are in the same states.
uint32_t Stepper::placeOf(Frame F) const {
  uint64_t H = F.State;
  for (unsigned I = 0; I < 3 && F.Parent != Bottom && F.Parent != Unknown; ++I) {
    F = View.frame(F.Parent);
    if (F.isChoice())
      break;
    H = hashCombine(H, F.State);
  }
  return uint32_t(mixBits(H));
}

/// Looks for a way on from `F`, of which everything may repeat, that is new.
bool Stepper::canBeNew(const Frame &Start) {
  std::vector<ListedValue> Left;
  const std::optional<Waiting> Listed = listedBelow(Start);
  if (Listed) {
    Left = valuesLeft(*Listed);
    if (Left.empty())
      return false;
  }
  const Scratch::Mark Before = Temp.mark();
  const bool OldComplete = Complete, OldBefore = ExitedBefore, OldAfter = ExitedAfter;
  const IndexSet OldSeen = SeenAfter;
  Searching = true;
  struct Item {
    Frame F;
    std::string Text;
    std::vector<ListedValue> Left; ///< that the text may become, where these are known
  };
  std::set<std::vector<uint32_t>> Known;
  uint32_t Begin = NoIndex;
  const uint32_t Tried = View.textSize();
  // Looks through the whole text; mostly the first byte that is tried is new, and nobody asks.
  std::optional<Spelling> Reading;
  auto position = [&](const Frame &F, const std::vector<ListedValue> &Left) {
    if (Listed)
      return listedPosition(F, Left[0]);
    if (!Reading) {
      const uint32_t Now = View.textSize();
      std::vector<uint8_t> Behind(Temp.Pending.end() - ptrdiff_t(Now - Tried), Temp.Pending.end());
      Temp.Pending.resize(Before.Pending);
      std::vector<Path> Paths;
      findPaths(Start, Paths);
      Temp.Pending.insert(Temp.Pending.end(), Behind.begin(), Behind.end());
      for (const Path &P : Paths)
        Begin = std::min(Begin, P.Begin);
      // Keys begin behind their quote.
      const bool InString = Begin > 0 && Begin <= Tried && View.textAt(Begin - 1) == '"';
      Reading.emplace(zerosThatMatter(Begin, Tried), InString);
      Reading->read(View, Begin, Tried, nullptr, nullptr);
    }
    return positionOf(F, Begin, Tried, *Reading);
  };
  bool New = false, Deep = false;
  uint32_t Steps = 0;
  auto only = [&](const Frame &F) {
    const uint32_t At = uint32_t(Temp.Pool.size());
    Temp.Pool.push_back(F);
    return ConfigList{At, At + 1};
  };
  auto anySafe = [&](ConfigList L) {
    bool Any = false;
    for (uint32_t C = L.Begin; C < L.End && !Any; ++C)
      Any = isSafe(Frame(Temp.Pool[C]));
    return Any;
  };
  /// Keeps what is new for `Start` and for the places that it leads to.
  auto keepNew = [&](const std::string &Text) {
    Temp.Pending.resize(Before.Pending);
    ConfigList At = only(Start);
    for (size_t I = 0; I < Text.size() && At.size() == 1; ++I) {
      std::string &Known = NewTexts[placeOf(Temp.Pool[At.Begin])];
      if (I == 0 || Known.empty())
        Known = Text.substr(I);
      Temp.Pending.push_back(uint8_t(Text[I]));
      At = step(At, uint8_t(Text[I]));
    }
  };
  // What was new the last time, from a place like this.
  if (NewTexts.size() >= MaxNewTexts)
    NewTexts.clear();
  const std::string Found = NewTexts[placeOf(Start)];
  if (!Found.empty()) {
    ConfigList At = only(Start);
    for (size_t I = 0; I < Found.size() && !At.empty() && !OverBudget; ++I) {
      Temp.Pending.push_back(uint8_t(Found[I]));
      ExitedAfter = false;
      At = step(At, uint8_t(Found[I]));
      Steps += At.empty() ? 1 : LiveCost;
      New = I + 1 == Found.size() && (ExitedAfter || anySafe(At));
    }
    Temp.Pending.resize(Before.Pending);
  }
  // In numbers and strings some digits more are mostly new, however many came before.
  Frame Last = Start;
  for (uint32_t I = 0; I < FirstDigits && !Listed && !New && !OverBudget; ++I) {
    Temp.Pending.push_back('9');
    ExitedAfter = false;
    const ConfigList Next = step(only(Last), '9');
    Steps += Next.empty() ? 1 : LiveCost;
    New = ExitedAfter || anySafe(Next);
    if (New)
      NewTexts[placeOf(Start)].assign(I + 1, '9');
    if (Next.empty())
      break;
    Last = Temp.Pool[Next.Begin];
  }
  std::deque<Item> Queue;
  /// Behind a blank, which tells no value apart, or where an escape begins, which mostly stands
  /// for what can be written plainly: taken up last.
  std::deque<Item> Spellings;
  /// What the byte under way leads to, and others before it, until all of them are found not to be
  /// new.
  struct Lead {
    Frame F;
    uint8_t B;
    size_t Left; ///< the values, in LeftAfter
  };
  std::vector<Lead> Next;
  std::vector<std::vector<ListedValue>> LeftAfter;
  if (!New)
    Queue.push_back({Start, {}, std::move(Left)});
  while (!(Queue.empty() && Spellings.empty()) && !New && !OverBudget) {
    if (Steps > FreshLimit) {
      PutOff = New = true;
      break;
    }
    // By turns the shortest, and the one that was found last: which is soon longer than what it
    // may repeat, where many short ones are taken.
    std::deque<Item> &From = Queue.empty() ? Spellings : Queue;
    Deep = Listed || (!Deep && &From == &Queue);
    Item I = std::move(Deep ? From.back() : From.front());
    if (Deep)
      From.pop_back();
    else
      From.pop_front();
    // Without a byte: the text may end here, or the frame over what is not known.
    Temp.Pending.resize(Before.Pending);
    Temp.Pending.insert(Temp.Pending.end(), I.Text.begin(), I.Text.end());
    Complete = ExitedBefore = ExitedAfter = false;
    const ConfigList Ready = expand(only(I.F));
    New = Complete || ExitedBefore;
    ByteSet Bytes;
    for (uint32_t R = Ready.Begin; R < Ready.End; ++R)
      G.forEachRange(Temp.Pool[R].State, [&](unsigned First, unsigned Last, uint32_t) {
        Bytes |= ByteSet::range(First, Last);
      });
    Next.clear();
    LeftAfter.clear();
    for (unsigned B = Bytes.next(0); B < 256 && !New && !OverBudget; B = Bytes.next(B + 1)) {
      if (Listed) {
        std::vector<ListedValue> &Those = LeftAfter.emplace_back();
        for (const ListedValue &V : I.Left)
          if (ListedValue W = V; W.goOn(char(B)))
            Those.push_back(std::move(W));
        ++Steps;
        if (Those.empty())
          continue;
      }
      Temp.Pending.resize(Before.Pending + I.Text.size());
      Temp.Pending.push_back(uint8_t(B));
      ExitedAfter = false;
      const ConfigList After = stepReady(Ready, uint8_t(B));
      New = ExitedAfter;
      for (uint32_t C = After.Begin; C < After.End && !New; ++C) {
        const Frame F = Temp.Pool[C];
        New = isSafe(F);
        Next.push_back({F, uint8_t(B), LeftAfter.size() - 1});
      }
      if (New)
        keepNew(I.Text + char(B));
      Steps += After.empty() ? 1 : LiveCost + uint32_t(I.Text.size() / 2);
      if (Steps > MaxSearch || SearchSteps + Steps > MaxSearches)
        exceed(Limit::Search);
    }
    for (const auto &[F, B, After] : Next) {
      if (New || OverBudget)
        break;
      Temp.Pending.resize(Before.Pending + I.Text.size());
      Temp.Pending.push_back(B);
      const std::vector<ListedValue> Those = Listed ? LeftAfter[After] : std::vector<ListedValue>();
      if (!Known.insert(position(F, Those)).second)
        continue;
      const bool IsSpelling = isJsonBlank(char(B)) || B == '\\' ||
                              (Listed && Those[0].Follower.inNumber() &&
                               std::string_view(".eE+0").find(char(B)) != std::string_view::npos);
      (IsSpelling ? Spellings : Queue).push_back({F, I.Text + char(B), Those});
    }
  }
  SearchSteps += Steps;
  Searching = false;
  Complete = OldComplete;
  ExitedBefore = OldBefore;
  ExitedAfter = OldAfter;
  SeenAfter = OldSeen;
  // `release` forgets what was read meanwhile, and brings back what stood there.
  Temp.release(Before);
  return New;
}

ConfigList Stepper::keepFresh(ConfigList L) {
  if (!T.NeedsFresh || Searching || AskLater || L.empty() || OverBudget)
    return L;
  if (AssumeNewKeys) {
    // Positions in the text are not known here: whoever asks must ask again.
    for (uint32_t I = L.Begin; I < L.End && !Uncertain; ++I)
      Uncertain |= isInside(Temp.Pool[I]);
    return L;
  }
  if (!mayRepeat(L))
    return L;
  // One configuration for each way down, then those that are safe or can be new.
  std::vector<std::pair<Frame, bool>> Ways;
  for (uint32_t I = L.Begin; I < L.End; ++I) {
    const Frame F = Temp.Pool[I];
    std::vector<Path> Paths;
    if (!anyRepeats(F, I > L.Begin)) {
      Ways.push_back({F, true});
      continue;
    }
    if (!findPaths(F, Paths)) {
      exceed(Limit::Ways);
      return L;
    }
    if (Paths.size() == 1) {
      Ways.push_back({F, Paths[0].Begin == NoIndex});
      continue;
    }
    for (const Path &P : Paths) {
      uint32_t Parent = P.Parents.back();
      for (size_t K = P.Parents.size() - 1; K > 0; --K) {
        Frame Copy = View.frame(P.Parents[K - 1]);
        Copy.Parent = Parent;
        Parent = View.push(Copy);
      }
      Frame Way = F;
      Way.Parent = Parent;
      Ways.push_back({Way, P.Begin == NoIndex});
    }
  }
  for (auto &[F, Safe] : Ways)
    Safe = Safe || canBeNew(F);
  Temp.Pool.resize(L.Begin);
  for (auto &[F, Safe] : Ways)
    if (Safe)
      add(F, L.Begin);
    else
      Dropped = true;
  return {L.Begin, uint32_t(Temp.Pool.size())};
}

} // namespace weir
