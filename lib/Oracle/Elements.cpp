//===- Elements.cpp - Array items, counted and told apart -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state keeps the text of the item under way and the canonical forms of those
// before it. Whether an array can be finished is searched: the values of each choice
// are written out, as many as could be needed, and tried one after the other.
//
//===----------------------------------------------------------------------===//
#include "Engine.h"

#include <algorithm>
#include <set>

namespace weir::oracle {

using namespace ir;
using Phase = ElementsState::Phase;

//===- Values of texts ----------------------------------------------------===//

namespace {

/// Reads a JSON text recursively and writes it in one way.
class Canonical {
public:
  explicit Canonical(std::string_view Text) : Text(Text) {}
  std::optional<std::string> run() {
    std::optional<std::string> V = value(0);
    blanks();
    return Pos == Text.size() ? V : std::nullopt;
  }

private:
  static constexpr unsigned MaxNesting = 200;

  void blanks() {
    while (Pos < Text.size() && std::string_view(" \t\n\r").find(Text[Pos]) != Text.npos)
      ++Pos;
  }
  bool take(char C) {
    blanks();
    if (Pos == Text.size() || Text[Pos] != C)
      return false;
    ++Pos;
    return true;
  }

  std::optional<std::string> value(unsigned Nesting) {
    blanks();
    if (Pos == Text.size() || Nesting > MaxNesting)
      return std::nullopt;
    for (std::string_view W : {"true", "false", "null"})
      if (Text.substr(Pos).starts_with(W)) {
        Pos += W.size();
        return std::string(W);
      }
    if (Text[Pos] == '"')
      return string();
    if (take('[')) {
      std::string Out = "[";
      if (take(']'))
        return Out + "]";
      do {
        std::optional<std::string> V = value(Nesting + 1);
        if (!V)
          return V;
        Out += *V + ",";
      } while (take(','));
      return take(']') ? std::optional(Out + "]") : std::nullopt;
    }
    if (take('{')) {
      std::multiset<std::string> Members;
      bool More = !take('}');
      while (More) {
        blanks();
        std::optional<std::string> Key = string();
        if (!Key || !take(':'))
          return std::nullopt;
        std::optional<std::string> V = value(Nesting + 1);
        if (!V)
          return V;
        Members.insert(*Key + ":" + *V);
        More = take(',');
        if (!More && !take('}'))
          return std::nullopt;
      }
      std::string Out = "{";
      for (const std::string &M : Members)
        Out += M + ",";
      return Out + "}";
    }
    return number();
  }

  std::optional<std::string> string() {
    if (Pos == Text.size() || Text[Pos] != '"')
      return std::nullopt;
    JsonLexer Lexer{Escapes::Any, JsonLexer::Phase::Open, 0, 0, 0};
    std::string Decoded;
    while (Pos < Text.size()) {
      JsonLexer::Outcome O = Lexer.feed(uint8_t(Text[Pos++]), Decoded);
      if (O == JsonLexer::Outcome::Dead)
        return std::nullopt;
      if (O == JsonLexer::Outcome::Closed) {
        // A quote in the text cannot be taken for the end of it.
        std::string Out = "\"";
        for (char C : Decoded)
          Out += C == '"' || C == '\\' ? std::string("\\") + C : std::string(1, C);
        return Out + "\"";
      }
    }
    return std::nullopt;
  }

  /// Long division by hand: the digits, and where the point stands among them.
  std::optional<std::string> number() {
    bool Negative = Text[Pos] == '-';
    Pos += Negative;
    std::string Digits;
    long Point = 0;
    auto digits = [&](bool Fraction) {
      size_t Begin = Pos;
      for (; Pos < Text.size() && Text[Pos] >= '0' && Text[Pos] <= '9'; ++Pos) {
        Digits += Text[Pos];
        Point += !Fraction;
      }
      return Pos > Begin;
    };
    if (!digits(false))
      return std::nullopt;
    if (Pos < Text.size() && Text[Pos] == '.' && (++Pos, !digits(true)))
      return std::nullopt;
    if (Pos < Text.size() && (Text[Pos] == 'e' || Text[Pos] == 'E')) {
      ++Pos;
      bool Minus = Pos < Text.size() && Text[Pos] == '-';
      Pos += Pos < Text.size() && (Text[Pos] == '-' || Text[Pos] == '+');
      long Exponent = 0;
      size_t Begin = Pos;
      for (; Pos < Text.size() && Text[Pos] >= '0' && Text[Pos] <= '9'; ++Pos)
        Exponent = std::min(Exponent * 10 + (Text[Pos] - '0'), 1'000'000L);
      if (Pos == Begin)
        return std::nullopt;
      Point += Minus ? -Exponent : Exponent;
    }
    while (!Digits.empty() && Digits.back() == '0')
      Digits.pop_back();
    size_t Zeros = Digits.find_first_not_of('0');
    if (Zeros == Digits.npos)
      return "0";
    return (Negative ? "-0." : "0.") + Digits.substr(Zeros) + "e" +
           std::to_string(Point - long(Zeros));
  }

  std::string_view Text;
  size_t Pos = 0;
};

std::string formOf(const std::string &Text) {
  std::optional<std::string> F = Canonical(Text).run();
  return F ? *F : "text " + Text;
}

} // namespace

//===- Reading ------------------------------------------------------------===//

TermId Engine::elements(ElementsState S) {
  if (S.At != Phase::Start && S.Rest == NeverT)
    return NeverT;
  auto [It, New] = ElementIndex.try_emplace(std::move(S), uint32_t(ElementStates.size()));
  if (New)
    ElementStates.push_back(It->first);
  return make(Kind::Elements, It->second);
}

/// Takes the item under way, which is complete; false when it is not allowed.
bool Engine::takeItem(ElementsState &S, const std::string &Text) const {
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  for (uint32_t K : Spec.at(S.Items)[S.Choice].Counters)
    if (++S.Counts[K] > Spec.Counters[K].Max)
      return false;
  if (++S.Items > Spec.Max)
    return false;
  if (Spec.Unique) {
    std::string Form = formOf(Text);
    auto Place = std::lower_bound(S.Forms.begin(), S.Forms.end(), Form);
    if (Place != S.Forms.end() && *Place == Form)
      return false;
    S.Forms.insert(Place, Form);
  }
  S.Text.clear();
  S.Choice = 0;
  return true;
}

TermId Engine::beginItem(const ElementsState &S, uint64_t C) {
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  if (S.Items >= Spec.Max)
    return NeverT;
  std::vector<TermId> Ways;
  for (uint32_t I = 0; I < Spec.at(S.Items).size(); ++I) {
    ElementsState Next = S;
    Next.At = Phase::Item;
    Next.Choice = I;
    Next.Rest = termOf(Spec.at(S.Items)[I].Value, S.Depth);
    Ways.push_back(derive(elements(std::move(Next)), C));
  }
  return alt(std::move(Ways));
}

TermId Engine::deriveElements(TermId T, uint64_t C) {
  ElementsState S = elementsState(T);
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  switch (S.At) {
  case Phase::Start:
    return beginItem(S, C);
  case Phase::Separator: {
    TermId After = isNullable(S.Rest) ? beginItem(S, C) : NeverT;
    S.Rest = derive(S.Rest, C);
    return alt({elements(std::move(S)), After});
  }
  case Phase::Item: {
    TermId After = NeverT;
    ElementsState Sep = S;
    if (isNullable(S.Rest) && takeItem(Sep, S.Text) && Sep.Items < Spec.Max) {
      Sep.At = Phase::Separator;
      Sep.Rest = termOf(Spec.Separator, S.Depth);
      After = derive(elements(std::move(Sep)), C);
    }
    S.Rest = derive(S.Rest, C);
    if (Spec.Unique && C < 256)
      S.Text += char(uint8_t(C));
    return alt({elements(std::move(S)), After});
  }
  }
  return NeverT;
}

bool Engine::elementsComplete(const ElementsState &S) const {
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  for (size_t K = 0; K < S.Counts.size(); ++K)
    if (S.Counts[K] < Spec.Counters[K].Min || S.Counts[K] > Spec.Counters[K].Max)
      return false;
  return S.Items >= Spec.Min && S.Items <= Spec.Max;
}

bool Engine::elementsNullable(const ElementsState &S, bool RestNullable) const {
  if (S.At == Phase::Start)
    return elementsComplete(S);
  ElementsState After = S;
  return S.At == Phase::Item && RestNullable && takeItem(After, S.Text) && elementsComplete(After);
}

//===- Can it be finished? ------------------------------------------------===//

/// The values of the texts of Rest behind `Begun`, up to Limit of them.
Engine::ItemForms Engine::itemForms(TermId Rest, const std::string &Begun, size_t Limit) {
  ItemForms Out;
  std::set<std::string> Known;
  std::vector<std::pair<std::string, TermId>> Now, Next;
  if (isNonEmpty(Rest))
    Now.emplace_back(Begun, Rest);
  uint32_t Steps = 0;
  bool Cut = false;
  while (!Now.empty() && !isUnsure()) {
    Next.clear();
    for (auto &[Word, T] : Now) {
      if (isNullable(T) && Known.insert(formOf(Word)).second) {
        Out.Texts.push_back(Word);
        if (Out.Texts.size() >= Limit)
          return Out;
      }
      Cut = Cut || Next.size() >= 4 * Limit;
      for (unsigned B = 0; B < 256 && Next.size() < 4 * Limit; ++B)
        if (TermId D = derive(T, B); D != NeverT && isNonEmpty(D))
          Next.emplace_back(Word + char(B), D);
      if (++Steps > L.MaxSearch)
        Unsure = true;
    }
    std::swap(Now, Next);
  }
  Out.All = !Cut;
  return Out;
}

const Engine::ItemForms &Engine::allForms(TermId Value, size_t Limit) {
  if (auto It = FormsMemo.find({Value, Limit}); It != FormsMemo.end())
    return It->second;
  ItemForms F = itemForms(Value, "", Limit);
  return FormsMemo[{Value, Limit}] = std::move(F);
}

/// Items that may be needed yet, when each serves a bound.
uint32_t Engine::itemsToGo(const ElementsState &S) const {
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  uint64_t N = std::max<uint64_t>(Spec.Min, Spec.Prefix.size());
  for (const RepeatBounds &C : Spec.Counters)
    N += C.Min;
  return uint32_t(std::min<uint64_t>(N, Spec.Max) + 1);
}

/// Whether items may be added after S.Items complete ones so that all holds.
bool Engine::finishElements(const ElementsState &S, bool NeedsItem, uint32_t ToGo) {
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  if (!NeedsItem && elementsComplete(S))
    return true;
  if (ToGo == 0 || S.Items >= Spec.Max || isUnsure() || (Work += 16) > L.MaxWork)
    return false;
  if (S.Items > 0 && !NeedsItem && !isNonEmpty(termOf(Spec.Separator, S.Depth)))
    return false;
  for (uint32_t I = 0; I < Spec.at(S.Items).size(); ++I) {
    TermId Value = termOf(Spec.at(S.Items)[I].Value, S.Depth);
    // So many values that one is left whatever the others take.
    // Rounded, so that few lists serve all states.
    const ItemForms &F =
        allForms(Value, Spec.Unique ? (S.Forms.size() + 2 * ToGo + 16) / 8 * 8 : 1);
    size_t Size = F.Texts.size();
    size_t First = F.All || !Spec.Unique ? 0 : Size - std::min<size_t>(Size, S.Forms.size() + 2);
    // The last ones are the longest: short ones may be another choice's only values. Of
    // so many values one is as good as another.
    bool Taken = false;
    for (size_t K = Size; K-- > First && !Taken;) {
      ElementsState After = S;
      After.Choice = I;
      if (!takeItem(After, F.Texts[K]))
        continue;
      if (finishElements(After, false, ToGo - 1))
        return true;
      Taken = !F.All;
    }
  }
  return false;
}

bool Engine::elementsNonEmpty(const ElementsState &S) {
  const ElementsSpec &Spec = M.elementsSpec(S.Spec);
  uint32_t ToGo = itemsToGo(S);
  switch (S.At) {
  case Phase::Start:
    return finishElements(S, false, ToGo);
  case Phase::Separator:
    return isNonEmpty(S.Rest) && finishElements(S, true, ToGo);
  case Phase::Item: {
    ItemForms F = itemForms(S.Rest, S.Text, Spec.Unique ? S.Forms.size() + 2 * ToGo + 8 : 1);
    for (size_t K = F.Texts.size(); K-- > 0;) {
      ElementsState After = S;
      if (takeItem(After, F.Texts[K]) && finishElements(After, false, ToGo))
        return true;
    }
    return false;
  }
  }
  return false;
}

} // namespace weir::oracle
