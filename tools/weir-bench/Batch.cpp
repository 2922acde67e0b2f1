//===- Batch.cpp - weir-bench batch ---------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an engine does at each decoding step: the masks of all sequences, then a token of each.
// The sequences write the valid instances of a corpus, each over its own schema, and begin the next
// one when theirs is at its end; all share one set of tables, which is empty at the start but
// for the terminals. Batches of several sizes, on one thread and on two:
//
//   batch  threads   step: fillBatch of all rows       row: a step's time over its rows
//      32        2
//
// What memory it took stands below: of each grammar, of each matcher with the instance it has
// written, of the tables, of the process.
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

#include "weir/Bench/Distribution.h"
#include "weir/Driver/Terminals.h"
#include "weir/Runtime/Batch.h"

#include <algorithm>
#include <chrono>

#include <sys/resource.h>

namespace weir {

namespace {

using Clock = std::chrono::steady_clock;

uint64_t nanoseconds(Clock::duration D) {
  return uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(D).count());
}

/// One instance to be written, over its schema.
struct Script {
  std::shared_ptr<const Grammar> G;
  const bench::Instance *Text;
};

struct Sequence {
  std::optional<Matcher> M;
  const bench::Instance *Text = nullptr;
  size_t Taken = 0;
};

class Batch {
public:
  Batch(const VocabularyRef &V, const std::vector<Script> &Scripts, size_t Size, unsigned Threads)
      : V(V), Scripts(Scripts), Tables(TableCache::create(V)), Pool(Threads), Sequences(Size),
        Words(Matcher::rowWords(V->size())), Rows(Size * Words) {
    prepareTerminals(*Tables);
  }

  /// So many steps, of which each gives a token to every sequence.
  void run(size_t Steps);

  bench::Distribution Step, Row, Accept, Matchers;
  uint64_t Failures = 0;
  uint64_t tableBytes() const { return Tables->statistics().Bytes; }

private:
  void begin(Sequence &Q);

  const VocabularyRef &V;
  const std::vector<Script> &Scripts;
  std::shared_ptr<TableCache> Tables;
  WorkerPool Pool;
  std::vector<Sequence> Sequences;
  const size_t Words;
  std::vector<uint32_t> Rows;
  size_t Next = 0; ///< of the scripts
};

void Batch::begin(Sequence &Q) {
  const Script &S = Scripts[Next++ % Scripts.size()];
  Result<Matcher> M = Matcher::create(S.G, V, Tables);
  Q = Sequence();
  if (!M) {
    ++Failures;
    return;
  }
  Q.M.emplace(std::move(*M));
  Q.Text = S.Text;
}

void Batch::run(size_t Steps) {
  auto Run = [&](size_t Count, BatchTask Task) { Pool.run(Count, Task); };
  const Executor OnPool = Run;
  std::vector<BatchRow> Asked;
  for (size_t I = 0; I < Steps; ++I) {
    Asked.clear();
    for (size_t K = 0; K < Sequences.size(); ++K) {
      Sequence &Q = Sequences[K];
      if (!Q.M || Q.Taken == Q.Text->Tokens.size())
        begin(Q);
      if (Q.M)
        Asked.push_back({&*Q.M, std::span(Rows).subspan(K * Words, Words)});
    }
    Clock::time_point Before = Clock::now();
    fillBatch(Asked, V->size(), &OnPool);
    const uint64_t Took = nanoseconds(Clock::now() - Before);
    Step.add(Took);
    Row.add(Took / std::max<size_t>(Asked.size(), 1));
    Failures += uint64_t(std::count_if(Asked.begin(), Asked.end(),
                                       [](const BatchRow &R) { return R.Answer != Status::Ok; }));
    Before = Clock::now();
    for (Sequence &Q : Sequences)
      if (Q.M && !Q.M->accept(Q.Text->Tokens[Q.Taken++]))
        ++Failures;
    Accept.add(nanoseconds(Clock::now() - Before) / std::max<size_t>(Asked.size(), 1));
    for (Sequence &Q : Sequences)
      if (Q.M && Q.Taken == Q.Text->Tokens.size())
        Matchers.add(uint64_t(Q.M->memoryBytes()));
  }
}

std::string padded(std::string_view Text, size_t Width) {
  return std::string(Width - std::min(Width, Text.size()), ' ') + std::string(Text);
}

} // namespace

int runBatchBench(BenchSession &S) {
  ToolSession &Tool = S.Tool;
  VocabularyRef V = S.Vocab.load(Tool);
  std::optional<std::vector<bench::CaseText>> Texts = readCases(S);
  if (!V || !Texts)
    return ExitUsage;
  const CompileOptions Options = corpusOptions(S);

  // Only instances that are accepted to their end.
  std::vector<bench::Case> Cases;
  Cases.reserve(Texts->size());
  std::vector<Script> Scripts;
  bench::Distribution Grammars;
  for (const bench::CaseText &T : *Texts) {
    std::optional<bench::Case> C = bench::readCase(T.Text, *V);
    if (!C)
      continue;
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    const FileId Schema = Sources.add(T.Id, std::string(C->Schema));
    std::shared_ptr<const Grammar> G =
        compile(SpecOptions::frontends(), Sources, Schema, Options, Diags);
    if (!G)
      continue;
    Grammars.add(uint64_t(G->memoryBytes()));
    Cases.push_back(std::move(*C));
    const std::shared_ptr<TableCache> Own = TableCache::create(V);
    for (const bench::Instance &I : Cases.back().Instances) {
      Result<Matcher> M = Matcher::create(G, V, Own);
      if (M && I.Valid && !I.Tokens.empty() &&
          M->accept(std::span<const TokenId>(I.Tokens)) == I.Tokens.size())
        Scripts.push_back({G, &I});
    }
  }
  if (Scripts.empty()) {
    Tool.Diags.report({}, DiagId::Usage) << "the corpus has no case to run";
    return ExitUsage;
  }

  std::string Out = S.heading();
  Out += std::to_string(Cases.size()) + " schemas, " + std::to_string(Scripts.size()) +
         " instances, " + std::to_string(unsigned(S.Repeat)) + " steps each\n\n";
  Out += bench::distributionHeading();
  uint64_t Failures = 0, TableBytes = 0;
  bench::Distribution Matchers;
  for (size_t Size : {size_t(1), size_t(32), size_t(256)})
    for (unsigned Threads : {1U, 2U}) {
      Batch B(V, Scripts, Size, Threads);
      B.run(S.Repeat);
      const std::string Name =
          "batch of " + std::to_string(Size) + ", " + std::to_string(Threads) + " thr.";
      Out += bench::distributionRow(Name, B.Step);
      Out += bench::distributionRow("  a row", B.Row);
      Out += bench::distributionRow("  accept", B.Accept);
      Failures += B.Failures;
      TableBytes = std::max(TableBytes, B.tableBytes());
      if (Size == 256 && Threads == 1)
        Matchers = std::move(B.Matchers);
    }
  struct rusage Usage = {};
  getrusage(RUSAGE_SELF, &Usage);
  Out += "\nKiB                              p50      p90      p99      max\n";
  auto memory = [&](std::string_view Name, bench::Distribution &D) {
    Out += std::string(Name) + std::string(28 - std::min<size_t>(28, Name.size()), ' ');
    for (double P : {0.5, 0.9, 0.99, 1.0})
      Out += padded(std::to_string((D.at(P) + 1023) / 1024), 9);
    Out += "\n";
  };
  memory("a grammar", Grammars);
  memory("a matcher, at its end", Matchers);
  Out += "tables, at most  " + padded(std::to_string((TableBytes + 1023) / 1024), 20) + "\n";
  Out += "process, at most " + padded(std::to_string(Usage.ru_maxrss), 20) + "\n";
  Out += "failures         " + padded(std::to_string(Failures), 20) + "\n";
  Tool.writeOutput("", Out);
  return Failures ? ExitNo : ExitYes;
}

} // namespace weir
