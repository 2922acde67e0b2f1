//===- EmitSets.cpp - The sets of a node as expressions --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers, strings, arrays and objects, each from its part of a shape (NormalForm.h).
//
// Only productive alternatives are written. A member that can never be present stays
// in the list without a tail: its name is not free for other members.
//
//===----------------------------------------------------------------------===//
#include "Emitter.h"

#include "weir/Frontend/Formats/Formats.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace weir::jsonschema {

using ir::ExprId;
using ir::RuleId;

/// An automaton for several ranges takes about as many states as the steps of all have for
/// a common multiple; beyond this, each range is read beside the others.
static constexpr uint64_t MaxJoinedStates = 2'048;

/// The least common multiple of the coefficients of all steps of a range and of `L`, or
/// what is more than any that matters.
static uint64_t commonPeriod(uint64_t L, const NumberRange &R) {
  for (const auto *Steps : {&R.Multiples, &R.Excluded})
    for (const Decimal &Step : *Steps) {
      const uint64_t C = Step.coefficient().value_or(UINT64_MAX);
      L = C > MaxNumberStates ? MaxNumberStates : std::lcm(L, C);
      if (L >= MaxNumberStates)
        return MaxNumberStates;
    }
  return L;
}

/// As `numberInRange`. Schemas ask for the same few ranges again and again.
std::optional<ExprId> Emitter::numberExpr(const NumberRange &R) {
  constexpr size_t MaxKept = 64;
  for (const auto &[Range, Expr] : Ranges)
    if (Range == R)
      return Expr;
  if (!spendWork(8)) // an automaton each
    return M.never();
  const std::optional<ExprId> E = numberInRange(M, R, NumberStates);
  if (E && Ranges.size() < MaxKept)
    Ranges.emplace_back(R, *E);
  return E;
}

ExprId Emitter::numbers(NodeId N) {
  /// Ranges that one automaton reads.
  struct Group {
    uint64_t Period;
    std::vector<ExprId> Parts;
  };
  std::vector<Group> Groups;
  const std::vector<NumberRange> &All = C.node(N).TheShape.Numbers;
  // The values of a list are read together.
  std::vector<Decimal> Values[2]; // in any spelling; without fraction and exponent
  for (const NumberRange &R : All)
    if (pollWork(1) && !R.NotLexical && R.isPoint())
      Values[R.Kind == Integers::Lexical].push_back(*R.Lo);
  if (All.size() - Values[0].size() - Values[1].size() > C.Opts.MaxAlternatives) {
    C.rangesTooMany(N);
    return M.never();
  }
  for (bool Lexical : {false, true}) {
    if (Values[Lexical].empty())
      continue;
    const std::optional<ir::ByteDfa> Listed = readValues(Values[Lexical], Lexical);
    if (!Listed) {
      C.numbersTooLarge(N, NumberStates);
      return M.never();
    }
    if (Groups.empty())
      Groups.push_back({1, {}});
    Groups[0].Parts.push_back(M.minimalDfa(*Listed));
  }
  for (const NumberRange &R : All) {
    if (!R.NotLexical && R.isPoint())
      continue;
    std::optional<ExprId> E = numberExpr(R);
    if (!E) {
      C.numbersTooLarge(N, NumberStates);
      return M.never();
    }
    if (*E == M.never())
      continue;
    auto Fits = std::find_if(Groups.begin(), Groups.end(), [&](const Group &G) {
      const uint64_t Period = commonPeriod(G.Period, R);
      return Period == G.Period || Period <= MaxJoinedStates;
    });
    if (Fits == Groups.end())
      Fits = Groups.insert(Fits, {1, {}});
    Fits->Period = commonPeriod(Fits->Period, R);
    Fits->Parts.push_back(*E);
  }
  const auto &First = C.node(N).TheShape.Numbers.front();
  if (Groups.size() == 1 && Groups[0].Parts.size() == 1 && First.isPlain())
    return lexical(First.Kind == Integers::Any ? "number" : "integer", Groups[0].Parts[0]);
  std::vector<ExprId> Calls;
  for (const Group &G : Groups)
    Calls.push_back(ruleCall(M.alt(G.Parts), C.stemOf(N) + ".number", false, true, N));
  return M.alt(Calls);
}

ExprId Emitter::strings(NodeId N) {
  std::vector<ExprId> Parts;
  for (const StringSet &S : C.node(N).TheShape.Strings) {
    if (S.isUnconstrained())
      return lexical("string", M.jsonString(M.anyText(), C.Opts.spelling()));
    if (S.IsPattern) {
      StringSet Alone;
      Alone.IsPattern = true;
      Alone.Min = std::min<uint32_t>(S.Min, 1);
      if (S == Alone) {
        Parts.push_back(patterns(S.Min == 0));
        continue;
      }
      C.patternsTooMany(N);
    }
    std::vector<ExprId> All;
    if (S.IsLiterals) {
      std::vector<ExprId> Literals;
      for (std::string_view L : S.Literals) {
        if (!pollWork(2))
          return M.never();
        Literals.push_back(M.lit(L));
      }
      All.push_back(M.alt(Literals));
    } else if (S.Min > 0 || S.Max != ir::Unbounded) {
      All.push_back(M.repeat(M.cls(CodePointSet::all()), S.Min, S.Max));
    }
    if (!S.Excluded.empty()) {
      std::vector<ExprId> Excluded;
      for (std::string_view T : S.Excluded)
        Excluded.push_back(M.lit(T));
      All.push_back(M.neg(M.alt(Excluded)));
    }
    All.insert(All.end(), S.Patterns.begin(), S.Patterns.end());
    ExprId E = M.jsonString(M.conj(All), C.Opts.spelling());
    if (S.IsLiterals && S.Patterns.empty()) {
      // A word of the grammar, not a frame of its own.
      Parts.push_back(S.Literals.size() == 1 ? E
                                             : ruleCall(E, C.stemOf(N) + ".enum", false, false, N));
    } else {
      Parts.push_back(ruleCall(E, C.stemOf(N) + ".string", false, true, N));
    }
  }
  return M.alt(Parts);
}

/// The strings that are regular expressions.
ExprId Emitter::patterns(bool OrEmpty) {
  if (!Pattern) {
    Pattern = newRule("regex");
    writePatternRule(M, Pattern, C.Opts.spelling());
  }
  ExprId Text = M.call(Pattern);
  return seq({M.lit("\""), OrEmpty ? M.optional(Text) : Text, M.lit("\"")});
}

/// How many values a node has, when it has numbers only and that is seen at once.
std::optional<uint64_t> Emitter::numberOfValues(NodeId N) const {
  const Shape &S = C.node(N).TheShape;
  if (S.Numbers.size() != 1 || S.Null || S.True || S.False || !S.Strings.empty() ||
      !S.Arrays.empty() || !S.Objects.empty())
    return std::nullopt;
  return countOf(S.Numbers[0]);
}

/// An array whose elements are counted or different.
ExprId Emitter::countedArray(const ArraySet &A, std::vector<NodeId> &Children) {
  ir::ElementsSpec Spec;
  Spec.Separator = Marks.Comma;
  Spec.Min = std::max<uint32_t>(A.Min, 1);
  Spec.Max = A.Max;
  Spec.Unique = A.Unique;
  bool MayBeEmpty = A.Min == 0;
  for (const ElementCount &K : A.Counts) {
    Spec.Counters.push_back({K.Min, K.Max});
    MayBeEmpty &= K.Min == 0;
  }
  const size_t FirstChild = Children.size();
  for (size_t I = 0; I < A.Ways.size(); ++I) {
    std::vector<ir::ElementChoice> Choices;
    for (const ElementWay &W : A.Ways[I])
      if (C.productive(W.Of)) {
        Choices.push_back({value(W.Of), W.Counts});
        Children.push_back(W.Of);
      }
    if (Choices.empty()) {
      // Elements that cannot be end the array.
      Spec.Max = std::min<uint32_t>(Spec.Max, uint32_t(I));
      break;
    }
    if (I + 1 < A.Ways.size())
      Spec.Prefix.push_back(std::move(Choices));
    else
      Spec.Rest = std::move(Choices);
  }
  // Different elements of one set are no more than it has; numbers are counted best here.
  if (const auto Kids = std::span(Children).subspan(FirstChild);
      A.Unique && !Kids.empty() &&
      std::all_of(Kids.begin(), Kids.end(), [&](NodeId X) { return X == Kids[0]; }))
    if (std::optional<uint64_t> Count = numberOfValues(Kids[0]); Count && *Count >= Spec.Min)
      Spec.Max = uint32_t(std::min<uint64_t>(Spec.Max, *Count));
  ExprId Empty = seq({M.lit("["), Marks.InEmpty, M.lit("]")});
  if (Spec.Max == 0)
    return Empty;
  if (Spec.Prefix.size() > Spec.Max)
    Spec.Prefix.resize(Spec.Max);
  ExprId Full = seq(
      {M.lit("["), Marks.AfterOpen, M.elements(std::move(Spec)), Marks.BeforeClose, M.lit("]")});
  return MayBeEmpty ? M.alt({Empty, Full}) : Full;
}

ExprId Emitter::array(const ArraySet &A, std::vector<NodeId> &Children) {
  // Elements that cannot be end the array.
  std::vector<NodeId> Prefix;
  uint32_t Max = A.Max;
  bool Cut = false;
  for (NodeId P : A.Prefix) {
    if (!C.productive(P)) {
      Cut = true;
      break;
    }
    Prefix.push_back(P);
  }
  if (Cut || !C.productive(A.Rest))
    Max = std::min<uint32_t>(Max, uint32_t(Prefix.size()));
  if (Prefix.size() > Max)
    Prefix.resize(Max);
  Children = Prefix;

  ExprId Empty = seq({M.lit("["), Marks.InEmpty, M.lit("]")});
  if (Max == 0)
    return Empty;
  uint32_t Min = std::max<uint32_t>(A.Min, 1), Fixed = uint32_t(Prefix.size());
  ExprId Tail = M.empty();
  ExprId Rest;
  if (Max > Fixed) {
    Rest = value(A.Rest);
    Children.push_back(A.Rest);
    // Behind the prefix, or behind the first element.
    uint32_t Before = std::max<uint32_t>(Fixed, 1);
    uint32_t Least = Min > Before ? Min - Before : 0;
    Tail = M.repeat(seq({Marks.Comma, Rest}), Least, Max == ir::Unbounded ? Max : Max - Before);
  }
  // Elements that may be missing nest; a long run of them is cut into rules.
  constexpr uint32_t RunLength = 64;
  std::vector<ExprId> Required;
  for (uint32_t I = Fixed; I-- > 1;) {
    if (I >= Min) {
      Tail = M.optional(seq({Marks.Comma, value(Prefix[I]), Tail}));
      if ((Fixed - I) % RunLength == 0)
        Tail = M.optional(ruleCall(M.operands(Tail)[0], "tail", false, false, Prefix[I]));
    } else {
      Required.push_back(value(Prefix[I]));
      Required.push_back(Marks.Comma);
    }
  }
  std::vector<ExprId> Parts{M.lit("["), Marks.AfterOpen, Fixed > 0 ? value(Prefix[0]) : Rest};
  Parts.insert(Parts.end(), Required.rbegin(), Required.rend());
  Parts.push_back(Tail);
  Parts.push_back(Marks.BeforeClose);
  Parts.push_back(M.lit("]"));
  ExprId Full = seq(Parts);
  return A.Min == 0 ? M.alt({Empty, Full}) : Full;
}

/// Members whose keys are no property's name.
void Emitter::addOthers(const ObjectSet &O, ir::MembersSpec &Spec, std::vector<NodeId> &Children) {
  // Behind those that must exist stands what reads any other. Where one must, and every member
  // with such a key will do, it alone reads these keys.
  KeyId Apart = NoKey;
  for (const MemberExists &E : O.Exists) {
    Children.push_back(E.Value);
    Spec.Free.push_back({C.keys().expr(E.Keys), seq({Colon, value(E.Value)}), 1});
    auto In = std::find_if(O.Cells.begin(), O.Cells.end(), [&](const KeyCell &X) {
      return C.keys().both(X.Keys, E.Keys) != NoKey;
    });
    if (O.Exists.size() == 1 && E.Value == (In != O.Cells.end() ? In->Value : O.Rest))
      Apart = E.Keys;
  }
  std::unordered_set<std::string_view> Names;
  std::vector<ExprId> Cells;
  for (const KeyCell &X : O.Cells) {
    Cells.push_back(C.keys().expr(X.Keys));
    if (!C.productive(X.Value))
      continue;
    Children.push_back(X.Value);
    ExprId Tail = seq({Colon, value(X.Value)});
    // Few keys are names like others: of those it is known when they run out.
    std::optional<std::vector<std::string>> All = C.keys().enumerate(X.Keys, KeyLanguages::Few);
    if (!All) {
      if (KeyId Left = C.keys().minus(X.Keys, Apart); Left != NoKey)
        Spec.Free.push_back({C.keys().expr(Left), Tail, 0});
      continue;
    }
    if (Names.empty())
      for (const Property &P : O.Properties)
        Names.insert(P.Name);
    for (std::string &Name : *All)
      if (!Names.count(Name))
        Spec.Named.push_back({std::move(Name), false, Tail});
  }
  if (C.productive(O.Rest)) {
    Children.push_back(O.Rest);
    if (Apart != NoKey)
      Cells.push_back(C.keys().expr(Apart));
    Spec.Free.push_back(
        {Cells.empty() ? M.anyText() : M.neg(M.alt(Cells)), seq({Colon, value(O.Rest)}), 0});
  }
  C.keysFit();
}

ExprId Emitter::object(const ObjectSet &O, std::vector<NodeId> &Children) {
  ir::MembersSpec Spec;
  Spec.Order = C.Opts.KeyOrder;
  Spec.Esc = C.Opts.spelling();
  Spec.Min = std::max<uint32_t>(O.Min, 1);
  Spec.Max = O.Max;
  Spec.Separator = Marks.Comma;
  bool Required = !O.Exists.empty(), Free = Required || C.productive(O.Rest);
  for (const KeyCell &X : O.Cells)
    Free |= C.productive(X.Value);
  Spec.Named.reserve(O.Properties.size());
  Children.reserve(O.Properties.size() + 1);
  for (const Property &P : O.Properties) {
    if (!pollWork(4))
      return M.never();
    Required |= P.Required;
    if (C.productive(P.Value)) {
      Spec.Named.push_back({std::string(P.Name), P.Required, seq({Colon, value(P.Value)})});
      Children.push_back(P.Value);
    } else if (Free) {
      Spec.Named.push_back({std::string(P.Name), false, M.never()});
    }
  }
  if (Free)
    addOthers(O, Spec, Children);
  ExprId Empty = seq({M.lit("{"), Marks.InEmpty, M.lit("}")});
  bool AnyMember = O.Max > 0 && (Free || !Children.empty());
  if (!AnyMember)
    return Empty;
  ExprId Full = seq({M.lit("{"), Marks.AfterOpen, M.members(Spec), Marks.BeforeClose, M.lit("}")});
  return O.Min == 0 && !Required ? M.alt({Empty, Full}) : Full;
}

} // namespace weir::jsonschema
