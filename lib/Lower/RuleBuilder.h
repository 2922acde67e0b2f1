//===- RuleBuilder.h - From a rule's body to its automaton ------------ -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One builder makes the automata of one module. `build` adds the texts of an
// expression between two states of the automaton under construction; `mode` says
// whether they are bytes as they are or the contents of a JSON string.
//
// Where a part may be entered with nothing read yet and must not be passed without
// reading (the body of a counted loop), it is built *non-null*: without its empty
// text.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_LOWER_RULEBUILDER_H
#define WEIR_LIB_LOWER_RULEBUILDER_H

#include "ExprNumbers.h"
#include "Layout.h"
#include "weir/Automata/CharAutomaton.h"
#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Module.h"
#include "weir/Lower/LexicalCache.h"
#include "weir/Lower/Lowering.h"
#include "weir/Support/FunctionRef.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace weir::lowering {

using automata::Nfa;

/// Bytes as they are, or the contents of a JSON string in a style; or each scalar as one byte, the
/// number of its class in a partition.
enum class TextMode : uint8_t { Plain, JsonCanonical, JsonAny, JsonAscii, JsonAnyAscii, Classes };
inline TextMode modeOf(ir::Escapes E) { return TextMode(1 + uint8_t(E)); }
/// Of a mode of JSON strings.
inline ir::Escapes escapesOf(TextMode Mode) { return ir::Escapes(uint8_t(Mode) - 1); }

/// The states of one automaton from which encodings go on alike to the same state, by what they
/// read (a label) and where it leads.
struct PathEnds {
  WordIndex Index;
  std::vector<uint32_t> States;
};

/// How the scalars of a set are encoded: paths of bytes from one state to another, in an automaton
/// where those that end alike share their ends.
struct ScalarPaths {
  static constexpr uint32_t End = ~uint32_t(0);
  struct Step {
    ByteSet Set;
    uint32_t Next; ///< into Inner, or End
  };
  std::vector<Step> Inner; ///< what states behind the first read; they lead to earlier ones
  std::vector<Step> First; ///< what is read first
};

/// Adds encodings of scalars to automata. How a set is encoded is found once.
class ScalarEncoder {
public:
  /// Adds the encodings of one scalar of `Set` between two states. With `Ends`, those added with
  /// the same one before share their ends.
  void add(Nfa &N, const CodePointSet &Set, uint32_t From, uint32_t To, TextMode Mode,
           PathEnds *Ends = nullptr);

private:
  const ScalarPaths &paths(const CodePointSet &Set, TextMode Mode);

  WordIndex Sets; ///< (mode, ranges)
  std::deque<ScalarPaths> Known;
  std::vector<uint32_t> Key, Inner;
};

/// Which rules and expressions have the empty text.
class Nullability {
public:
  explicit Nullability(const ir::Module &M);
  bool expr(ir::ExprId E) const { return Exprs[E.index()]; }
  bool rule(ir::RuleId R) const { return Rules[R.index()]; }

private:
  std::vector<uint8_t> Exprs, Rules;
};

/// A conjunction or complement, with the conjuncts that only bound the length apart.
struct BooleanParts {
  std::vector<ir::ExprId> Conjuncts; ///< ascending
  uint32_t Min = 0, Max = ir::Unbounded;
  bool bounded() const { return Min > 0 || Max != ir::Unbounded; }
};

/// The minimal automaton of a regular expression.
struct Regular {
  automata::CharPartition Partition{{}};
  automata::CharAutomaton Automaton;
  std::vector<automata::LengthSet> Lengths; ///< by state; when they were asked for
  bool HasLengths = false;                  ///< it keeps to the bounds by itself
  uint64_t Steps = 0;                       ///< that it took
  // Where repetitions are counted: a move into a state also runs a program.
  uint32_t Counters = 0;         ///< registers, from 0 on
  std::vector<uint32_t> MoveOps; ///< as `Automaton.Next`, into `Programs`; or empty
  automata::ProgramTable Programs;
  // In a lenient compilation, what could not be kept.
  bool AnyLength = false;         ///< the bounds
  std::string_view AnyText;       ///< the conjuncts, for this reason; empty: they are kept
  std::vector<ir::RuleId> Warned; ///< rules of which that was said
  bool isWider() const { return AnyLength || !AnyText.empty(); }
};

/// How repetitions are counted that are too long to be written out.
///  Unrolled: they are written out all the same.
///  Dropped:  not at all; there are more texts then.
enum class Counting : uint8_t { Registers, Unrolled, Dropped };

/// Steps that all automata over scalars of one module may take.
inline constexpr uint64_t MaxCharSteps = 20'000'000;
/// Steps that subset constructions with unrolled counters may take.
inline constexpr uint64_t MaxUnrolledSteps = 6'000'000;

class ItemValues;
struct GenericRules;

/// What a lexical automaton is made for.
enum class LexicalUse : uint32_t {
  Rule,
  FreeKeyCanonical, ///< as the values of Escapes, from here on
  FreeKeyAny,
  FreeKeyAscii,
  FreeKeyAnyAscii,
  Group
};

class ModuleBuilder {
public:
  ModuleBuilder(const ir::Module &M, const LowerOptions &Options, DiagnosticEngine &Diags);
  ~ModuleBuilder();

  /// Builds every rule. False after errors.
  bool run();

  /// What the automata took; see `LowerOptions::Steps`.
  uint64_t steps() const { return Space.steps() + NfaSteps + KeptSteps; }
  /// Where a rule stands in `Shared.Rules`.
  uint32_t slot(ir::RuleId R) const { return Slots[R.index()]; }

  /// For Late: the automata of the rules, some a call.
  bool freeSome() { return Shared.Rules.freeSome(); }

  SharedTables Shared;
  Layout Laid; ///< of the generic rules

private:
  friend class RuleBuilder;
  friend class MembersBuilder;
  friend class ElementsPlan;
  friend class ItemValues;
  ItemValues &itemValues();
  bool buildRule(ir::RuleId R);
  bool makeRule(ir::RuleId R, RuleAutomatonInfo &Info, bool Keeps);
  /// Which expressions have automata worth keeping, that depend on nothing else.
  void findLexical();
  bool isLexical(ir::ExprId E) const;
  /// Finds the automaton of `E`, or makes it by `Make` with tables of its own, and
  /// brings it in. `Out` keeps its name and attributes. False after errors.
  bool makeLexical(ir::ExprId E, LexicalUse Use, FunctionRef<bool(RuleAutomatonInfo &)> Make,
                   RuleAutomatonInfo &Out);
  void bringIn(const LexicalCache::Entry &E, RuleAutomatonInfo &Out);
  /// Where the automaton of a free key goes from `State`, by target, as far as keys
  /// are below. Valid until a rule is added.
  std::span<const std::pair<uint32_t, ByteSet>> freeMoves(uint32_t Rule, uint32_t State);
  /// The rule of a free key: a JSON string, quotes included, whose value is a text of
  /// `Key`. None after errors.
  uint32_t freeKeyRule(ir::ExprId Key, ir::Escapes Esc, ir::RuleId For);
  /// The automaton of the JSON strings whose value is a text of any of `Keys`, with
  /// its counts. False after errors. `MayWiden`: in a lenient compilation, where that is too
  /// large, it is the automaton of all JSON strings.
  bool keyAutomaton(std::span<const ir::ExprId> Keys, ir::Escapes Esc, ir::RuleId For,
                    RuleAutomatonInfo &Info, bool MayWiden = false);
  /// `Ascii`: the keys are so spelled.
  static uint32_t countFreeKeys(const RuleAutomatonInfo &Info, bool Ascii,
                                std::span<const ir::NamedMember> Names);
  /// `LengthsApart`: otherwise what bounds the length is a conjunct like others.
  BooleanParts booleanParts(ir::ExprId E, bool LengthsApart = true) const;
  /// The automaton of the conjuncts, with lengths when the parts bound them; empty
  /// when no text has an allowed length. None after errors.
  const Regular *regular(const BooleanParts &Parts, ir::RuleId For);
  /// The same with repetitions that are counted, where there are such, and what completes a
  /// state within the bounds of the length does not depend on the counts. None where that is
  /// not shown.
  const Regular *countedRegular(const BooleanParts &Parts, ir::RuleId For);
  void makeCounted(const BooleanParts &Parts, ir::RuleId For, Regular &Out);
  bool isPlainPattern(ir::ExprId E) const;
  /// Which expressions have a text at all; false after errors.
  bool computeProductive();
  void computeDepths();
  bool productive(ir::ExprId E) const { return Productive[E.index()]; }
  /// `Minimal`: no two states of the automaton are equal.
  void finishRule(RuleAutomatonInfo &Info, bool Minimal = false);
  bool trim();
  bool checkLeftRecursion();
  /// Makes the rules that no specification changes, or takes them from the cache. They
  /// are the first, so that nothing in them depends on the others. False after errors.
  bool placeGeneric(std::span<const ir::RuleId> Reached);
  /// Null after errors, or (with `Dead`) when some rule has no text.
  std::unique_ptr<GenericRules> makeGeneric(std::span<const ir::RuleId> Group, bool &Dead);
  SourceRange place(ir::RuleId R) const;
  DiagBuilder report(ir::RuleId R, DiagId Id);

  const ir::Module &M;
  const LowerOptions &Options;
  DiagnosticEngine &Diags;
  Nullability Null;
  std::map<std::pair<ir::ExprId, ir::Escapes>, uint32_t> FreeKeyRules;
  std::map<std::pair<std::vector<ir::ExprId>, std::pair<uint32_t, uint32_t>>,
           std::unique_ptr<Regular>>
      Regulars;
  /// Of `countedRegular`. What was not shown is there with no counters.
  decltype(Regulars) CountedRegulars;
  std::vector<uint8_t> Productive; ///< by expression
  std::unique_ptr<ItemValues> Values;
  std::vector<uint32_t> Depths; ///< by expression
  std::vector<uint32_t> Slots;  ///< by rule
  uint32_t StatesUsed = 0;
  // Memory used again from rule to rule.
  automata::Workspace Space;
  Nfa &RuleNfa = Space.lent().Rule, &KeyNfa = Space.lent().Key;
  /// While a rule is made; what is kept of it takes no more than it needs.
  Dfa &RoughDfa = Space.lent().Rough;
  bool KeepsRules = false; ///< those that are made now are for other modules too
  std::vector<uint32_t> TrimQueue;
  std::vector<uint8_t> RuleLive; ///< by slot; after `trim`
  ExprNumbers Numbers;
  ScalarEncoder Scalars;
  uint64_t StepsAllowed; ///< of subset constructions without unrolled counters
  uint64_t PlainCharged = 0, UnrolledCharged = 0; ///< of subset constructions; as `CharSteps`
  uint64_t Widened = 0; ///< times that a rule was made with less than it asks for
  uint64_t NfaSteps = 0;
  uint64_t KeptSteps = 0;       ///< that generic rules took once
  uint64_t CharSteps = 0;       ///< of automata over scalars; the same whatever is kept
  uint64_t ItemSteps = 0;       ///< of the tables of what items may follow
  std::vector<uint8_t> Lexical; ///< by expression
  LexicalCache::Key LexicalKey;
};

/// Builds the nondeterministic automaton of one rule.
class RuleBuilder {
public:
  RuleBuilder(ModuleBuilder &B, ir::RuleId R, Counting Counts)
      : MostUnrolled(B.Options.MaxUnrolled), B(B), M(B.M), Rule(R), Counts(Counts) {}

  /// Fills `N`. False after errors.
  bool run(ir::ExprId Body, Nfa &Out);
  /// Adds the texts of `E` between two states of an automaton begun elsewhere.
  void buildInto(Nfa &Out, ir::ExprId E, uint32_t From, uint32_t To, TextMode Mode) {
    N = &Out;
    build(E, From, To, Mode, false);
  }
  /// Fills `N` with the texts of `E` in `Classes`, and reports nothing. False when that is too
  /// large.
  bool runClasses(ir::ExprId E, const automata::CharPartition &Classes, Nfa &Out);
  bool failed() const { return Failed; }

  uint32_t Registers = 0;
  uint32_t Object = automata::None;
  uint32_t Elements = automata::None;
  uint32_t Counters = 0;
  /// States that may be made where repetitions are written out.
  uint64_t MostUnrolled;
  bool OverUnrolled = false; ///< that budget was spent: something is missing
  bool ExpandCalls = false;  ///< of rules that are regular: their bodies stand for them
  bool CountLengths = true;  ///< by registers; otherwise automata count the lengths of strings
  /// Repetitions in patterns beside a length are counted too, where that is exact.
  bool CountInPatterns = true;
  bool CountsInPatterns = false; ///< some were

private:
  friend class MembersBuilder;
  void build(ir::ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull);
  void buildSeq(ir::ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull);
  void buildRepeat(ir::ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull);
  void buildBoolean(ir::ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull);
  void buildMembers(ir::ExprId E, uint32_t From, uint32_t To, bool NonNull);
  void buildElements(ir::ExprId E, uint32_t From, uint32_t To, bool NonNull);
  void buildIndent(ir::ExprId E, uint32_t From, uint32_t To, bool NonNull);
  void buildDfa(const ir::ByteDfa &D, uint32_t From, uint32_t To, TextMode Mode, bool NonNull);
  void buildText(std::string_view Text, uint32_t From, uint32_t To, TextMode Mode);
  void buildBytes(std::string_view Bytes, uint32_t From, uint32_t To);
  void buildAlt(ir::ExprId E, uint32_t From, uint32_t To, TextMode Mode, bool NonNull);
  bool onlyBytes(ir::ExprId E, TextMode Mode, std::string &Out) const;
  bool onlySpelling(std::string &Out, uint32_t CodePoint, TextMode Mode) const;
  void buildScalar(const CodePointSet &Set, uint32_t From, uint32_t To, TextMode Mode);
  bool nullable(ir::ExprId E) const { return B.Null.expr(E); }
  /// States that building `E` takes, roughly; saturating.
  uint32_t cost(ir::ExprId E);
  uint32_t newRegister();
  uint32_t program(automata::RegOp Op) { return B.Shared.Programs.intern({Op}); }
  bool fits() {
    if (Failed || OverUnrolled)
      return false;
    return (Counts != Counting::Unrolled && !Classes &&
            N->States.size() + B.StatesUsed <= B.Options.MaxStates) ||
           stillFits();
  }
  bool stillFits();

  ModuleBuilder &B;
  const ir::Module &M;
  ir::RuleId Rule;
  Counting Counts;
  Nfa *N = nullptr;
  uint32_t CopyLevel = 0;                           ///< levels of copies in what was built last
  const automata::CharPartition *Classes = nullptr; ///< of TextMode::Classes
  bool Failed = false;
  std::map<ir::ExprId, uint32_t> Costs;
};

/// Whether every style of one spelling writes the text as it is.
bool isPlainText(std::string_view Text);
/// Appends the spelling of a scalar where it has only one; else false.
bool appendOnlySpelling(std::string &Out, uint32_t CodePoint, TextMode Mode);
} // namespace weir::lowering

#endif // WEIR_LIB_LOWER_RULEBUILDER_H
