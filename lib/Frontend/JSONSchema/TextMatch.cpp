//===- TextMatch.cpp - Whether one text is in a regular expression --------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An expression maps a set of places in the text to the set of places where a match
// that began at one of them may end. `and` and `not` relate the ends of one beginning,
// so they take the places one at a time. No automaton is built: literals of `enum` are
// short and each is tried once.
//
//===----------------------------------------------------------------------===//
#include "TextMatch.h"

#include "weir/Support/Utf8.h"

namespace weir::jsonschema {
namespace {

using Places = std::vector<bool>;

class Matcher {
public:
  Matcher(const ir::Module &M, std::string_view Text) : M(M), Text(Text) {}

  bool Failed = false;

  Places none() const { return Places(Text.size() + 1); }
  static bool any(const Places &P) {
    for (bool B : P)
      if (B)
        return true;
    return false;
  }

  Places ends(ir::ExprId E, const Places &From) {
    constexpr unsigned MaxDepth = 500, MaxSteps = 20'000;
    if (Depth > MaxDepth || ++Steps > MaxSteps) {
      Failed = true;
      return none();
    }
    ++Depth;
    Places Out = endsOf(E, From);
    --Depth;
    return Out;
  }

private:
  Places endsOf(ir::ExprId E, const Places &From) {
    Places Out = none();
    switch (M.op(E)) {
    case ir::Op::Never:
      return Out;
    case ir::Op::Empty:
      return From;
    case ir::Op::Lit: {
      std::string_view L = M.literal(E);
      for (size_t I = 0; I + L.size() <= Text.size(); ++I)
        if (From[I] && Text.substr(I, L.size()) == L)
          Out[I + L.size()] = true;
      return Out;
    }
    case ir::Op::Class: {
      const CodePointSet &Set = M.classSet(E);
      for (size_t I = 0; I < Text.size(); ++I) {
        if (!From[I])
          continue;
        DecodedScalar S = decodeUtf8(Text, I);
        if (S.Size && Set.contains(S.Value))
          Out[I + S.Size] = true;
      }
      return Out;
    }
    case ir::Op::Seq: {
      Places At = From;
      for (ir::ExprId O : M.operands(E)) {
        if (!any(At))
          return At;
        At = ends(O, At);
      }
      return At;
    }
    case ir::Op::Alt:
      for (ir::ExprId O : M.operands(E))
        add(Out, ends(O, From));
      return Out;
    case ir::Op::Repeat: {
      ir::RepeatBounds B = M.bounds(E);
      ir::ExprId Body = M.operands(E)[0];
      Places At = From;
      for (uint32_t I = 0; I < B.Min && any(At); ++I) {
        Places Next = ends(Body, At);
        if (Next == At)
          break; // the same for every further round
        At = std::move(Next);
        if (Failed)
          return Out;
      }
      Out = At;
      for (uint32_t I = B.Min; I < B.Max && !Failed; ++I) {
        At = ends(Body, At);
        if (!add(Out, At))
          break;
      }
      return Out;
    }
    case ir::Op::And:
    case ir::Op::Not:
      for (size_t I = 0; I <= Text.size() && !Failed; ++I) {
        if (!From[I])
          continue;
        Places One = none(), Ends;
        One[I] = true;
        if (M.op(E) == ir::Op::Not) {
          Ends = ends(M.operands(E)[0], One);
          for (size_t K = 0; K <= Text.size(); ++K) {
            bool Boundary = K == Text.size() || (uint8_t(Text[K]) & 0xC0) != 0x80;
            Ends[K] = K >= I && Boundary && !Ends[K];
          }
        } else {
          Ends = Places(Text.size() + 1, true);
          for (ir::ExprId O : M.operands(E)) {
            Places X = ends(O, One);
            for (size_t K = 0; K < X.size(); ++K)
              Ends[K] = Ends[K] && X[K];
          }
        }
        add(Out, Ends);
      }
      return Out;
    default:
      Failed = true;
      return Out;
    }
  }

  /// Whether something was new.
  static bool add(Places &To, const Places &More) {
    bool New = false;
    for (size_t I = 0; I < More.size(); ++I)
      if (More[I] && !To[I])
        To[I] = New = true;
    return New;
  }

  const ir::Module &M;
  std::string_view Text;
  unsigned Depth = 0, Steps = 0;
};

} // namespace

std::optional<bool> matchesText(const ir::Module &M, ir::ExprId E, std::string_view Text) {
  constexpr size_t MaxText = 4'096;
  if (Text.size() > MaxText)
    return std::nullopt;
  Matcher X(M, Text);
  Places Start = X.none();
  Start[0] = true;
  Places Ends = X.ends(E, Start);
  if (X.Failed)
    return std::nullopt;
  return Ends[Text.size()];
}

} // namespace weir::jsonschema
