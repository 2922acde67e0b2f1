//===- Frames.h - Frames, and where they live ---------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A frame is 16 bytes: where its automaton is, what it returns to, how deep it
// stands, and its registers. A configuration is a frame nobody returns to yet.
//
//   frame    State    Parent   Meta                        Regs
//            state    frame    depth | words << 16         block in Words, or all zero
//   choice   count    -        ChoiceFlag                  block of parents in Words
//
// A choice stands where several parents share everything above them (the graph
// of a graph-structured stack). Indices with ScratchBit name the scratch stack of
// the call under way; what survives the call is copied below (promote).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_FRAMES_H
#define WEIR_LIB_RUNTIME_FRAMES_H

#include "Arena.h"
#include "weir/Runtime/GrammarLayout.h"

#include <string>

namespace weir {

inline constexpr uint32_t ScratchBit = 0x80000000U;
/// The parent of the start rule's frame.
inline constexpr uint32_t Bottom = 0x7ffffffeU;
/// The parent of a frame whose stack is not known: tables are made over it.
inline constexpr uint32_t Unknown = 0x7fffffffU;
inline constexpr uint32_t ZeroRegs = 0x7fffffffU;

struct Frame {
  StateId State;
  uint32_t Parent;
  uint32_t Meta;
  uint32_t Regs;

  static constexpr uint32_t ChoiceFlag = 0x80000000U;
  bool isChoice() const { return Meta & ChoiceFlag; }
  uint32_t depth() const { return Meta & 0xffff; }
  uint32_t words() const { return (Meta >> 16) & 0x7fff; }
  static uint32_t meta(uint32_t Depth, uint32_t Words) {
    return std::min<uint32_t>(Depth, 0xffff) | Words << 16;
  }
};
static_assert(sizeof(Frame) == 16);

/// What a matcher keeps between calls.
struct FrameStore {
  Arena<Frame, 8> Frames;
  Arena<uint32_t, 9> Words;
  Arena<uint8_t, 11> Text; ///< bytes accepted, where some key set may ask for them
  /// Changes whenever bytes of Text are taken back, or blocks of Words have other numbers.
  uint32_t Epoch = 0;

  void truncateText(uint32_t Size) {
    Epoch += Size < Text.size();
    Text.truncate(Size);
  }
};

/// The stacks of the call under way; truncated, never freed.
struct Scratch {
  std::vector<Frame> Frames;
  std::vector<uint32_t> Words;
  std::vector<Frame> Pool;      ///< lists of configurations
  std::vector<uint8_t> Pending; ///< bytes of the token under way
  /// The oldest frame of the store that was looked at since the caller raised this.
  uint32_t OldestRead = 0;

  struct Mark {
    uint32_t Frames, Words, Pool, Pending;
  };
  Mark mark() const {
    return {uint32_t(Frames.size()), uint32_t(Words.size()), uint32_t(Pool.size()),
            uint32_t(Pending.size())};
  }
  void release(const Mark &M) {
    Frames.resize(M.Frames);
    Words.resize(M.Words);
    Pool.resize(M.Pool);
    Pending.resize(M.Pending);
  }
};

/// Reads frames and words of either home.
struct FrameView {
  const FrameStore *Store; ///< null while tables are made
  Scratch *Temp;

  const Frame &frame(uint32_t I) const {
    if (I & ScratchBit)
      return Temp->Frames[I & ~ScratchBit];
    Temp->OldestRead = std::min(Temp->OldestRead, I);
    return Store->Frames[I];
  }
  const uint32_t *words(uint32_t I) const {
    return I & ScratchBit ? &Temp->Words[I & ~ScratchBit] : Store->Words.block(I);
  }
  uint32_t textSize() const {
    return (Store ? Store->Text.size() : 0) + uint32_t(Temp->Pending.size());
  }
  uint8_t textAt(uint32_t I) const {
    uint32_t Kept = Store ? Store->Text.size() : 0;
    return I < Kept ? Store->Text[I] : Temp->Pending[I - Kept];
  }
  std::string text(uint32_t Begin, uint32_t End) const {
    std::string Out;
    Out.reserve(End - Begin);
    for (uint32_t I = Begin; I < End; ++I)
      Out += char(textAt(I));
    return Out;
  }
  uint32_t push(const Frame &F) const {
    Temp->Frames.push_back(F);
    return uint32_t(Temp->Frames.size() - 1) | ScratchBit;
  }
  uint32_t pushWords(std::span<const uint32_t> W) const {
    uint32_t I = uint32_t(Temp->Words.size());
    Temp->Words.insert(Temp->Words.end(), W.begin(), W.end());
    return I | ScratchBit;
  }
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_FRAMES_H
