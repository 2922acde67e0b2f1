//===- Contradiction.h - The smallest part that excludes all ----*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Contradiction.cpp, where the idea is, and ContradictionPieces.cpp share.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_CONTRADICTION_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_CONTRADICTION_H

#include "Compiler.h"

#include "weir/Support/WorkMeter.h"

#include <set>
#include <span>
#include <unordered_set>

namespace weir::jsonschema {

/// Steps of all trials.
inline constexpr uint64_t MaxTrialSteps = 3'000'000;

class ContradictionFinder {
public:
  ContradictionFinder(Compiler &Of, Location Root)
      : Of(Of), Docs(Of.Docs), Root(Root), TrialOpts(Of.Opts), Outer(WorkMeter::current()),
        Meter({.MaxSteps = MaxTrialSteps}) {
    // The documents are loaded; what is not enforced is left out of trials as of the whole.
    TrialOpts.Remotes.clear();
    TrialOpts.TheProfile = Profile::None;
  }

  /// Reports the contradictions that were found. False when there is none to report: the
  /// budget does not suffice, or errors account for the emptiness.
  bool run();

private:
  struct Piece {
    Location At;    ///< what is relaxed
    Location Owner; ///< the schema that it is part of
    Keyword K;
    std::vector<Location> Schemas; ///< whose pieces are pieces of this one
  };
  using Pieces = std::vector<uint32_t>; ///< into All

  bool findPolarities();
  bool relaxErrors();
  void piecesOf(Location Schema, Pieces &Out);
  void addPieces(Location Schema, Pieces &Out, std::vector<Location> &InPlace);
  void piecesBelow(const Pieces &Of, Pieces &Out);
  bool unsatisfiable(std::span<const Location> Roots);
  bool unsatisfiable() { return unsatisfiable({&Root, 1}); }
  Pieces minimise(bool Changed, Pieces Of);
  Pieces contradiction(bool Backwards);
  Pieces leaves(const Pieces &Kept) const;
  void addLeavesBelow(Location Schema, const Pieces &Kept, std::set<uint64_t> &Seen,
                      Pieces &Out) const;
  Pieces innermost(const Pieces &Kept, Pieces Named);
  /// What one diagnostic names.
  struct Finding {
    std::vector<Location> Places;
    std::vector<std::string> Names; ///< the keywords of the places
    size_t First = 0;               ///< where the diagnostic stands
  };
  Finding finding(Pieces Named) const;
  void report(const Finding &F);
  bool isFine() const { return Meter.verdict() == WorkMeter::Verdict::Fine; }

  const json::Document &doc(Location L) const { return Docs.doc(L); }
  std::optional<Location> target(Location Schema, const json::Member &M) {
    Location Place{Schema.Doc, M.Value};
    if (!doc(Place).isString(M.Value))
      return std::nullopt;
    return Docs.resolve(Schema, Place);
  }
  template <typename Fn>
  void forEachSubschema(Location Schema, const json::Member &M, const KeywordInfo &K, Fn Do) const;

  Compiler &Of;
  Documents &Docs;
  const Location Root;
  Options TrialOpts;
  WorkMeter *const Outer; ///< of the compilation, for its flag and time
  WorkMeter Meter;
  std::vector<Piece> All;
  Relaxation Now;
  std::unordered_set<uint64_t> Opened;   ///< schemas whose pieces are known
  std::unordered_set<uint64_t> Straight; ///< schemas where less asked means more values
  std::unordered_set<uint64_t> Mixed;    ///< those where it may not
  std::vector<Location> Unevaluated;     ///< keywords
  bool KeepsAnnotations = false;         ///< some of these keywords matter
};

/// The schemas that a keyword holds.
template <typename Fn>
void ContradictionFinder::forEachSubschema(Location Schema, const json::Member &M,
                                           const KeywordInfo &K, Fn Do) const {
  const json::Document &D = doc(Schema);
  switch (K.Subschemas) {
  case Holds::Nothing:
  case Holds::Data:
    break;
  case Holds::Schema:
    Do(M.Value);
    break;
  case Holds::Schemas:
  case Holds::SchemaOrSchemas:
    if (D.isArray(M.Value))
      for (json::ValueId V : D.elements(M.Value))
        Do(V);
    else
      Do(M.Value);
    break;
  case Holds::SchemaMap:
  case Holds::Dependencies:
    if (D.isObject(M.Value))
      for (const json::Member &X : D.members(M.Value))
        if (!D.isArray(X.Value))
          Do(X.Value);
    break;
  }
}

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_CONTRADICTION_H
