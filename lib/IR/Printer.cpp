//===- Printer.cpp - The grammar IR as text -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An expression is written on one line when it fits the line, otherwise its
// operands stand below it, one a line. Whether it fits is known beforehand: widths
// are computed for the whole table in one pass, since operands have smaller ids.
//
// The writer keeps a stack of pieces still to be written, text or expression. An
// expression is replaced by its own pieces, so nothing recurs.
//
//===----------------------------------------------------------------------===//
#include "weir/IR/Text.h"

#include "weir/Support/Escape.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

namespace weir::ir {

static constexpr uint32_t MaxColumn = 100;
static constexpr uint32_t MaxIndent = 80;
static constexpr uint32_t LetWidth = 6; // of "%1234", about

static bool isPlainName(std::string_view Name) {
  return !Name.empty() && std::all_of(Name.begin(), Name.end(), [](char C) {
    return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') || (C >= '0' && C <= '9') || C == '_' ||
           C == '.' || C == '$' || C == '-';
  });
}

/// Attribute names are words: a digit or a dash does not begin one.
static bool isPlainKey(std::string_view Key) {
  return isPlainName(Key) && ((Key[0] >= 'a' && Key[0] <= 'z') || (Key[0] >= 'A' && Key[0] <= 'Z'));
}

std::string printRuleName(std::string_view Name) {
  return isPlainName(Name) ? "@" + std::string(Name) : "@" + quoted(Name);
}

//===- Leaves -------------------------------------------------------------===//

static constexpr std::string_view ClassSpecials = "[]^-";

static void appendClassItem(std::string &Out, uint32_t C) {
  if (C == ' ')
    Out += "\\u{20}";
  else
    appendScalar(Out, C, ClassSpecials);
}

static std::string printClass(const CodePointSet &Set) {
  CodePointSet Rest = Set.complement();
  bool Negate = Set.contains(MaxCodePoint) && Rest.ranges().size() < Set.ranges().size();
  std::string Out = Negate ? "[^" : "[";
  bool First = true;
  for (const CodePointRange &R : (Negate ? Rest : Set).ranges()) {
    if (!First)
      Out += ' ';
    First = false;
    appendClassItem(Out, R.First);
    if (R.Last == R.First)
      continue;
    if (R.Last > R.First + 1)
      Out += '-';
    else
      Out += ' ';
    appendClassItem(Out, R.Last);
  }
  return Out + "]";
}

static void appendByteItem(std::string &Out, unsigned B) {
  static constexpr char Hex[] = "0123456789abcdef";
  if (B > 0x20 && B < 0x7f) {
    appendScalar(Out, B, ClassSpecials);
    return;
  }
  Out += "\\x";
  Out += Hex[B >> 4];
  Out += Hex[B & 15];
}

static std::string printBytes(const ByteSet &Set) {
  bool Negate = Set.size() > 128;
  ByteSet Shown = Negate ? ~Set : Set;
  std::string Out = Negate ? "[^" : "[";
  bool FirstItem = true;
  for (unsigned First = Shown.next(0); First < 256;) {
    unsigned Last = First;
    while (Last < 255 && Shown.contains(uint8_t(Last + 1)))
      ++Last;
    if (!FirstItem)
      Out += ' ';
    FirstItem = false;
    appendByteItem(Out, First);
    if (Last != First) {
      Out += Last == First + 1 ? ' ' : '-';
      appendByteItem(Out, Last);
    }
    First = Shown.next(Last + 1);
  }
  return Out + "]";
}

static std::string printToken(const TokenRef &T) {
  return T.Id ? std::to_string(*T.Id) : quoted(T.Name);
}

static std::string printBound(uint32_t N) { return N == Unbounded ? "*" : std::to_string(N); }

static std::string printIndent(const IndentSpec &I) {
  std::string Out = "<min=" + printBound(I.Min) + ", max=" + printBound(I.Max) +
                    ", delta=" + std::to_string(I.Delta);
  return Out + (I.Tabs ? ", tabs>" : ">");
}

/// The states in order, each its row in parentheses; `*` before one that accepts.
static std::string printDfa(const ByteDfa &D, std::string_view Before = " ") {
  std::string Out = "(";
  for (uint32_t S = 0; S < D.size(); ++S) {
    if (S != 0)
      Out += ",";
    if (S != 0 || Before != " ")
      Out += Before;
    Out += D.Accepts[S] ? "*(" : "(";
    std::vector<std::pair<uint32_t, ByteSet>> Sets; // by target, in order of their first bytes
    for (const ByteDfa::Edge &E : D.row(S)) {
      auto It = std::find_if(Sets.begin(), Sets.end(),
                             [&](const auto &X) { return X.first == E.Target; });
      if (It == Sets.end())
        It = Sets.insert(It, {E.Target, ByteSet()});
      It->second |= ByteSet::range(E.First, E.Last);
    }
    for (size_t I = 0; I < Sets.size(); ++I) {
      Out += I == 0 ? "" : ", ";
      Out += "bytes " + printBytes(Sets[I].second) + " " + std::to_string(Sets[I].first);
    }
    Out += ")";
  }
  return Out + ")";
}

/// Modules are also printed when they are broken.
static std::string calleeName(const Module &M, ExprId Call) {
  RuleId R = M.callee(Call);
  return printRuleName(R.index() < M.ruleCount() ? M.rule(R).Name
                                                 : "missing " + std::to_string(R.index()));
}

/// What stands before the parenthesis of the operands, or the whole leaf.
static std::string printHead(const Module &M, ExprId E) {
  std::string Out(mnemonic(M.op(E)));
  switch (M.op(E)) {
  case Op::Lit:
    return Out + " " + quoted(M.literal(E));
  case Op::Class:
    return Out + " " + printClass(M.classSet(E));
  case Op::Bytes:
    return Out + " " + printBytes(M.byteSet(E));
  case Op::Call:
    return Out + " " + calleeName(M, E);
  case Op::Token:
    return Out + " " + printToken(M.tokenRef(E));
  case Op::AnyTokenExcept: {
    Out += "(";
    bool First = true;
    for (const TokenRef &T : M.excludedTokens(E)) {
      Out += First ? "" : ", ";
      First = false;
      Out += printToken(T);
    }
    return Out + ")";
  }
  case Op::Dfa:
    return Out + printDfa(M.automaton(E));
  case Op::Repeat:
    return Out + "<" + printBound(M.bounds(E).Min) + "," + printBound(M.bounds(E).Max) + ">";
  case Op::JsonString:
    if (M.escapes(E) != Escapes::Canonical)
      Out += "<" + std::string(EscapesWords[size_t(M.escapes(E))]) + ">";
    return Out;
  case Op::Members: {
    const MembersSpec &S = M.membersSpec(E);
    Out += S.Order == KeyOrder::Declared ? "<order=declared" : "<order=any";
    Out += ", escapes=" + std::string(EscapesWords[size_t(S.Esc)]);
    return Out + ", min=" + printBound(S.Min) + ", max=" + printBound(S.Max) + ">";
  }
  case Op::Elements: {
    const ElementsSpec &S = M.elementsSpec(E);
    Out += "<min=" + printBound(S.Min) + ", max=" + printBound(S.Max);
    for (const RepeatBounds &C : S.Counters)
      Out += ", counter=" + printBound(C.Min) + ".." + printBound(C.Max);
    return Out + (S.Unique ? ", unique>" : ">");
  }
  case Op::Indent:
    return Out + printIndent(M.indentSpec(E));
  default:
    return Out;
  }
}

static std::string printItemLabel(const ElementsSpec &S, size_t I) {
  if (I == 0)
    return "separator: ";
  --I;
  size_t Position = 0;
  for (; Position < S.Prefix.size() && I >= S.Prefix[Position].size(); ++Position)
    I -= S.Prefix[Position].size();
  std::string Out = Position < S.Prefix.size() ? "item " + std::to_string(Position) : "rest";
  const ElementChoice &C = S.at(Position)[I];
  if (!C.Counters.empty())
    Out += " counts";
  for (uint32_t K : C.Counters)
    Out += " " + std::to_string(K);
  return Out + ": ";
}

/// Text before the I-th operand, within the parentheses.
static std::string printLabel(const Module &M, ExprId E, size_t I) {
  if (M.op(E) == Op::Elements)
    return printItemLabel(M.elementsSpec(E), I);
  if (M.op(E) != Op::Members)
    return {};
  const MembersSpec &S = M.membersSpec(E);
  if (I == 0)
    return "separator: ";
  if (I <= S.Named.size())
    return (S.Named[I - 1].Required ? "required " : "optional ") + quoted(S.Named[I - 1].Name) +
           ": ";
  size_t AfterNamed = I - S.Named.size() - 1;
  if (AfterNamed % 2 == 1)
    return "";
  uint32_t Min = S.Free[AfterNamed / 2].Min;
  return Min ? "free<" + std::to_string(Min) + "> " : "free ";
}

/// Text after the I-th of N operands.
static std::string_view separatorAfter(const Module &M, ExprId E, size_t I, size_t N) {
  if (M.op(E) == Op::Members) {
    size_t Named = M.membersSpec(E).Named.size();
    if (I > Named && (I - Named) % 2 == 1)
      return ": ";
  }
  return I + 1 == N ? "" : ", ";
}

//===- The writer ---------------------------------------------------------===//

namespace {

class Writer {
public:
  explicit Writer(const Module &M) : M(M) {}

  std::string Out;
  /// Number of the `let` that stands for an expression; empty without any.
  std::vector<uint32_t> LetNumber;
  /// Expressions that have or will have a let; empty without any.
  std::vector<bool> Shared;
  static constexpr uint32_t NoLet = std::numeric_limits<uint32_t>::max();

  /// Writes `E` at the end of `Out`. `Inner` writes E itself although it has a let.
  /// Stops after `MaxBytes`; returns whether all was written.
  bool write(ExprId E, bool Inner, bool OneLine, size_t MaxBytes);
  uint32_t column() const {
    size_t Line = Out.rfind('\n');
    return uint32_t(Out.size() - (Line == std::string::npos ? 0 : Line + 1));
  }

private:
  struct Piece {
    ExprId E; ///< none: Text
    std::string Text;
    uint32_t Indent;
    bool Flat, BreakBefore;
  };
  void expand(const Piece &P, std::vector<Piece> &Stack);
  uint32_t width(ExprId E);

  const Module &M;
  std::vector<uint32_t> Widths;
};

/// The width of `E` written out on one line; at most MaxColumn + 1.
uint32_t Writer::width(ExprId E) {
  for (uint32_t I = uint32_t(Widths.size()); I <= E.index(); ++I) {
    ExprId X(I);
    std::span<const ExprId> Ops = M.operands(X);
    uint32_t W = uint32_t(std::min<size_t>(printHead(M, X).size(), MaxColumn + 1));
    W += Ops.empty() ? 0 : 2;
    for (size_t K = 0; K < Ops.size() && W <= MaxColumn; ++K)
      W += (Shared.empty() || !Shared[Ops[K].index()] ? Widths[Ops[K].index()] : LetWidth) +
           uint32_t(printLabel(M, X, K).size() + separatorAfter(M, X, K, Ops.size()).size());
    Widths.push_back(std::min(W, MaxColumn + 1));
  }
  return Widths[E.index()];
}

void Writer::expand(const Piece &P, std::vector<Piece> &Stack) {
  if (M.op(P.E) == Op::Dfa && !P.Flat) {
    std::string Break = "\n" + std::string(std::min(P.Indent + 2, MaxIndent), ' ');
    Out += std::string(mnemonic(Op::Dfa)) + printDfa(M.automaton(P.E), Break);
    return;
  }
  Out += printHead(M, P.E);
  std::span<const ExprId> Ops = M.operands(P.E);
  if (Ops.empty())
    return;
  Out += "(";
  uint32_t Indent = std::min(P.Indent + 2, MaxIndent);
  Stack.push_back({ExprId(), ")", 0, true, false});
  for (size_t I = Ops.size(); I-- > 0;) {
    std::string_view After = separatorAfter(M, P.E, I, Ops.size());
    if (!P.Flat && After == ", ")
      After = ",";
    bool AfterKey = I > 0 && separatorAfter(M, P.E, I - 1, Ops.size()) == ": ";
    Stack.push_back({ExprId(), std::string(After), 0, true, false});
    Stack.push_back({Ops[I], {}, Indent, P.Flat, false});
    Stack.push_back({ExprId(), printLabel(M, P.E, I), Indent, true, !P.Flat && !AfterKey});
  }
}

bool Writer::write(ExprId E, bool Inner, bool OneLine, size_t MaxBytes) {
  std::vector<Piece> Stack;
  size_t Start = Out.size();
  Stack.push_back({E, {}, 0, OneLine, false});
  size_t LineStart = Out.size() - column();
  while (!Stack.empty()) {
    if (Out.size() - Start > MaxBytes)
      return false;
    Piece P = std::move(Stack.back());
    Stack.pop_back();
    if (!P.E) {
      if (P.BreakBefore) {
        Out += '\n';
        LineStart = Out.size();
        Out.append(P.Indent, ' ');
      }
      Out += P.Text;
      continue;
    }
    bool IsTop = Inner && P.E == E;
    if (!IsTop && P.E.index() < LetNumber.size() && LetNumber[P.E.index()] != NoLet) {
      Out += "%" + std::to_string(LetNumber[P.E.index()]);
      continue;
    }
    // One column is kept for what follows: a comma or the parenthesis.
    if (!P.Flat)
      P.Flat = width(P.E) + 1 <= MaxColumn - std::min(MaxColumn, uint32_t(Out.size() - LineStart));
    expand(P, Stack);
    if (M.op(P.E) == Op::Dfa)
      LineStart = Out.size() - column();
  }
  return true;
}

} // namespace

std::string printExpr(const Module &M, ExprId E, size_t MaxBytes) {
  if (!E)
    return "none";
  Writer W(M);
  if (!W.write(E, false, true, MaxBytes)) {
    size_t Cut = MaxBytes;
    while (Cut > 0 && (uint8_t(W.Out[Cut]) & 0xc0) == 0x80)
      --Cut;
    W.Out.resize(Cut);
    W.Out += "…";
  }
  return W.Out;
}

//===- Modules ------------------------------------------------------------===//

namespace {

class ModulePrinter {
public:
  ModulePrinter(const Module &M, const PrintOptions &Options) : M(M), Options(Options), W(M) {}
  std::string print();

private:
  void findShared();
  void printLets(ExprId Body);
  void printRule(RuleId R);
  void printLocs(const OriginSet &Origins, std::string_view Callee);

  const Module &M;
  const PrintOptions &Options;
  Writer W;
  std::vector<bool> Seen; ///< expressions whose lets are written
  uint32_t NextLet = 0;
};

/// The size of the text of `E` without its operands, in units of about a word.
uint64_t ownSize(const Module &M, ExprId E) {
  static constexpr size_t BytesPerWord = 8;
  switch (M.op(E)) {
  case Op::Lit:
    return 1 + M.literal(E).size() / BytesPerWord;
  case Op::Class:
    return 1 + M.classSet(E).ranges().size();
  case Op::Bytes:
    return 16;
  case Op::Call:
    return 1 + calleeName(M, E).size() / BytesPerWord;
  case Op::Token:
    return 1 + M.tokenRef(E).Name.size() / BytesPerWord;
  case Op::AnyTokenExcept: {
    uint64_t N = 1;
    for (const TokenRef &T : M.excludedTokens(E))
      N += 1 + T.Name.size() / BytesPerWord;
    return N;
  }
  case Op::Members: {
    uint64_t N = 8;
    for (const NamedMember &Named : M.membersSpec(E).Named)
      N += 2 + Named.Name.size() / BytesPerWord;
    return N;
  }
  case Op::Elements:
    return 8;
  default:
    return 1;
  }
}

/// Decides whether the trees are so big that parts used twice get names.
void ModulePrinter::findShared() {
  static constexpr uint64_t WorthNaming = 4, TreePerExpr = 16;
  // Only what rules hold counts: the text must not depend on what a pass left over.
  std::vector<uint8_t> Uses(M.exprCount());
  std::vector<ExprId> Work;
  auto Use = [&](ExprId E) {
    if (Uses[E.index()] == 0)
      Work.push_back(E);
    if (Uses[E.index()] < 2)
      ++Uses[E.index()];
  };
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (ExprId Body = M.rule(RuleId(I)).Body)
      Use(Body);
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    for (ExprId O : M.operands(E))
      Use(O);
  }
  std::vector<uint64_t> Sizes(M.exprCount());
  uint64_t Own = 0, Total = 0;
  for (uint32_t I = 0; I < M.exprCount(); ++I) {
    if (!Uses[I])
      continue;
    uint64_t N = ownSize(M, ExprId(I));
    Own += N;
    for (ExprId O : M.operands(ExprId(I)))
      N = std::min<uint64_t>(N + Sizes[O.index()], UINT32_MAX);
    Sizes[I] = N;
  }
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    if (ExprId Body = M.rule(RuleId(I)).Body)
      Total += Sizes[Body.index()];
  if (Total <= std::max<uint64_t>(Options.MaxTreeNodes, TreePerExpr * Own))
    return;
  std::vector<bool> &Shared = W.Shared;
  Shared.resize(M.exprCount());
  Seen.resize(M.exprCount());
  W.LetNumber.assign(M.exprCount(), Writer::NoLet);
  for (uint32_t I = 0; I < M.exprCount(); ++I)
    Shared[I] = Uses[I] > 1 && Sizes[I] >= WorthNaming;
}

/// Names the shared parts of a body that have no name yet. Operands have smaller ids,
/// so ascending ids are an order in which every let uses earlier ones only.
void ModulePrinter::printLets(ExprId Body) {
  std::vector<ExprId> Parts, Work{Body};
  while (!Work.empty()) {
    ExprId E = Work.back();
    Work.pop_back();
    if (Seen[E.index()])
      continue;
    Seen[E.index()] = true;
    if (W.Shared[E.index()])
      Parts.push_back(E);
    for (ExprId O : M.operands(E))
      Work.push_back(O);
  }
  std::sort(Parts.begin(), Parts.end());
  for (ExprId E : Parts) {
    W.Out += "let %" + std::to_string(NextLet) + " = ";
    W.write(E, true, false, std::string::npos);
    W.Out += "\n";
    W.LetNumber[E.index()] = NextLet++;
  }
}

/// In an order that depends on nothing but the text.
void ModulePrinter::printLocs(const OriginSet &Origins, std::string_view Callee) {
  using Place = std::tuple<bool, std::string_view, uint32_t, uint32_t, std::string_view>;
  std::set<Place> Places;
  for (const Origin &O : Origins.items()) {
    bool HasRange = O.Range.isValid();
    Places.emplace(!HasRange, HasRange ? Options.Sources->name(O.Range.File) : std::string_view(),
                   O.Range.Begin, O.Range.End, O.Pointer);
  }
  for (const auto &[NoRange, File, Begin, End, Pointer] : Places) {
    W.Out += "\n  loc";
    if (!Callee.empty())
      W.Out += " " + printRuleName(Callee);
    if (!NoRange)
      W.Out += " " + quoted(File) + ":" + std::to_string(Begin) + ".." + std::to_string(End);
    if (!Pointer.empty() || NoRange)
      W.Out += " at " + quoted(Pointer);
  }
}

void ModulePrinter::printRule(RuleId R) {
  const RuleInfo &Info = M.rule(R);
  if (Info.Body && !W.Shared.empty())
    printLets(Info.Body);
  W.Out += "rule " + printRuleName(Info.Name);
  std::vector<std::string> Attributes;
  if (Info.Nest)
    Attributes.push_back("nest");
  if (Info.Shared)
    Attributes.push_back("shared");
  for (const auto &[Key, Value] : Info.Attributes)
    Attributes.push_back((isPlainKey(Key) ? Key : quoted(Key)) + "=" + quoted(Value));
  for (size_t I = 0; I < Attributes.size(); ++I)
    W.Out += (I ? ", " : " [") + Attributes[I];
  if (!Attributes.empty())
    W.Out += "]";
  if (Info.Body) {
    W.Out += " = ";
    W.write(Info.Body, false, false, std::string::npos);
  }
  if (Options.Sources) {
    printLocs(Info.Origins, {});
    // By callee: the numbers of expressions are not part of the text.
    std::map<RuleId, const OriginSet *> Calls;
    auto From = M.allCallOrigins().lower_bound({R, ExprId(0)});
    for (; From != M.allCallOrigins().end() && From->first.first == R; ++From)
      Calls.emplace(M.callee(From->first.second), &From->second);
    for (const auto &[Callee, Set] : Calls)
      printLocs(*Set, M.rule(Callee).Name);
  }
  W.Out += "\n";
}

std::string ModulePrinter::print() {
  if (M.start())
    W.Out += "start " + printRuleName(M.rule(M.start()).Name) + "\n";
  findShared();
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    printRule(RuleId(I));
  return std::move(W.Out);
}

} // namespace

std::string printModule(const Module &M, const PrintOptions &Options) {
  return ModulePrinter(M, Options).print();
}

} // namespace weir::ir
