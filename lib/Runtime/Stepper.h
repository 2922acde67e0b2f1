//===- Stepper.h - One byte further, in every configuration --------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The semantics of the network, in one place: accept, masks, exit tries and
// explanations all move by `step`.
//
//   expand   from a list of configurations, everything that may read the next byte
//            without reading one: callees entered, finished rules left
//   step     expand, then the byte; finished rules at the end are left at once
//
// Callees of one rule entered in one expansion are one frame with a choice of
// parents, taken up in the order of the rules' ranks (callers first), and a frame
// returned into is returned into once: so an expansion is polynomial however many
// derivations there are.
//
// What transitions do to registers is in Programs.cpp; what an array's items and an
// object's keys may not repeat is in Fresh.cpp, ListedItems.cpp and FreshSearch.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_STEPPER_H
#define WEIR_LIB_RUNTIME_STEPPER_H

#include "Frames.h"
#include "GuardLog.h"
#include "ItemFollowers.h"
#include "UsedValues.h"
#include "weir/Runtime/Grammar.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace weir {

class Spelling;

/// A value that an item under way may become, beside what was read of it.
struct ListedValue {
  uint32_t Place; ///< on the grammar's list
  JsonFollower Follower;

  /// False when the text with this byte behind it cannot become the value.
  bool goOn(char B) {
    Follower.feed(B);
    return Follower.isUnsure() || (!Follower.isDead() && Follower.mayBecome());
  }
};

/// A slice of Scratch::Pool.
struct ConfigList {
  uint32_t Begin = 0, End = 0;
  bool empty() const { return Begin == End; }
  uint32_t size() const { return End - Begin; }
};

/// Steps of looking for something new that are no more than a few longer texts cost.
inline constexpr uint32_t SoonFresh = 500;

/// What a table entry may depend on: for which initial registers of the frame over
/// the unknown stack would every guard have answered alike?
struct RegisterBox {
  std::vector<uint32_t> Initial, Low, High; ///< inclusive bounds, by register
  bool DepthRead = false;
  bool Uncacheable = false; ///< a key set of the frame itself was read

  void reset(std::span<const uint32_t> Registers);
  /// Records that register `R`, now `Value`, was found below `Limit` or not.
  void compared(uint32_t R, uint32_t Value, uint64_t Limit);
  /// Narrows register `R` to the initial values that shift `Value` into [First, Last].
  void confined(uint32_t R, uint32_t Value, uint32_t First, uint32_t Last);
};

/// LengthLive: may a text of so many units grow into one whose length is of a set?
class LengthRuns {
public:
  /// For `V` units, the value of register `R`. Narrows the box, if there is one, to the values
  /// around that answer alike; these are kept, as the next value is mostly one of them.
  bool live(const GrammarView &T, uint32_t Set, uint32_t R, uint32_t V, RegisterBox *Track);

  /// Values that answer alike; there may be more on either side.
  struct Run {
    uint32_t First, Last;
    bool Live;
  };
  /// Those around `V`.
  const Run &around(const GrammarView &T, uint32_t Set, uint32_t V);

private:
  std::vector<Run> Last; ///< by set
};

/// A set of indices that is nearly always small.
class IndexSet {
public:
  void clear() {
    Few.clear();
    if (!Many.empty()) // clearing costs its buckets
      Many.clear();
  }
  /// True when `I` was not in it yet.
  bool insert(uint32_t I) {
    if (Few.size() < Limit) {
      if (std::find(Few.begin(), Few.end(), I) != Few.end())
        return false;
      Few.push_back(I);
      return true;
    }
    if (Many.empty())
      Many.insert(Few.begin(), Few.end());
    return Many.insert(I).second;
  }

private:
  static constexpr size_t Limit = 32;
  std::vector<uint32_t> Few;
  std::unordered_set<uint32_t> Many; ///< all, once there are more
};

class Stepper {
public:
  Stepper(const Grammar &G, Scratch &Temp, const FrameStore *Store)
      : G(G), T(G.tables()), View{Store, &Temp}, Temp(Temp) {}

  /// The configuration of a complete text: nothing can follow.
  static constexpr Frame done() { return {NoIndex, Bottom, 0, ZeroRegs}; }
  static bool isDone(const Frame &F) { return F.State == NoIndex; }

  /// The start rule's first configuration, and `done` when the empty text is in
  /// the language.
  ConfigList start();

  /// The configurations after `B`, which the caller has put last in Pending. Empty:
  /// refused (or over budget).
  ConfigList step(ConfigList From, uint8_t B);

  /// What `F` does by a byte that only leads to a state, with nothing to call, to leave or to run:
  /// its action, ActionDead when nothing reads the byte. Nothing when it is not as simple.
  std::optional<uint32_t> plainAction(const Frame &F, uint8_t Byte) const {
    if (isDone(F) || (G.state(F.State).Flags & (StateAccepts | StateHasCalls)))
      return std::nullopt;
    const uint32_t Action = G.action(F.State, Byte);
    if (Action != ActionDead &&
        ((Action & ActionAlternatives) || (G.state(Action - 1).Flags & StateFinal)))
      return std::nullopt;
    return Action;
  }
  /// Moves `F` by as many of the bytes as have such an action; returns how many.
  size_t moveAlong(Frame &F, std::span<const uint8_t> Bytes) const {
    size_t N = 0;
    for (; N < Bytes.size(); ++N) {
      const std::optional<uint32_t> Action = plainAction(F, Bytes[N]);
      if (!Action || *Action == ActionDead)
        break;
      F.State = *Action - 1;
    }
    return N;
  }

  /// `step` from what `expand` gave.
  ConfigList stepReady(ConfigList Ready, uint8_t B);
  /// Has some frame that `expand` gave a transition on `B`? (Its guards may still refuse.)
  bool reads(ConfigList Ready, uint8_t B) const {
    for (uint32_t I = Ready.Begin; I < Ready.End; ++I)
      if (G.action(Temp.Pool[I].State, B) != ActionDead)
        return true;
    return false;
  }

  /// The frames that may read a byte or symbol next, appended to the pool; with
  /// `Byte` >= 0 only callees that may begin with it are entered. Sets Complete and
  /// ExitedBefore.
  ConfigList expand(ConfigList From, int Byte = -1);

  /// Runs one transition of `F` (already expanded): what comes out is appended to
  /// the pool from `OutBegin` on.
  void move(const Frame &F, uint8_t B, uint32_t OutBegin);
  /// `move` as a step of its own, when nothing else reads the same byte.
  void moveFirst(const Frame &F, uint8_t B, uint32_t OutBegin) {
    SeenAfter.clear();
    move(F, B, OutBegin);
  }
  /// Begins a step of symbols: no frame was returned into yet.
  void beginSymbols() { SeenAfter.clear(); }
  /// As `move`, by token symbol.
  void moveTo(Frame F, StateId Target, uint32_t Ops, uint32_t OutBegin);

  /// Adds a configuration to the list that begins at `OutBegin`, merging.
  void addTo(const Frame &F, uint32_t OutBegin) { add(F, OutBegin); }

  /// What stands after the parents of `F` were returned into.
  ConfigList leave(const Frame &F);

  /// Runs a program on the registers of `F`; false when a guard fails, and then `F`
  /// is to be dropped. Programs.cpp
  bool run(Frame &F, uint32_t Program);

  const FrameView &view() const { return View; }
  std::span<const Frame> list(ConfigList L) const {
    return std::span(Temp.Pool).subspan(L.Begin, L.size());
  }
  /// Calls Fn(frame index) for each parent of `F` that is a frame.
  template <typename Fn>
  void forEachParent(const Frame &F, Fn Each) const {
    if (F.Parent == Bottom || F.Parent == Unknown)
      return;
    const Frame P = View.frame(F.Parent); // a copy: Fn may add frames
    if (!P.isChoice()) {
      Each(F.Parent);
      return;
    }
    for (uint32_t I = 0; I < P.State; ++I)
      Each(View.words(P.Regs)[I]);
  }

  /// Is something being read in `F` or below it, that must be new, of which so much was
  /// read as an earlier one begins with?
  bool mayRepeat(const Frame &F);
  bool mayRepeat(ConfigList L);
  /// Finds the frames of the store on which something may repeat, with nothing pending yet: none of
  /// the others is looked at again until the next `begin`. O(frames below the configurations).
  void settleRepeats(ConfigList Now);
  /// Bytes behind all others of which nothing that is being read now in `F` or below it can repeat;
  /// perhaps all.
  ByteSet repeatBytes(const Frame &F);
  /// Is `F` above an item that must be new?
  bool isInItem(const Frame &F) const;
  /// Drops from a list, which must be the last of the pool, what can only repeat. FreshSearch.cpp
  ConfigList keepFresh(ConfigList L);

  // Set by expand, step and leave; the caller clears them.
  bool Complete = false;     ///< the text may end here
  bool ExitedBefore = false; ///< a frame over the unknown stack may end before this byte
  bool ExitedAfter = false;  ///< … and after it
  bool OverBudget = false;
  /// Which limit that was; means something while OverBudget is set, and after it until the next.
  enum class Limit : uint8_t { Configurations, Calls, Search, Ways } Exceeded = {};
  void exceed(Limit L) {
    OverBudget = true;
    Exceeded = L;
  }
  /// The limit, its value and how it is set.
  std::string exceededText() const;
  uint32_t SearchSteps = 0; ///< of looking ahead, since the caller set it to 0
  bool Uncertain = false;   ///< a key was compared with a set that lacks an assumed one

  /// What was found depends on which free keys were used, and not only by KeyHashes; the caller
  /// clears it.
  bool ReadKeys = false;
  /// … and on a key whose beginning was accepted earlier.
  bool ReadPart = false;
  /// Of the free keys that were read to their ends since the caller cleared this: `hashKey`,
  /// unordered, some of them twice. They were none that was used, or ReadKeys is set.
  std::vector<uint32_t> KeyHashes;
  bool TooManyKeys = false; ///< … there are more than fit in
  void noteKey(uint32_t Hash) {
    constexpr size_t Most = 512;
    if (KeyHashes.size() < Most)
      KeyHashes.push_back(Hash);
    else
      TooManyKeys = true;
  }
  /// Items, or keys of which few are left, were compared with earlier ones; the caller clears it.
  bool ReadItems = false;
  /// Looking whether what may repeat can still be new ends after so many steps; it is then taken
  /// as new, and `PutOff` set, which the caller clears.
  uint32_t FreshLimit = NoIndex;
  bool PutOff = false;
  /// What a step leads to is not asked whether it can be new: the caller asks later, of what comes
  /// behind it.
  bool AskLater = false;
  /// A way on was dropped since it repeats something; the caller clears it.
  bool Dropped = false;

  /// Nothing of a call before is left, which memory that ran out may have ended anywhere: called
  /// before the first step of every call.
  void begin() {
    Complete = OverBudget = Uncertain = false;
    SearchSteps = 0;
    AskLater = false;
    ExitedBefore = ExitedAfter = AssumeNewKeys = AssumedKey = Searching = PutOff = false;
    Ahead = AssumeTo = 0;
    FreshLimit = NoIndex;
    Work.clear();
    EmitWork.clear();
    CallCount = 0;
    AddBegin = NoIndex;
    Settled = false;
  }

  /// Of caches that grow with the text; the worklists are not counted.
  size_t memoryBytes() const {
    return Followers.memoryBytes() + Used.memoryBytes() + KeyHashes.capacity() * sizeof(uint32_t) +
           NewTexts.size() * (sizeof(*NewTexts.begin()) + 32);
  }

  uint32_t MaxConfigurations = 4096;
  RegisterBox *Box = nullptr;
  /// While it is on, what programs ask of the registers of the stack is written down.
  mutable GuardLog Log;
  /// While an exit trie is walked the token's first bytes are not known: a free key or an item
  /// that began before them is taken as new.
  bool AssumeNewKeys = false;
  /// … and one that began up to this place of the text, whose bytes are not all in Pending; of
  /// none of these `mayRepeat` holds. 0: no such place.
  uint32_t AssumeTo = 0;
  /// … which happened since the caller cleared this: what comes after may repeat that key.
  bool AssumedKey = false;
  /// Begins a walk behind bytes that are not known, at the end `To` of those that are.
  void assumeNew(uint32_t To) {
    AssumeNewKeys = true;
    AssumeTo = To;
    Uncertain = AssumedKey = false;
  }
  void assumeNothing() {
    AssumeNewKeys = false;
    AssumeTo = 0;
  }

private:
  // Programs.cpp
  bool runProgram(Frame &F, uint32_t Program);
  bool takeFree(const ObjectRec &O, uint32_t Entry, std::vector<uint32_t> &Regs);

  // Fresh.cpp
  /// Something under way that must differ from what is on a list: a key or an item.
  struct Waiting {
    uint32_t Begin = 0, List = 0;
    bool IsKey = false, IsAny = false;
    // Of an item:
    uint32_t Elements = NoIndex, Choice = 0;
    uint32_t Blocked = 0; ///< sets of values that it must not be of, as bits
  };
  /// What a frame waits for; with `IsTop` it is a configuration itself.
  Waiting waiting(const Frame &F, bool IsTop) const;
  bool mayBecome(const Waiting &W);
  /// May something repeat on the frame, which is no Bottom and not Unknown, or below it?
  bool mayLead(uint32_t P) const {
    return !Settled || (P & ScratchBit) ||
           (!Repeating.empty() && std::binary_search(Repeating.begin(), Repeating.end(), P));
  }
  bool anyRepeats(const Frame &F, bool Again);
  bool isInside(const Frame &F) const;
  bool takeItem(const ElementsRec &E, uint32_t Choice, std::vector<uint32_t> &Regs);
  /// A key or item that came: the one before, where it begins, its size, a key's hash.
  using ListNode = std::array<uint32_t, 4>;
  /// The node on the scratch stack; one for several configurations that have read the same, which
  /// can become one only if their lists are.
  uint32_t pushNode(const ListNode &Node);

  // ListedItems.cpp
  /// The values that the items of an array may have, as a list of `Followers`.
  uint32_t listedValues(uint32_t Elements);
  bool mayBecomeBlocked(const Waiting &W);
  std::optional<Waiting> listedBelow(const Frame &F);
  std::vector<ListedValue> valuesLeft(const Waiting &W);
  std::vector<uint32_t> listedPosition(Frame F, const ListedValue &Left) const;

  // FreshSearch.cpp
  uint32_t blockOf(const RuleRec &R) const;
  struct Path;
  bool findPaths(const Frame &F, std::vector<Path> &Out);
  uint32_t placeOf(Frame F) const;
  bool canBeNew(const Frame &F);
  bool isSafe(const Frame &F);
  uint32_t zerosThatMatter(uint32_t Begin, uint32_t End);
  std::vector<uint32_t> positionOf(const Frame &F, uint32_t Begin, uint32_t Tried,
                                   Spelling Reading) const;

  struct PendingCall {
    uint32_t Rule;
    uint32_t Depth;
    std::vector<uint32_t> Parents;
  };

  void enter(const Frame &F, int Byte);
  void flushCall();
  void emit(Frame F, uint32_t OutBegin);
  void add(const Frame &F, uint32_t OutBegin);
  uint32_t findLike(const Frame &F, uint32_t OutBegin);
  uint64_t contentHash(const Frame &F) const;
  bool sameRegs(uint32_t A, uint32_t B, uint32_t Words) const;
  uint32_t mergeParents(uint32_t A, uint32_t B);
  /// A choice of many parents.
  struct Choice {
    uint32_t Frame = NoIndex;
    std::vector<uint32_t> Parents;
    std::unordered_set<uint64_t> Contents; ///< hashes of the parents, by parentHash
  };
  Choice &contentsOf(uint32_t Frame, std::span<const uint32_t> Parents);
  uint64_t parentHash(uint32_t P) const;
  uint32_t makeChoice(std::span<const uint32_t> Parents);

  const Grammar &G;
  const GrammarView &T;
  FrameView View;
  Scratch &Temp;

  // Worklists, kept so that warm calls allocate nothing.
  std::vector<Frame> Work, EmitWork;
  std::vector<PendingCall> Calls;
  size_t CallCount = 0;
  /// 1 while the byte to be read is written down already and what runs comes before it.
  uint32_t Ahead = 0;
  bool Searching = false; ///< keepFresh is looking ahead
  LengthRuns Lengths;

  /// What zerosThatMatter has read of the text that is kept.
  struct Zeros {
    uint32_t Begin = NoIndex, Epoch = 0, End = 0; ///< before End, for texts from Begin on
    uint32_t Longest = 0, Run = 0, Values = 1;
    bool Exponent = false;
  };
  Zeros KeptZeros;
  /// By placeOf, what made a configuration new the last time. An enumeration has some states for
  /// each of its values.
  std::unordered_map<uint32_t, std::string> NewTexts;
  static constexpr size_t MaxNewTexts = 4096;
  ItemFollowers Followers;
  UsedValues Used;
  /// Where nodes were put last, if they are still there.
  std::array<uint32_t, 4> LastNodes{};
  uint32_t OldestNode = 0;
  /// Which values of an array are on a list of items that is kept.
  struct TakenValues {
    uint32_t Elements = NoIndex, List = 0, Epoch = 0;
    std::vector<bool> IsTaken; ///< by place
  };
  std::array<TakenValues, 4> Taken;
  uint32_t OldestTaken = 0;
  std::vector<uint32_t> FreshTodo;
  bool Settled = false;            ///< settleRepeats was called
  bool KeptIsInside = false;       ///< … and found that something begins where the kept text ends
  std::vector<uint32_t> Repeating; ///< … and these frames, ascending
  IndexSet FreshSeen;
  /// The long list that grows, by content: its entries from AddBegin to AddEnd.
  std::unordered_multimap<uint64_t, uint32_t> AddIndex;
  uint32_t AddBegin = 0, AddEnd = 0;
  std::array<Choice, 8> Choices;
  uint32_t OldestChoice = 0;
  IndexSet SeenBefore, SeenAfter;
  std::vector<uint32_t> ParentList, RegCopy;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_STEPPER_H
