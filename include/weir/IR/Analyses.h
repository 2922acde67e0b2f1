//===- Analyses.h - Facts about a module, cached ----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules may be recursive, so each analysis is a least fixed point over all rules,
// computed when first asked and kept until invalidated. Expressions are a DAG in
// which operands have smaller ids, so the answers for expressions are one pass over
// the table, and expressions made later are answered by extending it:
//
//     rules        facts as of the computation      (stale after a body changed)
//     expressions  0 … n-1 computed, n … extended on demand from the rules' facts
//
// A rule added after the computation is unknown to it: nullable and productive say
// so, `regular` says no, `first` and `follow` say everything. Ask about its recursion or place
// in the call graph only after `invalidate`.
//
// Components are those of one graph of rules and expressions together, so shared
// expressions are looked at once, not once a rule.
//
// Nullable and productive are systems of and/or gates, solved in linear time
// (Dowling and Gallier 1984), twice: once for what surely holds and once for what
// may hold, which differ where `and`, `not`, `indent` or counts of free members
// hide the answer.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_IR_ANALYSES_H
#define WEIR_IR_ANALYSES_H

#include "weir/IR/Module.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::ir {

enum class Answer : uint8_t { No, Yes, Unknown };

enum class AnalysisKind : uint8_t {
#define ANALYSIS(Name, Text, Summary) Name,
#include "weir/IR/Analyses.def"
};

/// The name in Analyses.def.
std::string_view analysisName(AnalysisKind K);

/// A set of analyses: those a pass leaves right.
class AnalysisSet {
public:
  static AnalysisSet none() { return AnalysisSet(); }
  static AnalysisSet all() {
    AnalysisSet S;
    S.Bits = ~0U;
    return S;
  }
  AnalysisSet &add(AnalysisKind K) {
    Bits |= 1U << unsigned(K);
    return *this;
  }
  bool contains(AnalysisKind K) const { return Bits >> unsigned(K) & 1; }

private:
  uint32_t Bits = 0;
};

/// Who calls whom. A call in a rule without a body counts for nothing.
struct CallGraph {
  /// Strongly connected component of each rule; callees have smaller or equal ones.
  std::vector<uint32_t> Component;
  /// Rules that can reach themselves.
  std::vector<bool> Recursive;
  /// Rules the start rule reaches, itself included. All false without a start.
  std::vector<bool> Reachable;
  /// All rules, callees first; the rules of one component stand together.
  std::vector<RuleId> BottomUp;
};

/// The bytes and symbols the non-empty texts of a language may begin with: never
/// too few; exact without `and` and `not`, as long as every part is productive.
struct FirstSet {
  ByteSet Bytes;
  bool Symbols = false; ///< may begin with a token symbol
};

/// What may come after a text of a rule within a text of the start rule: never too little;
/// exact under the conditions of `FirstSet`, and where neither `members` nor `elements`
/// hold the call. A rule that stands under `not` or `json_string` may be followed by
/// everything, as bytes that are not the text's own come there. One that the start rule
/// does not reach is followed by nothing.
struct FollowSet {
  ByteSet Bytes;
  bool Symbols = false; ///< a token symbol may come
  bool End = false;     ///< the text may end
};

/// Computes, caches and extends the analyses of one module. Questions about an
/// expression are amortised O(1) after the first of each kind; the first costs
/// O(module). No recursion: depth of expressions and calls is not limited by the
/// stack. Single-threaded.
class AnalysisManager {
public:
  /// `M` outlives this and is told about through `invalidate`.
  explicit AnalysisManager(const Module &M);
  ~AnalysisManager();

  const CallGraph &callGraph();
  /// The distinct rules that `R` calls, ascending. Costs a walk over its body.
  std::vector<RuleId> callees(RuleId R) const;
  bool reachable(RuleId R) { return callGraph().Reachable[R.index()]; }
  bool recursive(RuleId R) { return callGraph().Recursive[R.index()]; }

  /// Whether the empty text is in the language. Unknown where the nesting depth
  /// decides (`indent`).
  Answer nullable(ExprId E);
  Answer nullable(RuleId R);
  bool maybeNullable(ExprId E) { return nullable(E) != Answer::No; }

  /// Whether the language has any text. Unknown above `and`, `not`, free members
  /// that are needed for a count, and `json_string` of byte sets.
  Answer productive(ExprId E);
  Answer productive(RuleId R);

  /// No token, member or indent operation, and calls only of regular rules that do
  /// not recur.
  bool regular(ExprId E);
  bool regular(RuleId R);

  FirstSet first(ExprId E);
  FirstSet first(RuleId R);

  FollowSet follow(RuleId R);

  /// Rules whose calls may be reached in the body of `R` before any byte is read,
  /// ascending. Costs a walk over the body.
  std::vector<RuleId> leftCallees(RuleId R);
  /// Whether `R` can reach itself through left calls.
  bool leftRecursive(RuleId R);

  /// Forgets all but `Preserved`. A preserved analysis promises that every rule's
  /// facts are unchanged and no rule was added or removed.
  void invalidate(AnalysisSet Preserved = AnalysisSet::none());
  bool isCached(AnalysisKind K) const;

private:
  struct State;
  const Module &M;
  std::unique_ptr<State> S;
};

/// The facts of one analysis as text, a line for each rule in order of the module:
/// `@name: …`. Equal texts are equal facts.
std::string printAnalysis(const Module &M, AnalysisManager &Analyses, AnalysisKind K);

} // namespace weir::ir

#endif // WEIR_IR_ANALYSES_H
