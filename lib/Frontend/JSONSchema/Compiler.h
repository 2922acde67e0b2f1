//===- Compiler.h - From keywords to normal form to IR ----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of one compilation. Each keyword family is a file that adds its
// constraints to a shape:
//
//   Nodes.cpp        nodes, atoms, shapes when asked for, references
//   Algebra.cpp      conjunction, union and negation of nodes
//   Conjunction.cpp  the conjunction of shapes
//   Complement.cpp   their negation
//   Objects.cpp      conjunction and negation of sets of objects
//   Exists.cpp       which members may be those that must exist
//   NumberKeywords.cpp, StringKeywords.cpp, ArrayKeywords.cpp, ObjectKeywords.cpp
//   ValueKeywords.cpp   enum, const, and literals as shapes
//   LogicKeywords.cpp   anyOf, allOf, oneOf, not, if, dependencies
//   Evaluated.cpp       unevaluatedProperties, unevaluatedItems
//   DynamicScopes.cpp   $dynamicRef, $recursiveRef
//   Productive.cpp   which nodes have a value
//   Contradiction.cpp   why the root has none
//   Exclusion.cpp    exclusion and inclusion at a glance
//
// In place (`anyOf`, `$ref`, …) shapes are computed recursively, within a depth
// budget; children wait in a worklist, so nesting costs no stack.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_COMPILER_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_COMPILER_H

#include "Documents.h"
#include "KeyLanguages.h"
#include "Languages.h"
#include "NormalForm.h"

#include "weir/Support/FunctionRef.h"
#include "weir/Support/Hash.h"
#include "weir/Support/WordIndex.h"

#include <array>
#include <bitset>
#include <deque>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace weir::jsonschema {

using AtomId = Id<struct AtomTag>;
using ScopeId = Id<struct ScopeTag>;
/// Where each dynamic anchor leads; see DynamicScopes.cpp.
using Scope = std::map<std::string, Location>;

/// What nodes are conjunctions of.
///  Schema:  the schema at a place.
///  Literal: the value at a place.
///  Not:     every value but those of a node.
///  AnyOf:   the values of any of several nodes.
enum class AtomKind : uint8_t { Schema, Literal, Not, AnyOf };

struct Atom {
  AtomKind Kind;
  Location Place;         ///< of Not and AnyOf: where their first node is from
  std::vector<NodeId> Of; ///< of Not: one; of AnyOf: sorted, distinct, at least two
  ScopeId Way{0};         ///< of Schema: the scope it is reached in
};

struct AtomsHash {
  size_t operator()(const std::vector<AtomId> &Atoms) const {
    uint64_t H = Atoms.size();
    for (AtomId A : Atoms)
      H = hashCombine(H, A.index());
    return size_t(H);
  }
};

/// Why a shape is empty, for the diagnostic about the root.
struct Contradiction {
  Location Place;
  std::string Message; ///< empty: none known
  NodeId Child;        ///< where the contradiction is, if not here
};

struct Node {
  enum class State : uint8_t { New, Expanding, Done };
  std::vector<AtomId> Atoms; ///< sorted, distinct; none for AnyNode and NoNode
  State Progress = State::New;
  bool Productive = false;
  uint8_t Tries = 0; ///< tentative looks that led nowhere
  Shape TheShape;
  Contradiction Why;
};

/// The keywords of one schema object, found by table index.
struct SchemaObject {
  Location Place;
  Draft TheDraft;
  std::array<const json::Member *, KeywordCount> Found{};
  std::bitset<KeywordCount> Restricting; ///< those of `Found` that may restrict the values
  uint8_t Types = types::Any;            ///< by the keyword `type`
  Integers Integer = Integers::Any;

  const json::Member *operator[](Keyword K) const { return Found[size_t(K)]; }
};

/// What a trial leaves out of a schema, so that more values satisfy it; see
/// Contradiction.cpp.
struct Relaxation {
  /// By Location::key. Schemas are 'true'; keywords, required names and dependencies are
  /// not there.
  std::unordered_set<uint64_t> Values;
  bool OneOfIsAnyOf = false;
};

class Compiler {
public:
  Compiler(SourceManager &Sources, const Options &Opts, DiagnosticEngine &Diags,
           std::vector<ir::Origin> &Unenforced)
      : Opts(Opts), Diags(Diags), Unenforced(Unenforced),
        OwnDocs(std::in_place, Sources, this->Opts, Diags), Docs(*OwnDocs) {
    makeConstants();
  }
  /// A trial: reads documents that another compilation has loaded, but for what is relaxed.
  Compiler(Documents &Docs, const Options &Opts, DiagnosticEngine &Diags,
           std::vector<ir::Origin> &Unenforced, const Relaxation &Relaxed)
      : Opts(Opts), Diags(Diags), Unenforced(Unenforced), Docs(Docs), Relaxed(&Relaxed) {
    makeConstants();
  }

  std::optional<ir::Module> run(FileId File);
  /// For Late: the nodes, a few hundred a call.
  bool freeSome() {
    for (unsigned I = 0; I < 512 && !Nodes.empty(); ++I)
      Nodes.pop_back();
    return !Nodes.empty();
  }
  /// What is enforced but for something that no grammar can say.
  std::vector<Limitation> Partly;

  // What the writer of IR needs.
  const Node &node(NodeId N) const { return Nodes[N.index()]; }
  bool productive(NodeId N) const { return node(N).Productive; }
  Options Opts; ///< the caller's, and the root's `x-weir`
  DiagnosticEngine &Diags;
  ir::Module M;
  ir::OriginSet originsOf(NodeId N) const;
  /// A name for the rules of a node, from its place.
  std::string stemOf(NodeId N) const;
  size_t nodeCount() const { return Nodes.size(); }
  /// A budget is exhausted, which is reported.
  bool isStopped() const { return Stopped; }
  KeyLanguages &keys() { return Keys; }
  /// False after the budget of the automata for keys is exceeded; the compilation stops.
  bool keysFit();
  /// How many keys of a language are no property's name, at most KeyLanguages::Many.
  uint32_t keysLeft(const ObjectSet &O, KeyId K) const;
  /// Whether a set has a member, when it is known which nodes have.
  bool hasValue(const ArraySet &A) {
    NodeId WaitsFor;
    return isProductive(A, WaitsFor);
  }
  bool hasValue(const ObjectSet &O) {
    NodeId WaitsFor;
    return isProductive(O, WaitsFor);
  }
  /// The automaton of a node's numbers is beyond its budget.
  void numbersTooLarge(NodeId N, uint32_t StatesLeft);
  /// A node has more ranges of numbers than are read one beside the other.
  void rangesTooMany(NodeId N);
  /// The format `regex` cannot be enforced beside what else is asked of a node's strings.
  void patternsTooMany(NodeId N);
  /// Some arrays of a node must have two elements that are equal.
  void repeatsNotWritten(NodeId N);

private:
  friend class ContradictionFinder;

  // Nodes.cpp
  void makeConstants();
  bool isRelaxed(Location L) const { return Relaxed && Relaxed->Values.contains(L.key()); }
  Location placeOf(NodeId N) const;
  const json::Document &doc(Location L) const { return Docs.doc(L); }
  DiagBuilder report(Location Place, DiagId Id);
  DiagBuilder reportKey(Location Schema, const json::Member &M, DiagId Id);
  void wrongType(Location Schema, const json::Member &M, std::string_view Expected);
  bool charge(uint64_t Work);
  /// Whether a union may have so many alternatives of one type: as many as the documents have
  /// values, which may list them, and some more. False after a budget's error.
  bool alternativesFit(size_t Count, Location For);
  bool alternativesFit(const Shape &S, Location For);
  /// `Option`: what raises the limit, if anything does.
  void budgetExceeded(Location Place, uint64_t Limit, std::string_view What,
                      std::string_view Option = "a fixed limit");
  AtomId atom(AtomKind Kind, Location Place, ScopeId Way = ScopeId(0));
  NodeId nodeOfAtoms(std::vector<AtomId> Atoms);
  NodeId nodeOf(Location Schema);
  NodeId nodeOfLiteral(Location Value);
  std::optional<Location> target(const SchemaObject &S);
  const Shape &shape(NodeId N, Location For);
  void expand(NodeId N);
  void expandReachable();
  SchemaObject read(Location Schema);
  bool constrains(const SchemaObject &S, Keyword Except) const;
  Shape expandSchema(NodeId N, Location Schema);
  Shape ownKeywords(NodeId N, const SchemaObject &S);
  void contradiction(NodeId N, Location Place, std::string Message);

  // DynamicScopes.cpp
  ScopeId enter(ScopeId Outer, Location Schema);
  std::optional<Location> dynamicTarget(const SchemaObject &S, const json::Member &M);

  // Evaluated.cpp
  struct Evaluated {
    bool AllMembers = false, AllItems = false;
    std::vector<std::string_view> Names; ///< of members; all three sorted, distinct
    std::vector<KeyId> Keys;             ///< of members
    std::vector<NodeId> Contained;       ///< elements that satisfy one of them
    uint32_t Items = 0;                  ///< that many elements from the first on
    void add(const Evaluated &More);
    friend bool operator==(const Evaluated &, const Evaluated &) = default;
  };
  /// A way to satisfy a schema.
  struct Outcome {
    Shape Values;
    Evaluated Seen;
  };
  Evaluated evaluatedBy(const SchemaObject &S);
  bool addOutcome(std::vector<Outcome> &Out, Outcome O, Location For);
  std::vector<Outcome> both(const std::vector<Outcome> &A, const std::vector<Outcome> &B,
                            Location For);
  std::vector<Outcome> outcomesAt(Location Place);
  std::vector<Outcome> outcomes(NodeId N, SchemaObject S);
  void dropRepeats(std::vector<Outcome> &Out);
  Shape unseen(const Evaluated &Seen, Keyword K, NodeId Others);
  Shape withUnevaluated(NodeId N, const SchemaObject &S, Shape Out);

  // Algebra.cpp
  NodeId conjoin(NodeId A, NodeId B);
  /// Every value that is not in `A`. negate(negate(A)) is A.
  NodeId negate(NodeId A);
  /// The values of any of them.
  NodeId unionOf(std::vector<NodeId> Of);
  NodeId nodeOver(AtomKind Kind, std::vector<NodeId> Of);
  /// The shape, or null where it depends on one that is being computed.
  const Shape *tryShape(NodeId N);
  /// Whether the node is known by now to have no value.
  bool isNone(NodeId N) const;
  /// The same after a look at its shape.
  bool isShownEmpty(NodeId N);

  // The keyword families.
  void readType(SchemaObject &S);
  void numberKeywords(NodeId N, const SchemaObject &S, Shape &Out);
  void stringKeywords(NodeId N, const SchemaObject &S, Shape &Out);
  void arrayKeywords(NodeId N, const SchemaObject &S, Shape &Out);
  void objectKeywords(NodeId N, const SchemaObject &S, Shape &Out);
  void valueKeywords(NodeId N, const SchemaObject &S, Shape &Out);
  Shape logicKeywords(NodeId N, const SchemaObject &S, Shape Out);
  Shape exactlyOne(const Shape &Siblings, const std::vector<const Shape *> &Of, Location For);
  Shape dependency(std::string_view Name, Shape Then);
  Shape dependencies(const SchemaObject &S, const json::Member &M);
  std::vector<NodeId> branches(const SchemaObject &S, const json::Member &M);
  bool hasInPlaceApplicators(const SchemaObject &S) const;
  void formatKeyword(const SchemaObject &S, StringSet &Strings);

  ir::ExprId patternOf(const SchemaObject &S, const json::Member &Keyword, json::ValueId At,
                       std::string_view Text, SourceRange Quoted);
  bool patternProperties(const SchemaObject &S, std::vector<KeyCell> &Out);
  std::optional<KeyId> keysOf(const std::vector<StringSet> &Strings);
  ObjectSet propertyNames(const SchemaObject &S, ObjectSet O);
  void refuse(const SchemaObject &S, const json::Member &M, DiagId Id, std::string_view Name);
  std::optional<Decimal> boundOf(const SchemaObject &S, const json::Member &M);
  std::optional<uint32_t> countOf(const SchemaObject &S, const json::Member *M);
  Shape literalShape(Location Value);
  bool isTrue(Location Schema);

  // Conjunction.cpp: none where the meeting is known to be empty.
  Shape conjoin(const Shape &A, const Shape &B, Location For);
  std::optional<NumberRange> meet(const NumberRange &A, const NumberRange &B);
  std::vector<NumberRange> meet(const std::vector<NumberRange> &A,
                                const std::vector<NumberRange> &B);
  std::optional<StringSet> meet(const StringSet &A, const StringSet &B);
  std::optional<ArraySet> meet(const ArraySet &A, const ArraySet &B);
  std::optional<ObjectSet> meet(const ObjectSet &A, const ObjectSet &B);
  bool isEmpty(const StringSet &S);
  void settlePatterns(StringSet &S);
  void joinPatterns(std::vector<StringSet> &Sets);
  bool isEmpty(const ArraySet &A);
  bool isEmpty(const ObjectSet &O);
  bool blame(NodeId Child);
  void normalise(ArraySet &A);
  /// Fills in `Ways`.
  void divide(ArraySet &A, Location For);

  // Complement.cpp: what is not in a set, as a union.
  Shape subtract(Shape From, const Shape &What, Location For);
  Shape complement(const Shape &S, Location For);
  template <typename T>
  void absorb(std::vector<T> &Sets);
  struct NameTable;
  NameTable nameTable(const std::vector<ObjectSet> &Sets);
  bool includesNames(NameTable &T, size_t Outer, size_t Inner) const;
  std::vector<StringSet> negate(const StringSet &S, Location For);
  std::vector<ArraySet> negate(const ArraySet &A);

  // Objects.cpp
  ObjectSet conjoin(const ObjectSet &A, const ObjectSet &B);
  const KeyPartition &partition(const std::vector<KeyId> &Of);
  KeyId unionOf(std::vector<KeyId> Of);
  std::vector<KeyCell> cellsOf(const KeyPartition &P, const std::vector<KeyId> &Of,
                               FunctionRef<NodeId(const std::vector<uint32_t> &)> ValueOf);
  void settleCells(ObjectSet &O);
  /// What a member satisfies whose name is no property's.
  NodeId valueOf(const ObjectSet &O, std::string_view Name) const;
  std::vector<ObjectSet> negate(const ObjectSet &O);
  /// Finds a place for each member that must exist: see Exists.cpp.
  void settleExists(Shape &S, Location For);
  bool placeForced(ObjectSet &O);
  void placeOne(const ObjectSet &O, size_t I, std::vector<ObjectSet> &Out);
  void joinExists(const ObjectSet &O, Location For, std::vector<ObjectSet> &Out,
                  std::vector<ObjectSet> &Again);

  // Productive.cpp
  void computeProductive();
  bool isProductive(const Node &N, NodeId &WaitsFor);
  bool isProductive(const ArraySet &A, NodeId &WaitsFor);
  bool countsCanBeMet(const ArraySet &A);
  uint64_t valuesAtMost(const StringSet &S);
  uint64_t valuesAtMost(NodeId N);
  bool isProductive(const ObjectSet &O, NodeId &WaitsFor);

  // Contradiction.cpp
  void reportUnsatisfiable(NodeId Root, Location Place);
  void reportOnTheWay(NodeId Root);

  // Exclusion.cpp: true when it is seen.
  bool exclude(const NumberRange &A, const NumberRange &B);
  bool exclude(const StringSet &A, const StringSet &B);
  bool exclude(const ArraySet &A, const ArraySet &B);
  bool exclude(const ObjectSet &A, const ObjectSet &B);
  bool exclude(const Shape &A, const Shape &B);
  /// Whether a required member that all parts have has strings of its own in each: then no
  /// value is in two of them. Linear in the parts, unlike a look at each pair.
  bool apartByTag(const std::vector<Shape> &Parts);
  bool includes(NodeId Outer, NodeId Inner) const;
  bool includes(const NumberRange &Outer, const NumberRange &Inner) const;
  bool includes(const StringSet &Outer, const StringSet &Inner) const;
  bool includes(const ArraySet &Outer, const ArraySet &Inner) const;
  bool includes(const ObjectSet &Outer, const ObjectSet &Inner);
  /// Whether it is seen apart from what properties are named.
  bool includesOthers(const ObjectSet &Outer, const ObjectSet &Inner);

  std::vector<ir::Origin> &Unenforced;
  std::optional<Documents> OwnDocs; ///< none of trials
  Documents &Docs;
  const Relaxation *Relaxed = nullptr; ///< of trials
  Languages Texts{M};
  std::deque<Node> Nodes;
  std::vector<Atom> Atoms;
  std::deque<Scope> Scopes{Scope()};
  std::map<std::vector<std::pair<std::string, uint64_t>>, ScopeId> ScopeByAnchors;
  ScopeId CurrentScope{0};
  WordIndex AtomPlaces[2];                                    ///< of atoms, by kind
  std::vector<AtomId> AtomAt[2];                              ///< … by number of the place
  std::map<std::pair<uint64_t, ScopeId>, AtomId> AtomInScope; ///< of schemas in other scopes
  std::map<std::pair<AtomKind, std::vector<NodeId>>, AtomId> AtomOfNodes; ///< Not, AnyOf
  std::map<std::pair<uint64_t, ScopeId>, NodeId> NodeInScope;
  WordIndex NodePlaces;           ///< of schemas
  std::vector<NodeId> NodeAt;     ///< … by number of the place
  std::vector<NodeId> NodeOfAtom; ///< of the atom alone
  std::unordered_map<std::vector<AtomId>, NodeId, AtomsHash> NodeByAtoms; ///< of several
  /// What outcomesAt has found, nothing while it looks.
  std::unordered_map<NodeId, std::optional<std::vector<Outcome>>> OutcomesOf;
  std::vector<NodeId> Todo;                       ///< nodes whose shape nobody asked for yet
  std::set<std::pair<uint64_t, Keyword>> Refused; ///< each is reported once
  std::map<std::string_view, ir::ExprId> PatternCache, FormatCache;
  KeyLanguages Keys{M};
  std::map<std::vector<KeyId>, KeyPartition> Partitions;
  std::set<std::string, std::less<>> KeyTexts; ///< names that no document has
  uint64_t Work = 0, TextWork = 0;
  uint64_t CountSteps = 0; ///< of countsCanBeMet
  uint32_t Depth = 0;
  uint32_t Tentative = 0; ///< tentative looks that are under way
  bool Blocked = false;   ///< the innermost of them needs a shape that is not known yet
  bool Inexact = false;   ///< something of the schema being read is not enforced
  NodeId Culprit;         ///< the child that last made an alternative empty
  bool Stopped = false;   ///< a budget is exhausted
};

/// Writes the productive part of the normal form as IR; productive(Root) holds.
void emitModule(Compiler &C, NodeId Root);

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_COMPILER_H
