//===- Batch.h - Many rows at once ------------------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An engine asks for the masks of all its sequences in one step, and for the masks along
// a tree of drafted tokens of one sequence. Both answer exactly what the single calls
// would answer; a row that fails is zeros, and the other rows do not notice.
//
//   fillBatch       rows of different matchers, in parallel where an executor says so
//   fillDraftTree   rows of one matcher, after each node of a tree:
//
//       node    0    1    2    3         row 0 = mask after 0
//       parent  -1   0    0    2         row 3 = mask after 0, 2, 3
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_BATCH_H
#define WEIR_RUNTIME_BATCH_H

#include "weir/Runtime/Matcher.h"
#include "weir/Runtime/WorkerPool.h"

namespace weir {

struct BatchRow {
  Matcher *M;
  std::span<uint32_t> Row; ///< at least Matcher::rowWords(MaskBits)
  Status Answer = Status::Ok;
  bool AllAllowed = false;
};

/// Fills each row; no matcher and no word of a row may stand there twice. Failures are in
/// the rows. `Run` null: one after the other on this thread.
void fillBatch(std::span<BatchRow> Rows, uint32_t MaskBits, const Executor *Run = nullptr);

/// One row, as fillBatch fills it.
void fillBatchRow(BatchRow &R, uint32_t MaskBits);

/// The token of a node that stands for where the matcher is, without a token.
inline constexpr TokenId NoDraftToken = 0xFFFFFFFFU;
/// The parent of a node that follows the matcher's state itself.
inline constexpr int32_t NoParent = -1;

/// Writes row I (from Rows[I * Stride]) for the text that ends with node I. A parent stands
/// before its children. Nodes[I] becomes Ok; Rejected or Terminated when the token of I may not
/// come there or that of a node above may not (the row is zeros then); BudgetExceeded.
/// The matcher stands afterwards where it stood.
///
/// Fails with InvalidArgument, and writes nothing, when the sizes do not fit or a parent does
/// not stand before its child.
Result<Success> fillDraftTree(Matcher &M, std::span<const TokenId> Tokens,
                              std::span<const int32_t> Parents, std::span<uint32_t> Rows,
                              size_t Stride, uint32_t MaskBits, std::span<Status> Nodes);

} // namespace weir

#endif // WEIR_RUNTIME_BATCH_H
