//===- Module.h - The grammar IR: rules over shared expressions -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module is a list of rules; a rule's body is an expression. Expressions are
// immutable and hash-consed in tables the module owns:
//
//   ExprId  op      operands        payload
//   0       never   -               -
//   1       empty   -               -
//   2       lit     -               "true"
//   3       call    -               rule 4
//   4       seq     [2, 3]          -          operands are a slice of one array
//
// Equal ids mean equal structure, so sharing, memo tables and comparison are
// integer operations, and a pass rewrites by making new expressions. Nothing is
// simplified here but what has no other form: `seq` and `alt` of none or one
// operand are the unit or the operand itself. Simplification is a pass.
//
// Places are not part of an expression: they are kept per rule and per call site
// as sets of origins, which passes merge.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_IR_MODULE_H
#define WEIR_IR_MODULE_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/ByteDfa.h"
#include "weir/IR/ScalarDfa.h"
#include "weir/Support/ByteSet.h"
#include "weir/Support/CodePointSet.h"
#include "weir/Support/Id.h"
#include "weir/Support/StableList.h"

#include <cassert>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir::ir {

using RuleId = Id<struct RuleTag>;
using ExprId = Id<struct ExprTag>;

enum class Op : uint8_t {
#define OPERATION(Name, Mnemonic, Summary) Name,
#include "weir/IR/Operations.def"
};

std::string_view mnemonic(Op O);

/// The upper bound of a repetition or count that has none.
inline constexpr uint32_t Unbounded = 0xffffffffU;

/// How JSON string values may be spelled.
///  Canonical: raw where JSON allows, the short escape where there is one
///             (\" \\ \b \f \n \r \t), other controls as \u00xx in lower case.
///  Any:       every spelling of RFC 8259 section 7 whose value is a sequence of
///             scalar values.
///  Ascii:     as Canonical, but what is not printable ASCII (U+007F and above) is \uxxxx
///             in lower case too, above U+FFFF as a surrogate pair.
///  AnyAscii:  as Any, but U+007F and above are \uxxxx, in either case.
enum class Escapes : uint8_t { Canonical, Any, Ascii, AnyAscii };

/// Whether a character may have several spellings.
constexpr bool isAnySpelling(Escapes E) { return E == Escapes::Any || E == Escapes::AnyAscii; }
/// Whether only printable ASCII may stand as it is.
constexpr bool isAscii(Escapes E) { return E == Escapes::Ascii || E == Escapes::AnyAscii; }
/// The last character that may stand as it is.
constexpr uint32_t lastRaw(Escapes E) { return isAscii(E) ? 0x7E : MaxCodePoint; }
/// The words of the text form, in the order of the values.
inline constexpr std::string_view EscapesWords[] = {"canonical", "any", "ascii", "any-ascii"};

/// The order in which named members may stand.
///  Declared: as listed, then the free ones.
///  Any:      any order.
enum class KeyOrder : uint8_t { Declared, Any };

/// A token named by its id in the vocabulary or by the text of a special token.
struct TokenRef {
  std::optional<uint32_t> Id;
  std::string Name; ///< when there is no id
  friend auto operator<=>(const TokenRef &, const TokenRef &) = default;
  friend bool operator==(const TokenRef &, const TokenRef &) = default;
};

struct RepeatBounds {
  uint32_t Min, Max; ///< Max may be Unbounded
  friend auto operator<=>(const RepeatBounds &, const RepeatBounds &) = default;
};

/// Between Min·d and Max·d blanks (spaces, and tabs too when `Tabs`), where d is the number
/// of enclosing frames of rules marked `nest`, plus Delta (never below 0).
struct IndentSpec {
  uint32_t Min, Max;
  int32_t Delta;
  bool Tabs;
  friend auto operator<=>(const IndentSpec &, const IndentSpec &) = default;
};

struct NamedMember {
  std::string Name; ///< the decoded key, UTF-8
  bool Required;
  ExprId Tail; ///< what follows the key's closing quote: colon and value
  friend auto operator<=>(const NamedMember &, const NamedMember &) = default;
  friend bool operator==(const NamedMember &, const NamedMember &) = default;
};

/// One way in which a member may be read whose key is not listed. Several may have
/// one key; a member is read through one of them.
struct FreeMember {
  ExprId Key; ///< regular, over the decoded key; names of named members are excluded
  ExprId Tail;
  uint32_t Min = 0; ///< so many members at least are read through this one
  friend auto operator<=>(const FreeMember &, const FreeMember &) = default;
};

/// The members of one JSON object, without the braces:
///   member (Separator member)*   with Min <= number of members <= Max
/// where a member is a key (a JSON string, quotes included) and its tail. No two
/// members have keys of equal value; every required name occurs; named members
/// stand in the order asked for; members with other keys can be assigned to free
/// members that have key and tail such that each gets its Min. Zero members are the
/// empty text, allowed when no lower bound is above 0 and nothing is required.
struct MembersSpec {
  KeyOrder Order = KeyOrder::Declared;
  Escapes Esc = Escapes::Canonical;
  uint32_t Min = 0, Max = Unbounded;
  ExprId Separator; ///< not nullable
  std::vector<NamedMember> Named;
  std::vector<FreeMember> Free;
  bool nullable() const {
    for (const NamedMember &N : Named)
      if (N.Required)
        return false;
    for (const FreeMember &F : Free)
      if (F.Min > 0)
        return false;
    return Min == 0;
  }
  friend auto operator<=>(const MembersSpec &, const MembersSpec &) = default;
  friend bool operator==(const MembersSpec &, const MembersSpec &) = default;
};

/// One way in which an item of an array may be read.
struct ElementChoice {
  ExprId Value;                   ///< not nullable
  std::vector<uint32_t> Counters; ///< ascending: the counters that an item so read adds one to
  friend auto operator<=>(const ElementChoice &, const ElementChoice &) = default;
  friend bool operator==(const ElementChoice &, const ElementChoice &) = default;
};

/// The items of one JSON array, without the brackets:
///   item (Separator item)*   with Min <= number of items <= Max
/// where the item at position i is read through one of the choices of Prefix[i], or
/// of Rest past the prefix, such that in the end each counter is within its bounds.
/// Unique: no two items are equal as JSON values (1 = 1.0 = 1e0, strings by their
/// decoded text, objects in any order of keys). Zero items are the empty text, allowed
/// when no lower bound is above 0.
struct ElementsSpec {
  ExprId Separator; ///< not nullable
  std::vector<std::vector<ElementChoice>> Prefix;
  std::vector<ElementChoice> Rest;
  uint32_t Min = 0, Max = Unbounded;
  std::vector<RepeatBounds> Counters;
  bool Unique = false;
  bool nullable() const {
    for (const RepeatBounds &C : Counters)
      if (C.Min > 0)
        return false;
    return Min == 0;
  }
  /// The choices at a position.
  const std::vector<ElementChoice> &at(size_t Position) const {
    return Position < Prefix.size() ? Prefix[Position] : Rest;
  }
  friend auto operator<=>(const ElementsSpec &, const ElementsSpec &) = default;
  friend bool operator==(const ElementsSpec &, const ElementsSpec &) = default;
};

/// A place in a source: a range, and for JSON sources the pointer.
struct Origin {
  SourceRange Range;
  std::string Pointer;
  friend auto operator<=>(const Origin &, const Origin &) = default;
  friend bool operator==(const Origin &, const Origin &) = default;
};

/// A set of origins, sorted and without repeats: of those added, the first sixteen.
class OriginSet {
public:
  void add(Origin O);
  void add(const OriginSet &O);
  bool empty() const { return !Items; }
  std::span<const Origin> items() const {
    return Items ? std::span<const Origin>(*Items) : std::span<const Origin>();
  }

private:
  /// The items, to be changed, which no other set shares.
  std::vector<Origin> &own();

  /// Copies share them until something is added; none is empty.
  std::shared_ptr<std::vector<Origin>> Items;
};

/// What a rule carries beside its body.
struct RuleInfo {
  std::string Name;    ///< without the '@'
  ExprId Body;         ///< none until set
  bool Nest = false;   ///< its frames deepen the nesting that `indent` reads
  bool Shared = false; ///< a lexical rule: always called, never inlined
  /// Other attributes (capture, max_tokens, temperature, lazy, …), by name.
  std::map<std::string, std::string> Attributes;
  OriginSet Origins;
};

class Module {
public:
  Module();

  // Expressions. O(operands) expected each.
  ExprId never() const { return ExprId(0); }
  ExprId empty() const { return ExprId(1); }
  /// The empty literal is `empty`.
  ExprId lit(std::string_view Bytes);
  /// The empty class is `never`.
  ExprId cls(const CodePointSet &Set);
  ExprId bytes(const ByteSet &Set);
  /// Minimised, so equal languages are equal ids. The empty language is `never`, that of
  /// the empty text alone is `empty`.
  ExprId dfa(const ByteDfa &D);
  /// The same for one that `minimised` made.
  ExprId minimalDfa(const ByteDfa &D);
  ExprId seq(std::span<const ExprId> Operands);
  ExprId alt(std::span<const ExprId> Operands);
  ExprId seq(std::initializer_list<ExprId> L) { return seq(std::span(L.begin(), L.size())); }
  ExprId alt(std::initializer_list<ExprId> L) { return alt(std::span(L.begin(), L.size())); }
  /// Min <= Max. Bounds 1,1 are the operand itself; 0,0 is `empty`.
  ExprId repeat(ExprId E, uint32_t Min, uint32_t Max);
  ExprId optional(ExprId E) { return repeat(E, 0, 1); }
  ExprId star(ExprId E) { return repeat(E, 0, Unbounded); }
  ExprId plus(ExprId E) { return repeat(E, 1, Unbounded); }
  ExprId call(RuleId R);
  ExprId conj(std::span<const ExprId> Operands); ///< `and`; of none: any scalar sequence
  ExprId conj(std::initializer_list<ExprId> L) { return conj(std::span(L.begin(), L.size())); }
  ExprId neg(ExprId E); ///< `not`
  ExprId jsonString(ExprId E, Escapes Style);
  ExprId token(TokenRef T);
  ExprId anyTokenExcept(std::vector<TokenRef> Excluded);
  ExprId members(const MembersSpec &Spec);
  /// A position without a choice ends the array before it: what lies behind is left
  /// out, and `never` comes out when Min items do not fit.
  ExprId elements(ElementsSpec Spec);
  ExprId indent(const IndentSpec &Spec);
  /// Every sequence of scalar values.
  ExprId anyText() { return star(cls(CodePointSet::all())); }

  /// The same operation and payload over other operands (as listed by `operands`,
  /// the same number of them).
  ExprId withOperands(ExprId E, std::span<const ExprId> Operands);

  Op op(ExprId E) const { return Nodes[E.index()].Kind; }
  /// The subexpressions, in a fixed order. For `members`: Separator, the tails of
  /// the named members, then key and tail of each free member. For `elements`:
  /// Separator, the values of the prefix by position, then those of the rest. Valid
  /// until the next expression is made.
  std::span<const ExprId> operands(ExprId E) const {
    const Node &N = Nodes[E.index()];
    return std::span(Operands).subspan(N.OperandBegin, N.OperandCount);
  }
  std::string_view literal(ExprId E) const { return Literals[payload(E, Op::Lit)]; }
  const CodePointSet &classSet(ExprId E) const { return Classes[payload(E, Op::Class)]; }
  const ByteSet &byteSet(ExprId E) const { return ByteSets[payload(E, Op::Bytes)]; }
  const ByteDfa &automaton(ExprId E) const { return Automata[payload(E, Op::Dfa)]; }
  RepeatBounds bounds(ExprId E) const { return Bounds[payload(E, Op::Repeat)]; }
  RuleId callee(ExprId E) const { return RuleId(payload(E, Op::Call)); }
  Escapes escapes(ExprId E) const { return Escapes(payload(E, Op::JsonString)); }
  const TokenRef &tokenRef(ExprId E) const { return Tokens[payload(E, Op::Token)][0]; }
  std::span<const TokenRef> excludedTokens(ExprId E) const {
    return Tokens[payload(E, Op::AnyTokenExcept)];
  }
  const MembersSpec &membersSpec(ExprId E) const { return Members[payload(E, Op::Members)]; }
  const ElementsSpec &elementsSpec(ExprId E) const { return Elements[payload(E, Op::Elements)]; }
  const IndentSpec &indentSpec(ExprId E) const { return Indents[payload(E, Op::Indent)]; }
  uint32_t exprCount() const { return uint32_t(Nodes.size()); }

  /// Makes the minimal automaton of an expression over text, or finds it; null when it is beyond
  /// a budget of its own. What it points to lives as long as this is kept.
  using AutomatonSource = std::function<const ScalarDfa *()>;
  /// Lets others have the automaton of `E` without making it again. Nothing else depends on it.
  void rememberAutomaton(ExprId E, AutomatonSource From) {
    KnownAutomata.insert_or_assign(E, std::move(From));
  }
  /// `New` has the same texts as `E`: what was remembered of `E` is remembered of it.
  void rememberRewritten(ExprId E, ExprId New) {
    if (KnownAutomata.empty() || E == New)
      return;
    if (const auto It = KnownAutomata.find(E); It != KnownAutomata.end())
      KnownAutomata.try_emplace(New, AutomatonSource(It->second));
  }
  /// The automaton that was remembered, or null.
  const ScalarDfa *knownAutomaton(ExprId E) const {
    const auto It = KnownAutomata.find(E);
    return It == KnownAutomata.end() ? nullptr : It->second();
  }

  // Rules.
  /// The name must not be taken; see `lookup` and `freshName`.
  RuleId addRule(std::string Name);
  RuleId lookup(std::string_view Name) const;
  std::string freshName(std::string_view Stem) const;
  RuleInfo &rule(RuleId R) { return Rules[R.index()]; }
  const RuleInfo &rule(RuleId R) const { return Rules[R.index()]; }
  uint32_t ruleCount() const { return uint32_t(Rules.size()); }
  RuleId start() const { return Start; }
  void setStart(RuleId R) { Start = R; }
  /// Keeps the rules marked, in order, renumbering calls. The start must be kept,
  /// and no kept body may call a dropped rule.
  void keepRules(const std::vector<bool> &Keep);

  // Origins of call sites: the pair (rule that holds the call, call expression).
  void addCallOrigin(RuleId In, ExprId Call, const OriginSet &O);
  const OriginSet *callOrigins(RuleId In, ExprId Call) const;
  const std::map<std::pair<RuleId, ExprId>, OriginSet> &allCallOrigins() const {
    return CallOrigins;
  }

  /// The file that positions without one refer to; none for modules made by hand.
  FileId Source;

private:
  struct Node {
    Op Kind;
    uint32_t OperandBegin, OperandCount;
    uint32_t Payload;
  };

  uint32_t payload(ExprId E, [[maybe_unused]] Op O) const {
    assert(Nodes[E.index()].Kind == O && "the accessor belongs to another operation");
    return Nodes[E.index()].Payload;
  }
  ExprId intern(Op Kind, std::span<const ExprId> Ops, uint32_t Payload);

  std::vector<Node> Nodes;
  std::vector<ExprId> Operands;
  std::vector<uint64_t> Hashes; ///< by node
  std::vector<uint32_t> Slots;  ///< open addressing: node + 1, or 0

  InternedList<std::string> Literals;
  InternedList<CodePointSet> Classes;
  InternedList<ByteSet> ByteSets;
  InternedList<ByteDfa> Automata;
  InternedList<RepeatBounds> Bounds;
  InternedList<std::vector<TokenRef>> Tokens;
  InternedList<MembersSpec> Members;
  InternedList<ElementsSpec> Elements;
  InternedList<IndentSpec> Indents;
  std::unordered_map<ExprId, AutomatonSource> KnownAutomata;

  std::vector<RuleInfo> Rules;
  std::map<std::string, RuleId, std::less<>> RuleIndex;
  RuleId Start;
  std::map<std::pair<RuleId, ExprId>, OriginSet> CallOrigins;
};

} // namespace weir::ir

#endif // WEIR_IR_MODULE_H
