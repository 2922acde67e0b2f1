//===- NormalForm.cpp - Unions of shapes ----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NormalForm.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace weir::jsonschema {

Shape Shape::any() {
  Shape S;
  S.Null = S.True = S.False = true;
  S.Numbers.emplace_back();
  S.Strings.emplace_back();
  S.Arrays.emplace_back();
  S.Objects.emplace_back();
  return S;
}

template <typename T>
static void append(std::vector<T> &A, std::vector<T> &B) {
  A.insert(A.end(), std::make_move_iterator(B.begin()), std::make_move_iterator(B.end()));
}

void unite(Shape &A, Shape B) {
  A.Null |= B.Null;
  A.True |= B.True;
  A.False |= B.False;
  A.Inexact |= B.Inexact;
  append(A.Numbers, B.Numbers);
  append(A.Strings, B.Strings);
  append(A.Arrays, B.Arrays);
  append(A.Objects, B.Objects);
}

void simplify(Shape &S) {
  // Literals without further conditions become one set.
  if (S.Strings.size() > 1) {
    StringSet Literals;
    Literals.IsLiterals = true;
    std::vector<StringSet> Others;
    for (StringSet &X : S.Strings) {
      if (X.IsLiterals && X.Patterns.empty() && X.Excluded.empty() && !X.IsPattern)
        append(Literals.Literals, X.Literals);
      else
        Others.push_back(std::move(X));
    }
    std::sort(Literals.Literals.begin(), Literals.Literals.end());
    Literals.Literals.erase(std::unique(Literals.Literals.begin(), Literals.Literals.end()),
                            Literals.Literals.end());
    if (!Literals.Literals.empty())
      Others.insert(Others.begin(), std::move(Literals));
    S.Strings = std::move(Others);
    auto All = std::find_if(S.Strings.begin(), S.Strings.end(),
                            [](const StringSet &X) { return X.isUnconstrained(); });
    if (All != S.Strings.end())
      S.Strings = {StringSet()};
    removeRepeats(S.Strings);
  }
  if (S.Numbers.size() > 1) {
    for (Integers K : {Integers::Any, Integers::Integral}) {
      auto All = std::find_if(S.Numbers.begin(), S.Numbers.end(),
                              [K](const NumberRange &X) { return X.Kind == K && X.isPlain(); });
      if (All == S.Numbers.end())
        continue;
      // Everything as restricted as that one is within.
      NumberRange Keep = *All;
      std::erase_if(S.Numbers, [K](const NumberRange &X) { return X.Kind >= K; });
      S.Numbers.push_back(Keep);
    }
    removeRepeats(S.Numbers);
  }
  if (S.Arrays.size() > 1)
    removeRepeats(S.Arrays);
  if (S.Objects.size() > 1)
    removeRepeats(S.Objects);
}

std::vector<std::string_view> mentionOf(const Shape &S) {
  if (!S.Mention.empty())
    return S.Mention;
  std::vector<std::string_view> Out;
  for (const ObjectSet &O : S.Objects) {
    std::vector<std::string_view> Names;
    for (const Property &P : O.Properties)
      if (P.Mentioned)
        Names.push_back(P.Name);
    appendMention(Out, Names);
  }
  return Out;
}

void appendMention(std::vector<std::string_view> &Order,
                   const std::vector<std::string_view> &More) {
  if (Order.empty()) {
    Order = More;
    return;
  }
  std::unordered_set<std::string_view> Seen(Order.begin(), Order.end());
  for (std::string_view N : More)
    if (Seen.insert(N).second)
      Order.push_back(N);
}

void orderProperties(Shape &S) {
  std::unordered_map<std::string_view, size_t> Rank;
  for (std::string_view N : S.Mention)
    Rank.emplace(N, Rank.size());
  for (ObjectSet &O : S.Objects) {
    auto RankOf = [&](const Property &P) {
      auto It = Rank.find(P.Name);
      return It == Rank.end() ? Rank.size() : It->second;
    };
    std::stable_sort(O.Properties.begin(), O.Properties.end(),
                     [&](const Property &A, const Property &B) { return RankOf(A) < RankOf(B); });
  }
}

} // namespace weir::jsonschema
