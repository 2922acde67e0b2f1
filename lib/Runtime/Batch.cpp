//===- Batch.cpp - Many rows at once ------------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/Batch.h"

#include <algorithm>
#include <new>

namespace weir {

void fillBatchRow(BatchRow &R, uint32_t MaskBits) {
  R.AllAllowed = false;
  // A task must not throw: it may run on a thread that knows nothing of this.
  try {
    Result<MaskInfo> Info = R.M->fillMask(R.Row, MaskBits);
    R.Answer = Info ? Status::Ok : Info.error().Code;
    R.AllAllowed = Info && Info->AllAllowed;
  } catch (const std::bad_alloc &) {
    R.Answer = Status::OutOfMemory;
  }
  if (R.Answer != Status::Ok)
    std::fill(R.Row.begin(), R.Row.end(), 0);
}

void fillBatch(std::span<BatchRow> Rows, uint32_t MaskBits, const Executor *Run) {
  auto Task = [&](size_t I) { fillBatchRow(Rows[I], MaskBits); };
  if (Run) {
    (*Run)(Rows.size(), Task);
    return;
  }
  for (size_t I = 0; I < Rows.size(); ++I)
    Task(I);
}

Result<Success> fillDraftTree(Matcher &M, std::span<const TokenId> Tokens,
                              std::span<const int32_t> Parents, std::span<uint32_t> Rows,
                              size_t Stride, uint32_t MaskBits, std::span<Status> Nodes) {
  const size_t Count = Tokens.size(), Words = Matcher::rowWords(MaskBits);
  if (Parents.size() != Count || Nodes.size() != Count || Stride < Words || Count > INT32_MAX ||
      (Count != 0 && (Rows.size() < Words || (Rows.size() - Words) / Stride < Count - 1 ||
                      (Stride == 0 && Count > 1))))
    return Error{Status::InvalidArgument, "the sizes of the tree and its rows do not fit"};
  for (size_t I = 0; I < Count; ++I)
    if (Parents[I] < NoParent || Parents[I] >= int32_t(I))
      return Error{Status::InvalidArgument,
                   "the parent of node " + std::to_string(I) + " does not stand before it"};

  // Children of a node as linked lists, first child first; slot Count is the root.
  std::vector<int32_t> FirstChild(Count + 1, -1), NextSibling(Count, -1);
  for (size_t I = Count; I-- > 0;) {
    int32_t &First = FirstChild[Parents[I] == NoParent ? Count : size_t(Parents[I])];
    NextSibling[I] = First;
    First = int32_t(I);
  }

  // Depth first, so that going to the next node is a rollback and a token.
  struct Level {
    int32_t Node;
    Status Below;   ///< what the nodes below get when not Ok
    uint32_t Taken; ///< 1 when the node is an entry of the history
  };
  std::vector<Level> Path;
  // What was tried is taken back also when memory runs out in between.
  struct Tried {
    Matcher &M;
    size_t Count = 0;
    ~Tried() { M.undo(Count); }
  } Steps{M};
  int32_t Node = FirstChild[Count];
  Status Above = Status::Ok;
  while (Node != -1 || !Path.empty()) {
    if (Node == -1) {
      const Level Top = Path.back();
      Path.pop_back();
      M.undo(Top.Taken);
      Steps.Count -= Top.Taken;
      Node = NextSibling[size_t(Top.Node)];
      Above = Path.empty() ? Status::Ok : Path.back().Below;
      continue;
    }
    const size_t I = size_t(Node);
    Status Answer = Above;
    uint32_t Taken = 0;
    BatchRow Row{&M, Rows.subspan(I * Stride, Words)};
    if (Answer == Status::Ok && Tokens[I] != NoDraftToken) {
      Answer = M.tryAccept(Tokens[I]);
      Taken = Answer == Status::Ok;
      Steps.Count += Taken;
    }
    if (Answer == Status::Ok) {
      fillBatchRow(Row, MaskBits);
      // A row over budget does not stop the nodes below.
      Nodes[I] = Row.Answer;
    } else {
      std::fill(Row.Row.begin(), Row.Row.end(), 0);
      Nodes[I] = Answer;
    }
    Path.push_back({Node, Answer, Taken});
    Above = Answer;
    Node = FirstChild[I];
  }
  return Success{};
}

} // namespace weir
