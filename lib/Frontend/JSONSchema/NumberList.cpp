//===- NumberList.cpp - Reading the numbers of a list ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values of `enum` are written as texts into a trie, each as a plain decimal and as the
// mantissa of scientific notation, and the trie is read from its leaves to its root: equal
// states are one, so that the automaton is minimal as soon as it is made.
//
//   {15, 150.5, 1.5e9}      1 ─ 5!  ─ 0 ─ . ─ 5!       ! a value ends here
//                           └ .     ─ 5^{2,9,1}         ^ one of these exponents may follow
//
// Behind the point zeros change no value: what ends at a place, or goes on with an exponent,
// does so behind any zeros as well. Where the trie has them on the way to other values they
// inherit it; where it has not, they are a loop.
//
// Rejected: an automaton for each value, determinised together (20 µs a value).
//
//===----------------------------------------------------------------------===//
#include "Numbers.h"

#include "weir/Support/WordIndex.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <map>

namespace weir::jsonschema {

namespace {

constexpr uint32_t None = 0xffffffffU;

class ListReader {
public:
  explicit ListReader(bool Lexical) : Lexical(Lexical) {}

  bool add(const Decimal &Value);
  ir::ByteDfa build();

private:
  struct Node {
    uint32_t Child = None, Sibling = None; ///< siblings in no order
    uint32_t Exponents = None;             ///< the last of the chain in `Chain`
    char Byte = 0;
    bool Accepts = false;
  };
  struct Link {
    int64_t Exponent;
    uint32_t Before;
  };
  /// What is read so far is a value, or goes on with the exponent that the state `After` reads.
  struct End {
    bool Accepts = false;
    uint32_t After = None;
    bool isNone() const { return !Accepts && After == None; }
  };
  struct Edge {
    char Byte;
    uint32_t Target;
  };
  enum class Part : uint8_t { Integer, Fraction };

  uint32_t write(uint32_t Root, std::string_view Text);
  uint32_t state(bool Accepts, bool Loops, std::vector<Edge> Edges);
  uint32_t zerosBehind(const End &E) {
    return E.isNone() ? None : state(E.Accepts, /*Loops=*/true, exponentEdges(E));
  }
  static std::vector<Edge> exponentEdges(const End &E) {
    if (E.After == None)
      return {};
    return {{'E', E.After}, {'e', E.After}};
  }
  uint32_t read(uint32_t N, Part Of, End Inherited);
  uint32_t point(uint32_t N, const End &Before);
  /// The children of a trie's node, by digit.
  void children(uint32_t N, uint32_t (&Of)[11]) const;
  uint32_t exponents(uint32_t Chain);
  uint32_t unsignedExponents(const std::vector<std::string> &Texts, bool HasZero, bool First);
  uint32_t digits(const std::vector<std::string> &Texts, size_t From, size_t To, size_t At);

  const bool Lexical;
  std::vector<Node> Trie{Node(), Node()}; ///< what is not negative, and what is, without its sign
  std::vector<Link> Chain;
  WordIndex States; ///< whether it accepts and loops; then byte and target of each edge
  std::vector<uint32_t> Words;
  std::map<std::vector<int64_t>, uint32_t> KnownExponents;
};

} // namespace

uint32_t ListReader::write(uint32_t N, std::string_view Text) {
  for (char C : Text) {
    uint32_t To = Trie[N].Child;
    while (To != None && Trie[To].Byte != C)
      To = Trie[To].Sibling;
    if (To == None) {
      To = uint32_t(Trie.size());
      Trie.push_back({None, Trie[N].Child, None, C, false});
      Trie[N].Child = To;
    }
    N = To;
  }
  return N;
}

/// False when the texts of all values are too long.
bool ListReader::add(const Decimal &Value) {
  constexpr size_t MaxNodes = 4'000'000;
  if (Lexical && !Value.isIntegral())
    return true;
  if (Value.isZero()) {
    for (uint32_t Root : {0U, 1U})
      Trie[write(Root, "0")].Accepts = true;
    return true;
  }
  const uint32_t Root = Value.Negative;
  const std::string &D = Value.Digits;
  std::string Text;
  if (Value.Point <= 0)
    Text = "0." + std::string(size_t(-Value.Point), '0') + D;
  else if (Value.isIntegral())
    Text = D + std::string(size_t(Value.Point) - D.size(), '0');
  else
    Text = D.substr(0, size_t(Value.Point)) + "." + D.substr(size_t(Value.Point));
  if (!spendWork(1 + Text.size() / 16))
    return true;
  Trie[write(Root, Text)].Accepts = true;
  if (!Lexical) {
    Text = D.substr(0, 1);
    if (D.size() > 1)
      Text += "." + D.substr(1);
    Node &Mantissa = Trie[write(Root, Text)];
    Chain.push_back({Value.Point - 1, Mantissa.Exponents});
    Mantissa.Exponents = uint32_t(Chain.size() - 1);
  }
  return Trie.size() <= MaxNodes;
}

/// With `Loops`, '0' leads back to it. Edges ascend, without '0' then.
uint32_t ListReader::state(bool Accepts, bool Loops, std::vector<Edge> Edges) {
  Words.clear();
  Words.push_back(uint32_t(Accepts) | uint32_t(Loops) << 1);
  for (const Edge &E : Edges) {
    Words.push_back(uint8_t(E.Byte));
    Words.push_back(E.Target);
  }
  return States.intern(Words);
}

/// Texts from From to To, sorted and without zeros at their beginning, that agree before `At`.
uint32_t ListReader::digits(const std::vector<std::string> &Texts, size_t From, size_t To,
                            size_t At) {
  const bool Accepts = Texts[From].size() == At;
  std::vector<Edge> Edges;
  for (size_t I = From + Accepts, End; I < To; I = End) {
    for (End = I + 1; End < To && Texts[End][At] == Texts[I][At];)
      ++End;
    Edges.push_back({Texts[I][At], digits(Texts, I, End, At + 1)});
  }
  return state(Accepts, /*Loops=*/false, std::move(Edges));
}

/// Any zeros and then one of `Texts`, or one zero at least. `First`: where none has been read.
uint32_t ListReader::unsignedExponents(const std::vector<std::string> &Texts, bool HasZero,
                                       bool First) {
  std::vector<Edge> Edges;
  if (First && HasZero)
    Edges.push_back({'0', unsignedExponents(Texts, HasZero, false)});
  for (size_t I = 0, End; I < Texts.size(); I = End) {
    for (End = I + 1; End < Texts.size() && Texts[End][0] == Texts[I][0];)
      ++End;
    Edges.push_back({Texts[I][0], digits(Texts, I, End, 1)});
  }
  return state(HasZero && !First, /*Loops=*/!(First && HasZero), std::move(Edges));
}

/// What follows an 'e'.
uint32_t ListReader::exponents(uint32_t At) {
  if (At == None)
    return None;
  std::vector<int64_t> Of;
  for (; At != None; At = Chain[At].Before)
    Of.push_back(Chain[At].Exponent);
  std::sort(Of.begin(), Of.end());
  Of.erase(std::unique(Of.begin(), Of.end()), Of.end());
  auto [It, New] = KnownExponents.try_emplace(Of, None);
  if (!New)
    return It->second;
  const bool HasZero = std::binary_search(Of.begin(), Of.end(), 0);
  std::vector<std::string> Texts[2];
  for (int64_t E : Of)
    if (E != 0)
      Texts[E < 0].push_back(std::to_string(E < 0 ? -E : E));
  std::vector<Edge> Edges;
  for (bool Negative : {false, true}) {
    std::sort(Texts[Negative].begin(), Texts[Negative].end());
    if (HasZero || !Texts[Negative].empty())
      Edges.push_back({Negative ? '-' : '+', unsignedExponents(Texts[Negative], HasZero, true)});
  }
  if (HasZero || !Texts[0].empty()) {
    // As behind a '+'.
    const uint32_t Plus = Edges[0].Target;
    const std::vector<uint32_t> Row(States[Plus].begin(), States[Plus].end());
    if (Row[0] & 2)
      Edges.push_back({'0', Plus});
    for (size_t I = 1; I < Row.size(); I += 2)
      Edges.push_back({char(Row[I]), Row[I + 1]});
  }
  return It->second = state(/*Accepts=*/false, /*Loops=*/false, std::move(Edges));
}

void ListReader::children(uint32_t N, uint32_t (&Of)[11]) const {
  std::fill(std::begin(Of), std::end(Of), None);
  if (N != None)
    for (uint32_t C = Trie[N].Child; C != None; C = Trie[C].Sibling)
      Of[Trie[C].Byte == '.' ? 10 : Trie[C].Byte - '0'] = C;
}

/// Behind the point: the trie's node, or none, and what ended before it.
uint32_t ListReader::point(uint32_t N, const End &Before) {
  uint32_t Of[11];
  children(N, Of);
  std::vector<Edge> Edges;
  for (uint32_t D = 0; D < 10; ++D) {
    const End Here = D == 0 ? Before : End();
    const uint32_t To = Of[D] == None ? zerosBehind(Here) : read(Of[D], Part::Fraction, Here);
    if (To != None)
      Edges.push_back({char('0' + D), To});
  }
  return Edges.empty() ? None : state(/*Accepts=*/false, /*Loops=*/false, std::move(Edges));
}

uint32_t ListReader::read(uint32_t N, Part Of, End Inherited) {
  End Here = Inherited;
  Here.Accepts |= Trie[N].Accepts;
  if (Trie[N].Exponents != None)
    Here.After = exponents(Trie[N].Exponents);
  if (Of == Part::Fraction && Trie[N].Child == None)
    return zerosBehind(Here);
  uint32_t To[11];
  children(N, To);
  std::vector<Edge> Edges;
  if (Of == Part::Integer && !Lexical)
    if (const uint32_t Point = point(To[10], Here); Point != None)
      Edges.push_back({'.', Point});
  for (uint32_t D = 0; D < 10; ++D) {
    const bool Inherits = Of == Part::Fraction && D == 0;
    const uint32_t Next = To[D] != None ? read(To[D], Of, Inherits ? Here : End())
                          : Inherits ? zerosBehind(Here)
                                        : None;
    if (Next != None)
      Edges.push_back({char('0' + D), Next});
  }
  for (const Edge &E : exponentEdges(Here))
    Edges.push_back(E);
  return state(Here.Accepts, /*Loops=*/false, std::move(Edges));
}

ir::ByteDfa ListReader::build() {
  std::vector<Edge> Start;
  auto addFirstDigits = [&](uint32_t Root, std::vector<Edge> &To) {
    uint32_t Of[11];
    children(Root, Of);
    for (uint32_t D = 0; D < 10; ++D)
      if (Of[D] != None)
        To.push_back({char('0' + D), read(Of[D], Part::Integer, {})});
  };
  if (Trie[1].Child != None) {
    std::vector<Edge> Negative;
    addFirstDigits(1, Negative);
    Start.push_back({'-', state(/*Accepts=*/false, /*Loops=*/false, std::move(Negative))});
  }
  addFirstDigits(0, Start);
  const uint32_t Root = state(/*Accepts=*/false, /*Loops=*/false, std::move(Start));
  // Numbered as `minimised` numbers states: as they are reached.
  ir::ByteDfa Out;
  std::vector<uint32_t> Number(States.size(), None), Order{Root};
  Number[Root] = 0;
  auto numberOf = [&](uint32_t S) {
    if (Number[S] == None) {
      Number[S] = uint32_t(Order.size());
      Order.push_back(S);
    }
    return Number[S];
  };
  for (size_t I = 0; I < Order.size(); ++I) {
    const std::span<const uint32_t> Row = States[Order[I]];
    Out.addState(Row[0] & 1);
    bool Loop = Row[0] & 2;
    auto add = [&](uint8_t Byte, uint32_t S) {
      const uint32_t To = numberOf(S);
      if (!Out.row(uint32_t(I)).empty() && Out.Edges.back().Last + 1 == Byte &&
          Out.Edges.back().Target == To)
        Out.Edges.back().Last = Byte;
      else
        Out.addEdge(Byte, Byte, To);
    };
    for (size_t E = 1; E < Row.size(); E += 2) {
      if (Loop && Row[E] > '0') {
        add('0', Order[I]);
        Loop = false;
      }
      add(uint8_t(Row[E]), Row[E + 1]);
    }
    if (Loop)
      add('0', Order[I]);
  }
  return Out;
}

std::optional<ir::ByteDfa> readValues(const std::vector<Decimal> &Values, bool Lexical) {
  ListReader Reader(Lexical);
  for (const Decimal &V : Values)
    if (!Reader.add(V))
      return std::nullopt;
  return Reader.build();
}

} // namespace weir::jsonschema
