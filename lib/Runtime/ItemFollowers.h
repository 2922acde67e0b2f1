//===- ItemFollowers.h - Which earlier items may be repeated -------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cache of which earlier items of its array the item under way has followed so far.
// What a mask or a search tries are a few bytes behind the text that is kept, each tried
// after the text without its last byte, so a byte costs what still follows and no more:
//
//   kept text   [ {"a": 1} , {"b": 2} , {"a":    the item follows item 1 alone
//   tried                               1        … still, a copy went on from there
//                                       12       … none: new from here on
//
// What follows a tried text is kept by that text, as long as no more bytes are accepted.
// The values that an array's items may have are a list as well, which the grammar gives,
// where they are few enough to be written out (ElementsRec::ValuesBegin).
// One matcher's; texts taken back and lists that moved are noticed by FrameStore::Epoch.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_ITEMFOLLOWERS_H
#define WEIR_LIB_RUNTIME_ITEMFOLLOWERS_H

#include "Frames.h"
#include "weir/Runtime/JsonFollower.h"

#include <array>
#include <memory>
#include <string>
#include <unordered_map>

namespace weir {

class ItemFollowers {
public:
  /// May the text from `Begin` to the end of `V`, at least a byte, become an item on `List` (a
  /// register: the number of its first node, plus one)?
  bool mayBecome(const FrameView &V, uint32_t Begin, uint32_t List);
  /// Bytes behind all others of which `mayBecome` is false; perhaps all.
  ByteSet next(const FrameView &V, uint32_t Begin, uint32_t List);
  /// Is the text from `Begin` to `End`, at most one byte before the end of `V`, such an item?
  bool contains(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List);
  size_t memoryBytes() const;

  /// A list of values, by a number that no register has.
  static constexpr uint32_t given(uint32_t Number) { return None - Number; }
  bool isGiven(uint32_t List) const { return Given.count(List) != 0; }
  /// Texts of the values of a list, which are kept for good.
  void give(uint32_t List, std::vector<std::string> Texts);
  /// Calls Fn(place on the list, follower, value) for each value of a given list that the text
  /// from `Begin` to the end of `V` may become, until it says true; then true.
  template <typename Fn>
  bool anyGiven(const FrameView &V, uint32_t Begin, uint32_t List, Fn Each);

private:
  /// An earlier item, or a value that is given, read.
  struct Item {
    Item(std::string T, uint32_t Place = 0) : Text(std::move(T)), Tree(Text), Place(Place) {}
    std::string Text;
    JsonTree Tree;
    uint32_t Place; ///< on a given list
  };
  struct Following {
    Following(const Item &I) : Earlier(&I), Follower(I.Tree) {}
    const Item *Earlier;
    JsonFollower Follower;
  };
  using Set = std::vector<Following>;
  static constexpr uint32_t None = 0xffffffffU; ///< beyond every text
  /// The kept items of a list.
  struct Known {
    uint32_t List = 0; ///< 0: none
    std::vector<const Item *> Items;
  };
  /// An item under way beside those.
  struct UnderWay {
    uint32_t Begin = None; ///< in the kept text; None when that ends before it
    uint32_t List = 0;     ///< 0: none
    uint32_t FedTo = 0;    ///< where the kept text ended
    Set Kept;              ///< … and what follows up to there, unless it ends before `Begin`
    std::unordered_map<std::string, Set> Tried; ///< … by what was tried behind it
  };
  struct Tried {
    uint32_t At = 0, Kept = 0, Epoch = 0; ///< where it begins, and the text that is kept
    std::string Suffix;                   ///< … and what was tried behind that
    std::unique_ptr<Item> Whole;
  };

  /// What mayBecome said of a text behind the one that is kept, which is asked some times in a row.
  struct Answer {
    uint32_t Begin = None, List = 0, Kept = 0, Epoch = 0;
    std::string Suffix; ///< from `Begin` or `Kept`, whichever is later
    bool May = false;
  };
  static constexpr uint32_t MostKnown = 64; ///< bytes of a suffix whose answer is kept

  template <typename Fn>
  bool ask(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List, Fn Answer);
  const Item &item(const FrameView &V, uint32_t At, uint32_t Size);
  /// An item that ends in what is only tried. Valid until the next call.
  const Item &tried(const FrameView &V, uint32_t At, uint32_t Size, uint32_t Kept);
  const Known &known(const FrameView &V, uint32_t List);
  UnderWay &underWay(const FrameView &V, uint32_t Begin, uint32_t List, uint32_t Kept);
  const Set &following(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t List);
  void clear();
  void forgetStale(const FrameView &V);
  void forget(UnderWay &U);

  static constexpr size_t MaxBytes = 4 << 20;
  static constexpr size_t MaxTried = 1 << 13; ///< of TriedCount

  std::unordered_map<uint64_t, std::unique_ptr<Item>> Items; ///< by place << 32 | size
  std::array<Known, 4> Lists;
  std::unordered_map<uint32_t, std::vector<std::unique_ptr<Item>>> Given;
  std::unordered_map<uint32_t, Known> GivenLists;
  std::array<UnderWay, 8> Texts;
  std::array<Tried, 8> LastTried;
  std::array<Answer, 4> Answers;
  uint32_t OldestList = 0, OldestText = 0, OldestTried = 0, OldestAnswer = 0;
  size_t Bytes = 0;        ///< of the texts of all items that were read
  size_t GivenBytes = 0;   ///< … of all values that are given
  size_t Limit = MaxBytes; ///< … beyond which all of them are forgotten
  size_t TriedCount = 0;   ///< followers of tried texts
  uint32_t Epoch = 0;
};

template <typename Fn>
bool ItemFollowers::anyGiven(const FrameView &V, uint32_t Begin, uint32_t List, Fn Each) {
  const uint32_t End = V.textSize();
  auto mayBe = [&](const Item &I, const JsonFollower &F) {
    const bool May = F.isUnsure() ? JsonTree(V.text(Begin, End)).mayBecome(I.Tree) : F.mayBecome();
    return May && Each(I.Place, F, I.Tree);
  };
  if (V.Store) {
    forgetStale(V);
    for (const Following &F : following(V, Begin, End, List))
      if (mayBe(*F.Earlier, F.Follower))
        return true;
    return false;
  }
  for (const std::unique_ptr<Item> &I : Given.at(List)) {
    JsonFollower F(I->Tree);
    for (uint32_t At = Begin; At < End && !F.isDead(); ++At)
      F.feed(char(V.textAt(At)));
    if (!F.isDead() && mayBe(*I, F))
      return true;
  }
  return false;
}

} // namespace weir

#endif // WEIR_LIB_RUNTIME_ITEMFOLLOWERS_H
