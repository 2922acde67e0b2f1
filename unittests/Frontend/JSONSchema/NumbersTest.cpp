//===- NumbersTest.cpp - Intervals of numbers against exact arithmetic ----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every text up to six characters of an alphabet that can write any number is
// taken through a subset automaton of the expression, and judged by itself:
// whether it has an allowed shape, and whether its value, an exact fraction in
// wide integers, lies within the bounds.
//
//===----------------------------------------------------------------------===//
#include "../../../lib/Frontend/JSONSchema/Numbers.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace weir;
using namespace weir::jsonschema;
using ir::ExprId;

namespace {

/// An automaton with ε edges from a regular expression, walked by sets of states.
class Automaton {
public:
  Automaton(const ir::Module &M, ExprId E) : M(M) {
    int Start = state();
    Accept = build(E, Start);
    Sets.push_back(close({Start}));
    Index[Sets[0]] = 0;
  }
  /// -1 when nothing follows.
  int step(int Set, char C) {
    auto [It, New] = Steps.try_emplace({Set, C}, -1);
    if (!New)
      return It->second;
    std::set<int> Next;
    for (int S : Sets[size_t(Set)])
      for (auto &[Label, To] : Edges[size_t(S)])
        if (Label.contains(uint8_t(C)))
          Next.insert(To);
    if (Next.empty())
      return -1;
    Next = close(Next);
    auto [Found, Fresh] = Index.try_emplace(Next, int(Sets.size()));
    if (Fresh)
      Sets.push_back(Next);
    return It->second = Found->second;
  }
  bool accepts(int Set) const { return Set >= 0 && Sets[size_t(Set)].count(Accept); }
  bool accepts(std::string_view Text) {
    int S = 0;
    for (char C : Text)
      if ((S = step(S, C)) < 0)
        return false;
    return accepts(S);
  }

private:
  int state() {
    Edges.emplace_back();
    Free.emplace_back();
    return int(Edges.size() - 1);
  }
  int build(ExprId E, int From) {
    switch (M.op(E)) {
    case ir::Op::Never:
      return state();
    case ir::Op::Empty:
      return From;
    case ir::Op::Lit:
      for (char C : M.literal(E)) {
        int To = state();
        Edges[size_t(From)].push_back({ByteSet::of(uint8_t(C)), To});
        From = To;
      }
      return From;
    case ir::Op::Bytes: {
      int To = state();
      Edges[size_t(From)].push_back({M.byteSet(E), To});
      return To;
    }
    case ir::Op::Seq:
      for (ExprId O : M.operands(E))
        From = build(O, From);
      return From;
    case ir::Op::Alt: {
      int To = state();
      for (ExprId O : M.operands(E)) {
        int In = state();
        Free[size_t(From)].push_back(In);
        Free[size_t(build(O, In))].push_back(To);
      }
      return To;
    }
    case ir::Op::Repeat: {
      ir::RepeatBounds B = M.bounds(E);
      ExprId Body = M.operands(E)[0];
      for (uint32_t I = 0; I < B.Min; ++I)
        From = build(Body, From);
      if (B.Max == ir::Unbounded) {
        int Loop = state();
        Free[size_t(From)].push_back(Loop);
        Free[size_t(build(Body, Loop))].push_back(Loop);
        return Loop;
      }
      int To = state();
      Free[size_t(From)].push_back(To);
      for (uint32_t I = B.Min; I < B.Max; ++I) {
        int In = state();
        Free[size_t(From)].push_back(In);
        From = build(Body, In);
        Free[size_t(From)].push_back(To);
      }
      return To;
    }
    default:
      ADD_FAILURE() << "an operation that numbers do not need";
      return From;
    }
  }
  std::set<int> close(std::set<int> S) {
    std::vector<int> Todo(S.begin(), S.end());
    while (!Todo.empty()) {
      int X = Todo.back();
      Todo.pop_back();
      for (int To : Free[size_t(X)])
        if (S.insert(To).second)
          Todo.push_back(To);
    }
    return S;
  }

  const ir::Module &M;
  int Accept = 0;
  std::vector<std::vector<std::pair<ByteSet, int>>> Edges;
  std::vector<std::vector<int>> Free;
  std::vector<std::set<int>> Sets;
  std::map<std::set<int>, int> Index;
  std::map<std::pair<int, char>, int> Steps;
};

/// Numerator over a power of ten: texts of six characters stay far below 2^127
/// unless the exponent is large, which is clamped where order no longer changes.
struct Value {
  bool Plain = false, Scientific = false, Integer = false, Lexical = false;
  bool Negative = false;
  std::string Digits; // normalised by hand, apart from the code under test
  long Point = 0;
};

bool parseValue(const std::string &T, Value &V) {
  size_t I = 0;
  auto Dig = [&](size_t K) { return K < T.size() && T[K] >= '0' && T[K] <= '9'; };
  if (I < T.size() && T[I] == '-') {
    V.Negative = true;
    ++I;
  }
  if (!Dig(I) || (T[I] == '0' && Dig(I + 1)))
    return false;
  std::string Int, Frac;
  while (Dig(I))
    Int += T[I++];
  bool HasFrac = I < T.size() && T[I] == '.';
  if (HasFrac) {
    ++I;
    if (!Dig(I))
      return false;
    while (Dig(I))
      Frac += T[I++];
  }
  long Exp = 0;
  bool HasExp = I < T.size() && (T[I] == 'e' || T[I] == 'E');
  if (HasExp) {
    ++I;
    bool Neg = false;
    if (I < T.size() && (T[I] == '+' || T[I] == '-'))
      Neg = T[I++] == '-';
    if (!Dig(I))
      return false;
    while (Dig(I))
      Exp = Exp * 10 + (T[I++] - '0');
    Exp = Neg ? -Exp : Exp;
  }
  if (I != T.size())
    return false;
  V.Plain = !HasExp;
  V.Scientific = HasExp && Int.size() == 1 && Int != "0";
  V.Integer = !HasExp && Frac.find_first_not_of('0') == std::string::npos;
  V.Lexical = !HasExp && !HasFrac;
  std::string All = Int + Frac;
  V.Point = long(Int.size()) + Exp;
  while (!All.empty() && All[0] == '0') {
    All.erase(0, 1);
    --V.Point;
  }
  while (!All.empty() && All.back() == '0')
    All.pop_back();
  V.Digits = All;
  return true;
}

int order(const Value &A, const Value &B) {
  auto Sign = [](const Value &V) { return V.Digits.empty() ? 0 : V.Negative ? -1 : 1; };
  if (Sign(A) != Sign(B))
    return Sign(A) < Sign(B) ? -1 : 1;
  if (Sign(A) == 0)
    return 0;
  int M = A.Point != B.Point ? (A.Point < B.Point ? -1 : 1)
                             : (A.Digits < B.Digits ? -1 : A.Digits > B.Digits);
  return Sign(A) * M;
}

struct Case {
  const char *Lo, *Hi;
  bool LoExclusive = false, HiExclusive = false;
  Integers Kind = Integers::Any;
};

constexpr std::string_view Alphabet = "-+.0123459eE";

void check(const Case &C) {
  SCOPED_TRACE(std::string(C.LoExclusive ? "(" : "[") + (C.Lo ? C.Lo : "") + ", " +
               (C.Hi ? C.Hi : "") + (C.HiExclusive ? ")" : "]") + " kind " +
               std::to_string(int(C.Kind)));
  NumberRange R;
  Value Lo, Hi;
  if (C.Lo) {
    R.Lo = parseDecimal(C.Lo);
    ASSERT_TRUE(parseValue(C.Lo, Lo));
  }
  if (C.Hi) {
    R.Hi = parseDecimal(C.Hi);
    ASSERT_TRUE(parseValue(C.Hi, Hi));
  }
  R.LoExclusive = C.LoExclusive;
  R.HiExclusive = C.HiExclusive;
  R.Kind = C.Kind;
  ir::Module M;
  std::optional<ExprId> E = numberInRange(M, R);
  ASSERT_TRUE(E);
  EXPECT_EQ(*E == M.never(), R.isEmpty());
  Automaton A(M, *E);
  bool Free = !C.Lo && !C.Hi;
  unsigned Wrong = 0;
  std::vector<std::pair<std::string, int>> Todo{{"", 0}};
  while (!Todo.empty() && Wrong < 5) {
    auto [Text, State] = Todo.back();
    Todo.pop_back();
    Value V;
    bool Expected = parseValue(Text, V);
    if (Expected) {
      bool Shape = C.Kind == Integers::Any        ? V.Plain || V.Scientific || Free
                   : C.Kind == Integers::Integral ? V.Integer
                                                  : V.Lexical;
      int L = C.Lo ? order(V, Lo) : 1, H = C.Hi ? order(V, Hi) : -1;
      Expected = Shape && (C.LoExclusive ? L > 0 : L >= 0) && (C.HiExclusive ? H < 0 : H <= 0);
    }
    if (Expected != A.accepts(State)) {
      ++Wrong;
      ADD_FAILURE() << "'" << Text << "' should be " << (Expected ? "accepted" : "rejected");
    }
    if (Text.size() == 6)
      continue;
    for (char X : Alphabet) {
      int Next = State < 0 ? -1 : A.step(State, X);
      std::string Longer = Text + X;
      // Neither the automaton nor any number goes on from here.
      Value Ignored;
      if (Next < 0 && !parseValue(Longer, Ignored) && !parseValue(Longer + "0", Ignored))
        continue;
      Todo.push_back({std::move(Longer), Next});
    }
  }
}

TEST(Numbers, IntervalsAreExactOnEveryShortText) {
  const Case Cases[] = {
      {nullptr, nullptr},
      {"0", nullptr},
      {nullptr, "0"},
      {"0", nullptr, true},
      {nullptr, "0", false, true},
      {"0", "0"},
      {"0", "0", true, false},
      {"1", "1"},
      {"-1", "1"},
      {"-1", "1", true, true},
      {"0", "1", true, true},
      {"5", "4"},
      {"0.5", "0.5"},
      {"0.05", "0.12"},
      {"0.05", "0.12", true, true},
      {"0.1", "0.12", true, false},
      {"-0.3", "2.5"},
      {"1.5", "12.25", false, true},
      {"9.9", "10.01"},
      {"99", "101"},
      {"3", "340"},
      {"123", "123.4"},
      {"123", "123.4", true, true},
      {"-45.3", "-3.04", true, false},
      {"10", nullptr},
      {"10", nullptr, true},
      {"-10", nullptr},
      {nullptr, "-0.001"},
      {nullptr, "1e3", false, true},
      {"1e-4", "1e4", true, true},
      {"2e10", nullptr},
      {"-1e20", "1e-20"},
      {"5e-324", "1.7976931348623157e308"},
      {"1.23e2", "1.23e2"},
      {"1e5", "1e9"},
      {"20", "300", true, true},
  };
  for (Case C : Cases)
    check(C);
}

TEST(Numbers, IntegerIntervalsAreExactOnEveryShortText) {
  for (Integers Kind : {Integers::Integral, Integers::Lexical}) {
    const Case Cases[] = {
        {nullptr, nullptr},
        {"0", nullptr},
        {"1", nullptr, true},
        {nullptr, "-1"},
        {"-3", "12"},
        {"-3", "12", true, true},
        {"0.5", "3.5"},
        {"-2.5", "-0.5"},
        {"0.2", "0.8"},
        {"3", "4", true, true},
        {"3", "4", true, false},
        {"-1", "0", true, true},
        {"0", "1", true, true},
        {"-1", "1", true, true},
        {"99", "1000"},
        {"99", "100", true},
        {"-100", "-99", true},
        {"9", "100", true, true},
        {"45", "45"},
        {"1e2", "1.04e3"},
        {"-1e30", "1e30"},
    };
    for (Case C : Cases) {
      C.Kind = Kind;
      check(C);
    }
  }
}

TEST(Numbers, LongTexts) {
  ir::Module M;
  auto Make = [&](const char *Lo, const char *Hi, Integers Kind = Integers::Any) {
    NumberRange R;
    R.Lo = parseDecimal(Lo);
    R.Hi = parseDecimal(Hi);
    R.Kind = Kind;
    return Automaton(M, *numberInRange(M, R));
  };
  Automaton A = Make("-9223372036854775808", "9223372036854775807");
  EXPECT_TRUE(A.accepts("9223372036854775807"));
  EXPECT_TRUE(A.accepts("9223372036854775807.000"));
  EXPECT_FALSE(A.accepts("9223372036854775807.0001"));
  EXPECT_FALSE(A.accepts("9223372036854775808"));
  EXPECT_TRUE(A.accepts("-9223372036854775808"));
  EXPECT_FALSE(A.accepts("-9223372036854775809"));
  EXPECT_TRUE(A.accepts("9.223372036854775807e18"));
  EXPECT_TRUE(A.accepts("9.223372036854775807e+0018"));
  EXPECT_FALSE(A.accepts("9.223372036854775808e18"));
  EXPECT_TRUE(A.accepts("-1e-99999"));
  Automaton B = Make("0", "1e1000", Integers::Integral);
  EXPECT_TRUE(B.accepts("1" + std::string(1000, '0')));
  EXPECT_FALSE(B.accepts("1" + std::string(999, '0') + "1"));
  NumberRange Far;
  Far.Lo = parseDecimal("1e2000");
  EXPECT_FALSE(numberInRange(M, Far));
}

TEST(Decimal, RoundsAndCompares) {
  auto D = [](const char *T) { return *parseDecimal(T); };
  EXPECT_EQ(D("1.0e2"), D("100"));
  EXPECT_EQ(D("-0.0e5"), D("0"));
  EXPECT_EQ(D("2.5").floor(), D("2"));
  EXPECT_EQ(D("2.5").ceil(), D("3"));
  EXPECT_EQ(D("-2.5").floor(), D("-3"));
  EXPECT_EQ(D("-2.5").ceil(), D("-2"));
  EXPECT_EQ(D("99.9").ceil(), D("100"));
  EXPECT_EQ(D("0.001").ceil(), D("1"));
  EXPECT_EQ(D("0.001").floor(), D("0"));
  EXPECT_EQ(D("-0.001").floor(), D("-1"));
  EXPECT_EQ(D("999").successor(), D("1000"));
  EXPECT_EQ(D("-1000").successor(), D("-999"));
  EXPECT_EQ(D("-1").successor(), D("0"));
  EXPECT_EQ(D("0").predecessor(), D("-1"));
  EXPECT_EQ(compare(D("1e3"), D("999.999")), 1);
  EXPECT_EQ(compare(D("-1e3"), D("0")), -1);
  EXPECT_FALSE(parseDecimal("1e99999999999999999999"));
  EXPECT_TRUE(parseDecimal("0e99999999999999999999"));
  EXPECT_EQ(D("3.0").asCount(10), 3U);
  EXPECT_EQ(D("30e5").asCount(10), 10U);
  EXPECT_FALSE(D("-1").asCount(10));
  EXPECT_FALSE(D("1.5").asCount(10));
}

} // namespace
