//===- Micro.cpp - weir-bench compile and mask ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One specification, each call measured many times. Cold is with empty caches, warm
// with everything made before; they are never mixed.
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

#include "weir/Artifact/Artifact.h"
#include "weir/Bench/Distribution.h"
#include "weir/Driver/Terminals.h"
#include "weir/Lower/LexicalCache.h"
#include "weir/Runtime/Matcher.h"

#include <bit>
#include <chrono>

namespace weir {

namespace {

using Clock = std::chrono::steady_clock;

template <typename Fn>
void measure(bench::Distribution &D, Fn F) {
  Clock::time_point Begin = Clock::now();
  F();
  D.add(
      uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - Begin).count()));
}

/// Keeps the optimiser from dropping what is measured.
template <typename T>
void keep(const T &Value) {
  asm volatile("" : : "g"(&Value) : "memory");
}

} // namespace

int runCompileBench(BenchSession &S) {
  ToolSession &Tool = S.Tool;
  std::optional<FileId> File = SpecOptions::read(Tool, S.operand());
  if (!File)
    return ExitUsage;
  const CompileOptions &Options = S.Spec.options();
  const FrontendRegistry &Frontends = SpecOptions::frontends();
  // Once with everything reported; a specification that does not compile ends here.
  std::shared_ptr<const Grammar> G = compile(Frontends, Tool.Sources, *File, Options, Tool.Diags);
  if (!G)
    return ExitUsage;
  std::string Name(Tool.Sources.name(*File)), Text(Tool.Sources.text(*File));

  bench::Distribution Parse, Optimise, Lower, All, Open;
  LowerOptions Lowered = Options.Lower;
  Lowered.Lexical = &processLexicalCache();
  for (unsigned I = 0; I < S.Repeat; ++I) {
    if (S.Cache == CacheScope::Schema)
      Lowered.Lexical->clear();
    Clock::time_point T0 = Clock::now();
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    FileId Again = Sources.add(Name, Text);
    std::optional<ir::Module> M = parseSpec(Frontends, Sources, Again, Options, Diags);
    Clock::time_point T1 = Clock::now();
    if (!M || !optimise(*M, Options, Diags))
      return ExitUsage;
    Clock::time_point T2 = Clock::now();
    keep(lower(*M, Lowered, Diags));
    Clock::time_point T3 = Clock::now();
    auto Add = [](bench::Distribution &D, Clock::duration Time) {
      D.add(uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(Time).count()));
    };
    Add(Parse, T1 - T0);
    Add(Optimise, T2 - T1);
    Add(Lower, T3 - T2);
    Add(All, T3 - T0);
  }
  // What a process does instead that has the artifact, in memory as a mapped file is.
  const FileBytes Image = FileBytes::own(writeArtifact(*G));
  for (unsigned I = 0; I < S.Repeat; ++I)
    measure(Open, [&] { keep(openArtifact(FileBytes::borrow(Image.bytes(), nullptr))); });
  std::string Out = S.heading() + std::to_string(G->tables().Rules.size()) + " rules, " +
                    std::to_string(G->tables().States.size()) + " states, " +
                    std::to_string(G->memoryBytes()) + " bytes\n\n";
  Out += bench::distributionHeading();
  Out += bench::distributionRow("compile", All);
  Out += bench::distributionRow("  frontend", Parse);
  Out += bench::distributionRow("  passes", Optimise);
  Out += bench::distributionRow("  lowering", Lower);
  Out += bench::distributionRow("open artifact", Open);
  Tool.writeOutput("", Out);
  return ExitYes;
}

int runMaskMicroBench(BenchSession &S) {
  ToolSession &Tool = S.Tool;
  std::optional<CompiledSpec> Compiled = S.Spec.compile(Tool, S.operand());
  VocabularyRef V = S.Vocab.load(Tool);
  if (!Compiled || !V)
    return ExitUsage;
  std::shared_ptr<TableCache> Tables = TableCache::create(V);
  if (S.Terminals)
    prepareTerminals(*Tables);
  auto Make = [&] { return Matcher::create(Compiled->TheGrammar, V, Tables); };
  Result<Matcher> First = Make();
  if (!First || !First->acceptBytes(S.After.getValue())) {
    Tool.Diags.report({}, DiagId::MatcherFailed)
        << (First ? "the text of --after is refused" : First.error().Message)
        << statusName(First ? Status::Rejected : First.error().Code);
    return ExitUsage;
  }
  const uint32_t Size = V->size();
  std::vector<uint32_t> Row(Matcher::rowWords(Size));
  if (Result<MaskInfo> Info = First->fillMask(Row, Size); !Info) {
    Tool.Diags.report({}, DiagId::MatcherFailed)
        << Info.error().Message << statusName(Info.error().Code);
    return ExitUsage;
  }
  TokenId Next = 0;
  uint32_t Allowed = 0;
  for (size_t W = Row.size(); W-- > 0;) {
    Allowed += uint32_t(std::popcount(Row[W]));
    if (Row[W] != 0)
      Next = TokenId(W * 32 + size_t(std::countr_zero(Row[W])));
  }

  bench::Distribution Create, Cold, Warm, Accept, Rollback, Fork, Check;
  for (unsigned I = 0; I < S.Repeat; ++I) {
    Tables->clear();
    std::optional<Matcher> M;
    measure(Create, [&] { M.emplace(std::move(*Make())); });
    M->acceptBytes(S.After.getValue());
    measure(Cold, [&] { keep(M->fillMask(Row, Size)); });
  }
  for (unsigned I = 0; I < S.Repeat; ++I) {
    measure(Warm, [&] { keep(First->fillMask(Row, Size)); });
    measure(Check, [&] { keep(First->tokenAllowed(Next)); });
    if (Allowed == 0)
      continue;
    measure(Accept, [&] { keep(First->accept(Next)); });
    measure(Rollback, [&] { keep(First->rollback(1)); });
    std::optional<Matcher> Copy;
    measure(Fork, [&] { Copy.emplace(First->fork()); });
  }
  std::string Out =
      S.heading() + std::to_string(Allowed) + " of " + std::to_string(Size) + " tokens allowed\n\n";
  Out += bench::distributionHeading();
  Out += bench::distributionRow("mask, cold", Cold);
  Out += bench::distributionRow("mask, warm", Warm);
  Out += bench::distributionRow("token allowed", Check);
  Out += bench::distributionRow("accept", Accept);
  Out += bench::distributionRow("rollback(1)", Rollback);
  Out += bench::distributionRow("fork", Fork);
  Out += bench::distributionRow("create matcher", Create);
  Tool.writeOutput("", Out);
  return ExitYes;
}

} // namespace weir
