//===- GuardLog.h - What was asked of a stack's registers ------------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A mask depends on the registers of the frames below only through the programs that ran on
// them, and on whether these succeeded. While a mask is worked out they are written down:
//
//   block 17   Q0: key-live o0 0..2      no
//              Q1: key-live o0 2..3      yes
//              Q2: after Q1, key-take 2  yes      a program on what another one left
//              Q3: after Q2, more-keys   no
//
// A program is known by its number, a block by where it lies in the store; what a program makes
// of a block lies on the scratch stack, and counts as the block it was made of. Whoever reads
// registers without a program says so, and then the block counts as read whole.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_GUARDLOG_H
#define WEIR_LIB_RUNTIME_GUARDLOG_H

#include "Frames.h"

#include <algorithm>
#include <span>
#include <vector>

namespace weir {

/// A program that ran on a block, or on what the question `After` made of it.
struct GuardQuestion {
  uint32_t After; ///< or NoIndex
  uint32_t Program;
  friend bool operator==(const GuardQuestion &, const GuardQuestion &) = default;
};

struct GuardAnswer {
  GuardQuestion Question;
  bool Answer;
};

class GuardLog {
public:
  /// More questions than these are no cheaper to ask than a mask is to work out.
  static constexpr size_t MaxQuestions = 40;
  /// … of all frames.
  static constexpr size_t MaxAsked = 128;

  void begin() {
    Asked.clear();
    Whole.clear();
    On = true;
    Full = false;
  }
  void end() { On = false; }
  bool isOn() const { return On; }

  /// `Program` ran on the registers `Block`; returns a number for `made`, NoIndex for a block
  /// that is no part of the stack.
  uint32_t ran(uint32_t Block, uint32_t Program, bool Answer) {
    uint32_t After = NoIndex;
    if (Block & ScratchBit) {
      After = madeBy(Block);
      if (After == NoIndex)
        return NoIndex;
      Block = Asked[After].Block;
    }
    for (size_t I = Asked.size(); I > 0; --I) {
      const Entry &E = Asked[I - 1];
      if (E.Block == Block && E.Question.After == After && E.Question.Program == Program)
        return uint32_t(I - 1);
    }
    if (Asked.size() == MaxAsked) {
      Full = true;
      On = false;
      return NoIndex;
    }
    Asked.push_back({Block, {After, Program}, Answer});
    return uint32_t(Asked.size() - 1);
  }
  /// The program with that number left `Block`, on the scratch stack.
  void made(uint32_t Block, uint32_t Number) {
    const uint32_t At = Block & ~ScratchBit;
    if (MadeBy.size() <= At)
      MadeBy.resize(size_t(At) + 64, NoIndex);
    MadeBy[At] = Number;
  }
  void readWhole(uint32_t Block) {
    if (!On || Block == ZeroRegs)
      return;
    if (Block & ScratchBit) {
      const uint32_t Number = madeBy(Block);
      if (Number == NoIndex)
        return;
      Block = Asked[Number].Block;
    }
    if (std::find(Whole.begin(), Whole.end(), Block) == Whole.end())
      Whole.push_back(Block);
  }

  /// The questions asked of `Block` in order; `After` counts among these. False when it must
  /// count with all its registers.
  bool questions(uint32_t Block, std::vector<GuardAnswer> &Out) const {
    Out.clear();
    if (Full || std::find(Whole.begin(), Whole.end(), Block) != Whole.end())
      return false;
    // Where each went, to renumber what came after it.
    uint32_t Place[MaxAsked];
    for (size_t I = 0; I < Asked.size(); ++I) {
      const Entry &E = Asked[I];
      if (E.Block != Block)
        continue;
      if (Out.size() == MaxQuestions)
        return false;
      Place[I] = uint32_t(Out.size());
      const uint32_t After = E.Question.After;
      Out.push_back({{After == NoIndex ? NoIndex : Place[After], E.Question.Program}, E.Answer});
    }
    return true;
  }

private:
  struct Entry {
    uint32_t Block;
    GuardQuestion Question;
    bool Answer;
  };
  uint32_t madeBy(uint32_t Block) const {
    const uint32_t At = Block & ~ScratchBit;
    return At < MadeBy.size() ? MadeBy[At] : NoIndex;
  }

  bool On = false;
  bool Full = false; ///< too many were asked
  std::vector<Entry> Asked;
  std::vector<uint32_t> Whole;
  std::vector<uint32_t> MadeBy; ///< by place on the scratch stack; what is there now
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_GUARDLOG_H
