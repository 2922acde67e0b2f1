//===- ItemFollowers.h - Which earlier items may be repeated -------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cache of how far the item under way has followed each earlier one of its array. What
// a mask tries are a few bytes behind the text that is kept, so the text that is kept is
// read once for each pair of items, and not at all once they differ:
//
//   kept text   [ {"a": 1} , {"a":          followers: (item 2, item 1) at 5 bytes
//   tried                          2        a copy goes on from there
//
// One matcher's; texts taken back are noticed by FrameStore::TextEpoch.
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
  /// May the text from `Begin` to the end of `V` become the item of `Size` bytes at `Item`?
  bool mayBecome(const FrameView &V, uint32_t Begin, uint32_t Item, uint32_t Size);
  /// Is the text from `Begin` to `End`, at most one byte before the end of `V`, that item?
  bool isEqual(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t Item, uint32_t Size);
  size_t memoryBytes() const;

private:
  template <typename Fn>
  bool ask(const FrameView &V, uint32_t Begin, uint32_t End, uint32_t At, uint32_t Size, Fn Answer);
  static constexpr uint32_t NotFed = 0xffffffffU; ///< beyond every text
  /// An earlier item, read.
  struct Item {
    Item(std::string T) : Text(std::move(T)), Tree(Text) {}
    std::string Text;
    JsonTree Tree;
  };
  struct Entry {
    Entry(const Item &I) : Earlier(I), Follower(I.Tree) {}
    const Item &Earlier;
    JsonFollower Follower;
    uint32_t FedTo = 0;
  };
  const Item &item(const FrameView &V, uint32_t At, uint32_t Size);
  /// An item that ends in what is only tried. Valid until the next call.
  const Item &tried(const FrameView &V, uint32_t At, uint32_t Size, uint32_t Kept);
  struct Tried {
    uint32_t At = 0, Kept = 0, Epoch = 0; ///< where it begins, and the text that is kept
    std::string Suffix;                   ///< … and what was tried behind that
    std::unique_ptr<Item> Whole;
  };
  std::array<Tried, 8> LastTried;
  uint32_t OldestTried = 0;
  /// Of all items' texts, beyond which the cache is emptied.
  static constexpr size_t MaxBytes = 4 << 20;

  std::unordered_map<uint64_t, std::unique_ptr<Item>> Items;    ///< by place << 32 | size
  std::unordered_map<uint64_t, std::unique_ptr<Entry>> Entries; ///< by Begin << 32 | place
  size_t Bytes = 0;
  uint32_t Epoch = 0;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_ITEMFOLLOWERS_H
