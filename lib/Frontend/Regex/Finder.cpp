//===- Finder.cpp - Where a pattern matches -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is still to be matched is a list of items, the next one first; an alternative is a
// list with another first item. A repetition of single characters, which is what
// tokenizers' patterns mostly are, runs as a loop; other nesting recurses, at most
// MaxDepth deep.
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Regex/Finder.h"

#include "Parser.h"
#include "weir/Support/Utf8.h"

#include <algorithm>
#include <deque>

namespace weir::regex {

struct Finder::Parts {
  Tree T;
  NodeId Root;
};

Finder::Finder(std::unique_ptr<Parts> P) : P(std::move(P)) {}
Finder::Finder(Finder &&) noexcept = default;
Finder &Finder::operator=(Finder &&) noexcept = default;
Finder::~Finder() = default;

/// A quantifier followed by `?` (lazy) or `+` (possessive), outside of classes.
static bool hasOddQuantifier(std::string_view Pattern) {
  bool InClass = false;
  char Before = 0;
  for (size_t I = 0; I < Pattern.size(); ++I) {
    const char C = Pattern[I];
    if (C == '\\') {
      ++I;
      // The braces of \p{…} and \u{…} count nothing.
      if (I + 1 < Pattern.size() && Pattern[I + 1] == '{')
        I = std::min(Pattern.find('}', I), Pattern.size());
      Before = 0;
      continue;
    }
    if (InClass) {
      InClass = C != ']';
      Before = 0;
      continue;
    }
    InClass = C == '[';
    const bool AfterQuantifier = Before == '*' || Before == '+' || Before == '?' || Before == '}';
    if (AfterQuantifier && (C == '?' || C == '+'))
      return true;
    Before = Before == '(' && C == '?' ? char(0) : C;
  }
  return false;
}

std::optional<Finder> Finder::compile(std::string_view Pattern, std::string &Why) {
  if (Pattern.size() > 10'000 || findInvalidUtf8(Pattern) != std::string_view::npos) {
    Why = "the pattern is too long, or no UTF-8";
    return std::nullopt;
  }
  if (hasOddQuantifier(Pattern)) {
    Why = "the pattern has a lazy or possessive quantifier";
    return std::nullopt;
  }
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  const FileId File = Sources.add("pattern", std::string(Pattern));
  RegexOptions Options;
  auto Place = [&](uint32_t B, uint32_t E) { return SourceRange{File, B, E}; };
  Reporter R(Place, Options, Diags);
  auto P = std::make_unique<Parts>();
  P->Root = Parser(Pattern, Options, P->T, R).parse();
  if (R.failed()) {
    Why = Diags.diagnostics().empty() ? "the pattern is not understood"
                                      : Diags.diagnostics().front().Message;
    return std::nullopt;
  }
  for (uint32_t N = 0; N < P->T.nodeCount(); ++N)
    if (P->T[NodeId(N)].Kind == NodeKind::Behind) {
      Why = "the pattern looks behind";
      return std::nullopt;
    }
  return Finder(std::move(P));
}

namespace {

class Run {
public:
  Run(const Tree &T, std::string_view Text, uint64_t &Steps) : T(T), Text(Text), Steps(Steps) {}

  std::optional<size_t> matchAt(NodeId Root, size_t Begin) {
    Items.clear();
    if (!match(item(Root, nullptr), Begin, 0))
      return std::nullopt;
    return End;
  }

private:
  static constexpr unsigned MaxDepth = 2'000;

  struct Item {
    NodeId N;
    const Item *Next;
    uint32_t Count = 0;        ///< of a repetition: rounds done
    size_t Begin = size_t(-1); ///< of a repetition: where the last round began
  };
  const Item *item(NodeId N, const Item *Next, uint32_t Count = 0, size_t Begin = size_t(-1)) {
    Items.push_back({N, Next, Count, Begin});
    return &Items.back();
  }

  /// The size of the character at `Pos` when `X` is one that takes it; else 0.
  size_t takes(const Node &X, size_t Pos) const {
    if (Pos >= Text.size())
      return 0;
    const DecodedScalar D = decodeUtf8(Text, Pos);
    const bool Yes = X.Kind == NodeKind::Char ? D.Value == X.Char : T.set(X.Set).contains(D.Value);
    return Yes ? D.Size : 0;
  }
  size_t before(size_t Pos) const {
    do
      --Pos;
    while (Pos > 0 && (uint8_t(Text[Pos]) & 0xc0) == 0x80);
    return Pos;
  }
  bool inBefore(SetId S, size_t Pos) const {
    return Pos > 0 && T.set(S).contains(decodeUtf8(Text, before(Pos)).Value);
  }
  bool inNext(SetId S, size_t Pos) const {
    return Pos < Text.size() && T.set(S).contains(decodeUtf8(Text, Pos).Value);
  }

  bool match(const Item *Todo, size_t Pos, unsigned Depth) {
    for (;;) {
      if (!Todo) {
        End = Pos;
        return true;
      }
      if (Steps == 0 || Depth > MaxDepth) {
        Steps = 0;
        return false;
      }
      --Steps;
      const Node &X = T[Todo->N];
      const Item *Next = Todo->Next;
      switch (X.Kind) {
      case NodeKind::Empty:
        break;
      case NodeKind::Char:
      case NodeKind::Set: {
        const size_t Size = takes(X, Pos);
        if (!Size)
          return false;
        Pos += Size;
        break;
      }
      case NodeKind::Seq: {
        const auto Children = T.children(Todo->N);
        for (size_t I = Children.size(); I-- > 0;)
          Next = item(Children[I], Next);
        break;
      }
      case NodeKind::Alt:
        for (NodeId C : T.children(Todo->N))
          if (match(item(C, Next), Pos, Depth + 1))
            return true;
        return false;
      case NodeKind::Repeat: {
        const NodeId Child = T.children(Todo->N)[0];
        const Node &Of = T[Child];
        if (Of.Kind == NodeKind::Char || Of.Kind == NodeKind::Set)
          return matchRun(X, Of, Next, Pos, Depth);
        if (Todo->Count < X.Max && Todo->Begin != Pos) {
          const Item *Again = item(Todo->N, Next, Todo->Count + 1, Pos);
          if (match(item(Child, Again), Pos, Depth + 1))
            return true;
        }
        if (Todo->Count < X.Min && Todo->Begin != Pos)
          return false;
        break;
      }
      case NodeKind::PrevIn:
        if (!(Pos == 0 ? X.Edge : inBefore(X.Set, Pos)))
          return false;
        break;
      case NodeKind::NextIn:
        if (!(Pos == Text.size() ? X.Edge : inNext(X.Set, Pos)))
          return false;
        break;
      case NodeKind::WordBoundary:
        if ((inBefore(X.Set, Pos) != inNext(X.Set, Pos)) == X.Negated)
          return false;
        break;
      case NodeKind::Ahead: {
        const size_t Kept = End;
        const bool Found = match(item(T.children(Todo->N)[0], nullptr), Pos, Depth + 1);
        End = Kept;
        if (Steps == 0 || Found == X.Negated)
          return false;
        break;
      }
      case NodeKind::Behind:
        return false; // refused when compiled
      }
      Todo = Next;
    }
  }

  /// As many characters as may be, then one less each time.
  bool matchRun(const Node &X, const Node &Of, const Item *Next, size_t Pos, unsigned Depth) {
    uint64_t Count = 0;
    for (size_t Size = 1; Count < X.Max && (Size = takes(Of, Pos)) != 0; ++Count) {
      Pos += Size;
      if (Steps-- <= 1) {
        Steps = 0;
        return false;
      }
    }
    if (Count < X.Min)
      return false;
    for (;; --Count) {
      if (match(Next, Pos, Depth + 1))
        return true;
      if (Count == X.Min || Steps == 0)
        return false;
      Pos = before(Pos);
    }
  }

  const Tree &T;
  std::string_view Text;
  uint64_t &Steps;
  std::deque<Item> Items;
  size_t End = 0;
};

} // namespace

std::optional<Finder::Found> Finder::find(std::string_view Text, size_t From,
                                          uint64_t &Steps) const {
  Run R(P->T, Text, Steps);
  for (size_t Begin = From; Steps != 0;) {
    if (std::optional<size_t> End = R.matchAt(P->Root, Begin))
      return Found{Begin, *End};
    if (Begin >= Text.size())
      break;
    Begin += decodeUtf8(Text, Begin).Size;
  }
  return std::nullopt;
}

} // namespace weir::regex
