//===- Emit.cpp - The normal form as grammar IR -------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules are made from the leaves up, so that equal bodies share a rule by comparing
// expression ids; a node that is needed before it is done gets its rule in advance:
//
//   objects and arrays       a rule each, marked `nest`
//   strings, numbers         shared rules, always called
//   any value                @value, @object, @array, once
//   white space              @ws, @colon, @comma, as the presentation says
//
// Only productive alternatives are written. A member that can never be present stays
// in the list without a tail: its name is not free for other members.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"

#include "weir/Support/WorkMeter.h"

#include "weir/Frontend/Formats/Formats.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace weir::jsonschema {

using ir::ExprId;
using ir::RuleId;

namespace {

class Emitter {
public:
  Emitter(Compiler &C)
      : C(C), M(C.M), States(C.nodeCount(), State::New), Exprs(C.nodeCount()),
        Places(C.nodeCount()), Origins(C.nodeCount()) {}

  void run(NodeId Root);

private:
  enum class State : uint8_t { New, Open, Done };

  bool usable(const ArraySet &A) const { return C.hasValue(A); }
  bool usable(const ObjectSet &O) const { return C.hasValue(O); }
  void addOthers(const ObjectSet &O, ir::MembersSpec &Spec, std::vector<NodeId> &Children);
  std::vector<NodeId> children(NodeId N) const;
  ExprId value(NodeId N);
  void finish(NodeId N);
  ExprId ruleCall(ExprId Body, const std::string &Stem, bool Nest, bool Shared, NodeId For);
  void noteChildren(RuleId R, const std::vector<NodeId> &Children);

  const ir::OriginSet &origins(NodeId N);
  ExprId numbers(NodeId N);
  std::optional<uint64_t> numberOfValues(NodeId N) const;
  ExprId strings(NodeId N);
  ExprId patterns(bool OrEmpty);
  ExprId array(const ArraySet &A, std::vector<NodeId> &Children);
  ExprId countedArray(const ArraySet &A, std::vector<NodeId> &Children);
  ExprId object(const ObjectSet &O, std::vector<NodeId> &Children);

  void makePunctuation();
  /// As `Module::seq`, with sequences spliced in and empty operands left out: what passes would
  /// make of it, so that they need not write everything around it anew.
  ExprId seq(std::span<const ExprId> Parts);
  ExprId seq(std::initializer_list<ExprId> L) { return seq(std::span(L.begin(), L.size())); }
  ExprId lexical(std::string_view Name, ExprId Body);
  RuleId newRule(const std::string &Stem);

  struct RuleKey {
    ExprId Body;
    bool Nest, Shared;
    auto operator<=>(const RuleKey &) const = default;
  };

  Compiler &C;
  ir::Module &M;
  std::vector<State> States;
  std::vector<ExprId> Exprs;          ///< of finished nodes
  std::vector<RuleId> Places;         ///< rules made in advance
  std::vector<ir::OriginSet> Origins; ///< by node, empty until they are asked for
  std::map<RuleKey, RuleId> RuleByBody;
  std::unordered_map<std::string, uint32_t> NextNumber; ///< by stem
  ExprId Colon, Comma, AfterOpen, BeforeClose, InEmpty;
  std::vector<ExprId> Flat; ///< operands of a sequence being made
  RuleId Pattern;           ///< of the format `regex`, once it is wanted
};

const ir::OriginSet &Emitter::origins(NodeId N) {
  ir::OriginSet &Known = Origins[N.index()];
  if (Known.empty())
    Known = C.originsOf(N);
  return Known;
}

/// A new rule of that name, or with the next free number behind it.
RuleId Emitter::newRule(const std::string &Stem) {
  if (!M.lookup(Stem))
    return M.addRule(Stem);
  uint32_t &Next = NextNumber[Stem];
  for (;;) {
    std::string Name = Next == 0 ? Stem : Stem + "." + std::to_string(Next);
    ++Next;
    if (!M.lookup(Name))
      return M.addRule(std::move(Name));
  }
}

/// A rule of a fixed name, made when first wanted.
ExprId Emitter::lexical(std::string_view Name, ExprId Body) {
  auto [It, New] = RuleByBody.try_emplace({Body, false, true}, RuleId());
  if (New) {
    It->second = newRule(std::string(Name));
    M.rule(It->second).Body = Body;
    M.rule(It->second).Shared = true;
  }
  return M.call(It->second);
}

ExprId Emitter::seq(std::span<const ExprId> Parts) {
  Flat.clear();
  for (ExprId P : Parts)
    if (M.op(P) == ir::Op::Seq)
      Flat.insert(Flat.end(), M.operands(P).begin(), M.operands(P).end());
    else if (P != M.empty())
      Flat.push_back(P);
  return M.seq(Flat);
}

void Emitter::makePunctuation() {
  const Options &O = C.Opts;
  AfterOpen = BeforeClose = InEmpty = M.empty();
  switch (O.Space) {
  case Whitespace::Compact:
    Colon = M.lit(":");
    Comma = M.lit(",");
    break;
  case Whitespace::Single:
    Colon = M.lit(": ");
    Comma = M.lit(", ");
    break;
  case Whitespace::Indent: {
    uint32_t N = std::min<uint32_t>(O.IndentWidth, 64);
    ExprId Break = M.lit("\n");
    Colon = M.lit(": ");
    AfterOpen = seq({Break, M.indent({N, N, 0, false})});
    BeforeClose = seq({Break, M.indent({N, N, -1, false})});
    Comma = seq({M.lit(O.ItemSeparator.empty() ? "," : O.ItemSeparator), AfterOpen});
    break;
  }
  case Whitespace::Flexible: {
    ExprId Break = seq({M.alt({M.lit("\n"), M.lit("\r\n")}), M.indent({0, 8, 0, true})});
    ExprId Space = M.optional(M.lit(" "));
    ExprId Any = M.optional(lexical("ws", M.alt({M.lit(" "), Break})));
    Colon = seq({Space, M.lit(":"), Space});
    Comma = seq({Space, M.lit(","), Any});
    AfterOpen = BeforeClose = InEmpty = Any;
    break;
  }
  }
  if (!O.KeySeparator.empty())
    Colon = M.lit(O.KeySeparator);
  if (!O.ItemSeparator.empty() && O.Space != Whitespace::Indent)
    Comma = M.lit(O.ItemSeparator);
}

/// The productive children of the usable alternatives, in order, with repeats.
std::vector<NodeId> Emitter::children(NodeId N) const {
  std::vector<NodeId> Out;
  auto Add = [&](NodeId X) {
    if (C.productive(X))
      Out.push_back(X);
  };
  for (const ArraySet &A : C.node(N).TheShape.Arrays)
    if (usable(A)) {
      for (const auto &Ways : A.Ways)
        for (const ElementWay &W : Ways)
          Add(W.Of);
      for (NodeId P : A.Prefix)
        Add(P);
      Add(A.Rest);
    }
  for (const ObjectSet &O : C.node(N).TheShape.Objects)
    if (usable(O)) {
      for (const Property &P : O.Properties) {
        if (!pollWork())
          return {};
        Add(P.Value);
      }
      for (const KeyCell &X : O.Cells)
        Add(X.Value);
      for (const MemberExists &E : O.Exists)
        Add(E.Value);
      Add(O.Rest);
    }
  return Out;
}

/// An expression for the values of a node: what it became, or a call of the rule it
/// will become.
ExprId Emitter::value(NodeId N) {
  if (States[N.index()] == State::Done)
    return Exprs[N.index()];
  RuleId &R = Places[N.index()];
  if (!R)
    R = newRule(C.stemOf(N));
  return M.call(R);
}

ExprId Emitter::ruleCall(ExprId Body, const std::string &Stem, bool Nest, bool Shared, NodeId For) {
  auto [It, New] = RuleByBody.try_emplace({Body, Nest, Shared}, RuleId());
  if (New) {
    It->second = newRule(Stem);
    ir::RuleInfo &Info = M.rule(It->second);
    Info.Body = Body;
    Info.Nest = Nest;
    Info.Shared = Shared;
  }
  M.rule(It->second).Origins.add(origins(For));
  return M.call(It->second);
}

void Emitter::noteChildren(RuleId R, const std::vector<NodeId> &Children) {
  for (NodeId Child : Children) {
    if (!pollWork(4))
      return;
    ExprId E = value(Child);
    if (M.op(E) == ir::Op::Call)
      M.addCallOrigin(R, E, origins(Child));
  }
}

/// An automaton for several ranges takes about as many states as the steps of all have for
/// a common multiple; beyond this, each range is read beside the others.
static constexpr uint64_t MaxJoinedStates = 2'048;

/// The least common multiple of the coefficients of all steps of a range and of `L`, or
/// what is more than any that matters.
static uint64_t commonPeriod(uint64_t L, const NumberRange &R) {
  for (const auto *Steps : {&R.Multiples, &R.Excluded})
    for (const Decimal &Step : *Steps) {
      const uint64_t C = Step.coefficient().value_or(UINT64_MAX);
      L = C > MaxNumberStates ? MaxNumberStates : std::lcm(L, C);
      if (L >= MaxNumberStates)
        return MaxNumberStates;
    }
  return L;
}

ExprId Emitter::numbers(NodeId N) {
  /// Ranges that one automaton reads.
  struct Group {
    uint64_t Period;
    std::vector<ExprId> Parts;
  };
  std::vector<Group> Groups;
  for (const NumberRange &R : C.node(N).TheShape.Numbers) {
    if (!spendWork(8)) // an automaton each
      return M.never();
    std::optional<ExprId> E = numberInRange(M, R);
    if (!E) {
      C.numbersTooLarge(N);
      continue;
    }
    if (*E == M.never())
      continue;
    auto Fits = std::find_if(Groups.begin(), Groups.end(), [&](const Group &G) {
      const uint64_t Period = commonPeriod(G.Period, R);
      return Period == G.Period || Period <= MaxJoinedStates;
    });
    if (Fits == Groups.end())
      Fits = Groups.insert(Fits, {1, {}});
    Fits->Period = commonPeriod(Fits->Period, R);
    Fits->Parts.push_back(*E);
  }
  const auto &First = C.node(N).TheShape.Numbers.front();
  if (Groups.size() == 1 && Groups[0].Parts.size() == 1 && First.isPlain())
    return lexical(First.Kind == Integers::Any ? "number" : "integer", Groups[0].Parts[0]);
  std::vector<ExprId> Calls;
  for (const Group &G : Groups)
    Calls.push_back(ruleCall(M.alt(G.Parts), C.stemOf(N) + ".number", false, true, N));
  return M.alt(Calls);
}

ExprId Emitter::strings(NodeId N) {
  std::vector<ExprId> Parts;
  for (const StringSet &S : C.node(N).TheShape.Strings) {
    if (S.isUnconstrained())
      return lexical("string", M.jsonString(M.anyText(), C.Opts.spelling()));
    if (S.IsPattern) {
      StringSet Alone;
      Alone.IsPattern = true;
      Alone.Min = std::min<uint32_t>(S.Min, 1);
      if (S == Alone) {
        Parts.push_back(patterns(S.Min == 0));
        continue;
      }
      C.patternsTooMany(N);
    }
    std::vector<ExprId> All;
    if (S.IsLiterals) {
      std::vector<ExprId> Literals;
      for (std::string_view L : S.Literals) {
        if (!pollWork(2))
          return M.never();
        Literals.push_back(M.lit(L));
      }
      All.push_back(M.alt(Literals));
    } else if (S.Min > 0 || S.Max != ir::Unbounded) {
      All.push_back(M.repeat(M.cls(CodePointSet::all()), S.Min, S.Max));
    }
    if (!S.Excluded.empty()) {
      std::vector<ExprId> Excluded;
      for (std::string_view T : S.Excluded)
        Excluded.push_back(M.lit(T));
      All.push_back(M.neg(M.alt(Excluded)));
    }
    All.insert(All.end(), S.Patterns.begin(), S.Patterns.end());
    ExprId E = M.jsonString(M.conj(All), C.Opts.spelling());
    if (S.IsLiterals && S.Patterns.empty()) {
      // A word of the grammar, not a frame of its own.
      Parts.push_back(S.Literals.size() == 1 ? E
                                             : ruleCall(E, C.stemOf(N) + ".enum", false, false, N));
    } else {
      Parts.push_back(ruleCall(E, C.stemOf(N) + ".string", false, true, N));
    }
  }
  return M.alt(Parts);
}

/// The strings that are regular expressions.
ExprId Emitter::patterns(bool OrEmpty) {
  if (!Pattern) {
    Pattern = newRule("regex");
    writePatternRule(M, Pattern, C.Opts.spelling());
  }
  ExprId Text = M.call(Pattern);
  return seq({M.lit("\""), OrEmpty ? M.optional(Text) : Text, M.lit("\"")});
}

/// How many values a node has, when it has numbers only and that is seen at once.
std::optional<uint64_t> Emitter::numberOfValues(NodeId N) const {
  const Shape &S = C.node(N).TheShape;
  if (S.Numbers.size() != 1 || S.Null || S.True || S.False || !S.Strings.empty() ||
      !S.Arrays.empty() || !S.Objects.empty())
    return std::nullopt;
  return countOf(S.Numbers[0]);
}

/// An array whose elements are counted or different.
ExprId Emitter::countedArray(const ArraySet &A, std::vector<NodeId> &Children) {
  ir::ElementsSpec Spec;
  Spec.Separator = Comma;
  Spec.Min = std::max<uint32_t>(A.Min, 1);
  Spec.Max = A.Max;
  Spec.Unique = A.Unique;
  bool MayBeEmpty = A.Min == 0;
  for (const ElementCount &K : A.Counts) {
    Spec.Counters.push_back({K.Min, K.Max});
    MayBeEmpty &= K.Min == 0;
  }
  const size_t FirstChild = Children.size();
  for (size_t I = 0; I < A.Ways.size(); ++I) {
    std::vector<ir::ElementChoice> Choices;
    for (const ElementWay &W : A.Ways[I])
      if (C.productive(W.Of)) {
        Choices.push_back({value(W.Of), W.Counts});
        Children.push_back(W.Of);
      }
    if (Choices.empty()) {
      // Elements that cannot be end the array.
      Spec.Max = std::min<uint32_t>(Spec.Max, uint32_t(I));
      break;
    }
    if (I + 1 < A.Ways.size())
      Spec.Prefix.push_back(std::move(Choices));
    else
      Spec.Rest = std::move(Choices);
  }
  // Different elements of one set are no more than it has; numbers are counted best here.
  if (const auto Kids = std::span(Children).subspan(FirstChild);
      A.Unique && !Kids.empty() &&
      std::all_of(Kids.begin(), Kids.end(), [&](NodeId X) { return X == Kids[0]; }))
    if (std::optional<uint64_t> Count = numberOfValues(Kids[0]); Count && *Count >= Spec.Min)
      Spec.Max = uint32_t(std::min<uint64_t>(Spec.Max, *Count));
  ExprId Empty = seq({M.lit("["), InEmpty, M.lit("]")});
  if (Spec.Max == 0)
    return Empty;
  if (Spec.Prefix.size() > Spec.Max)
    Spec.Prefix.resize(Spec.Max);
  ExprId Full = seq({M.lit("["), AfterOpen, M.elements(std::move(Spec)), BeforeClose, M.lit("]")});
  return MayBeEmpty ? M.alt({Empty, Full}) : Full;
}

ExprId Emitter::array(const ArraySet &A, std::vector<NodeId> &Children) {
  // Elements that cannot be end the array.
  std::vector<NodeId> Prefix;
  uint32_t Max = A.Max;
  bool Cut = false;
  for (NodeId P : A.Prefix) {
    if (!C.productive(P)) {
      Cut = true;
      break;
    }
    Prefix.push_back(P);
  }
  if (Cut || !C.productive(A.Rest))
    Max = std::min<uint32_t>(Max, uint32_t(Prefix.size()));
  if (Prefix.size() > Max)
    Prefix.resize(Max);
  Children = Prefix;

  ExprId Empty = seq({M.lit("["), InEmpty, M.lit("]")});
  if (Max == 0)
    return Empty;
  uint32_t Min = std::max<uint32_t>(A.Min, 1), Fixed = uint32_t(Prefix.size());
  ExprId Tail = M.empty();
  ExprId Rest;
  if (Max > Fixed) {
    Rest = value(A.Rest);
    Children.push_back(A.Rest);
    // Behind the prefix, or behind the first element.
    uint32_t Before = std::max<uint32_t>(Fixed, 1);
    uint32_t Least = Min > Before ? Min - Before : 0;
    Tail = M.repeat(seq({Comma, Rest}), Least, Max == ir::Unbounded ? Max : Max - Before);
  }
  // Elements that may be missing nest; a long run of them is cut into rules.
  constexpr uint32_t RunLength = 64;
  std::vector<ExprId> Required;
  for (uint32_t I = Fixed; I-- > 1;) {
    if (I >= Min) {
      Tail = M.optional(seq({Comma, value(Prefix[I]), Tail}));
      if ((Fixed - I) % RunLength == 0)
        Tail = M.optional(ruleCall(M.operands(Tail)[0], "tail", false, false, Prefix[I]));
    } else {
      Required.push_back(value(Prefix[I]));
      Required.push_back(Comma);
    }
  }
  std::vector<ExprId> Parts{M.lit("["), AfterOpen, Fixed > 0 ? value(Prefix[0]) : Rest};
  Parts.insert(Parts.end(), Required.rbegin(), Required.rend());
  Parts.push_back(Tail);
  Parts.push_back(BeforeClose);
  Parts.push_back(M.lit("]"));
  ExprId Full = seq(Parts);
  return A.Min == 0 ? M.alt({Empty, Full}) : Full;
}

/// Members whose keys are no property's name.
void Emitter::addOthers(const ObjectSet &O, ir::MembersSpec &Spec, std::vector<NodeId> &Children) {
  // Behind those that must exist stands what reads any other. Where one must, and every member
  // with such a key will do, it alone reads these keys.
  KeyId Apart = NoKey;
  for (const MemberExists &E : O.Exists) {
    Children.push_back(E.Value);
    Spec.Free.push_back({C.keys().expr(E.Keys), seq({Colon, value(E.Value)}), 1});
    auto In = std::find_if(O.Cells.begin(), O.Cells.end(), [&](const KeyCell &X) {
      return C.keys().both(X.Keys, E.Keys) != NoKey;
    });
    if (O.Exists.size() == 1 && E.Value == (In != O.Cells.end() ? In->Value : O.Rest))
      Apart = E.Keys;
  }
  std::unordered_set<std::string_view> Names;
  std::vector<ExprId> Cells;
  for (const KeyCell &X : O.Cells) {
    Cells.push_back(C.keys().expr(X.Keys));
    if (!C.productive(X.Value))
      continue;
    Children.push_back(X.Value);
    ExprId Tail = seq({Colon, value(X.Value)});
    // Few keys are names like others: of those it is known when they run out.
    std::optional<std::vector<std::string>> All = C.keys().enumerate(X.Keys, KeyLanguages::Few);
    if (!All) {
      if (KeyId Left = C.keys().minus(X.Keys, Apart); Left != NoKey)
        Spec.Free.push_back({C.keys().expr(Left), Tail, 0});
      continue;
    }
    if (Names.empty())
      for (const Property &P : O.Properties)
        Names.insert(P.Name);
    for (std::string &Name : *All)
      if (!Names.count(Name))
        Spec.Named.push_back({std::move(Name), false, Tail});
  }
  if (C.productive(O.Rest)) {
    Children.push_back(O.Rest);
    if (Apart != NoKey)
      Cells.push_back(C.keys().expr(Apart));
    Spec.Free.push_back(
        {Cells.empty() ? M.anyText() : M.neg(M.alt(Cells)), seq({Colon, value(O.Rest)}), 0});
  }
  C.keysFit();
}

ExprId Emitter::object(const ObjectSet &O, std::vector<NodeId> &Children) {
  ir::MembersSpec Spec;
  Spec.Order = C.Opts.KeyOrder;
  Spec.Esc = C.Opts.spelling();
  Spec.Min = std::max<uint32_t>(O.Min, 1);
  Spec.Max = O.Max;
  Spec.Separator = Comma;
  bool Required = !O.Exists.empty(), Free = Required || C.productive(O.Rest);
  for (const KeyCell &X : O.Cells)
    Free |= C.productive(X.Value);
  for (const Property &P : O.Properties) {
    if (!pollWork(4))
      return M.never();
    Required |= P.Required;
    if (C.productive(P.Value)) {
      Spec.Named.push_back({std::string(P.Name), P.Required, seq({Colon, value(P.Value)})});
      Children.push_back(P.Value);
    } else if (Free) {
      Spec.Named.push_back({std::string(P.Name), false, M.never()});
    }
  }
  if (Free)
    addOthers(O, Spec, Children);
  ExprId Empty = seq({M.lit("{"), InEmpty, M.lit("}")});
  bool AnyMember = O.Max > 0 && (Free || !Children.empty());
  if (!AnyMember)
    return Empty;
  ExprId Full = seq({M.lit("{"), AfterOpen, M.members(Spec), BeforeClose, M.lit("}")});
  return O.Min == 0 && !Required ? M.alt({Empty, Full}) : Full;
}

void Emitter::finish(NodeId N) {
  const Shape &S = C.node(N).TheShape;
  std::vector<ExprId> Parts;
  if (S.Null)
    Parts.push_back(M.lit("null"));
  if (S.True)
    Parts.push_back(M.lit("true"));
  if (S.False)
    Parts.push_back(M.lit("false"));
  if (!S.Numbers.empty())
    Parts.push_back(numbers(N));
  if (!S.Strings.empty())
    Parts.push_back(strings(N));
  struct Container {
    ExprId Body;
    std::vector<NodeId> Children;
    const char *Kind;
  };
  std::vector<Container> Containers;
  for (const ArraySet &A : S.Arrays)
    if (!pollWork(16)) {
      return;
    } else if (usable(A)) {
      std::vector<NodeId> Children;
      if (A.Repeats)
        C.repeatsNotWritten(N);
      ExprId Body = A.Ways.empty() ? array(A, Children) : countedArray(A, Children);
      Containers.push_back({Body, std::move(Children), "array"});
    }
  for (const ObjectSet &O : S.Objects)
    if (!pollWork(16)) {
      return;
    } else if (usable(O)) {
      std::vector<NodeId> Children;
      ExprId Body = object(O, Children);
      Containers.push_back({Body, std::move(Children), "object"});
    }
  // Known only now: a body may call its own node. A node that is one container is
  // that container's rule.
  const RuleId Place = Places[N.index()];
  const bool Direct = Place && Parts.empty() && Containers.size() == 1;
  const std::string Stem = Containers.empty() ? std::string() : C.stemOf(N);
  for (const Container &X : Containers) {
    if (!pollWork(16))
      return;
    RuleId R = Place;
    if (Direct) {
      ir::RuleInfo &Info = M.rule(Place);
      Info.Body = X.Body;
      Info.Nest = true;
      RuleByBody.try_emplace({X.Body, true, false}, Place);
      Info.Origins.add(origins(N));
    } else {
      std::string Name = N == AnyNode             ? X.Kind
                         : Containers.size() == 1 ? Stem
                                                  : Stem + "." + X.Kind;
      ExprId Call = ruleCall(X.Body, Name, true, N == AnyNode, N);
      R = M.callee(Call);
      Parts.push_back(Call);
    }
    noteChildren(R, X.Children);
  }
  ExprId E = M.alt(Parts);
  if (Direct) {
    E = M.call(Place);
  } else if (Place) {
    M.rule(Place).Body = E;
    M.rule(Place).Origins.add(origins(N));
    M.rule(Place).Shared = N == AnyNode;
    E = M.call(Place);
  } else if (Parts.size() > 1) {
    E = ruleCall(E, Stem.empty() ? C.stemOf(N) : Stem, false, N == AnyNode, N);
  }
  Exprs[N.index()] = E;
  States[N.index()] = State::Done;
}

void Emitter::run(NodeId Root) {
  RuleId Start = M.addRule("root");
  M.setStart(Start);
  makePunctuation();
  struct Frame {
    NodeId Node;
    std::vector<NodeId> Children;
    size_t Next = 0;
  };
  std::vector<Frame> Stack;
  auto Enter = [&](NodeId N) {
    if (States[N.index()] != State::New)
      return;
    States[N.index()] = State::Open;
    Stack.push_back({N, children(N)});
  };
  Enter(Root);
  while (!Stack.empty() && spendWork() && pollWork(16)) {
    Frame &F = Stack.back();
    if (F.Next < F.Children.size()) {
      Enter(F.Children[F.Next++]);
      continue;
    }
    NodeId N = F.Node;
    Stack.pop_back();
    finish(N);
  }
  if (!Stack.empty()) { // stopped
    M.rule(Start).Body = M.never();
    return;
  }
  M.rule(Start).Body = value(Root);
  M.rule(Start).Origins.add(origins(Root));
  if (M.rule(Start).Origins.empty()) // a schema that says nothing
    M.rule(Start).Origins.add({{M.Source, 0, 0}, ""});
  if (M.op(value(Root)) == ir::Op::Call)
    M.addCallOrigin(Start, value(Root), origins(Root));
}

} // namespace

void emitModule(Compiler &C, NodeId Root) { Late<Emitter>(C)->run(Root); }

} // namespace weir::jsonschema
