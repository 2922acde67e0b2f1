//===- MaskMemo.h - Whole masks, by what was read for them ------------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Filling a mask reads the top frame, and of the frames below as many as some token
// returns into. A mask is kept under exactly these frames, in a trie of frames:
//
//   (string, body) ─▶ (object, after "name") ─▶ mask 1
//                  └▶ (array, item 3 of 5)   ─▶ (object, after "tags") ─▶ mask 2
//
// What the computation reads next depends only on what it has read, so each path
// through the trie ends in one mask. A frame counts with its state, depth and
// registers; of an object's key set with that alone which changes an answer.
//
// A mask is stored as a table's row and ids to add, where they are few: a copy of a row that
// is shared by all string positions, and some bits. Otherwise as a row of its own, since
// setting a bit costs as much as copying some two hundred.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_MASKMEMO_H
#define WEIR_LIB_RUNTIME_MASKMEMO_H

#include "MaskTable.h"
#include "weir/Support/RowOps.h"

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace weir {

/// A whole mask but for the stop tokens.
struct MaskValue {
  std::vector<MaskWord> Whole;            ///< the row, or
  std::shared_ptr<const TableEntry> Base; ///< … a dense one, or zeros,
  std::vector<TokenId> Ids;               ///< … and these
  bool Complete = false;                  ///< the text may end here
  RowNumber Number;                       ///< of Whole

  void write(std::span<MaskWord> Row) const;
  size_t memoryBytes() const {
    return sizeof(*this) + Whole.size() * sizeof(MaskWord) + Ids.size() * sizeof(TokenId);
  }
};

/// Writes a row and notes how to write it again.
class MaskSink {
public:
  /// The row holds anything; `finish` leaves it whole.
  void begin(std::span<MaskWord> TheRow) {
    Row = TheRow;
    Written = false;
    Base = nullptr;
    Bases = 0;
    Ids.clear();
  }
  void base(std::shared_ptr<const TableEntry> E);
  void set(TokenId T) {
    if (!Written)
      zero();
    setBit(Row, T);
    Ids.push_back(T);
  }
  void set(std::span<const TokenId> New) {
    for (TokenId T : New)
      set(T);
  }
  bool contains(TokenId T) const { return Written && testBit(Row, T); }
  /// Writes zeros when nothing was set; returns what was.
  std::shared_ptr<const MaskValue> finish(bool Complete);

private:
  /// More ids than these make a row cheaper.
  static constexpr size_t MaxIds = 96;
  void zero() {
    zeroRow(Row);
    Written = true;
  }

  std::span<MaskWord> Row;
  bool Written = false;
  std::shared_ptr<const TableEntry> Base;
  size_t Bases = 0;
  std::vector<TokenId> Ids;
};

class MaskMemo {
public:
  explicit MaskMemo(size_t MaxBytes) : MaxBytes(MaxBytes) { clear(); }

  /// One frame as the memo sees it; the caller's buffer.
  using Key = std::vector<uint32_t>;

  /// Calls Next(key) for the top frame and then for those below, for as long as the
  /// trie asks; Next returns false where there is none that can be compared. Null when
  /// nothing is kept. Any number of threads.
  template <typename Fn>
  std::shared_ptr<const MaskValue> find(Key &Buffer, Fn Next) const {
    std::shared_lock Guard(Lock);
    for (uint32_t Node = 0; Next(Buffer);) {
      const Slot *S = lookup(Node, Buffer);
      if (!S)
        return nullptr;
      if (S->Value)
        return S->Value;
      Node = S->Node;
    }
    return nullptr;
  }

  /// Keeps `Value` under the `Depth` frames that Next gives.
  template <typename Fn>
  void insert(Key &Buffer, unsigned Depth, Fn Next, std::shared_ptr<const MaskValue> Value) {
    std::unique_lock Guard(Lock);
    if (Bytes > MaxBytes)
      reset();
    uint32_t Node = 0;
    for (unsigned I = 0; I < Depth; ++I) {
      if (!Next(Buffer))
        return;
      Slot &S = slot(Node, Buffer);
      if (I + 1 == Depth) {
        Bytes += Value->memoryBytes();
        S.Value = std::move(Value);
        return;
      }
      Node = S.Node;
    }
  }

  void clear();
  size_t memoryBytes() const;

private:
  struct Slot {
    uint64_t Hash = 0;
    uint32_t KeyBegin = 0, KeyWords = 0; ///< into Keys: the node above, then the frame
    uint32_t Node = 0;                   ///< number of the node this slot leads to; 0 when free
    std::shared_ptr<const MaskValue> Value;
  };
  const Slot *lookup(uint32_t Node, const Key &K) const;
  Slot &slot(uint32_t Node, const Key &K);
  bool same(const Slot &S, uint64_t Hash, uint32_t Node, const Key &K) const;
  static uint64_t hash(uint32_t Node, const Key &K);
  void reset();

  mutable std::shared_mutex Lock;
  std::vector<Slot> Slots; ///< open addressing; a power of two, at most half full
  std::vector<uint32_t> Keys;
  uint32_t Nodes = 0;
  size_t Bytes = 0, MaxBytes;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_MASKMEMO_H
