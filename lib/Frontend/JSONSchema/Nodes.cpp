//===- Nodes.cpp - Nodes, and their shapes when asked for -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A schema that only refers to another, or says nothing, gets no node of its own:
// references are followed before an atom is made, so that equal conjunctions are
// equal sets. What is left is expanded once per atom; a node of several atoms is the
// conjunction of the shapes of its atoms' own nodes.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include "PresentationOptions.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <bit>

namespace weir::jsonschema {

using json::Member;
using json::ValueId;

/// How deep schemas may apply one another to the same value.
static constexpr uint32_t MaxInPlaceDepth = 128;
/// References that lead from one to the next, beyond which they are charged for.
static constexpr uint32_t FewReferences = 16;

void Compiler::makeConstants() {
  Node Any, None;
  Any.TheShape = Shape::any();
  Any.Progress = None.Progress = Node::State::Done;
  Nodes.push_back(std::move(Any));
  Nodes.push_back(std::move(None));
}

DiagBuilder Compiler::report(Location Place, DiagId Id) {
  DiagBuilder B = Diags.report(Docs.range(Place), Id);
  B.pointer(Docs.pointer(Place));
  return B;
}

/// At the key of a member, with the pointer of its value.
DiagBuilder Compiler::reportKey(Location Schema, const Member &M, DiagId Id) {
  DiagBuilder B = Diags.report(doc(Schema).keyRange(M), Id);
  B.pointer(Docs.pointer({Schema.Doc, M.Value}));
  return B;
}

void Compiler::wrongType(Location Schema, const Member &M, std::string_view Expected) {
  report({Schema.Doc, M.Value}, DiagId::SchemaWrongType) << M.Key << Expected;
}

void Compiler::refuse(const SchemaObject &S, const Member &M, DiagId Id, std::string_view Name) {
  const KeywordInfo *K = lookupKeyword(M.Key, S.TheDraft);
  Inexact = true;
  if (!Refused.insert({S.Place.key(), K->Id}).second)
    return;
  reportKey(S.Place, M, Id).demote(Opts.Lenient) << Name;
  if (Opts.Lenient)
    Unenforced.push_back({doc(S.Place).keyRange(M), Docs.pointer({S.Place.Doc, M.Value})});
}

void Compiler::budgetExceeded(Location Place, uint64_t Limit, std::string_view What,
                              std::string_view Option) {
  if (!Stopped)
    report(Place, DiagId::SchemaBudget) << Limit << What << Option;
  Stopped = true;
}

/// Where a node's first schema is.
Location Compiler::placeOf(NodeId N) const {
  return node(N).Atoms.empty() ? Location{DocId(0), ValueId(0)}
                               : Atoms[node(N).Atoms[0].index()].Place;
}

void Compiler::numbersTooLarge(NodeId N, uint32_t StatesLeft) {
  if (StatesLeft < MaxNumberStates)
    return budgetExceeded(placeOf(N), MaxAllNumberStates, "states of large automata of numbers");
  budgetExceeded(placeOf(N), MaxNumberStates, "states of an automaton of numbers");
}

void Compiler::rangesTooMany(NodeId N) {
  budgetExceeded(placeOf(N), Opts.MaxAlternatives, "ranges of numbers in a union",
                 "jsonschema::Options::MaxAlternatives");
}

void Compiler::patternsTooMany(NodeId N) {
  Location Place = placeOf(N);
  report(Place, DiagId::SchemaUnsupportedFormat).demote(Opts.Lenient) << "regex";
  if (Opts.Lenient)
    Unenforced.push_back({Docs.range(Place), Docs.pointer(Place)});
}

void Compiler::repeatsNotWritten(NodeId N) {
  Location Place = placeOf(N);
  report(Place, DiagId::SchemaNegation).demote(Opts.Lenient) << "that two elements are equal";
  if (Opts.Lenient)
    Unenforced.push_back({Docs.range(Place), Docs.pointer(Place)});
}

/// Counts work; false when the budget is exhausted.
bool Compiler::charge(uint64_t Amount) {
  Work += Amount;
  if ((Work > Opts.MaxWork || !spendWork(Amount)) && !Stopped)
    budgetExceeded(Atoms.empty() ? Location{DocId(0), ValueId(0)} : Atoms[0].Place, Opts.MaxWork,
                   "steps of combining schemas", "jsonschema::Options::MaxWork");
  return !Stopped;
}

bool Compiler::alternativesFit(size_t Count, Location For) {
  const uint64_t Most = Opts.MaxAlternatives + Docs.numValues();
  if (Count > Most)
    budgetExceeded(For, Most, "alternatives where unions meet",
                   "jsonschema::Options::MaxAlternatives");
  return !Stopped;
}

bool Compiler::alternativesFit(const Shape &S, Location For) {
  return alternativesFit(
      std::max({S.Numbers.size(), S.Strings.size(), S.Arrays.size(), S.Objects.size()}), For);
}

AtomId Compiler::atom(AtomKind Kind, Location Place, ScopeId Way) {
  const AtomId Next(uint32_t(Atoms.size()));
  AtomId A = Next;
  if (Way == ScopeId(0)) {
    const uint32_t N = AtomPlaces[size_t(Kind)].intern({Place.Doc.index(), Place.Value.index()});
    std::vector<AtomId> &At = AtomAt[size_t(Kind)];
    if (N == At.size())
      At.push_back(Next);
    A = At[N];
  } else {
    A = AtomInScope.try_emplace({Place.key(), Way}, Next).first->second;
  }
  if (A == Next)
    Atoms.push_back({Kind, Place, {}, Way});
  return A;
}

NodeId Compiler::nodeOfAtoms(std::vector<AtomId> Of) {
  if (Of.empty())
    return AnyNode;
  NodeOfAtom.resize(Atoms.size());
  NodeId &Known = Of.size() == 1 ? NodeOfAtom[Of[0].index()] : NodeByAtoms[Of];
  if (Known)
    return Known;
  const NodeId N = Known = NodeId(uint32_t(Nodes.size()));
  // What stands in the schema is in proportion to it; what is combined need not be.
  const Atom &First = Atoms[Of[0].index()];
  if (Of.size() > 1 || First.Way != ScopeId(0))
    charge(250 + 4 * Of.size() + 16 * Scopes[First.Way.index()].size());
  Nodes.emplace_back();
  Nodes.back().Atoms = std::move(Of);
  if (Nodes.size() > Opts.MaxNodes)
    budgetExceeded(Atoms[Nodes.back().Atoms[0].index()].Place, Opts.MaxNodes,
                   "combinations of schemas", "jsonschema::Options::MaxNodes");
  Todo.push_back(N);
  return N;
}

NodeId Compiler::nodeOfLiteral(Location Value) {
  return nodeOfAtoms({atom(AtomKind::Literal, Value)});
}

SchemaObject Compiler::read(Location Schema) {
  SchemaObject S;
  S.Place = Schema;
  S.TheDraft = Docs.draft(Schema);
  for (const Member &M : doc(Schema).members(Schema.Value))
    if (const KeywordInfo *K = pollWork() ? lookupKeyword(M.Key, S.TheDraft) : nullptr) {
      if (!isRelaxed({Schema.Doc, M.Value})) {
        S.Found[size_t(K->Id)] = &M;
        S.Restricting[size_t(K->Id)] = K->Kind == Role::Applicator || K->Kind == Role::Assertion;
      } else if (K->Id == Keyword::Ref && refHidesSiblings(S.TheDraft)) {
        S.Found = {};
        S.Restricting.reset();
        break;
      }
    }
  return S;
}

/// Whether a keyword other than `Except` may restrict the values.
bool Compiler::constrains(const SchemaObject &S, Keyword Except) const {
  std::bitset<KeywordCount> Others = S.Restricting;
  Others.reset(size_t(Except));
  return Others.any();
}

/// Where the `$ref` of a schema leads; none after an error.
std::optional<Location> Compiler::target(const SchemaObject &S) {
  const Member &M = *S[Keyword::Ref];
  Location Place{S.Place.Doc, M.Value};
  if (!doc(Place).isString(M.Value)) {
    wrongType(S.Place, M, "a string");
    return std::nullopt;
  }
  return Docs.resolve(S.Place, Place);
}

NodeId Compiler::nodeOf(Location Schema) {
  const ScopeId From = CurrentScope;
  uint32_t Place = 0;
  if (From == ScopeId(0)) {
    Place = NodePlaces.intern({Schema.Doc.index(), Schema.Value.index()});
    NodeAt.resize(NodePlaces.size());
    if (NodeAt[Place])
      return NodeAt[Place];
  } else if (auto Known = NodeInScope.find({Schema.key(), From}); Known != NodeInScope.end()) {
    return Known->second;
  }
  ScopeId Way = From;
  NodeId Result = AnyNode;
  Location L = Schema;
  // Who goes in a circle comes again to where it was after 1, 2, 4, ... steps.
  Location Mark = Schema;
  ScopeId MarkWay = From;
  for (uint32_t Steps = 0;; ++Steps) {
    const json::Document &D = doc(L);
    if (isRelaxed(L))
      break;
    if (D.isBool(L.Value)) {
      Result = D.isTrue(L.Value) ? AnyNode : NoNode;
      break;
    }
    if (!D.isObject(L.Value)) {
      report(L, DiagId::SchemaWrongType) << "a schema" << "an object or a boolean";
      break;
    }
    Way = enter(Way, L);
    SchemaObject S = read(L);
    if (S[Keyword::Ref] && (refHidesSiblings(S.TheDraft) || !constrains(S, Keyword::Ref))) {
      if (std::has_single_bit(Steps)) {
        Mark = L;
        MarkWay = Way;
      }
      std::optional<Location> Next = target(S);
      if (!Next || (Steps > FewReferences && !charge(1)))
        break;
      L = *Next;
      if (L == Mark && Way == MarkWay) {
        report(L, DiagId::SchemaRefCycle);
        break;
      }
      continue;
    }
    if (constrains(S, Keyword::Comment))
      Result = nodeOfAtoms({atom(AtomKind::Schema, L, Way)});
    break;
  }
  if (From == ScopeId(0))
    NodeAt[Place] = Result;
  else
    NodeInScope.emplace(std::pair(Schema.key(), From), Result);
  return Result;
}

bool Compiler::isTrue(Location Schema) { return nodeOf(Schema) == AnyNode; }

const Shape &Compiler::shape(NodeId N, Location For) {
  Node &X = Nodes[N.index()];
  if (X.Progress == Node::State::Expanding) {
    if (Tentative > 0)
      Blocked = true;
    else
      report(For, DiagId::SchemaRefCycle);
    return Nodes[AnyNode.index()].TheShape;
  }
  if (X.Progress == Node::State::New && !Stopped) {
    if (Depth >= MaxInPlaceDepth && Tentative > 0) {
      Blocked = true;
      return Nodes[AnyNode.index()].TheShape;
    }
    if (Depth >= MaxInPlaceDepth) {
      Stopped = true;
      report(For, DiagId::NestingTooDeep) << uint64_t(MaxInPlaceDepth);
      return Nodes[AnyNode.index()].TheShape;
    }
    expand(N);
  }
  return X.TheShape; // nodes stay in place
}

void Compiler::expand(NodeId N) {
  Node &X = Nodes[N.index()];
  X.Progress = Node::State::Expanding;
  ++Depth;
  Shape Out;
  if (X.Atoms.size() == 1) {
    const Atom A = Atoms[X.Atoms[0].index()];
    ScopeId Way = A.Way;
    switch (A.Kind) {
    case AtomKind::Schema:
      std::swap(CurrentScope, Way);
      Out = expandSchema(N, A.Place);
      std::swap(CurrentScope, Way);
      break;
    case AtomKind::Literal:
      Out = literalShape(A.Place);
      break;
    case AtomKind::Not:
      Out = complement(shape(A.Of[0], A.Place), A.Place);
      break;
    case AtomKind::AnyOf: {
      std::vector<Mention> Branches;
      for (NodeId One : A.Of) {
        const Shape &Part = shape(One, A.Place);
        Branches.push_back(mentionOf(Part));
        charge(sizeOf(Part));
        unite(Out, Part);
        if (!alternativesFit(Out, A.Place))
          break;
      }
      simplify(Out);
      Out.Names = uniteMentions(Branches);
      orderProperties(Out);
      break;
    }
    }
  } else {
    const std::vector<AtomId> Of = X.Atoms;
    Mention Names;
    for (size_t I = 0; I < Of.size(); ++I) {
      Location Place = Atoms[Of[I].index()].Place;
      const Shape &Part = shape(nodeOfAtoms({Of[I]}), Place);
      if (!Part.Objects.empty())
        appendMention(Names, mentionOf(Part));
      Out = I == 0 ? Part : conjoin(Out, Part, Place);
      if (Out.isEmpty()) {
        contradiction(N, Place, "this schema excludes the others that apply to the same value");
        break;
      }
    }
    Out.Names = std::move(Names);
    orderProperties(Out);
  }
  settleExists(Out, Atoms[X.Atoms[0].index()].Place);
  --Depth;
  for (ArraySet &A : Out.Arrays)
    divide(A, Atoms[X.Atoms[0].index()].Place);
  if (Blocked && Tentative > 0) {
    X.Progress = Node::State::New;
    return;
  }
  X.TheShape = std::move(Out);
  X.Progress = Node::State::Done;
}

void Compiler::contradiction(NodeId N, Location Place, std::string Message) {
  Contradiction &W = Nodes[N.index()].Why;
  if (W.Message.empty())
    W = {Place, std::move(Message), Culprit};
}

void Compiler::expandReachable() {
  while (!Todo.empty() && !Stopped) {
    NodeId N = Todo.back();
    Todo.pop_back();
    if (node(N).Progress == Node::State::New)
      expand(N);
  }
}

Shape Compiler::expandSchema(NodeId N, Location Schema) {
  const bool Outer = Inexact;
  Inexact = false;
  Culprit = NodeId();
  SchemaObject S = read(Schema);
  charge(1 + doc(Schema).members(Schema.Value).size());
  readType(S);
  Shape Out = logicKeywords(N, S, ownKeywords(N, S));
  const Member *Members = S[Keyword::UnevaluatedProperties], *Items = S[Keyword::UnevaluatedItems];
  const bool Open = (!Members || !(S.Types & types::Object) || S[Keyword::AdditionalProperties] ||
                     isTrue({Schema.Doc, Members->Value})) &&
                    (!Items || !(S.Types & types::Array) || isTrue({Schema.Doc, Items->Value}));
  if (!Open && hasInPlaceApplicators(S))
    Out = withUnevaluated(N, S, std::move(Out));
  simplify(Out);
  Out.Inexact |= Inexact;
  Inexact = Outer;
  return Out;
}

/// What the keywords say that apply no schema to the value itself.
Shape Compiler::ownKeywords(NodeId N, const SchemaObject &S) {
  Shape Out;
  Out.Null = S.Types & types::Null;
  Out.True = Out.False = S.Types & types::Boolean;
  numberKeywords(N, S, Out);
  stringKeywords(N, S, Out);
  arrayKeywords(N, S, Out);
  objectKeywords(N, S, Out);
  valueKeywords(N, S, Out);
  return Out;
}

void Compiler::readType(SchemaObject &S) {
  const Member *M = S[Keyword::Type];
  if (!M)
    return;
  const json::Document &D = doc(S.Place);
  uint8_t Set = 0;
  bool Number = false, Integer = false;
  auto Add = [&](ValueId V) {
    static constexpr std::pair<std::string_view, uint8_t> Names[] = {
        {"null", types::Null},     {"boolean", types::Boolean}, {"number", types::Number},
        {"string", types::String}, {"array", types::Array},     {"object", types::Object},
        {"integer", types::Number}};
    if (!D.isString(V)) {
      wrongType(S.Place, *M, "a string or an array of strings");
      return;
    }
    std::string_view T = D.string(V);
    for (auto [Name, Bit] : Names)
      if (T == Name) {
        Set |= Bit;
        Number |= T == "number";
        Integer |= T == "integer";
        return;
      }
    std::vector<std::string_view> Candidates;
    for (auto [Name, Bit] : Names)
      Candidates.push_back(Name);
    report({S.Place.Doc, V}, DiagId::SchemaUnknownType).didYouMean(T, Candidates) << T;
  };
  if (!D.isArray(M->Value))
    Add(M->Value);
  else if (D.elements(M->Value).empty())
    wrongType(S.Place, *M, "a string or an array of at least one string");
  else
    for (ValueId V : D.elements(M->Value))
      Add(V);
  S.Types = Set;
  if (Integer && !Number)
    S.Integer = S.TheDraft == Draft::Draft4 ? Integers::Lexical : Integers::Integral;
}

std::optional<uint32_t> Compiler::countOf(const SchemaObject &S, const Member *M) {
  if (!M)
    return std::nullopt;
  const json::Document &D = doc(S.Place);
  if (D.isNumber(M->Value))
    if (std::optional<Decimal> N = parseDecimal(D.number(M->Value)))
      if (std::optional<uint32_t> Count = N->asCount(ir::Unbounded))
        return Count;
  wrongType(S.Place, *M, "a non-negative integer");
  return std::nullopt;
}

ir::OriginSet Compiler::originsOf(NodeId N) const {
  constexpr size_t Few = 8;
  ir::OriginSet Out;
  for (size_t I = 0; I < node(N).Atoms.size() && I < Few; ++I) {
    Location L = Atoms[node(N).Atoms[I].index()].Place;
    Out.add({Docs.range(L), Docs.pointer(L)});
  }
  return Out;
}

std::string Compiler::stemOf(NodeId N) const {
  if (node(N).Atoms.empty())
    return "value";
  const Location Place = Atoms[node(N).Atoms[0].index()].Place;
  const json::Document &D = Docs.doc(Place);
  std::string Out, Step;
  // The last names on the way, less the keywords that hold maps of schemas.
  ValueId At = Place.Value;
  for (int Parts = 0; Parts < 2 && D.parent(At); At = D.parent(At)) {
    Step.clear();
    D.appendPointerStep(Step, At);
    const std::string_view Token = std::string_view(Step).substr(1);
    if (Token == "properties" || Token == "$defs" || Token == "definitions")
      continue;
    std::string Clean;
    for (char C : Token.substr(0, 24))
      Clean += (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') || (C >= '0' && C <= '9') ? C : '_';
    Out = Out.empty() ? Clean : Clean + "." + Out;
    ++Parts;
  }
  return Out.empty() ? "root" : Out;
}

std::optional<ir::Module> Compiler::run(FileId File) {
  std::optional<Location> Root = Docs.load(File, "");
  if (!Root)
    return std::nullopt;
  M.Source = File;
  readVendorOptions(doc(*Root), Root->Value, Opts, Diags);
  if (Opts.TheProfile == Profile::OpenAIStrict)
    checkStrictProfile(doc(*Root), Root->Value, Diags);
  NodeId N = nodeOf(*Root);
  expandReachable();
  if (Stopped)
    return std::nullopt;
  computeProductive();
  if (!productive(N))
    reportUnsatisfiable(N, *Root);
  if (Diags.hasErrors())
    return std::nullopt;
  emitModule(*this, N);
  if (Diags.hasErrors())
    return std::nullopt;
  return std::move(M);
}

std::optional<ir::Module> compileSchema(SourceManager &Sources, FileId File, const Options &Opts,
                                        DiagnosticEngine &Diags,
                                        std::vector<ir::Origin> &Unenforced) {
  Late<Compiler> C(Sources, Opts, Diags, Unenforced);
  return C->run(File);
}

std::optional<ir::Module> compileSchema(SourceManager &Sources, FileId File, const Options &Opts,
                                        DiagnosticEngine &Diags,
                                        std::vector<ir::Origin> &Unenforced,
                                        std::vector<Limitation> &Partly) {
  Late<Compiler> C(Sources, Opts, Diags, Unenforced);
  std::optional<ir::Module> M = C->run(File);
  Partly.insert(Partly.end(), C->Partly.begin(), C->Partly.end());
  return M;
}

/// Whether it says that a keyword is refused or not enforced: what is none constrains nothing.
static bool isLimitation(DiagId Id) {
  switch (Id) {
  case DiagId::SchemaDraftAssumed:
  case DiagId::SchemaUnknownKeyword:
  case DiagId::SchemaKeywordDraft:
  case DiagId::SchemaOptionPlace:
    return false;
  default:
    return true;
  }
}

std::vector<Limitation> limitations(const DiagnosticEngine &Diags, std::vector<Limitation> Partly) {
  std::vector<Limitation> Out = std::move(Partly);
  for (const Diagnostic &D : Diags.diagnostics())
    if (isLimitation(D.Id))
      Out.push_back({D.Id, D.Level == Severity::Error, {D.Range, D.Pointer}, D.Message});
  std::stable_sort(Out.begin(), Out.end(), [](const Limitation &A, const Limitation &B) {
    return A.Place.Range.Begin < B.Place.Range.Begin;
  });
  return Out;
}

std::vector<Limitation> capabilities(SourceManager &Sources, FileId File, const Options &Opts) {
  DiagnosticEngine Diags(Sources);
  std::vector<ir::Origin> Unenforced;
  std::vector<Limitation> Partly;
  compileSchema(Sources, File, Opts, Diags, Unenforced, Partly);
  return limitations(Diags, std::move(Partly));
}

} // namespace weir::jsonschema
