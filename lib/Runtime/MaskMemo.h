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
// through the trie ends in one mask. A frame counts with its state and depth. Of its registers
// those questions count that were asked of them, with their answers (GuardLog.h):
//
//   (string, body) ─▶ (object, after "name")  more-keys: yes, object-end: no  ─▶ mask 1
//
// however many keys there were before. Where registers were read otherwise, or too much was asked,
// all of them count; of an object's key set that alone which changes an answer. Free keys that were
// used are no part of the key: whoever asks sees to it that the mask does not depend on them.
//
// A mask is stored as a table's row and ids to add, where they are few: a copy of a row that
// is shared by all string positions, and some bits. Otherwise as a row of its own, since
// setting a bit costs as much as copying some two hundred.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_MASKMEMO_H
#define WEIR_LIB_RUNTIME_MASKMEMO_H

#include "GuardLog.h"
#include "MaskTable.h"
#include "weir/Support/RowOps.h"

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

namespace weir {

/// A whole mask but for the stop tokens.
struct MaskValue {
  RowVector Row;                          ///< the whole row, or
  std::shared_ptr<const TableEntry> Base; ///< … a dense one, or zeros,
  std::vector<TokenId> Ids;               ///< … and these
  bool Complete = false;                  ///< the text may end here
  /// Of the free keys that some token begins and ends, ascending: where one of them was used in
  /// its object, the mask is another. AnyKey: any used key may make it another.
  std::vector<uint32_t> KeyHashes;
  bool AnyKey = false;
  RowNumber Number; ///< …

  void write(std::span<MaskWord> To) const;
  size_t memoryBytes() const {
    return sizeof(*this) + Row.size() * sizeof(MaskWord) + Ids.size() * sizeof(TokenId) +
           KeyHashes.size() * sizeof(uint32_t);
  }
};

/// Writes a row and notes how to write it again.
class MaskSink {
public:
  /// More ids than these make a row cheaper, and a view of it, whose ids must be sorted.
  static constexpr size_t MaxIds = 96;

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
    if (!Written)
      zero();
    for (TokenId T : New)
      setBit(Row, T);
    Ids.insert(Ids.end(), New.begin(), New.end());
  }
  /// What was set so far; empty where nothing was.
  std::span<const MaskWord> written() const { return Written ? Row : std::span<MaskWord>(); }
  bool contains(TokenId T) const { return Written && testBit(Row, T); }
  /// Writes zeros when nothing was set; returns what was.
  /// `KeyHashes` and `AnyKey` are those of MaskValue, but in any order.
  std::shared_ptr<const MaskValue> finish(bool Complete, std::span<const uint32_t> KeyHashes = {},
                                          bool AnyKey = false);

private:
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
  /// What can be said of a frame: not there or not to be compared, all of it, or all but its
  /// registers.
  enum class Said : uint8_t { Nothing, All, NoRegisters };

  /// Calls Of.next(key) for the top frame and then for those below, for as long as the trie asks.
  /// Where that leaves out registers, Of.ask(N, question) gives the answer to the Nth of a series
  /// or nothing, and Of.registers(key) adds the registers themselves. Null when nothing is
  /// kept. Any number of threads.
  template <typename Frames>
  std::shared_ptr<const MaskValue> find(Key &Buffer, Frames &&Of) const {
    std::shared_lock Guard(Lock);
    for (uint32_t Node = 0;;) {
      const Said What = Of.next(Buffer);
      if (What == Said::Nothing)
        return nullptr;
      const Slot *S = lookup(Node, Buffer);
      const Next *Found = S ? &S->Down : nullptr;
      if (What == Said::NoRegisters) {
        uint32_t At = S ? S->Tree : 0, N = 0;
        auto follow = [&](uint32_t Most) {
          for (; (At & IsQuestion) && N < Most; ++N) {
            const Decision &D = Tree[At & ~IsQuestion];
            const std::optional<bool> Answer = Of.ask(N, D.Question);
            At = Answer ? D.To[*Answer] : 0;
          }
        };
        follow(FewQuestions);
        Found = nullptr;
        const bool Long = At & IsQuestion;
        if (Long) {
          Of.registers(Buffer);
          Buffer.push_back(IsShortCut);
          if (const Slot *Short = lookup(Node, Buffer))
            Found = &Short->Down;
          Buffer.pop_back();
        }
        if (!Found) {
          follow(NoIndex);
          if (At)
            Found = &Ends[At];
        }
        if (!Found) {
          if (!Long)
            Of.registers(Buffer);
          if (const Slot *Whole = lookup(Node, Buffer))
            Found = &Whole->Down;
        }
      }
      if (!Found)
        return nullptr;
      if (Found->Value)
        return Found->Value;
      Node = Found->Node;
    }
  }

  /// Keeps `Value` under the `Depth` frames that Of.next gives. Where registers are left out,
  /// Of.asked() gives the questions that were asked, or null where all registers count.
  template <typename Frames>
  void insert(Key &Buffer, unsigned Depth, Frames &&Of, std::shared_ptr<const MaskValue> Value) {
    std::unique_lock Guard(Lock);
    if (Bytes > MaxBytes)
      reset();
    uint32_t Node = 0;
    for (unsigned I = 0; I < Depth; ++I) {
      const Said What = Of.next(Buffer);
      if (What == Said::Nothing)
        return;
      Next *Down = nullptr, *Short = nullptr;
      if (What == Said::NoRegisters) {
        const std::vector<GuardAnswer> *Asked = Of.asked();
        if (Asked)
          Down = decide(slot(Node, Buffer), *Asked);
        if (!Down || Asked->size() > FewQuestions)
          Of.registers(Buffer);
        if (Down && Asked->size() > FewQuestions) {
          Buffer.push_back(IsShortCut);
          Short = &slot(Node, Buffer).Down;
          Short->Node = Down->Node;
        }
      }
      if (!Down)
        Down = &slot(Node, Buffer).Down;
      if (Short && I + 1 == Depth)
        Short->Value = Value;
      if (I + 1 == Depth) {
        Bytes += Value->memoryBytes() + ValueOverhead;
        Down->Value = std::move(Value);
        return;
      }
      Node = Down->Node;
    }
  }

  void clear();
  size_t memoryBytes() const;

private:
  static constexpr size_t ValueOverhead = 48; ///< of what is shared and allocated
  struct Next {
    uint32_t Node = 0; ///< number of the node that this leads to
    std::shared_ptr<const MaskValue> Value;
  };
  /// A frame without registers is in one line of the processor's cache.
  struct alignas(64) Slot {
    static constexpr uint32_t MaxWords = 5;
    uint32_t Hash = 0;
    uint32_t Above = 0;       ///< the node above, which counts as the key's
    uint32_t Size = 0;        ///< words of the key
    uint32_t Words[MaxWords]; ///< the first of them
    uint32_t Rest = 0;        ///< the others, into Keys
    uint32_t Tree = 0;        ///< where registers were left out: as Decision::To
    Next Down;                ///< its node is 0 when the slot is free
  };
  static_assert(sizeof(Slot) == 64);
  /// What is asked next depends on what was answered only, so the questions are a tree.
  struct Decision {
    GuardQuestion Question;
    uint32_t To[2] = {0, 0}; ///< by answer: 0, or into Tree with IsQuestion, or into Ends
  };
  static constexpr uint32_t IsQuestion = 0x80000000U;
  /// More questions cost more than to look up all registers, which is then done first.
  static constexpr uint32_t FewQuestions = 4;
  /// The last word of a key by whose registers an end of the tree is found at once. Masks that
  /// asked something else are not kept there.
  static constexpr uint32_t IsShortCut = 1;
  const Slot *lookup(uint32_t Node, const Key &K) const;
  Slot &slot(uint32_t Node, const Key &K);
  Next *decide(Slot &S, std::span<const GuardAnswer> Asked);
  bool same(const Slot &S, uint32_t Hash, uint32_t Node, const Key &K) const;
  static uint32_t hash(uint32_t Node, const Key &K);
  void reset();

  mutable std::shared_mutex Lock;
  std::vector<Slot> Slots; ///< open addressing; a power of two, at most half full
  std::vector<uint32_t> Keys;
  std::vector<Decision> Tree;
  std::vector<Next> Ends;       ///< the first is none
  uint32_t Nodes = 0, Used = 0; ///< of nodes, and of slots
  size_t Bytes = 0, MaxBytes;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_MASKMEMO_H
