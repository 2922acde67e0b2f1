//===- TextLengths.h - How long the texts of an expression are -- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Told from the expression alone, without an automaton: a date and time has at least 20
// characters, so that `minLength: 1` says nothing more of it.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_TEXTLENGTHS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_TEXTLENGTHS_H

#include "weir/IR/Module.h"

#include <optional>
#include <vector>

namespace weir::jsonschema {

class TextLengths {
public:
  explicit TextLengths(const ir::Module &M) : M(M) {}

  /// Some text has Min code points, none has fewer. None has more than Max, and some has as
  /// many; ir::Unbounded: there is no longest.
  struct Lengths {
    uint32_t Min = 0, Max = 0;
    bool IsDense = true; ///< some text has each length in between

    bool isWithin(uint32_t Least, uint32_t Most) const { return Least <= Min && Max <= Most; }
    bool isApart(uint32_t Least, uint32_t Most) const { return Most < Min || Max < Least; }
    /// Whether some text is known to have a length within these bounds.
    bool meets(uint32_t Least, uint32_t Most) const {
      return !isApart(Least, Most) && (IsDense || (Least <= Min && Min <= Most) ||
                                       (Max != ir::Unbounded && Least <= Max && Max <= Most));
    }
  };

  /// Of literals, classes, sequences, alternatives and repetitions, which have a text; none where
  /// there is anything else.
  std::optional<Lengths> of(ir::ExprId E) { return of(E, 0); }

private:
  std::optional<Lengths> of(ir::ExprId E, unsigned Depth);
  std::optional<Lengths> compute(ir::ExprId E, unsigned Depth);

  const ir::Module &M;
  std::vector<std::optional<Lengths>> Known; ///< by expression, as far as any was asked for
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_TEXTLENGTHS_H
