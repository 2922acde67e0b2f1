//===- NormalForm.cpp - Unions of shapes ----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "NormalForm.h"

#include "weir/Support/Hash.h"
#include "weir/Support/LongSort.h"

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

uint64_t sizeOf(const Shape &S) {
  uint64_t Size = 1 + S.Strings.size() + S.Objects.size();
  for (const ObjectSet &O : S.Objects)
    Size += 2 * O.Properties.size();
  return Size;
}

uint64_t hashOf(const ObjectSet &O) {
  uint64_t H = hashCombine(O.Min, O.Max);
  for (const Property &P : O.Properties) {
    uint64_t Ends = P.Name.size();
    for (size_t I = 0, N = P.Name.size(); I < std::min<size_t>(N, 3); ++I)
      Ends = Ends << 16 | uint64_t(uint8_t(P.Name[I])) << 8 | uint8_t(P.Name[N - 1 - I]);
    H = hashCombine(H, Ends + (uint64_t(P.Value.index()) << 32) + P.Required);
  }
  return H;
}

uint64_t hashOf(const NumberRange &R) {
  auto of = [](const std::optional<Decimal> &D) {
    if (!D)
      return uint64_t(0);
    uint64_t H = uint64_t(D->Point) << 2 | uint64_t(D->Negative) << 1 | 1;
    for (size_t I = 0; I < std::min<size_t>(D->Digits.size(), 12); ++I)
      H = H * 11 + uint8_t(D->Digits[I]);
    return H;
  };
  return hashCombine(of(R.Lo), of(R.Hi));
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
    if (!longSort(Literals.Literals))
      return;
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

Mention mentionOf(const Shape &S) {
  if (!S.Names.empty())
    return S.Names;
  std::vector<Mention> Objects;
  for (const ObjectSet &O : S.Objects) {
    Mention &M = Objects.emplace_back();
    for (const Property &P : O.Properties)
      if (P.Mentioned && pollWork()) {
        M.Ranks.push_back(uint32_t(M.Names.size()));
        M.Names.push_back(P.Name);
      }
  }
  return Objects.size() == 1 ? std::move(Objects[0]) : uniteMentions(Objects);
}

void appendMention(Mention &Order, const Mention &More) {
  if (Order.empty()) {
    Order = More;
    return;
  }
  const uint32_t Behind = Order.Ranks.back() + 1;
  std::unordered_set<std::string_view> Seen(Order.Names.begin(), Order.Names.end());
  for (size_t I = 0; I < More.Names.size(); ++I)
    if (pollWork() && Seen.insert(More.Names[I]).second) {
      Order.Names.push_back(More.Names[I]);
      Order.Ranks.push_back(Behind + More.Ranks[I]);
    }
}

Mention uniteMentions(const std::vector<Mention> &Branches) {
  Mention Out;
  std::unordered_map<std::string_view, uint32_t> Place;
  bool Agree = true;
  for (const Mention &B : Branches) {
    uint32_t Last = 0;
    for (size_t I = 0; I < B.Names.size() && pollWork(); ++I) {
      auto [It, New] = Place.emplace(B.Names[I], uint32_t(Out.Names.size()));
      if (New) {
        Out.Names.push_back(B.Names[I]);
        Out.Ranks.push_back(It->second);
      }
      Agree = Agree && It->second >= Last && (I == 0 || B.Ranks[I] != B.Ranks[I - 1]);
      Last = It->second;
    }
  }
  if (!Agree)
    std::fill(Out.Ranks.begin(), Out.Ranks.end(), 0U);
  return Out;
}

/// Whether all properties are among the names, and in their order, which is that of their ranks.
static bool areInOrder(const std::vector<Property> &Properties, const Mention &Names) {
  size_t At = 0;
  for (const Property &P : Properties) {
    // (Mostly they are the same characters of the schema.)
    auto isIt = [&](std::string_view Name) {
      return Name.size() == P.Name.size() && (Name.data() == P.Name.data() || Name == P.Name);
    };
    while (At < Names.Names.size() && !isIt(Names.Names[At]))
      ++At;
    if (At++ >= Names.Names.size())
      return false;
  }
  return true;
}

void orderProperties(Shape &S) {
  if (S.Names.empty())
    return;
  std::unordered_map<std::string_view, uint32_t> Rank;
  for (ObjectSet &O : S.Objects) {
    if (!pollWork(8 + O.Properties.size()))
      return;
    if (areInOrder(O.Properties, S.Names))
      continue;
    for (size_t I = Rank.size(); I < S.Names.Names.size() && pollWork(); ++I)
      Rank.emplace(S.Names.Names[I], S.Names.Ranks[I]);
    auto RankOf = [&](const Property &P) {
      auto It = Rank.find(P.Name);
      return It == Rank.end() ? ~uint32_t(0) : It->second;
    };
    if (!longSort(O.Properties,
                  [&](const Property &A, const Property &B) { return RankOf(A) < RankOf(B); }))
      return;
  }
}

} // namespace weir::jsonschema
