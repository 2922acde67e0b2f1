//===- Formats.cpp - The languages behind `format` ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Frontend/Formats/Formats.h"

#include "FormatPatterns.h"
#include "IdnHostname.h"
#include "weir/Frontend/Regex/Regex.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <iterator>
#include <mutex>

namespace weir {
namespace {

constexpr FormatInfo Formats[] = {
#define TEXT(Name, Pattern, Source) {Name, FormatKind::Text, Pattern, "", false, nullptr, Source},
#define TIME(Name, Pattern, Before, Source)                                                        \
  {Name, FormatKind::Text, Pattern, Before, true, nullptr, Source},
#define BUILT(Name, Build, Source) {Name, FormatKind::Text, "", "", false, Build, Source},
#define OTHER(Name, Kind, Why) {Name, FormatKind::Kind, "", "", false, nullptr, Why},
#define PARTLY(Name, What)
#include "Formats.def"
};

struct Gap {
  std::string_view Format, What;
};
constexpr Gap Gaps[] = {
#define TEXT(Name, Pattern, Source)
#define TIME(Name, Pattern, Before, Source)
#define BUILT(Name, Build, Source)
#define OTHER(Name, Kind, Why)
#define PARTLY(Name, What) {Name, What},
#include "Formats.def"
};

ir::ExprId parse(ir::Module &M, std::string_view Pattern) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  regex::RegexOptions Options;
  Options.Mode = regex::RegexOptions::Match::Whole;
  auto Nowhere = [](uint32_t, uint32_t) { return SourceRange(); };
  ir::ExprId E = regex::parseRegex(M, Pattern, Nowhere, Options, Diags);
  assert(E && "every pattern of Formats.def is read by a test");
  return E;
}

std::string twoDigits(unsigned N) { return {char('0' + N / 10), char('0' + N % 10)}; }

std::string clock(unsigned Minutes) {
  return twoDigits(Minutes / 60) + ":" + twoDigits(Minutes % 60);
}

/// A leap second ends the minute 23:59 of UTC, so the local minute decides the offset:
/// offset = local - 23:59, modulo a day. RFC 3339, section 5.7; which days have one is
/// announced, and is no grammar's business. Offsets are multiples of 15 minutes, as all
/// civil ones have been since there are leap seconds; any others would make the automaton
/// fifteen times as large, which every schema with a time would pay for.
ir::ExprId leapSeconds(ir::Module &M) {
  constexpr unsigned Day = 24 * 60, Step = 15;
  ir::ExprId Fraction = parse(M, R"(:60(?:\.\d+)?)");
  ir::ExprId Zulu = parse(M, "[Zz]");
  std::vector<ir::ExprId> Minutes;
  for (unsigned Offset = 0; Offset < Day; Offset += Step) {
    unsigned Local = (Offset + Day - 1) % Day;
    std::vector<ir::ExprId> Zones{M.lit("+" + clock(Offset)),
                                  M.lit("-" + clock((Day - Offset) % Day))};
    if (Offset == 0)
      Zones.push_back(Zulu);
    Minutes.push_back(M.seq({M.lit(clock(Local)), Fraction, M.alt(Zones)}));
  }
  return M.alt(Minutes);
}

} // namespace

std::span<const FormatInfo> allFormats() { return Formats; }

const FormatInfo *lookupFormat(std::string_view Name) {
  const auto *It =
      std::lower_bound(std::begin(Formats), std::end(Formats), Name,
                       [](const FormatInfo &F, std::string_view N) { return F.Name < N; });
  return It != std::end(Formats) && It->Name == Name ? It : nullptr;
}

std::string_view notEnforced(const FormatInfo &F) {
  for (const Gap &G : Gaps)
    if (G.Format == F.Name)
      return G.What;
  return {};
}

/// The language, read from the format's pattern or built.
static ir::ExprId makeLanguage(ir::Module &M, const FormatInfo &F) {
  if (F.Build)
    return F.Build(M);
  ir::ExprId E = parse(M, F.Pattern);
  if (!F.LeapSeconds)
    return E;
  ir::ExprId Before = parse(M, F.LeapBefore);
  ir::ExprId Leap = leapSeconds(M);
  return M.alt({E, Before == M.empty() ? Leap : M.seq({Before, Leap})});
}

namespace {
/// A format's language in a module of its own.
struct KeptLanguage {
  std::once_flag Made;
  ir::Module M;
  std::vector<ir::ExprId> Parts; ///< operands before what they are of; the last is all of it
};
} // namespace

static const KeptLanguage &keptLanguage(const FormatInfo &F) {
  static KeptLanguage *const All = new KeptLanguage[std::size(Formats)]; // never destroyed
  KeptLanguage &Kept = All[&F - Formats];
  std::call_once(Kept.Made, [&] {
    // Whoever is first makes it for all, whatever becomes of the compilation.
    WorkMeter Own{{}};
    const WorkMeter::Scope Scope(Own);
    ir::Module M;
    const ir::ExprId Whole = makeLanguage(M, F);
    // Operands have smaller ids.
    std::vector<uint8_t> IsPart(M.exprCount());
    IsPart[Whole.index()] = true;
    for (uint32_t I = M.exprCount(); I-- > 0;)
      if (IsPart[I])
        for (ir::ExprId O : M.operands(ir::ExprId(I)))
          IsPart[O.index()] = true;
    std::vector<ir::ExprId> Parts;
    for (uint32_t I = 0; I < M.exprCount(); ++I)
      if (IsPart[I])
        Parts.push_back(ir::ExprId(I));
    Kept.M = std::move(M);
    Kept.Parts = std::move(Parts);
  });
  return Kept;
}

/// The expression of `M` that `E` of another module is, whose operands are `Ops`.
static ir::ExprId copyExpr(ir::Module &M, const ir::Module &From, ir::ExprId E,
                           std::span<const ir::ExprId> Ops) {
  switch (From.op(E)) {
  case ir::Op::Never:
    return M.never();
  case ir::Op::Empty:
    return M.empty();
  case ir::Op::Lit:
    return M.lit(From.literal(E));
  case ir::Op::Class:
    return M.cls(From.classSet(E));
  case ir::Op::Seq:
    return M.seq(Ops);
  case ir::Op::Alt:
    return M.alt(Ops);
  case ir::Op::Repeat:
    return M.repeat(Ops[0], From.bounds(E).Min, From.bounds(E).Max);
  case ir::Op::And:
    return M.conj(Ops);
  case ir::Op::Not:
    return M.neg(Ops[0]);
  default:
    assert(false && "a format's language is made of text and classes");
    return M.never();
  }
}

ir::ExprId formatLanguage(ir::Module &M, const FormatInfo &F) {
  assert(F.Kind == FormatKind::Text && "other formats have no language of strings");
  const KeptLanguage &Kept = keptLanguage(F);
  std::vector<ir::ExprId> Copy(Kept.Parts.back().index() + 1), Ops;
  for (ir::ExprId E : Kept.Parts) {
    Ops.clear();
    for (ir::ExprId O : Kept.M.operands(E))
      Ops.push_back(Copy[O.index()]);
    Copy[E.index()] = copyExpr(M, Kept.M, E, Ops);
  }
  return Copy.back();
}

} // namespace weir
