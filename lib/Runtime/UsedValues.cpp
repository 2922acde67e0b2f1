//===- UsedValues.cpp - Which used keys and items begin like this one -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "UsedValues.h"

#include "KeySets.h"

#include "weir/Runtime/JsonValues.h"

#include <algorithm>

namespace weir {

namespace {

/// The text of a node, of a string between its quotes.
struct Spelled {
  enum Kind : uint8_t {
    String,
    Number, ///< … or none that begins like one
    Other,
    Odd, ///< may be anything
  } K;
  uint32_t Begin, End;
};

Spelled spelled(const FrameView &V, const uint32_t *Node, bool AreItems) {
  const uint32_t Begin = Node[1], End = Node[1] + Node[2];
  if (!AreItems)
    return {Spelled::String, Begin, End};
  if (Node[2] >= 2 && V.textAt(Begin) == '"' && V.textAt(End - 1) == '"')
    return {Spelled::String, Begin + 1, End - 1};
  const char First = Node[2] > 0 ? char(V.textAt(Begin)) : ' ';
  if (First == '-' || (First >= '0' && First <= '9'))
    return {Spelled::Number, Begin, End};
  const bool IsOther = std::string_view("{[tfn").find(First) != std::string_view::npos;
  return {IsOther ? Spelled::Other : Spelled::Odd, Begin, End};
}

/// What the form of a number that begins like this begins with; `IsWhole` once there is an
/// exponent, which all its digits stand before.
struct BegunNumber {
  BegunNumber(std::string_view Begun) {
    IsNegative = !Begun.empty() && Begun[0] == '-';
    for (char C : Begun) {
      if (C == 'e' || C == 'E') {
        IsWhole = true;
        break;
      }
      if (C >= '0' && C <= '9' && (C != '0' || !Digits.empty()))
        Digits += C;
    }
    Zeros = Digits.size() - (Digits.find_last_not_of('0') + 1);
  }

  std::string Digits;
  size_t Zeros; ///< at the end of the digits
  bool IsNegative, IsWhole = false;
};

/// May a number that begins like `B` be the one spelled from `Begin` to `End`? Yes, too, of what
/// begins so and is no number.
bool beginsNumber(const BegunNumber &B, const FrameView &V, uint32_t Begin, uint32_t End) {
  size_t Read = 0;
  for (uint32_t I = Begin; I < End && (V.textAt(I) | 0x20) != 'e'; ++I) {
    const char C = char(V.textAt(I));
    if (C < '0' || C > '9' || (C == '0' && Read == 0))
      continue;
    if (Read < B.Digits.size() ? C != B.Digits[Read] : B.IsWhole && C != '0')
      return false;
    ++Read;
  }
  const bool IsZero = Read == 0;
  return Read + B.Zeros >= B.Digits.size() && (IsZero || B.IsNegative == (V.textAt(Begin) == '-'));
}

/// May a number that begins like that have one of these forms?
bool beginsOne(const BegunNumber &B, const std::vector<std::string> &Forms) {
  auto has = [&](const std::string &Prefix) {
    const auto Place = std::lower_bound(Forms.begin(), Forms.end(), Prefix);
    return Place != Forms.end() && Place->starts_with(Prefix);
  };
  const std::string Sign = B.IsNegative ? "n-" : "n";
  if (B.Digits.empty()) // zero, or any other as long as there is no exponent
    return has("n0") ||
           (!B.IsWhole && (B.IsNegative ? has("n-") : !Forms.empty() && Forms.back() > "n0"));
  return (!B.IsWhole && has(Sign + B.Digits)) ||
         has(Sign + B.Digits.substr(0, B.Digits.size() - B.Zeros) + "e");
}

} // namespace

UsedValues::Sorted &UsedValues::sorted(const FrameView &V, uint32_t List, bool AreItems) {
  if (Epoch != V.Store->Epoch) {
    for (Sorted &S : Lists)
      S.List = 0;
    Epoch = V.Store->Epoch;
  }
  // A list that this one goes on from.
  std::vector<uint32_t> New;
  Sorted *Found = nullptr;
  for (uint32_t At = List; At != 0 && !Found; At = V.words(At - 1)[0]) {
    for (Sorted &S : Lists)
      if (S.List == At && S.AreItems == AreItems)
        Found = &S;
    if (!Found)
      New.push_back(At);
  }
  if (!Found) {
    Found = &Lists[Oldest++ % Lists.size()];
    Found->Strings.clear();
    Found->Numbers.clear();
    Found->OddString = Found->OddNumber = false;
  }
  const bool FromNothing = Found->Strings.empty() && Found->Numbers.empty();
  auto put = [&](auto &Values, auto Value) {
    const auto Place =
        FromNothing ? Values.end() : std::lower_bound(Values.begin(), Values.end(), Value);
    Values.insert(Place, std::move(Value));
  };
  Found->List = 0; // until all of it is there
  for (uint32_t At : New) {
    const Spelled S = spelled(V, V.words(At - 1), AreItems);
    Found->OddString |= S.K == Spelled::Odd;
    Found->OddNumber |= S.K == Spelled::Odd;
    if (S.K == Spelled::String)
      put(Found->Strings, decodeKey(V, S.Begin, S.End));
    if (S.K != Spelled::Number)
      continue;
    const std::string Text = V.text(S.Begin, S.End);
    if (isJsonNumber(Text))
      put(Found->Numbers, numberForm(Text));
    else
      Found->OddNumber = true;
  }
  if (FromNothing) {
    std::sort(Found->Strings.begin(), Found->Strings.end());
    std::sort(Found->Numbers.begin(), Found->Numbers.end());
  }
  Found->List = List;
  Found->AreItems = AreItems;
  return *Found;
}

/// Is there a string or number on the list for which `IsIt(begin, end of its spelling)`, which is
/// said of sorted ones by `IsIn(them)`?
template <typename Near, typename Far>
std::optional<bool> UsedValues::ask(const FrameView &V, uint32_t List, bool AreItems, Want Wanted,
                                    Near IsIt, Far IsIn) {
  static constexpr uint32_t Few = 4;
  const bool OfNumbers = Wanted == Want::Number;
  uint32_t At = List, Kept = 0;
  for (uint32_t Seen = 0; At != 0 && (Seen < Few || ((At - 1) & ScratchBit)); ++Seen) {
    // The first that is kept, so that the list is the same one until another item is.
    if (Kept == 0 && !((At - 1) & ScratchBit))
      Kept = At;
    const Spelled S = spelled(V, V.words(At - 1), AreItems);
    if (S.K == Spelled::Odd)
      return std::nullopt;
    if (S.K == (OfNumbers ? Spelled::Number : Spelled::String) && IsIt(S.Begin, S.End)) {
      if (OfNumbers && !isJsonNumber(V.text(S.Begin, S.End)))
        return std::nullopt;
      return true;
    }
    At = V.words(At - 1)[0];
  }
  if (At == 0)
    return false;
  const Sorted &S = sorted(V, Kept == 0 ? At : Kept, AreItems);
  if (OfNumbers ? S.OddNumber : S.OddString)
    return std::nullopt;
  return IsIn(S);
}

std::optional<bool> UsedValues::mayBecome(const FrameView &V, uint32_t Begin, uint32_t List,
                                          bool AreItems) {
  const uint32_t Now = V.textSize();
  return ask(
      V, List, AreItems, Want::String,
      [&](uint32_t First, uint32_t Last) { return keyMayBecome(V, Begin, Now, First, Last); },
      [&](const Sorted &S) {
        const std::vector<std::u32string> &Texts = S.Strings;
        CutScalar Cut;
        std::u32string Read = decodeKey(V, Begin, Now, &Cut);
        const size_t Size = Read.size();
        // The first text at or behind `Read` and, if it was cut, behind the least it may become.
        auto begins = [&](uint32_t Last) {
          const auto Place = std::lower_bound(Texts.begin(), Texts.end(), Read);
          return Place != Texts.end() && Place->compare(0, Size, Read, 0, Size) == 0 &&
                 (Place->size() == Size || (*Place)[Size] <= Last);
        };
        if (Cut.Count == 0)
          return begins(0x10FFFF);
        for (uint32_t I = 0; I < Cut.Count; ++I) {
          Read.resize(Size);
          Read += char32_t(Cut.Ranges[I].First);
          if (begins(Cut.Ranges[I].Last))
            return true;
        }
        return false;
      });
}

std::optional<bool> UsedValues::contains(const FrameView &V, uint32_t Begin, uint32_t End,
                                         uint32_t List) {
  return ask(
      V, List, true, Want::String,
      [&](uint32_t First, uint32_t Last) { return equalKeys(V, Begin, End, First, Last); },
      [&](const Sorted &S) {
        return std::binary_search(S.Strings.begin(), S.Strings.end(), decodeKey(V, Begin, End));
      });
}

std::optional<bool> UsedValues::mayBecomeNumber(const FrameView &V, uint32_t Begin, uint32_t List) {
  const std::string Text = V.text(Begin, V.textSize());
  if (Text.find_first_not_of("+-.eE0123456789") != Text.npos)
    return std::nullopt;
  const BegunNumber Begun(Text);
  return ask(
      V, List, true, Want::Number,
      [&](uint32_t First, uint32_t Last) { return beginsNumber(Begun, V, First, Last); },
      [&](const Sorted &S) { return beginsOne(Begun, S.Numbers); });
}

std::optional<bool> UsedValues::containsNumber(const FrameView &V, uint32_t Begin, uint32_t End,
                                               uint32_t List) {
  const std::string Text = V.text(Begin, End);
  if (!isJsonNumber(Text))
    return std::nullopt;
  const std::string Form = numberForm(Text);
  BegunNumber Digits(Text);
  Digits.IsWhole = true;
  return ask(
      V, List, true, Want::Number,
      [&](uint32_t First, uint32_t Last) {
        return beginsNumber(Digits, V, First, Last) && numberForm(V.text(First, Last)) == Form;
      },
      [&](const Sorted &S) {
        return std::binary_search(S.Numbers.begin(), S.Numbers.end(), Form);
      });
}

size_t UsedValues::memoryBytes() const {
  size_t Bytes = 0;
  for (const Sorted &S : Lists) {
    Bytes +=
        S.Strings.capacity() * sizeof(std::u32string) + S.Numbers.capacity() * sizeof(std::string);
    for (const std::u32string &Text : S.Strings)
      Bytes += Text.capacity() * sizeof(char32_t);
    for (const std::string &Form : S.Numbers)
      Bytes += Form.capacity();
  }
  return Bytes;
}

} // namespace weir
