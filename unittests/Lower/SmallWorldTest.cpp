//===- SmallWorldTest.cpp - Every small grammar, every short text -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random walks find what is common; this finds what is small. All grammars of a few
// operations are compiled, at every optimisation level, and matched over overlapping
// tokens with every sequence of tokens up to a length:
//
//   the row is what the oracle says of each token
//   accept succeeds exactly where the bit is set, and so does validate
//   after accept and rollback the row is the one before, after all that lies below
//
// Grammars of one world share a table cache, so that tables found by content are those
// of another grammar. A grammar that does not compile must have no text at all.
//
//===----------------------------------------------------------------------===//
#include "OracleCheck.h"

#include "weir/IR/Text.h"
#include "weir/Transforms/PassManager.h"

using namespace weir;
using ir::ExprId;
using ir::Module;
using ir::RuleId;

namespace {

class SmallWorld : public testing::Test {
protected:
  /// The tokens and a stop token; every world has one vocabulary.
  void tokens(std::vector<std::string> Texts) {
    VocabularyBuilder B;
    TokenId Next = 0;
    for (const std::string &S : Texts)
      ASSERT_TRUE(B.add(Next++, TokenKind::Ordinary, S).ok());
    ASSERT_TRUE(B.add(Next, TokenKind::Special, "<stop>").ok());
    B.addStop(Next);
    auto Made = B.finish();
    ASSERT_TRUE(Made.ok());
    V = *Made;
    Tables = TableCache::create(V);
  }

  /// Compares all texts up to `MaxBytes`. `Refusals` are the names of diagnostics by which a
  /// grammar that has texts may be refused.
  void check(const Module &Plain, size_t MaxBytes,
             const std::vector<std::string_view> &Refusals = {}) {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    Module M = Plain;
    Pipeline P = pipelineForLevel(Worlds++ % 4);
    std::shared_ptr<const Grammar> G;
    if (runPipeline(P, M, Diags).Ok)
      G = lower(M, {}, Diags);
    oracle::Recognizer O(Plain);
    if (!G) {
      ASSERT_TRUE(Diags.hasErrors());
      std::string_view Name = diagName(Diags.diagnostics()[0].Id);
      if (std::find(Refusals.begin(), Refusals.end(), Name) == Refusals.end()) {
        ASSERT_EQ(O.isViable(O.start()), oracle::Answer::No) << "refused as " << Name << ":\n"
                                                             << ir::printModule(Plain);
      }
      ++Refused;
      return;
    }
    auto Made = Matcher::create(G, V, Tables);
    ASSERT_TRUE(Made.ok());
    ++Compiled;
    if (!explore(*Made, O, O.start(), MaxBytes, ""))
      ADD_FAILURE() << ir::printModule(Plain);
  }

  /// Everything below the matcher's state, at most `Left` bytes deep. Leaves it as it was.
  bool explore(Matcher &Mt, oracle::Recognizer &O, oracle::State S, size_t Left,
               const std::string &Text) {
    std::vector<uint32_t> Row(Matcher::rowWords(V->size())), Again = Row;
    ++Rows;
    if (!Mt.fillMask(Row, V->size()).ok()) {
      ADD_FAILURE() << "no mask after \"" << quoted(Text) << "\"";
      return false;
    }
    if (!compareRow(Row, O, S, *V, Text))
      return false;
    const size_t History = Mt.historySize();
    for (TokenId T = 0; T < V->size(); ++T) {
      const bool Bit = Row[T / 32] >> (T % 32) & 1;
      auto B = V->bytes(T);
      std::string_view Bytes(reinterpret_cast<const char *>(B.data()), B.size());
      bool Same = Mt.validate({&T, 1}) == size_t(Bit) && Mt.accept(T) == Bit &&
                  Mt.historySize() == History + Bit;
      if (Bit && V->isStop(T)) {
        Same = Same && Mt.isTerminated();
      } else if (Bit && Bytes.size() <= Left) {
        Same = Same &&
               explore(Mt, O, O.stepAll(S, Bytes), Left - Bytes.size(), Text + std::string(Bytes));
      }
      Same = Same && (!Bit || Mt.rollback(1)) && Mt.fillMask(Again, V->size()).ok() && Row == Again;
      if (!Same) {
        ADD_FAILURE() << "after \"" << quoted(Text) << "\" with token " << T;
        return false;
      }
    }
    return true;
  }

  VocabularyRef V;
  std::shared_ptr<TableCache> Tables;
  unsigned Worlds = 0, Compiled = 0, Refused = 0;
  uint64_t Rows = 0;
};

/// All expressions over the letters a and b by the number of their parts, in an order that
/// is always the same.
class Shapes {
public:
  explicit Shapes(unsigned MaxSize) {
    BySize.resize(MaxSize + 1);
    for (char Atom : {'a', 'b', '2', 'c'})
      add(1, {Atom, 0, 0});
    for (unsigned Size = 2; Size <= MaxSize; ++Size) {
      for (unsigned L : BySize[Size - 1])
        for (char Unary : {'*', '?', '+'})
          add(Size, {Unary, L, 0});
      for (unsigned Left = 1; Left + 1 < Size; ++Left)
        for (unsigned L : BySize[Left])
          for (unsigned R : BySize[Size - 1 - Left]) {
            add(Size, {'.', L, R});
            if (L < R)
              add(Size, {'|', L, R});
          }
    }
  }

  const std::vector<unsigned> &ofSize(unsigned Size) const { return BySize[Size]; }
  std::vector<unsigned> upTo(unsigned Size) const {
    std::vector<unsigned> Out;
    for (unsigned I = 1; I <= Size; ++I)
      Out.insert(Out.end(), BySize[I].begin(), BySize[I].end());
    return Out;
  }

  ExprId build(Module &M, unsigned I) const {
    const Shape &S = All[I];
    switch (S.Kind) {
    case 'a':
      return M.lit("a");
    case 'b':
      return M.lit("b");
    case '2':
      return M.lit("ab");
    case 'c':
      return M.cls(CodePointSet::range('a', 'b'));
    case '*':
      return M.star(build(M, S.L));
    case '?':
      return M.optional(build(M, S.L));
    case '+':
      return M.repeat(build(M, S.L), 2, 3);
    case '.':
      return M.seq({build(M, S.L), build(M, S.R)});
    default:
      return M.alt({build(M, S.L), build(M, S.R)});
    }
  }

private:
  struct Shape {
    char Kind;
    unsigned L, R;
  };
  void add(unsigned Size, Shape S) {
    BySize[Size].push_back(unsigned(All.size()));
    All.push_back(S);
  }
  std::vector<Shape> All;
  std::vector<std::vector<unsigned>> BySize;
};

void setStart(Module &M, ExprId Body) {
  RuleId R = M.addRule("start");
  M.rule(R).Body = Body;
  M.setStart(R);
}

TEST_F(SmallWorld, Regular) {
  tokens({"a", "b", "ab", "ba", "aba", "b"});
  const Shapes S(5);
  for (unsigned I : S.upTo(5)) {
    Module M;
    setStart(M, S.build(M, I));
    check(M, 4);
    if (HasFatalFailure() || HasNonfatalFailure())
      return;
  }
  EXPECT_EQ(Compiled, S.upTo(5).size());
}

TEST_F(SmallWorld, Recursive) {
  // Every recursion, to the left, to the right, in the middle, twice; with every ending.
  tokens({"a", "b", "ab", "ba", "aba"});
  const Shapes S(3);
  const char *const Sides[] = {"", "a", "b"};
  for (unsigned I : S.upTo(2))
    for (const char *Left : Sides)
      for (const char *Right : Sides)
        for (bool Twice : {false, true}) {
          Module M;
          RuleId R = M.addRule("r");
          ExprId Again = M.call(R);
          if (Twice)
            Again = M.seq({Again, M.lit("b"), Again});
          M.rule(R).Body = M.alt({S.build(M, I), M.seq({M.lit(Left), Again, M.lit(Right)})});
          setStart(M, M.call(R));
          check(M, 4);
          if (HasFatalFailure() || HasNonfatalFailure())
            return;
        }
  EXPECT_EQ(Refused, 0U);
}

TEST_F(SmallWorld, RulesInEachOther) {
  tokens({"a", "b", "ab", "ba", "bb"});
  const Shapes S(2);
  const std::vector<unsigned> All = S.upTo(2);
  for (unsigned A : All)
    for (unsigned B : All) {
      Module M;
      RuleId RA = M.addRule("a"), RB = M.addRule("b");
      M.rule(RA).Body = M.seq({S.build(M, A), M.optional(M.call(RB))});
      M.rule(RB).Body = M.alt({S.build(M, B), M.seq({M.lit("b"), M.call(RA)})});
      setStart(M, M.seq({M.call(RB), M.call(RA)}));
      check(M, 4);
      if (HasFatalFailure() || HasNonfatalFailure())
        return;
    }
  EXPECT_EQ(Refused, 0U);
}

TEST_F(SmallWorld, Booleans) {
  tokens({"a", "b", "ab", "ba", "c", "ca"});
  const Shapes S(2);
  const std::vector<unsigned> All = S.upTo(2);
  for (unsigned A : All)
    for (unsigned B : All) {
      Module Both, Without;
      setStart(Both, Both.conj({S.build(Both, A), Both.star(S.build(Both, B))}));
      setStart(Without,
               Without.conj({Without.star(S.build(Without, A)), Without.neg(S.build(Without, B))}));
      check(Both, 4);
      check(Without, 4);
      // A conjunction that is taken away.
      Module Less;
      const ExprId Away = Less.conj({Less.star(S.build(Less, B)), S.build(Less, (A + 1) % 5),
                                     Less.repeat(Less.cls(CodePointSet::all()), 1, 2)});
      setStart(Less, Less.conj({Less.star(S.build(Less, A)), Less.neg(Away)}));
      check(Less, 4);
      if (HasFatalFailure() || HasNonfatalFailure())
        return;
    }
  EXPECT_GT(Refused, 0U) << "some have no text";
  EXPECT_GT(Compiled, Refused);
}

TEST_F(SmallWorld, Members) {
  tokens({"\"", "a", "b", "\":", ",", "b\":,\""});
  for (unsigned Spec = 0; Spec < 3 * 3 * 2 * 3 * 3 * 3; ++Spec) {
    unsigned Rest = Spec;
    auto take = [&Rest](unsigned N) {
      unsigned Digit = Rest % N;
      Rest /= N;
      return Digit;
    };
    Module M;
    ir::MembersSpec Members;
    Members.Separator = M.lit(",");
    for (const char *Name : {"ab", "a"})
      if (unsigned How = take(3))
        Members.Named.push_back({Name, How == 2, M.lit(":")});
    Members.Order = take(2) ? ir::KeyOrder::Any : ir::KeyOrder::Declared;
    if (unsigned How = take(3))
      Members.Free.push_back(
          {M.star(How == 1 ? M.lit("a") : M.cls(CodePointSet::range('a', 'b'))), M.lit(":")});
    Members.Min = take(3);
    const uint32_t Max[] = {1, 2, ir::Unbounded};
    Members.Max = Max[take(3)];
    if (Members.Min > Members.Max)
      continue;
    setStart(M, M.members(Members));
    check(M, 9);
    if (HasFatalFailure() || HasNonfatalFailure())
      return;
  }
  EXPECT_GT(Refused, 0U) << "some have no text";
  EXPECT_GT(Compiled, Refused);
}

TEST_F(SmallWorld, Elements) {
  tokens({"1", "2", ",", "1,", "2,1", ".0", "1.0"});
  for (unsigned Spec = 0; Spec < 3 * 3 * 3 * 3 * 2 * 3; ++Spec) {
    unsigned Rest = Spec;
    auto take = [&Rest](unsigned N) {
      unsigned Digit = Rest % N;
      Rest /= N;
      return Digit;
    };
    Module M;
    RuleId One = M.addRule("one"), Any = M.addRule("any");
    M.rule(One).Body = M.seq({M.lit("1"), M.optional(M.lit(".0"))});
    M.rule(Any).Body = M.alt({M.lit("1"), M.lit("2")});
    ir::ElementsSpec Elements;
    Elements.Separator = M.lit(",");
    if (unsigned How = take(3))
      Elements.Prefix = {{{M.call(How == 1 ? One : Any), {}}}};
    if (unsigned How = take(3)) {
      Elements.Rest = {{M.call(Any), {}}};
      if (How == 2)
        Elements.Rest.push_back({M.call(One), {0}});
    }
    Elements.Min = take(3);
    const uint32_t Max[] = {1, 2, ir::Unbounded};
    Elements.Max = Max[take(3)];
    Elements.Unique = take(2);
    if (Elements.Rest.size() == 2) {
      const ir::RepeatBounds Counts[] = {{0, 1}, {1, 1}, {1, ir::Unbounded}};
      Elements.Counters = {Counts[take(3)]};
    } else if (take(3) != 0) {
      continue;
    }
    if (Elements.Min > Elements.Max)
      continue;
    setStart(M, M.elements(Elements));
    check(M, 6);
    if (HasFatalFailure() || HasNonfatalFailure())
      return;
  }
  EXPECT_GT(Refused, 0U) << "some have no text";
  EXPECT_GT(Compiled, Refused);
}

} // namespace
