//===- NumbersTest.cpp - Intervals of numbers against exact arithmetic ----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every text up to six characters of an alphabet that can write any number is
// taken through the automaton, and judged by itself: whether it has an allowed
// shape, whether its value lies within the bounds, and what it is a multiple of,
// by long division of wide integers.
//
//===----------------------------------------------------------------------===//
#include "../../../lib/Frontend/JSONSchema/Numbers.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

using namespace weir;
using namespace weir::jsonschema;
using ir::ExprId;

namespace {

std::optional<ExprId> inRange(ir::Module &M, const NumberRange &R) {
  uint32_t StatesLeft = MaxAllNumberStates;
  return numberInRange(M, R, StatesLeft);
}

/// The automata of an expression, an automaton or a union of some, side by side.
class Automaton {
public:
  Automaton(const ir::Module &M, ExprId E) : M(M) {
    if (M.op(E) == ir::Op::Alt)
      Parts.assign(M.operands(E).begin(), M.operands(E).end());
    else if (E != M.never())
      Parts.push_back(E);
    for (ExprId P : Parts)
      EXPECT_EQ(M.op(P), ir::Op::Dfa);
    Sets.emplace_back(Parts.size(), 0U);
  }
  /// -1 when nothing follows.
  int step(int Set, char C) {
    std::vector<uint32_t> Next;
    bool Any = false;
    for (size_t I = 0; I < Parts.size(); ++I) {
      uint32_t S = Sets[size_t(Set)][I];
      Next.push_back(S == Dead ? Dead : M.automaton(Parts[I]).next(S, uint8_t(C)));
      Any = Any || Next.back() != Dead;
    }
    if (!Any)
      return -1;
    auto [Found, Fresh] = Index.try_emplace(Next, int(Sets.size()));
    if (Fresh)
      Sets.push_back(Next);
    return Found->second;
  }
  bool accepts(int Set) const {
    for (size_t I = 0; Set >= 0 && I < Parts.size(); ++I)
      if (uint32_t S = Sets[size_t(Set)][I]; S != Dead && M.automaton(Parts[I]).Accepts[S])
        return true;
    return false;
  }
  bool accepts(std::string_view Text) {
    int S = 0;
    for (char C : Text)
      if ((S = step(S, C)) < 0)
        return false;
    return accepts(S);
  }
  uint32_t states() const { return M.automaton(Parts[0]).size(); }

private:
  static constexpr uint32_t Dead = 0xffffffffU;
  const ir::Module &M;
  std::vector<ExprId> Parts;
  std::vector<std::vector<uint32_t>> Sets;
  std::map<std::vector<uint32_t>, int> Index;
};

struct Value {
  bool Plain = false, Scientific = false, Lexical = false;
  int Mantissa = 0; // digits of the fraction, less zeros at the end
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
  V.Mantissa = int(Frac.find_last_not_of('0') + 1);
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

/// A step in units of 10^-Fraction.
struct StepOf {
  const char *Text;
  long Units;
  int Fraction;
};

/// Whether V is a multiple. All that counts of a power of ten from 10^64 on is that it
/// is one: steps are below 2^64.
bool isMultipleOf(const Value &V, const StepOf &S) {
  if (V.Digits.empty())
    return true;
  long Power = V.Point - long(V.Digits.size()) + S.Fraction;
  if (Power < 0)
    return false; // the last digit is not 0, and stands behind those of the step
  __extension__ typedef unsigned __int128 Wide;
  Wide Rest = 0;
  for (char C : V.Digits)
    Rest = (Rest * 10 + unsigned(C - '0')) % Wide(S.Units);
  for (long I = 0; I < std::min(Power, 64L); ++I)
    Rest = Rest * 10 % Wide(S.Units);
  return Rest == 0;
}

struct Case {
  const char *Lo, *Hi;
  bool LoExclusive = false, HiExclusive = false;
  Integers Kind = Integers::Any;
  std::vector<StepOf> Multiples = {}, Excluded = {};
  bool NotLexical = false;
};

constexpr std::string_view Alphabet = "-+.0123459eE";

std::string nameOf(const Case &C) {
  std::string Out = std::string(C.LoExclusive ? "(" : "[") + (C.Lo ? C.Lo : "") + ", " +
                    (C.Hi ? C.Hi : "") + (C.HiExclusive ? ")" : "]") + " kind " +
                    std::to_string(int(C.Kind)) + (C.NotLexical ? " not lexical" : "");
  for (const StepOf &S : C.Multiples)
    Out += std::string(" multiple of ") + S.Text;
  for (const StepOf &S : C.Excluded)
    Out += std::string(" no multiple of ") + S.Text;
  return Out;
}

/// Whether the text belongs to the range, by itself.
bool isIn(const Case &C, const std::string &Text) {
  Value V, Lo, Hi;
  if (!parseValue(Text, V))
    return false;
  static const StepOf One{"1", 1, 0};
  bool Steps = C.Kind != Integers::Any || !C.Multiples.empty() || !C.Excluded.empty();
  bool Free = !C.Lo && !C.Hi && !Steps && !C.NotLexical;
  if (!V.Plain && !Free && !V.Scientific)
    return false;
  if (C.Kind == Integers::Lexical ? !V.Lexical : C.NotLexical && V.Lexical)
    return false;
  int Mantissa = 3;
  for (const StepOf &S : C.Multiples)
    Mantissa = std::max(Mantissa, S.Fraction);
  for (const StepOf &S : C.Excluded)
    Mantissa = std::max(Mantissa, S.Fraction);
  if (Steps && !V.Plain && V.Mantissa > Mantissa)
    return false;
  if (C.Kind != Integers::Any && !isMultipleOf(V, One))
    return false;
  for (const StepOf &S : C.Multiples)
    if (!isMultipleOf(V, S))
      return false;
  for (const StepOf &S : C.Excluded)
    if (isMultipleOf(V, S))
      return false;
  if (C.Lo)
    parseValue(C.Lo, Lo);
  if (C.Hi)
    parseValue(C.Hi, Hi);
  int L = C.Lo ? order(V, Lo) : 1, H = C.Hi ? order(V, Hi) : -1;
  return (C.LoExclusive ? L > 0 : L >= 0) && (C.HiExclusive ? H < 0 : H <= 0);
}

NumberRange rangeOf(const Case &C) {
  NumberRange R;
  if (C.Lo)
    R.Lo = parseDecimal(C.Lo);
  if (C.Hi)
    R.Hi = parseDecimal(C.Hi);
  R.LoExclusive = C.LoExclusive;
  R.HiExclusive = C.HiExclusive;
  R.Kind = C.Kind;
  R.NotLexical = C.NotLexical;
  for (const StepOf &S : C.Multiples)
    R.Multiples.push_back(*parseDecimal(S.Text));
  for (const StepOf &S : C.Excluded)
    R.Excluded.push_back(*parseDecimal(S.Text));
  return C.Multiples.empty() && C.Excluded.empty() && !C.NotLexical ? R : normalised(R);
}

/// Calls `Look(Text, State)` for every text of up to Length characters that the
/// automaton or some number may begin with.
template <typename Fn>
void everyText(Automaton &A, size_t Length, Fn Look) {
  std::vector<std::pair<std::string, int>> Todo{{"", 0}};
  while (!Todo.empty()) {
    auto [Text, State] = Todo.back();
    Todo.pop_back();
    if (!Look(Text, State))
      return;
    if (Text.size() == Length)
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

void check(const Case &C, size_t Length = 6) {
  SCOPED_TRACE(nameOf(C));
  NumberRange R = rangeOf(C);
  ir::Module M;
  std::optional<ExprId> E = inRange(M, R);
  ASSERT_TRUE(E);
  EXPECT_EQ(*E == M.never(), R.isEmpty());
  Automaton A(M, *E);
  unsigned Wrong = 0;
  everyText(A, Length, [&](const std::string &Text, int State) {
    bool Expected = isIn(C, Text);
    if (Expected != A.accepts(State)) {
      ++Wrong;
      ADD_FAILURE() << "'" << Text << "' should be " << (Expected ? "accepted" : "rejected");
    }
    return Wrong < 5;
  });
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

/// Lists of numbers against an automaton for each: equal where there is one number, and of as many
/// texts where there are some.
TEST(Numbers, ListsAreReadAsTheirNumbers) {
  const char *const Texts[] = {"0",    "1",     "-1",    "10",     "15",     "150",    "1500",
                               "1.5",  "-0.15", "0.015", "150.5",  "1.05e9", "1.5e-7", "12345.678",
                               "1e20", "-2e3",  "100.5", "100.05", "1005",   "0.1",    "-99.99"};
  auto point = [](const Decimal &V, bool Lexical) {
    NumberRange R;
    R.Lo = R.Hi = V;
    R.Kind = Lexical ? Integers::Lexical : Integers::Any;
    return R;
  };
  uint32_t StatesLeft = MaxAllNumberStates;
  for (const char *T : Texts)
    for (bool Lexical : {false, true}) {
      const Decimal V = *parseDecimal(T);
      if (Lexical && !V.isIntegral())
        continue;
      const std::optional<ir::ByteDfa> D = readValues({V}, Lexical);
      ASSERT_TRUE(D) << T;
      EXPECT_EQ(*D, ir::minimised(*readNumbers(point(V, Lexical), StatesLeft))) << T;
    }
  std::mt19937 Random(5);
  for (unsigned Round = 0; Round < 200; ++Round) {
    const bool Lexical = Round % 4 == 3;
    ir::Module M;
    std::vector<Decimal> List;
    std::vector<ExprId> Each;
    for (unsigned I = 0, N = 2 + Random() % 6; I < N; ++I) {
      const Decimal V = *parseDecimal(Texts[Random() % std::size(Texts)]);
      if (Lexical && !V.isIntegral())
        continue;
      List.push_back(V);
      Each.push_back(*inRange(M, point(V, Lexical)));
    }
    if (List.empty())
      continue;
    const std::optional<ir::ByteDfa> D = readValues(List, Lexical);
    ASSERT_TRUE(D);
    EXPECT_EQ(*D, ir::minimised(*D));
    // Both are walked at once, to every pair of states.
    Automaton Expected(M, M.alt(Each)), Found(M, M.minimalDfa(*D));
    std::set<std::pair<int, int>> Seen{{0, 0}};
    std::vector<std::pair<int, int>> Work{{0, 0}};
    while (!Work.empty()) {
      const auto [X, Y] = Work.back();
      Work.pop_back();
      ASSERT_EQ(Expected.accepts(X), Found.accepts(Y)) << Round;
      for (char C : std::string_view("+-.0123456789Ee")) {
        const int A = Expected.step(X, C), B = Found.step(Y, C);
        ASSERT_EQ(A < 0, B < 0) << Round << " " << C;
        if (A >= 0 && Seen.emplace(A, B).second)
          Work.emplace_back(A, B);
      }
    }
  }
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

TEST(Numbers, MultiplesAreExactOnEveryShortText) {
  constexpr StepOf Half{"0.5", 5, 1}, Two{"2", 2, 0}, Three{"3", 3, 0}, Four{"4", 4, 0},
      Seven{"7", 7, 0}, Cent{"0.01", 1, 2}, TwoAndAHalf{"2.5", 25, 1}, Quarter{"0.25", 25, 2},
      Thousand{"1000", 1000, 0}, Tiny{"1e-8", 1, 8}, Dozen{"12", 12, 0}, Odd{"2.125", 2125, 3},
      FourHundred{"400", 400, 0}, Fine{"0.00003", 3, 5}, Ten{"10", 10, 0}, One{"1", 1, 0},
      Many{"999983", 999983, 0};
  const Case Cases[] = {
      {nullptr, nullptr, false, false, Integers::Any, {Half}},
      {nullptr, nullptr, false, false, Integers::Any, {Two}},
      {nullptr, nullptr, false, false, Integers::Lexical, {Three}},
      {nullptr, nullptr, false, false, Integers::Any, {Four}},
      {nullptr, nullptr, false, false, Integers::Any, {Seven}},
      {nullptr, nullptr, false, false, Integers::Any, {Cent}},
      {nullptr, nullptr, false, false, Integers::Any, {TwoAndAHalf}},
      {nullptr, nullptr, false, false, Integers::Integral, {TwoAndAHalf}},
      {nullptr, nullptr, false, false, Integers::Any, {Quarter}},
      {nullptr, nullptr, false, false, Integers::Any, {Thousand}},
      {nullptr, nullptr, false, false, Integers::Any, {Tiny}},
      {nullptr, nullptr, false, false, Integers::Any, {Odd}},
      {nullptr, nullptr, false, false, Integers::Any, {FourHundred}},
      {nullptr, nullptr, false, false, Integers::Any, {Fine}},
      {nullptr, nullptr, false, false, Integers::Any, {Half, Three}},
      {nullptr, nullptr, false, false, Integers::Integral, {Cent}},
      {"0", nullptr, true, false, Integers::Any, {Cent}},
      {"0.03", "12.3", false, true, Integers::Any, {Cent}},
      {"-31", "1.5e3", true, false, Integers::Any, {TwoAndAHalf}},
      {"13", "20", false, false, Integers::Any, {Dozen}},
      {"-3", "40000", false, false, Integers::Lexical, {Dozen}},
      {"-2000000", "3e6", false, false, Integers::Any, {Many}},
      {nullptr, nullptr, false, false, Integers::Any, {}, {One}},
      {nullptr, nullptr, false, false, Integers::Integral, {}, {Two}},
      {nullptr, nullptr, false, false, Integers::Lexical, {}, {Two, Three}},
      {"-1.5", "30", false, true, Integers::Any, {}, {Half}},
      {"-1.5", "30", false, true, Integers::Any, {Cent}, {Quarter, Ten}},
      {"0", "1", false, false, Integers::Any, {Half}, {One}},
      {"0", "0.5", false, true, Integers::Any, {Half}, {One}},
      {"0", nullptr, false, false, Integers::Any, {}, {Thousand}},
      {nullptr, nullptr, false, false, Integers::Any, {Two}, {}, true},
      {nullptr, nullptr, false, false, Integers::Any, {}, {Two}, true},
      {nullptr, nullptr, false, false, Integers::Any, {}, {}, true},
      {"-2", "101", false, true, Integers::Any, {}, {}, true},
  };
  for (const Case &C : Cases)
    check(C);
}

TEST(Numbers, ComplementsHoldExactlyTheOtherTexts) {
  constexpr StepOf Two{"2", 2, 0}, Cent{"0.01", 1, 2}, Three{"3", 3, 0};
  const Case Cases[] = {
      {"0", nullptr},
      {"-1.5", "30", true, false},
      {"7", "7"},
      {nullptr, nullptr, false, false, Integers::Integral},
      {nullptr, nullptr, false, false, Integers::Lexical},
      {"1", "20", false, true, Integers::Lexical},
      {"1", "20", false, true, Integers::Integral, {Two}},
      {nullptr, nullptr, false, false, Integers::Any, {Cent}},
      {"0", nullptr, false, false, Integers::Any, {Cent}, {Three}},
      {nullptr, "5", false, false, Integers::Any, {}, {Two}, true},
  };
  for (const Case &C : Cases) {
    SCOPED_TRACE(nameOf(C));
    ir::Module M;
    std::vector<ExprId> Parts;
    for (const NumberRange &R : complement(rangeOf(C)))
      Parts.push_back(*inRange(M, R));
    Automaton Inside(M, *inRange(M, rangeOf(C))), Outside(M, M.alt(Parts));
    unsigned Wrong = 0;
    everyText(Outside, 6, [&](const std::string &Text, int State) {
      Value V;
      // Plain texts are in the one or the other; what is in neither is another spelling.
      bool In = Inside.accepts(Text), Out = Outside.accepts(State);
      bool Good = parseValue(Text, V) && V.Plain ? In != Out : !(In && Out);
      if (!Good) {
        ++Wrong;
        ADD_FAILURE() << "'" << Text << "' is in " << (In ? "both" : "neither");
      }
      return Wrong < 5;
    });
  }
  EXPECT_TRUE(complement(NumberRange()).empty());
}

TEST(Numbers, FewValuesAreEnumerated) {
  auto Texts = [](const Case &C, size_t Limit) {
    std::vector<std::string> Out;
    if (std::optional<std::vector<Decimal>> Values = enumerate(rangeOf(C), Limit))
      for (const Decimal &D : *Values)
        Out.push_back((D.Negative ? "-0." : "0.") + D.Digits + "e" + std::to_string(D.Point));
    else
      Out.push_back("many");
    return Out;
  };
  constexpr StepOf Half{"0.5", 5, 1}, Two{"2", 2, 0}, Odd{"2.125", 2125, 3};
  using Strings = std::vector<std::string>;
  Case C{"-1", "1", false, true, Integers::Any, {Half}, {}};
  EXPECT_EQ(Texts(C, 4), (Strings{"-0.1e1", "-0.5e0", "0.e0", "0.5e0"}));
  EXPECT_EQ(Texts(C, 3), Strings{"many"});
  C.Excluded = {Two};
  EXPECT_EQ(Texts(C, 3), (Strings{"-0.1e1", "-0.5e0", "0.5e0"}));
  EXPECT_EQ(Texts({"-4.5", "4", true, true, Integers::Any, {Odd}}, 9),
            (Strings{"-0.425e1", "-0.2125e1", "0.e0", "0.2125e1"}));
  EXPECT_EQ(Texts({"0.5", "0.5"}, 1), Strings{"0.5e0"});
  EXPECT_EQ(Texts({"0.5", "0.5", false, false, Integers::Integral}, 1), Strings{});
  EXPECT_EQ(Texts({"0.5", "0.6"}, 100), Strings{"many"});
  EXPECT_EQ(Texts({"0.5", nullptr, false, false, Integers::Integral}, 100), Strings{"many"});
  EXPECT_EQ(Texts({"1e40", "1e40", true}, 1), Strings{});
  EXPECT_EQ(
      Texts({"99999999999999999999", "100000000000000000001", true, false, Integers::Integral}, 2),
      (Strings{"0.1e21", "0.100000000000000000001e21"}));
}

TEST(Numbers, BudgetsAreNamed) {
  ir::Module M;
  NumberRange R;
  R.Multiples = {*parseDecimal("123456789")};
  EXPECT_FALSE(inRange(M, R));
  R.Lo = parseDecimal("0");
  R.Hi = parseDecimal("1e9");
  Automaton A(M, *inRange(M, R));
  EXPECT_TRUE(A.accepts("123456789"));
  EXPECT_TRUE(A.accepts("987654312.0"));
  EXPECT_FALSE(A.accepts("987654313"));
}

TEST(Numbers, LargeStepsShareABudget) {
  ir::Module M;
  NumberRange R;
  R.Kind = Integers::Integral;
  R.Multiples = {*parseDecimal("9973")};
  const uint32_t Before = 50'000;
  uint32_t StatesLeft = Before;
  ASSERT_TRUE(numberInRange(M, R, StatesLeft));
  const uint32_t Taken = Before - StatesLeft;
  EXPECT_GT(Taken, 9'973U);
  unsigned More = 0;
  while (More < 10 && numberInRange(M, R, StatesLeft))
    ++More;
  EXPECT_EQ(More, Before / Taken - 1);
  // What is small does not count.
  R.Multiples = {*parseDecimal("7")};
  StatesLeft = 0;
  EXPECT_TRUE(numberInRange(M, R, StatesLeft));
}

TEST(Numbers, ZerosAtTheEndOfAStepTakeNoStates) {
  // The milliseconds of a day.
  ir::Module M;
  NumberRange R;
  R.Kind = Integers::Integral;
  R.Multiples = {*parseDecimal("86400000")};
  Automaton A(M, *inRange(M, R));
  for (const char *Text : {"0", "86400000", "-172800000", "86400000.0", "864000000000"})
    EXPECT_TRUE(A.accepts(Text)) << Text;
  for (const char *Text : {"1", "86400001", "86400000.5", "8640000", "8.6401e7"})
    EXPECT_FALSE(A.accepts(Text)) << Text;
}

TEST(Numbers, ResiduesThatTheSameDigitsCompleteAreOne) {
  struct {
    uint64_t Step;
    const char *Lo;
    uint32_t Most; ///< states
  } const Cases[] = {{1024, nullptr, 500},      {65'536, nullptr, 4'000},
                     {65'536, "70000", 8'000},  {604'800, nullptr, 700},
                     {123'456, nullptr, 6'000}, {1'048'576, nullptr, 25'000},
                     {9'604, "-5e5", 30'000}};
  std::mt19937_64 Random(3);
  for (const auto &Case : Cases) {
    ir::Module M;
    NumberRange R;
    R.Kind = Integers::Integral;
    R.Multiples = {decimalOf(Case.Step)};
    if (Case.Lo)
      R.Lo = parseDecimal(Case.Lo);
    const std::optional<ExprId> E = inRange(M, R);
    ASSERT_TRUE(E) << Case.Step;
    EXPECT_LT(M.automaton(*E).size(), Case.Most) << Case.Step;
    Automaton A(M, *E);
    for (unsigned N = 0; N < 4'000; ++N) {
      // Of all lengths; every second one a multiple.
      uint64_t Value = Random() >> (1 + Random() % 63);
      if (N % 2)
        Value -= Value % Case.Step;
      const bool Minus = N % 8 >= 6;
      const int64_t Signed = Minus ? -int64_t(Value) : int64_t(Value);
      const bool InRange = !Case.Lo || compare(*parseDecimal(std::to_string(Signed)), *R.Lo) >= 0;
      const bool Is = Value % Case.Step == 0 && InRange;
      const std::string Text = (Minus ? "-" : "") + std::to_string(Value);
      EXPECT_EQ(A.accepts(Text), Is) << Text << " of " << Case.Step;
      EXPECT_EQ(A.accepts(Text + ".00"), Is) << Text << " of " << Case.Step;
      EXPECT_FALSE(A.accepts(Text + ".01")) << Text << " of " << Case.Step;
    }
    // A single digit may be a mantissa.
    for (unsigned Digit = 1; Digit <= 9; ++Digit)
      for (unsigned Zeros = 0; Zeros <= 17; ++Zeros) {
        const std::string Text = std::to_string(Digit) + "e" + std::to_string(Zeros);
        uint64_t Value = Digit;
        for (unsigned I = 0; I < Zeros; ++I)
          Value *= 10;
        const bool InRange = !Case.Lo || compare(decimalOf(Value), *R.Lo) >= 0;
        EXPECT_EQ(A.accepts(Text), Value % Case.Step == 0 && InRange) << Text;
      }
  }
}

TEST(Numbers, AutomataOfCommonRangesAreSmall) {
  ir::Module M;
  auto States = [&](const Case &C) { return Automaton(M, *inRange(M, rangeOf(C))).states(); };
  EXPECT_LE(States({nullptr, nullptr, false, false, Integers::Integral}), 40U);
  EXPECT_LE(States({"0", nullptr, false, false, Integers::Integral}), 40U);
  EXPECT_LE(States({"0", "100", false, false, Integers::Integral}), 60U);
  EXPECT_LE(States({"0", "1"}), 40U);
}

TEST(Numbers, LongTexts) {
  ir::Module M;
  auto Make = [&](const char *Lo, const char *Hi, Integers Kind = Integers::Any) {
    NumberRange R;
    R.Lo = parseDecimal(Lo);
    R.Hi = parseDecimal(Hi);
    R.Kind = Kind;
    return Automaton(M, *inRange(M, R));
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
  EXPECT_FALSE(inRange(M, Far));
}

TEST(Decimal, RoundsAndCompares) {
  auto D = [](const char *T) { return *parseDecimal(T); };
  EXPECT_EQ(D("1.0e2"), D("100"));
  EXPECT_EQ(D("-0.0e5"), D("0"));
  EXPECT_EQ(D("2.5").ceil(), D("3"));
  EXPECT_EQ(D("-2.5").ceil(), D("-2"));
  EXPECT_EQ(D("99.9").ceil(), D("100"));
  EXPECT_EQ(D("0.001").ceil(), D("1"));
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
