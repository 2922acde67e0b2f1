//===- TextMatcher.h - Whether a text belongs to an expression --*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The meaning of the operations that patterns use, written down directly: from each
// place of one text, the set of places where a text of the expression may end.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_FRONTEND_REGEX_TEXTMATCHER_H
#define WEIR_UNITTESTS_FRONTEND_REGEX_TEXTMATCHER_H

#include "weir/IR/Module.h"

#include <map>

namespace weir::test {

class TextMatcher {
public:
  TextMatcher(const ir::Module &M, std::string_view Text) : M(M), Text(Text) {}

  bool accepts(ir::ExprId E) { return ends(E, 0).at(Text.size()); }

private:
  using Places = std::vector<bool>; ///< by byte offset

  Places none() const { return Places(Text.size() + 1); }

  Places ends(ir::ExprId E, size_t From) {
    auto Key = std::pair(E, From);
    if (auto It = Memo.find(Key); It != Memo.end())
      return It->second;
    Places P = compute(E, From);
    Memo.emplace(Key, P);
    return P;
  }

  Places after(const Places &Starts, ir::ExprId E) {
    Places P = none();
    for (size_t I = 0; I <= Text.size(); ++I)
      if (Starts[I])
        merge(P, ends(E, I));
    return P;
  }

  static bool merge(Places &Into, const Places &From) {
    bool Changed = false;
    for (size_t I = 0; I < Into.size(); ++I)
      if (From[I] && !Into[I])
        Into[I] = Changed = true;
    return Changed;
  }

  Places compute(ir::ExprId E, size_t From) {
    Places P = none();
    switch (M.op(E)) {
    case ir::Op::Never:
      break;
    case ir::Op::Empty:
      P[From] = true;
      break;
    case ir::Op::Lit:
      if (Text.substr(From).starts_with(M.literal(E)))
        P[From + M.literal(E).size()] = true;
      break;
    case ir::Op::Class:
      if (From < Text.size()) {
        DecodedScalar D = decodeUtf8(Text, From);
        if (D.Size && M.classSet(E).contains(D.Value))
          P[From + D.Size] = true;
      }
      break;
    case ir::Op::Seq:
      P[From] = true;
      for (ir::ExprId O : M.operands(E))
        P = after(P, O);
      break;
    case ir::Op::Alt:
      for (ir::ExprId O : M.operands(E))
        merge(P, ends(O, From));
      break;
    case ir::Op::Repeat: {
      ir::RepeatBounds B = M.bounds(E);
      Places Now = none();
      Now[From] = true;
      if (B.Min == 0)
        P = Now;
      // Past the length of the text, more repetitions only add empty ones.
      for (uint32_t Count = 1; Count <= B.Max && Count <= B.Min + Text.size() + 1; ++Count) {
        Places Next = after(Now, M.operands(E)[0]);
        if (Next == Now && Count > B.Min)
          break;
        if (Next == Now) // the same for ever
          Count = B.Min;
        Now = Next;
        if (Count >= B.Min)
          merge(P, Now);
      }
      break;
    }
    case ir::Op::And: {
      P.assign(P.size(), true);
      for (ir::ExprId O : M.operands(E)) {
        Places Q = ends(O, From);
        for (size_t I = 0; I < P.size(); ++I)
          P[I] = P[I] && Q[I];
      }
      break;
    }
    case ir::Op::Not: {
      Places Q = ends(M.operands(E)[0], From);
      for (size_t I = From; I <= Text.size(); ++I) // between scalars only
        P[I] = !Q[I] && (I == Text.size() || (uint8_t(Text[I]) & 0xC0) != 0x80);
      break;
    }
    default:
      assert(false && "patterns have no such operation");
    }
    return P;
  }

  const ir::Module &M;
  std::string_view Text;
  std::map<std::pair<ir::ExprId, size_t>, Places> Memo;
};

} // namespace weir::test

#endif // WEIR_UNITTESTS_FRONTEND_REGEX_TEXTMATCHER_H
