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
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::jsonschema {
namespace {

/// Sets of places: one word for texts below 64 bytes, any length otherwise.
class FewPlaces {
public:
  explicit FewPlaces(size_t) {}
  bool has(size_t I) const { return Word >> I & 1; }
  void set(size_t I, bool On = true) { Word = (Word & ~(uint64_t(1) << I)) | uint64_t(On) << I; }
  bool any() const { return Word; }
  /// Whether something was new.
  bool add(const FewPlaces &O) {
    uint64_t Before = Word;
    Word |= O.Word;
    return Word != Before;
  }
  void keep(const FewPlaces &O) { Word &= O.Word; }
  friend bool operator==(const FewPlaces &, const FewPlaces &) = default;

private:
  uint64_t Word = 0;
};

class ManyPlaces {
public:
  explicit ManyPlaces(size_t Size) : Bits(Size) {}
  bool has(size_t I) const { return Bits[I]; }
  void set(size_t I, bool On = true) { Bits[I] = On; }
  bool any() const { return std::find(Bits.begin(), Bits.end(), true) != Bits.end(); }
  bool add(const ManyPlaces &O) {
    bool New = false;
    for (size_t I = 0; I < Bits.size(); ++I)
      if (O.Bits[I] && !Bits[I])
        Bits[I] = New = true;
    return New;
  }
  void keep(const ManyPlaces &O) {
    for (size_t I = 0; I < Bits.size(); ++I)
      Bits[I] = Bits[I] && O.Bits[I];
  }
  friend bool operator==(const ManyPlaces &, const ManyPlaces &) = default;

private:
  std::vector<bool> Bits;
};

template <typename Places>
class Matcher {
public:
  Matcher(const ir::Module &M, std::string_view Text)
      : M(M), Text(Text), MaxSteps(std::min<uint64_t>(20'000, 10'000'000 / (1 + Text.size()))) {}

  std::optional<bool> run(ir::ExprId E) {
    Places Start = none();
    Start.set(0);
    Places Ends = ends(E, Start);
    if (Failed)
      return std::nullopt;
    return Ends.has(Text.size());
  }
  /// Expressions tried so far.
  uint64_t steps() const { return Steps; }

private:
  Places none() const { return Places(Text.size() + 1); }

  Places ends(ir::ExprId E, const Places &From) {
    constexpr unsigned MaxDepth = 500;
    if (Depth > MaxDepth || ++Steps > MaxSteps) {
      Failed = true;
      return none();
    }
    ++Depth;
    Places Out = endsOf(E, From);
    --Depth;
    return Out;
  }

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
        if (From.has(I) && Text.substr(I, L.size()) == L)
          Out.set(I + L.size());
      return Out;
    }
    case ir::Op::Class: {
      const CodePointSet &Set = M.classSet(E);
      for (size_t I = 0; I < Text.size(); ++I) {
        if (!From.has(I))
          continue;
        DecodedScalar S = decodeUtf8(Text, I);
        if (S.Size && Set.contains(S.Value))
          Out.set(I + S.Size);
      }
      return Out;
    }
    case ir::Op::Seq: {
      Places At = From;
      for (ir::ExprId O : M.operands(E)) {
        if (!At.any())
          return At;
        At = ends(O, At);
      }
      return At;
    }
    case ir::Op::Alt:
      for (ir::ExprId O : M.operands(E))
        Out.add(ends(O, From));
      return Out;
    case ir::Op::Repeat: {
      ir::RepeatBounds B = M.bounds(E);
      ir::ExprId Body = M.operands(E)[0];
      Places At = From;
      for (uint32_t I = 0; I < B.Min && At.any(); ++I) {
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
        if (!Out.add(At))
          break;
      }
      return Out;
    }
    case ir::Op::And:
    case ir::Op::Not:
      for (size_t I = 0; I <= Text.size() && !Failed; ++I) {
        if (!From.has(I))
          continue;
        Places One = none();
        One.set(I);
        Places Ends = ends(M.operands(E)[0], One);
        if (M.op(E) == ir::Op::Not) {
          for (size_t K = 0; K <= Text.size(); ++K) {
            bool Boundary = K == Text.size() || (uint8_t(Text[K]) & 0xC0) != 0x80;
            Ends.set(K, K >= I && Boundary && !Ends.has(K));
          }
        } else {
          for (ir::ExprId O : M.operands(E).subspan(1))
            Ends.keep(ends(O, One));
        }
        Out.add(Ends);
      }
      return Out;
    default:
      Failed = true;
      return Out;
    }
  }

  const ir::Module &M;
  std::string_view Text;
  const uint64_t MaxSteps;
  unsigned Depth = 0, Steps = 0;
  bool Failed = false;
};

} // namespace

template <typename Places>
static std::optional<bool> matchWith(const ir::Module &M, ir::ExprId E, std::string_view Text,
                                     uint64_t &Work) {
  Matcher<Places> Match(M, Text);
  const std::optional<bool> Found = Match.run(E);
  const uint64_t Steps = Match.steps() * (1 + Text.size());
  Work += Steps;
  spendWork(Steps / 16);
  return Found;
}

std::optional<bool> matchesText(const ir::Module &M, ir::ExprId E, std::string_view Text,
                                uint64_t &Work) {
  constexpr size_t MaxText = 4'096;
  if (Text.size() > MaxText)
    return std::nullopt;
  return Text.size() < 64 ? matchWith<FewPlaces>(M, E, Text, Work)
                          : matchWith<ManyPlaces>(M, E, Text, Work);
}

} // namespace weir::jsonschema
