//===- Contradiction.cpp - The smallest part that excludes every value ----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A schema that no value satisfies is compiled again and again with something left out,
// and what cannot be left out without letting a value through is what is named:
//
//   {"type": "object", "required": ["a"],        left out: title, maxLength
//    "title": "t",                               kept:     type, required/0,
//    "properties": {"a": {"type": "string",                properties/a: type,
//      "maxLength": 9, "minLength": 5,                     minLength, pattern
//      "pattern": "^...$"}}}                     named:    what is kept of properties/a
//
// What may be left out are *pieces*: keywords, required names, subschemas, each at a place
// where less asked means more values. Below `not` and `if` that is not so, and such a
// keyword is one piece. Pieces are halved rather than tried one by one (QuickXplain, Junker
// 2004), and those of a subschema are looked at when it is known to be needed, so that a
// thousand properties cost some twenty compilations, most of them of a small part.
//
// Of what is kept, that which only says that a member or an element must be there is left
// unsaid where the rest is a contradiction of its own.
//
// What the pieces that were named have in common with no other fault is then left out for
// good, and the schema is looked at once more. All of it has one budget of steps; beyond
// it a place on the way from the root to a contradiction is named.
//
//===----------------------------------------------------------------------===//
#include "Contradiction.h"

#include <algorithm>

namespace weir::jsonschema {

/// Contradictions that are reported.
static constexpr unsigned MaxContradictions = 16;
/// More keywords than these are no explanation.
static constexpr size_t MaxNamed = 64;

/// Whether the schemas at these places are known to let no value through together, without
/// what is relaxed now.
bool ContradictionFinder::unsatisfiable(std::span<const Location> Roots) {
  DiagnosticEngine Unheard(Docs.sources());
  DiagnosticEngine &Heard = Docs.redirect(Unheard);
  std::vector<ir::Origin> Unenforced;
  bool Empty = false;
  if (Outer)
    Outer->look();
  if (isFine() && (!Outer || Outer->verdict() == WorkMeter::Verdict::Fine)) {
    Compiler Trial(Docs, TrialOpts, Unheard, Unenforced, Now);
    NodeId N = AnyNode;
    for (Location L : Roots)
      N = Trial.conjoin(N, Trial.nodeOf(L));
    Trial.expandReachable();
    if (!Trial.Stopped && !Unheard.hasErrors()) {
      Trial.computeProductive();
      Empty = !Trial.productive(N) && isFine();
    }
  }
  Docs.redirect(Heard);
  return Empty;
}

/// The pieces of `Of`, which are not relaxed, that are needed for the emptiness together
/// with all that is not relaxed and not among them; the others are relaxed. `Changed`:
/// whether the emptiness may do without all of them.
ContradictionFinder::Pieces ContradictionFinder::minimise(bool Changed, Pieces Of) {
  auto Relax = [&](const Pieces &P) {
    for (uint32_t I : P)
      Now.Values.insert(All[I].At.key());
  };
  auto Restore = [&](const Pieces &P) {
    for (uint32_t I : P)
      Now.Values.erase(All[I].At.key());
  };
  if (Of.empty())
    return Of;
  if (Changed) {
    Relax(Of);
    if (unsatisfiable())
      return {};
    Restore(Of);
  }
  if (Of.size() == 1)
    return Of;
  // O(log n) deep.
  const auto Half = Of.begin() + ptrdiff_t(Of.size() / 2);
  Pieces Left(Of.begin(), Half), Right(Half, Of.end());
  Pieces KeptRight = minimise(true, Right);
  Pieces KeptLeft = minimise(!KeptRight.empty(), Left);
  KeptLeft.insert(KeptLeft.end(), KeptRight.begin(), KeptRight.end());
  return KeptLeft;
}

/// A set of pieces that excludes every value, none of which can be left out: none beyond
/// the budget. All others are relaxed.
ContradictionFinder::Pieces ContradictionFinder::contradiction(bool Backwards) {
  All.clear();
  Opened.clear();
  Pieces Kept, Next;
  piecesOf(Root, Next);
  while (!Next.empty()) {
    if (Backwards)
      std::reverse(Next.begin(), Next.end());
    Pieces Some = minimise(true, Next);
    Kept.insert(Kept.end(), Some.begin(), Some.end());
    if (!isFine() || Kept.size() > MaxNamed)
      return {};
    Next.clear();
    piecesBelow(Some, Next);
  }
  return Kept;
}

void ContradictionFinder::addLeavesBelow(Location Schema, const Pieces &Kept,
                                         std::set<uint64_t> &Seen, Pieces &Out) const {
  std::vector<Location> Work{Schema};
  while (!Work.empty()) {
    const Location L = Work.back();
    Work.pop_back();
    if (!Seen.insert(L.key()).second)
      continue;
    for (uint32_t I : Kept) {
      if (All[I].Owner != L)
        continue;
      Out.push_back(I);
      Work.insert(Work.end(), All[I].Schemas.begin(), All[I].Schemas.end());
    }
  }
}

/// Those that hold no others; and references to a schema around them.
ContradictionFinder::Pieces ContradictionFinder::leaves(const Pieces &Kept) const {
  Pieces Out;
  for (uint32_t I : Kept) {
    const Piece &P = All[I];
    bool Holds = false;
    for (Location S : P.Schemas) {
      for (uint32_t J : Kept)
        Holds |= All[J].Owner == S;
      // Whatever is kept below is named, but for what is around the reference.
      const json::Document &D = doc(P.At);
      for (json::ValueId V = P.Owner.Value; V && S.Doc == P.At.Doc; V = D.parent(V))
        if (V == S.Value)
          Holds = false;
    }
    if (!Holds)
      Out.push_back(I);
  }
  return Out;
}

/// The leaves within the smallest part of what is kept that is empty by itself, if what is
/// outside only says that there must be something.
ContradictionFinder::Pieces ContradictionFinder::innermost(const Pieces &Kept, Pieces Named) {
  DiagnosticEngine Unheard(Docs.sources());
  DiagnosticEngine &Heard = Docs.redirect(Unheard);
  std::vector<ir::Origin> Unenforced;
  std::vector<std::vector<Location>> Parts;
  {
    Compiler Trial(Docs, TrialOpts, Unheard, Unenforced, Now);
    Trial.nodeOf(Root);
    Trial.expandReachable();
    Trial.computeProductive();
    for (const Node &N : Trial.Nodes) {
      std::vector<Location> Places;
      for (AtomId A : N.Atoms)
        if (Trial.Atoms[A.index()].Kind == AtomKind::Schema)
          Places.push_back(Trial.Atoms[A.index()].Place);
      if (!N.Productive && N.Progress == Node::State::Done && !Places.empty() &&
          Places.size() == N.Atoms.size() && isFine())
        Parts.push_back(std::move(Places));
    }
  }
  Docs.redirect(Heard);
  for (const std::vector<Location> &Places : Parts) {
    std::set<uint64_t> Seen;
    Pieces Below, Inside;
    for (Location L : Places)
      addLeavesBelow(L, Kept, Seen, Below);
    for (uint32_t I : Named)
      if (std::find(Below.begin(), Below.end(), I) != Below.end())
        Inside.push_back(I);
    bool Rest = std::all_of(Named.begin(), Named.end(), [&](uint32_t I) {
      const Keyword K = All[I].K;
      return K == Keyword::Type || K == Keyword::Required || K == Keyword::MinItems ||
             K == Keyword::MinProperties || K == Keyword::DependentRequired ||
             std::find(Inside.begin(), Inside.end(), I) != Inside.end();
    });
    if (Rest && !Inside.empty() && Inside.size() < Named.size() && unsatisfiable(Places))
      Named = std::move(Inside);
  }
  return Named;
}

/// 'a', 'b' and 'c'
static std::string listed(const std::vector<std::string> &Names) {
  constexpr size_t Few = 6;
  std::string Out;
  for (size_t I = 0; I < Names.size(); ++I) {
    if (I == Few && Names.size() > Few + 1)
      return Out + " and " + std::to_string(Names.size() - Few) + " more";
    Out += I == 0 ? "'" : I + 1 == Names.size() ? " and '" : ", '";
    Out += Names[I] + "'";
  }
  return Out;
}

ContradictionFinder::Finding ContradictionFinder::finding(Pieces Named) const {
  std::sort(Named.begin(), Named.end(),
            [&](uint32_t A, uint32_t B) { return Docs.range(All[A].At) < Docs.range(All[B].At); });
  Finding F;
  std::vector<std::string> &Names = F.Names;
  std::vector<Location> &Places = F.Places;
  const json::Document *D = nullptr;
  for (uint32_t I : Named) {
    const Piece &P = All[I];
    D = &doc(P.At);
    Location At = P.At;
    // All the names of one 'required' are one place.
    if (P.K == Keyword::Required) {
      const json::ValueId List = D->parent(At.Value);
      const size_t Count = size_t(std::count_if(Named.begin(), Named.end(), [&](uint32_t J) {
        return All[J].K == Keyword::Required && All[J].Owner == P.Owner;
      }));
      if (Count > 1 && Count == D->elements(List).size())
        At.Value = List;
    }
    if (!Places.empty() && Places.back() == At)
      continue;
    Places.push_back(At);
    Names.emplace_back(KeywordTable[size_t(P.K)].Name);
  }
  // The type is seldom what is wrong.
  while (F.First + 1 < Names.size() && Names[F.First] == "type")
    ++F.First;
  if (Names[F.First] == "type")
    F.First = 0;
  return F;
}

void ContradictionFinder::report(const Finding &F) {
  const size_t Count = F.Places.size();
  DiagBuilder B = Of.report(F.Places[F.First], DiagId::SchemaUnsatisfiable);
  B << listed(F.Names) + (Count == 1   ? " lets no value through"
                          : Count == 2 ? " exclude each other"
                                       : " exclude one another");
  for (size_t I = 0; I < Count; ++I)
    if (I != F.First)
      B.noteAt("together with '" + F.Names[I] + "'", Docs.range(F.Places[I]),
               Docs.pointer(F.Places[I]));
}

bool ContradictionFinder::run() {
  WorkMeter::Scope Counted(Meter);
  DiagnosticEngine Unheard(Docs.sources());
  DiagnosticEngine &Heard = Docs.redirect(Unheard);
  const bool HasErrors = Of.Diags.hasErrors();
  auto Prepare = [&] {
    if (!findPolarities())
      Straight.clear(), Straight.insert(Root.key());
  };
  std::vector<Finding> Found;
  Prepare();
  const bool Fine = !HasErrors || (relaxErrors() && unsatisfiable());
  const std::unordered_set<uint64_t> Faulty = Now.Values;
  std::unordered_set<uint64_t> Base = Faulty;
  for (unsigned Round = 0; Fine && Round < MaxContradictions; ++Round) {
    Now = {Base, false};
    if (Round > 0 && !unsatisfiable())
      break;
    // Without what asks for annotations, no schema is needed for them.
    KeepsAnnotations = false;
    for (Location L : Unevaluated)
      Now.Values.insert(L.key());
    if (!Unevaluated.empty() && !unsatisfiable()) {
      KeepsAnnotations = true;
      Now.Values = Base;
    }
    if (!KeepsAnnotations) {
      Now.OneOfIsAnyOf = true;
      Now.OneOfIsAnyOf = unsatisfiable();
      Prepare();
    }
    const std::unordered_set<uint64_t> Before = Now.Values;
    const bool OneOfIsAnyOf = Now.OneOfIsAnyOf;
    Pieces Kept = contradiction(false);
    Pieces Named = leaves(Kept);
    // Another order may find a smaller one.
    if (Named.size() > 2) {
      const std::vector<Piece> FirstAll = All;
      const Relaxation FirstNow = Now;
      Now = {Before, OneOfIsAnyOf};
      Pieces Other = contradiction(true);
      if (Pieces L = leaves(Other); !L.empty() && L.size() < Named.size()) {
        Kept = std::move(Other);
        Named = std::move(L);
      } else {
        All = FirstAll;
        Now = FirstNow;
      }
    }
    if (Named.empty())
      break;
    Named = innermost(Kept, std::move(Named));
    Found.push_back(finding(Named));
    const bool OnlyTypes = std::all_of(Named.begin(), Named.end(),
                                       [&](uint32_t I) { return All[I].K == Keyword::Type; });
    for (uint32_t I : Named)
      if (OnlyTypes || All[I].K != Keyword::Type)
        Base.insert(All[I].At.key());
    // With less in its branches, more of them hold.
    for (uint32_t I : Kept)
      if (All[I].K == Keyword::OneOf)
        Base.insert(All[I].At.key());
  }
  Docs.redirect(Heard);
  std::stable_sort(Found.begin(), Found.end(), [&](const Finding &A, const Finding &B) {
    return Docs.range(A.Places[A.First]) < Docs.range(B.Places[B.First]);
  });
  for (const Finding &F : Found)
    report(F);
  return !Found.empty();
}

void Compiler::reportUnsatisfiable(NodeId N, Location Place) {
  WorkMeter *Outer = WorkMeter::current();
  const bool HadErrors = Diags.hasErrors();
  bool Found = false;
  if (!Outer || Outer->verdict() == WorkMeter::Verdict::Fine)
    Found = ContradictionFinder(*this, Place).run();
  if (!Found && !HadErrors)
    reportOnTheWay(N);
}

} // namespace weir::jsonschema
