//===- ParseExpr.cpp - IR text: expressions -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An operation with operands opens a frame; its operands are read with the frame on
// an explicit stack, and the closing parenthesis makes the expression, which is then
// an operand of the frame below. Nothing recurs, so nesting has no limit but memory.
//
//===----------------------------------------------------------------------===//
#include "Parser.h"

#include "weir/Diag/EditDistance.h"

#include <algorithm>

namespace weir::ir {

/// An operation whose operands are being read.
struct Parser::Frame {
  Op Kind;
  WirToken Name;
  std::vector<ExprId> Operands;
  RepeatBounds Bounds{0, Unbounded}; ///< of repeat, members, indent
  Escapes Esc = Escapes::Canonical;  ///< of json_string
  MembersSpec Members;               ///< names and flags so far; expressions are Operands
  ElementsSpec Elements;             ///< flags and choices so far; values are Operands
  IndentSpec Indent{0, 0, 0, false};
  enum : uint8_t { Separator, Tail, FreeKey, FreeTail } Part = Separator;
  std::vector<size_t> FreeAt; ///< operand numbers of the keys of free members
  std::vector<uint32_t> FreeMin;
};

static bool hasOperands(Op O) {
  switch (O) {
  case Op::Seq:
  case Op::Alt:
  case Op::And:
  case Op::Not:
  case Op::Repeat:
  case Op::JsonString:
  case Op::Members:
  case Op::Elements:
    return true;
  default:
    return false;
  }
}

bool Parser::isTooLarge() {
  if (M.exprCount() <= Options.MaxExprs)
    return false;
  Diags.report(rangeOf(peek()), DiagId::ModuleTooLarge)
      << "expressions" << uint64_t(Options.MaxExprs);
  return true;
}

/// The call of a rule by name, or `never` when there is no such rule, reported.
ExprId Parser::parseCall(const WirToken &T) {
  std::string Name = decodeName(T);
  if (RuleId R = M.lookup(Name)) {
    ExprId Call = M.call(R);
    if (Current && Options.RecordPositions) {
      OriginSet Set;
      addPlace(Set, T);
      M.addCallOrigin(Current, Call, Set);
    }
    return Call;
  }
  DiagBuilder D = Diags.report(rangeOf(T), DiagId::WirUnknownRule);
  D << printRuleName(Name);
  // Each suggestion costs a look at every rule: enough of them is enough.
  static constexpr unsigned MaxSuggestions = 100;
  if (Diags.errorCount() > MaxSuggestions)
    return M.never();
  std::vector<std::string_view> Names;
  for (uint32_t I = 0; I < M.ruleCount(); ++I)
    Names.push_back(M.rule(RuleId(I)).Name);
  if (const std::string_view *Best = nearestName(Name, Names))
    D.note("did you mean '" + printRuleName(*Best) + "'?");
  return M.never();
}

static std::optional<Op> operationNamed(std::string_view Word) {
#define OPERATION(Name, Mnemonic, Summary)                                                         \
  if (Word == Mnemonic)                                                                            \
    return Op::Name;
#include "weir/IR/Operations.def"
  return std::nullopt;
}

//===- Options in angle brackets ------------------------------------------===//

bool Parser::parseEscapes(Escapes &Out) {
  for (size_t I = 0; I < std::size(EscapesWords); ++I)
    if (takeWord(EscapesWords[I])) {
      Out = Escapes(I);
      return true;
    }
  return unexpected("'canonical', 'any', 'ascii' or 'any-ascii'");
}

/// `name=value`, `tabs` or `unique`, of members, elements or indent.
bool Parser::parseNamedOption(Frame &F) {
  static const std::vector<std::string_view> MembersOptions{"order", "escapes", "min", "max"};
  static const std::vector<std::string_view> IndentOptions{"min", "max", "delta", "tabs"};
  static const std::vector<std::string_view> ElementsOptions{"min", "max", "counter", "unique"};
  if (peek().What != WirToken::Word)
    return unexpected("an option's name");
  WirToken T = take();
  std::string_view Name = textOf(T);
  if (F.Kind == Op::Indent && Name == "tabs") {
    F.Indent.Tabs = true;
    return true;
  }
  if (F.Kind == Op::Elements && Name == "unique") {
    F.Elements.Unique = true;
    return true;
  }
  const auto &Known = F.Kind == Op::Members    ? MembersOptions
                      : F.Kind == Op::Elements ? ElementsOptions
                                               : IndentOptions;
  if (std::find(Known.begin(), Known.end(), Name) == Known.end()) {
    Diags.report(rangeOf(T), DiagId::WirUnknownOption).didYouMean(Name, Known)
        << Name << mnemonic(F.Kind);
    return false;
  }
  if (!expectSign('='))
    return false;
  if (Name == "order") {
    F.Members.Order = atWord("any") ? KeyOrder::Any : KeyOrder::Declared;
    return takeWord("any") || takeWord("declared") || unexpected("'declared' or 'any'");
  }
  if (Name == "escapes")
    return parseEscapes(F.Members.Esc);
  if (Name == "delta") {
    bool Negative = takeSign('-');
    WirToken At = peek();
    std::optional<uint32_t> N = takeNumber(false);
    if (!N)
      return false;
    if (*N > INT32_MAX) {
      Diags.report(rangeOf(At), DiagId::WirBadNumber) << textOf(At) << uint64_t(INT32_MAX);
      return false;
    }
    F.Indent.Delta = Negative ? -int32_t(*N) : int32_t(*N);
    return true;
  }
  if (Name == "counter") {
    WirToken At = peek();
    std::optional<uint32_t> Min = takeNumber(false);
    if (!Min)
      return false;
    if (peek().What != WirToken::Dots)
      return unexpected("'..'");
    take();
    std::optional<uint32_t> Max = takeNumber(true);
    if (!Max)
      return false;
    if (*Max < *Min) {
      Diags.report(rangeOf(At), DiagId::WirBadBounds) << uint64_t(*Min) << uint64_t(*Max);
      Max = Min;
    }
    F.Elements.Counters.push_back({*Min, *Max});
    return true;
  }
  std::optional<uint32_t> N = takeNumber(Name == "max");
  if (!N)
    return false;
  (Name == "min" ? F.Bounds.Min : F.Bounds.Max) = *N;
  return true;
}

bool Parser::parseOptions(Frame &F) {
  uint32_t Begin = peek().Begin;
  bool Has = takeSign('<');
  switch (F.Kind) {
  case Op::Repeat: {
    if (!Has)
      return unexpected("'<', the bounds and '>'");
    std::optional<uint32_t> Min = takeNumber(false);
    if (!Min || !expectSign(','))
      return false;
    std::optional<uint32_t> Max = takeNumber(true);
    if (!Max)
      return false;
    F.Bounds = {*Min, *Max};
    break;
  }
  case Op::JsonString:
    if (!Has)
      return true;
    if (!parseEscapes(F.Esc))
      return false;
    break;
  case Op::Members:
  case Op::Elements:
  case Op::Indent:
    if (!Has)
      return true;
    do {
      if (!parseNamedOption(F))
        return false;
    } while (takeSign(','));
    break;
  default:
    return !Has || unexpected("'('");
  }
  uint32_t Finish = peek().Finish;
  if (!expectSign('>'))
    return false;
  if (F.Bounds.Max < F.Bounds.Min) {
    Diags.report({File, Begin, Finish}, DiagId::WirBadBounds)
        << uint64_t(F.Bounds.Min) << uint64_t(F.Bounds.Max);
    F.Bounds.Max = F.Bounds.Min;
  }
  return true;
}

//===- Operands -----------------------------------------------------------===//

/// What stands before a member's first expression.
bool Parser::parseMemberLabel(Frame &F) {
  if (F.Operands.empty()) {
    F.Part = Frame::Separator;
    return expectWord("separator") && expectSign(':');
  }
  if (takeWord("free")) {
    F.Part = Frame::FreeKey;
    F.FreeAt.push_back(F.Operands.size());
    F.FreeMin.push_back(0);
    if (!takeSign('<'))
      return true;
    std::optional<uint32_t> Min = takeNumber(false);
    if (!Min)
      return false;
    F.FreeMin.back() = *Min;
    return expectSign('>');
  }
  bool Required = atWord("required");
  if (!takeWord("required") && !takeWord("optional"))
    return unexpected("'required', 'optional' or 'free'");
  std::optional<std::string> Name = takeString();
  if (!Name)
    return false;
  F.Part = Frame::Tail;
  F.Members.Named.push_back({std::move(*Name), Required, ExprId()});
  return expectSign(':');
}

/// What stands before the value of a choice of `elements`.
bool Parser::parseItemLabel(Frame &F) {
  if (F.Operands.empty())
    return expectWord("separator") && expectSign(':');
  ElementsSpec &S = F.Elements;
  ElementChoice Choice;
  std::vector<ElementChoice> *Position = &S.Rest;
  if (takeWord("item")) {
    WirToken At = peek();
    std::optional<uint32_t> N = takeNumber(false);
    if (!N)
      return false;
    // In order, so that the values are read in the order of the operands.
    bool Next = *N == S.Prefix.size(), Again = *N + uint64_t(1) == S.Prefix.size();
    if (!S.Rest.empty() || (!Next && !Again)) {
      Diags.report(rangeOf(At), DiagId::WirSyntax)
          << "the positions from 0 on in order, then 'rest'" << "'" + std::string(textOf(At)) + "'";
      return false;
    }
    if (Next)
      S.Prefix.emplace_back();
    Position = &S.Prefix.back();
  } else if (!takeWord("rest")) {
    return unexpected("'item' or 'rest'");
  }
  if (takeWord("counts")) {
    do {
      std::optional<uint32_t> N = takeNumber(false);
      if (!N)
        return false;
      Choice.Counters.push_back(*N);
    } while (peek().What == WirToken::Number);
    std::sort(Choice.Counters.begin(), Choice.Counters.end());
    Choice.Counters.erase(std::unique(Choice.Counters.begin(), Choice.Counters.end()),
                          Choice.Counters.end());
  }
  Position->push_back(std::move(Choice));
  return expectSign(':');
}

/// After an operand: moves to the next one, or sets `Done` at the parenthesis.
bool Parser::nextOperand(Frame &F, bool &Done) {
  if (F.Kind == Op::Members && F.Part == Frame::FreeKey) {
    F.Part = Frame::FreeTail;
    return expectSign(':');
  }
  if (takeSign(')')) {
    Done = true;
    return true;
  }
  bool One = F.Kind == Op::Not || F.Kind == Op::Repeat || F.Kind == Op::JsonString;
  if (One)
    return unexpected("')'");
  if (!takeSign(','))
    return unexpected("',' or ')'");
  if (F.Kind == Op::Elements)
    return parseItemLabel(F);
  return F.Kind != Op::Members || parseMemberLabel(F);
}

/// The expression of a frame whose operands are complete.
std::optional<ExprId> Parser::finishFrame(Frame &F) {
  std::span<const ExprId> Ops(F.Operands);
  switch (F.Kind) {
  case Op::Seq:
    return M.seq(Ops);
  case Op::Alt:
    return M.alt(Ops);
  case Op::And:
    return M.conj(Ops);
  case Op::Not:
    return M.neg(Ops[0]);
  case Op::Repeat:
    return M.repeat(Ops[0], F.Bounds.Min, F.Bounds.Max);
  case Op::JsonString:
    return M.jsonString(Ops[0], F.Esc);
  default:
    break;
  }
  if (F.Kind == Op::Elements) {
    ElementsSpec &S = F.Elements;
    S.Min = F.Bounds.Min;
    S.Max = F.Bounds.Max;
    S.Separator = Ops[0];
    size_t I = 1;
    for (std::vector<ElementChoice> &Position : S.Prefix)
      for (ElementChoice &C : Position)
        C.Value = Ops[I++];
    for (ElementChoice &C : S.Rest)
      C.Value = Ops[I++];
    return M.elements(std::move(S));
  }
  MembersSpec &S = F.Members;
  S.Min = F.Bounds.Min;
  S.Max = F.Bounds.Max;
  S.Separator = Ops[0];
  size_t Named = 0, Free = 0;
  for (size_t I = 1; I < Ops.size(); ++I) {
    if (Free < F.FreeAt.size() && F.FreeAt[Free] == I) {
      S.Free.push_back({Ops[I], Ops[I + 1], F.FreeMin[Free]});
      ++Free;
      ++I;
    } else {
      S.Named[Named++].Tail = Ops[I];
    }
  }
  return M.members(S);
}

/// `any_token_except`, after the word.
std::optional<ExprId> Parser::parseTokens() {
  if (!expectSign('('))
    return std::nullopt;
  std::vector<TokenRef> Excluded;
  if (takeSign(')'))
    return M.anyTokenExcept(std::move(Excluded));
  do {
    std::optional<TokenRef> T = takeTokenRef();
    if (!T)
      return std::nullopt;
    Excluded.push_back(std::move(*T));
  } while (takeSign(','));
  if (!takeSign(')')) {
    unexpected("',' or ')'");
    return std::nullopt;
  }
  return M.anyTokenExcept(std::move(Excluded));
}

/// `dfa`, after the word: states in order.
std::optional<ExprId> Parser::parseDfa() {
  if (!expectSign('('))
    return std::nullopt;
  ByteDfa D;
  std::vector<WirToken> Targets;
  do {
    bool Accepts = takeSign('*');
    if (!expectSign('('))
      return std::nullopt;
    D.addState(Accepts);
    std::vector<ByteDfa::Edge> Row;
    ByteSet Seen;
    bool Closed = takeSign(')');
    while (!Closed) {
      if (isTooLarge() || !expectWord("bytes"))
        return std::nullopt;
      if (peek().What != WirToken::Set) {
        unexpected("a set in brackets");
        return std::nullopt;
      }
      WirToken At = peek();
      ByteSet Set = decodeBytes(At);
      take();
      if (!(Set & Seen).empty())
        Diags.report(rangeOf(At), DiagId::WirDfaOverlap);
      Targets.push_back(peek());
      std::optional<uint32_t> Target = takeNumber(false);
      if (!Target)
        return std::nullopt;
      Set &= ~Seen;
      Seen |= Set;
      for (unsigned First = Set.next(0); First < 256; First = Set.next(First)) {
        unsigned End = (~Set).next(First);
        Row.push_back({uint8_t(First), uint8_t(End - 1), *Target});
        First = End;
      }
      Closed = takeSign(')');
      if (!Closed && !takeSign(',')) {
        unexpected("',' or ')'");
        return std::nullopt;
      }
    }
    std::sort(Row.begin(), Row.end());
    for (const ByteDfa::Edge &X : Row)
      D.addEdge(X.First, X.Last, X.Target);
  } while (takeSign(','));
  if (!takeSign(')')) {
    unexpected("',' or ')'");
    return std::nullopt;
  }
  bool Missing = false;
  for (const WirToken &T : Targets) {
    std::string_view Digits = textOf(T);
    uint64_t Target = Digits.size() > 9 ? UINT64_MAX : std::stoull(std::string(Digits));
    if (Target >= D.size()) {
      Diags.report(rangeOf(T), DiagId::WirDfaTarget) << Digits << uint64_t(D.size());
      Missing = true;
    }
  }
  return Missing ? M.never() : M.dfa(D);
}

std::optional<ExprId> Parser::parseIndent(Frame &F) {
  F.Bounds = {0, 0};
  if (!parseOptions(F))
    return std::nullopt;
  F.Indent.Min = F.Bounds.Min;
  F.Indent.Max = F.Bounds.Max;
  return M.indent(F.Indent);
}

/// Reads an operation: a leaf into `Value`, another as a new frame.
bool Parser::parseOperation(std::vector<Frame> &Stack, ExprId &Value) {
  if (peek().What == WirToken::LetName) {
    WirToken T = take();
    std::string Digits(textOf(T).substr(1));
    auto It = Lets.find(Digits.size() > 18 ? ~UINT64_C(0) : std::stoull(Digits));
    if (It == Lets.end()) {
      Diags.report(rangeOf(T), DiagId::WirUnknownLet) << textOf(T);
      return false;
    }
    Value = It->second;
    return true;
  }
  if (peek().What != WirToken::Word || isStatementWord())
    return unexpected("an expression");
  WirToken T = take();
  std::optional<Op> Kind = operationNamed(textOf(T));
  if (!Kind) {
    static const std::vector<std::string_view> Known{
#define OPERATION(Name, Mnemonic, Summary) Mnemonic,
#include "weir/IR/Operations.def"
    };
    Diags.report(rangeOf(T), DiagId::WirUnknownOperation).didYouMean(textOf(T), Known) << textOf(T);
    return false;
  }
  if (hasOperands(*Kind)) {
    Frame F{};
    F.Kind = *Kind;
    F.Name = T;
    F.Bounds = {0, Unbounded};
    if (!parseOptions(F) || !expectSign('('))
      return false;
    bool MayBeBare = *Kind == Op::Seq || *Kind == Op::Alt || *Kind == Op::And;
    if (MayBeBare && takeSign(')')) {
      Value = *finishFrame(F);
      return true;
    }
    if (*Kind == Op::Members && !parseMemberLabel(F))
      return false;
    if (*Kind == Op::Elements && !parseItemLabel(F))
      return false;
    Stack.push_back(std::move(F));
    return true;
  }
  std::optional<ExprId> Leaf;
  switch (*Kind) {
  case Op::Never:
    Leaf = M.never();
    break;
  case Op::Empty:
    Leaf = M.empty();
    break;
  case Op::Lit:
    if (std::optional<std::string> S = takeString())
      Leaf = M.lit(*S);
    break;
  case Op::Class:
  case Op::Bytes:
    if (peek().What != WirToken::Set)
      return unexpected("a set in brackets");
    Leaf = *Kind == Op::Class ? M.cls(decodeClass(peek())) : M.bytes(decodeBytes(peek()));
    take();
    break;
  case Op::Call:
    if (peek().What != WirToken::RuleName)
      return unexpected("a rule's name");
    Leaf = parseCall(take());
    break;
  case Op::Token:
    if (std::optional<TokenRef> R = takeTokenRef())
      Leaf = M.token(std::move(*R));
    break;
  case Op::Dfa:
    Leaf = parseDfa();
    break;
  case Op::AnyTokenExcept:
    Leaf = parseTokens();
    break;
  default: {
    Frame F{};
    F.Kind = *Kind;
    F.Name = T;
    Leaf = parseIndent(F);
    break;
  }
  }
  if (!Leaf)
    return false;
  Value = *Leaf;
  return true;
}

std::optional<ExprId> Parser::parseExpr() {
  std::vector<Frame> Stack;
  while (true) {
    if (isTooLarge())
      return std::nullopt;
    ExprId Value;
    if (!parseOperation(Stack, Value))
      return std::nullopt;
    // A value closes as many frames as parentheses follow it.
    while (Value) {
      if (Stack.empty())
        return Value;
      Frame &F = Stack.back();
      F.Operands.push_back(Value);
      Value = ExprId();
      bool Done = false;
      if (!nextOperand(F, Done))
        return std::nullopt;
      if (Done) {
        Value = *finishFrame(F);
        Stack.pop_back();
      }
    }
  }
}

} // namespace weir::ir
