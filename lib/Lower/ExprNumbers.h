//===- ExprNumbers.h - Numbering expressions as they are met -------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_EXPRNUMBERS_H
#define WEIR_LIB_LOWER_EXPRNUMBERS_H

#include "weir/IR/Module.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace weir::lowering {

/// Numbers of some expressions of one module, in the order they were given. Beginning
/// again costs nothing.
class ExprNumbers {
public:
  void clear() { Order.clear(); }
  std::optional<uint32_t> find(ir::ExprId E) const {
    if (E.index() >= At.size() || At[E.index()] >= Order.size() || Order[At[E.index()]] != E)
      return std::nullopt;
    return At[E.index()];
  }
  /// `E` has no number yet.
  void add(ir::ExprId E) {
    if (E.index() >= At.size())
      At.resize(std::max<size_t>(E.index() + 1, 2 * At.size()), 0);
    At[E.index()] = uint32_t(Order.size());
    Order.push_back(E);
  }
  std::span<const ir::ExprId> order() const { return Order; }

  /// For who walks expressions to number them: its memory is used again.
  std::vector<std::pair<ir::ExprId, uint32_t>> Path;

private:
  std::vector<uint32_t> At; ///< by expression; right where Order says so
  std::vector<ir::ExprId> Order;
};

} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_EXPRNUMBERS_H
