//===- Engine.h - Terms, their derivatives, and two questions ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A term denotes the texts that may still follow. Terms are hash-consed, and the
// few laws that keep the derivatives of a regular expression finite in number
// (Brzozowski: alternation is associative, commutative, idempotent) are applied
// when one is made.
//
//   Never Empty Bytes Token TokenExcept
//   Seq(A, B)         leaning right
//   Alt{...} Both{...} sorted, without repeats; Both is `and`
//   Repeat(A, Min, Max)
//   Other(A)          every byte string that is no text of A
//   Rule(N)           a rule of the module at a nesting depth, or a derivative of
//                     one that refers to itself; its body is made when needed
//   Json(A, lexer)    the rest of a JSON string, A what its value may still be
//   Members(N)        the rest of an object's members, see MembersState
//   Elements(N)       the rest of an array's items, see ElementsState
//
// `not` is Both{any text, Other(e)}.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_ORACLE_ENGINE_H
#define WEIR_LIB_ORACLE_ENGINE_H

#include "JsonLexer.h"

#include "weir/IR/Module.h"
#include "weir/Oracle/Recognizer.h"

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace weir::oracle {

using TermId = Id<struct TermTag>;

enum class Kind : uint8_t {
  Never,
  Empty,
  Bytes,
  Dfa, ///< A: the expression, B: the state
  Token,
  TokenExcept,
  Seq,
  Alt,
  Both,
  Repeat,
  Other,
  Rule,
  Json,
  Members,
  Elements,
};

/// Where the reader stands in a `members`, with all that has been seen.
struct MembersState {
  enum class Phase : uint8_t {
    Start,     ///< nothing read: the text may end, or a key begins
    Key,       ///< in (or before) a key
    Tail,      ///< `Rest` is what is left of a tail
    Separator, ///< `Rest` is what is left of a separator
  };
  ir::ExprId Spec;
  uint32_t Depth = 0;
  Phase At = Phase::Start;
  uint32_t Count = 0;            ///< keys completed
  uint32_t Next = 0;             ///< declared order: the first named member still allowed
  bool FreeStarted = false;      ///< declared order: no named member may come any more
  std::vector<uint8_t> Seen;     ///< by named member
  std::vector<std::string> Used; ///< free keys, sorted
  std::vector<uint32_t> Read;    ///< by free member: keys read through it, up to its Min
  std::string Prefix;            ///< decoded bytes of the key so far
  JsonLexer Lexer;
  TermId Rest;
  friend auto operator<=>(const MembersState &, const MembersState &) = default;
  friend bool operator==(const MembersState &, const MembersState &) = default;
};

/// Where the reader stands in an `elements`, with all that has been seen.
struct ElementsState {
  enum class Phase : uint8_t {
    Start,     ///< nothing read
    Item,      ///< `Rest` is what is left of an item of the choice
    Separator, ///< `Rest` is what is left of a separator
  };
  ir::ExprId Spec;
  uint32_t Depth = 0;
  Phase At = Phase::Start;
  uint32_t Items = 0;             ///< complete ones
  std::vector<uint32_t> Counts;   ///< by counter
  std::vector<std::string> Forms; ///< of the complete items, when unique; sorted
  uint32_t Choice = 0;            ///< among those at this position
  std::string Text;               ///< of the item so far, when unique
  TermId Rest;
  friend auto operator<=>(const ElementsState &, const ElementsState &) = default;
  friend bool operator==(const ElementsState &, const ElementsState &) = default;
};

class Engine {
public:
  Engine(const ir::Module &M, Limits L, TokenNames Names);

  /// Starts a question: the work of one call is limited.
  void beginCall() {
    Work = 0;
    Unsure = false;
  }
  /// A derivative ran into a limit: terms made since mean nothing.
  bool isSpent() const { return Spent; }
  /// The last answer about emptiness is not known.
  bool isUnsure() const { return Unsure || Spent; }

  TermId termOf(ir::ExprId E, uint32_t Depth);
  TermId ruleTerm(ir::RuleId R, uint32_t Depth);
  /// What may follow after C. Symbols are bytes, or 256 + token id.
  TermId derive(TermId T, uint64_t C);
  bool isNullable(TermId T);
  bool isNonEmpty(TermId T);
  /// First members of the classes of bytes that T's derivatives tell apart.
  const ByteSet &cuts(TermId T);

  uint32_t tokenId(const ir::TokenRef &T);
  const ir::Module &module() const { return M; }

private:
  struct Term {
    Kind K;
    uint32_t A, B, C;
    friend auto operator<=>(const Term &, const Term &) = default;
  };
  struct RuleTerm {
    TermId Body;     ///< none: not made yet
    ir::RuleId Rule; ///< none: a derivative
    uint32_t Depth = 0;
    bool Used = false; ///< a derivative in progress was referred to
  };
  struct TermHash {
    size_t operator()(const Term &T) const;
  };
  /// Answers of a least fixpoint that is being computed.
  struct Fixpoint {
    std::vector<TermId> Order;
    std::unordered_map<TermId, bool> Value;
    bool look(TermId T);
  };

  // Terms.cpp
  TermId make(Kind K, uint32_t A = 0, uint32_t B = 0, uint32_t C = 0);
  uint32_t makeList(std::vector<TermId> L);
  TermId bytes(const ByteSet &S);
  TermId literal(std::string_view Text);
  TermId charClass(const CodePointSet &S);
  TermId seq(TermId A, TermId B);
  TermId alt(std::vector<TermId> L);
  TermId both(std::vector<TermId> L);
  TermId repeat(TermId A, uint32_t Min, uint32_t Max);
  TermId other(TermId A);
  TermId json(TermId Value, const JsonLexer &L);
  TermId members(MembersState S);
  TermId newRule(RuleTerm R);
  TermId ruleBody(TermId T);
  TermId asText(TermId T); ///< T less what is no sequence of scalar values
  TermId blanks(const ir::IndentSpec &S, uint32_t Depth);
  TermId translate(ir::ExprId E, uint32_t Depth);
  void analyseRules();
  bool isText(ir::ExprId E);
  bool isClosed(TermId T) const { return Closed[T.index()]; }
  const Term &term(TermId T) const { return Terms[T.index()]; }
  std::span<const TermId> list(TermId T) const { return Lists[term(T).A]; }
  void markNullable(TermId T);

  // Derive.cpp
  TermId deriveOnce(TermId T, uint64_t C);
  TermId deriveRule(TermId T, uint64_t C);
  TermId deriveJson(TermId T, uint64_t C);
  TermId deriveAll(TermId T, std::string_view Text);
  /// The derivatives by every scalar of Set.
  std::vector<TermId> deriveClass(TermId T, const CodePointSet &Set);

  // Questions.cpp
  template <typename EvalFn>
  bool solve(TermId T, std::vector<int8_t> &Memo, EvalFn Eval);
  bool evalNullable(TermId T, Fixpoint &F);
  bool evalNonEmpty(TermId T, Fixpoint &F);
  bool lookNullable(TermId T, Fixpoint &F);
  bool lookNonEmpty(TermId T, Fixpoint &F);
  bool searchNonEmpty(TermId T);
  bool jsonNonEmpty(TermId T);
  void addCuts(TermId T, ByteSet &Out, std::vector<TermId> &Todo);

  // Members.cpp
  const MembersState &membersState(TermId T) const { return MemberStates[term(T).A]; }
  TermId deriveMembers(TermId T, uint64_t C);
  TermId deriveKey(MembersState S, uint8_t B);
  TermId commitKey(MembersState S);
  bool membersNullable(const MembersState &S, bool RestNullable) const;
  bool membersNonEmpty(const MembersState &S, Fixpoint &F);
  bool canFinish(const MembersState &S, Fixpoint &F, uint32_t Unlisted = 0);
  bool keyCanFinish(const MembersState &S, Fixpoint &F);
  TermId freeKeys(const MembersState &S, Fixpoint &F);
  bool someFreeKey(const MembersState &S, TermId Keys);
  uint32_t countWords(TermId From, const std::vector<std::string> &Except, uint32_t Limit);
  void keyCuts(const MembersState &S, ByteSet &Out, std::vector<TermId> &Todo);
  bool isUtf8Prefix(std::string_view Text);

  // Elements.cpp
  TermId elements(ElementsState S);
  const ElementsState &elementsState(TermId T) const { return ElementStates[term(T).A]; }
  TermId deriveElements(TermId T, uint64_t C);
  TermId beginItem(const ElementsState &S, uint64_t C);
  bool takeItem(ElementsState &S, const std::string &Text) const;
  bool elementsComplete(const ElementsState &S) const;
  bool elementsNullable(const ElementsState &S, bool RestNullable) const;
  bool elementsNonEmpty(const ElementsState &S);
  struct ItemForms {
    std::vector<std::string> Texts; ///< one for each value
    bool All = false;               ///< there are no others
  };
  ItemForms itemForms(TermId Rest, const std::string &Begun, size_t Limit);
  const ItemForms &allForms(TermId Value, size_t Limit);
  bool finishElements(const ElementsState &S, bool NeedsItem, uint32_t ToGo);
  uint32_t itemsToGo(const ElementsState &S) const;

  void spend(bool Exceeded) { Spent |= Exceeded; }

  const ir::Module &M;
  Limits L;
  TokenNames Names;

  std::vector<Term> Terms;
  std::vector<bool> Closed;               ///< every text is a sequence of whole scalar values
  std::vector<int8_t> Nullable, NonEmpty; ///< -1: not known yet
  std::unordered_map<Term, uint32_t, TermHash> Index;
  std::vector<ByteSet> ByteSets;
  std::map<ByteSet, uint32_t> ByteSetIndex;
  std::vector<std::vector<TermId>> Lists;
  std::map<std::vector<TermId>, uint32_t> ListIndex;
  std::vector<std::vector<uint32_t>> TokenLists;
  std::map<std::vector<uint32_t>, uint32_t> TokenListIndex;
  std::vector<JsonLexer> Lexers;
  std::map<JsonLexer, uint32_t> LexerIndex;
  std::deque<MembersState> MemberStates; ///< stay in place while further ones are made
  std::map<MembersState, uint32_t> MemberIndex;
  std::vector<ElementsState> ElementStates;
  std::map<ElementsState, uint32_t> ElementIndex;
  std::map<std::pair<TermId, size_t>, ItemForms> FormsMemo;
  std::vector<RuleTerm> RuleTerms;

  std::map<std::pair<ir::ExprId, uint32_t>, TermId> Translated;
  std::map<std::pair<ir::RuleId, uint32_t>, TermId> RuleIndex;
  std::map<CodePointSet, TermId> ClassIndex;
  std::vector<bool> ReadsDepth; ///< by rule
  std::vector<bool> RuleIsText; ///< by rule
  std::unordered_map<uint64_t, TermId> Derivatives;
  std::unordered_map<TermId, ByteSet> CutsMemo;
  uint32_t NextUnknownToken = FirstUnknownToken;

  TermId NeverT, EmptyT, AnyTextT, UniverseT;
  uint32_t Work = 0, Recursion = 0;
  bool Spent = false, Unsure = false;
};

} // namespace weir::oracle

#endif // WEIR_LIB_ORACLE_ENGINE_H
