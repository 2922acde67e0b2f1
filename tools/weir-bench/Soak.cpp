//===- Soak.cpp - weir-bench soak -----------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a server does for days, in minutes: sequences come and go over many schemas
// and one set of tables, in an order drawn from a seed. Two things must hold:
//
//   memory   after everything was released the heap holds what it held before, but
//            for a slack that does not grow with the number of operations
//   masks    now and then a mask is compared, bit by bit, with what a new matcher over
//            empty tables that was given the same tokens says of each token alone
//
// A round before the start lets everything that a process keeps come into being.
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

#include "weir/Bench/Corpus.h"
#include "weir/Driver/Terminals.h"
#include "weir/Lower/LexicalCache.h"
#include "weir/Runtime/Matcher.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <random>

#include <malloc.h>
#include <sys/resource.h>

namespace weir {

namespace {

/// Bytes that are allocated and not freed.
uint64_t heapBytes() {
  malloc_trim(0);
  struct mallinfo2 Info = mallinfo2();
  return Info.uordblks + Info.hblkhd;
}

struct Counts {
  uint64_t Compilations = 0, Refused = 0, Matchers = 0, Forks = 0, Accepted = 0, RefusedTokens = 0,
           Masks = 0, Rollbacks = 0, Resets = 0, Clears = 0, Failures = 0;
  uint64_t Sampled = 0, Bits = 0, Wrong = 0;
};

/// One sequence: its matcher, and what it was given.
struct Sequence {
  std::shared_ptr<const Grammar> G;
  Matcher M;
  std::vector<TokenId> Taken;
  const bench::Instance *Script = nullptr; ///< what it writes, as far as that goes
};

class Soak {
public:
  Soak(const VocabularyRef &V, const std::vector<bench::Case> &Cases, const CompileOptions &Options,
       uint64_t CheckEvery)
      : V(V), Cases(Cases), Options(Options), CheckEvery(CheckEvery),
        Row(Matcher::rowWords(V->size())) {}

  void run(uint64_t Operations, uint32_t Seed);

  Counts Seen;

private:
  static constexpr size_t MaxGrammars = 48, MaxSequences = 64, MaxTokens = 400;

  size_t below(size_t N) { return size_t(Random() % N); }
  void compileOne();
  void startSequence();
  void advance(Sequence &Q);
  void mask(Sequence &Q);
  void check(Sequence &Q);

  const VocabularyRef &V;
  const std::vector<bench::Case> &Cases;
  const CompileOptions &Options;
  const uint64_t CheckEvery;
  std::vector<uint32_t> Row;
  std::mt19937 Random;

  struct Compiled {
    std::shared_ptr<const Grammar> G;
    const bench::Case *Of = nullptr;
  };
  std::vector<Compiled> Grammars;
  std::vector<Sequence> Sequences;
  std::shared_ptr<TableCache> Tables;
};

void Soak::compileOne() {
  const bench::Case &C = Cases[below(Cases.size())];
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add("schema", std::string(C.Schema));
  ++Seen.Compilations;
  std::shared_ptr<const Grammar> G =
      compile(SpecOptions::frontends(), Sources, File, Options, Diags);
  if (!G) {
    ++Seen.Refused;
    return;
  }
  if (Grammars.size() < MaxGrammars)
    Grammars.push_back({std::move(G), &C});
  else
    Grammars[below(MaxGrammars)] = {std::move(G), &C};
}

void Soak::startSequence() {
  if (Grammars.empty())
    return;
  const Compiled &C = Grammars[below(Grammars.size())];
  Result<Matcher> M = Matcher::create(C.G, V, Tables);
  if (!M) {
    ++Seen.Failures;
    return;
  }
  ++Seen.Matchers;
  Sequence Q{C.G, std::move(*M), {}, nullptr};
  if (!C.Of->Instances.empty())
    Q.Script = &C.Of->Instances[below(C.Of->Instances.size())];
  if (Sequences.size() < MaxSequences)
    Sequences.push_back(std::move(Q));
  else
    Sequences[below(MaxSequences)] = std::move(Q);
}

/// One token of the instance; past its end, and where it is refused, any that the mask allows.
void Soak::advance(Sequence &Q) {
  if (Q.M.isTerminated() || Q.Taken.size() >= MaxTokens) {
    Q.M.reset();
    Q.Taken.clear();
    ++Seen.Resets;
    return;
  }
  TokenId T = 0;
  if (Q.Script && Q.Taken.size() < Q.Script->Tokens.size()) {
    T = Q.Script->Tokens[Q.Taken.size()];
    if (Q.M.accept(T)) {
      Q.Taken.push_back(T);
      ++Seen.Accepted;
      return;
    }
    ++Seen.RefusedTokens;
  }
  mask(Q);
  size_t From = below(Row.size());
  for (size_t I = 0; I < Row.size(); ++I) {
    uint32_t W = Row[(From + I) % Row.size()];
    if (W == 0)
      continue;
    T = TokenId((From + I) % Row.size() * 32 + size_t(std::countr_zero(W)));
    Q.Script = nullptr;
    if (Q.M.accept(T)) {
      Q.Taken.push_back(T);
      ++Seen.Accepted;
    } else {
      ++Seen.Wrong;
    }
    return;
  }
  ++Seen.Wrong; // a dead end
}

void Soak::mask(Sequence &Q) {
  if (!Q.M.fillMask(Row, V->size()))
    ++Seen.Failures;
  if (++Seen.Masks % CheckEvery == 0)
    check(Q);
}

void Soak::check(Sequence &Q) {
  Result<Matcher> Slow = Matcher::create(Q.G, V, TableCache::create(V));
  if (!Slow || Slow->accept(std::span<const TokenId>(Q.Taken)) != Q.Taken.size()) {
    ++Seen.Wrong;
    return;
  }
  ++Seen.Sampled;
  for (TokenId T = 0; T < V->size(); ++T, ++Seen.Bits)
    Seen.Wrong += Slow->tokenAllowed(T) != bool(Row[T / 32] >> (T % 32) & 1);
}

void Soak::run(uint64_t Operations, uint32_t Seed) {
  Random.seed(Seed);
  Tables = TableCache::create(V, size_t(16) << 20); // so small that entries are dropped
  prepareTerminals(*Tables);
  for (uint64_t Done = 0; Done < Operations; ++Done) {
    size_t Dice = below(1000);
    if (Grammars.empty() || Dice < 2) {
      compileOne();
      continue;
    }
    if (Sequences.empty() || Dice < 20) {
      startSequence();
      continue;
    }
    size_t I = below(Sequences.size());
    Sequence &Q = Sequences[I];
    if (Dice < 30) {
      Sequence Copy{Q.G, Q.M.fork(), Q.Taken, Q.Script};
      ++Seen.Forks;
      Sequences[below(Sequences.size())] = std::move(Copy);
    } else if (Dice < 60) {
      size_t Back = std::min(below(8), Q.Taken.size());
      Q.M.rollback(Back);
      Q.Taken.resize(Q.Taken.size() - Back);
      ++Seen.Rollbacks;
    } else if (Dice < 62) {
      Sequences.erase(Sequences.begin() + long(I));
    } else if (Dice < 63) {
      Tables->clear();
      ++Seen.Clears;
    } else if (Dice < 500) {
      mask(Q);
    } else {
      advance(Q);
    }
  }
  Sequences.clear();
  Grammars.clear();
  Tables.reset();
  processLexicalCache().clear();
}

} // namespace

int runSoak(BenchSession &S) {
  ToolSession &Tool = S.Tool;
  VocabularyRef V = S.Vocab.load(Tool);
  std::optional<FileId> File = SpecOptions::read(Tool, S.operand());
  if (!V || !File)
    return ExitUsage;
  std::optional<std::set<std::string, std::less<>>> Ids;
  if (S.Ids.getNumOccurrences() != 0 && !(Ids = readIds(Tool, S.Ids)))
    return ExitUsage;
  std::optional<std::vector<bench::CaseText>> Texts = bench::readCorpus(*File, Tool.Diags, Ids);
  if (!Texts)
    return ExitUsage;
  std::vector<bench::Case> Cases;
  for (const bench::CaseText &T : *Texts)
    if (std::optional<bench::Case> C = bench::readCase(T.Text, *V))
      Cases.push_back(std::move(*C));
  if (Cases.empty()) {
    Tool.Diags.report({}, DiagId::Usage) << "the corpus has no case to run";
    return ExitUsage;
  }
  CompileOptions Options = S.Spec.options();
  if (Options.Language == SpecLanguage::Auto)
    Options.Language = SpecLanguage::JsonSchema;

  // What the process makes once and keeps is made now.
  const uint64_t Every = S.Check == 0 ? 1000 : S.Check.getValue();
  Soak(V, Cases, Options, Every).run(std::min<uint64_t>(S.Operations, 3000), S.Seed + 1);
  Soak Main(V, Cases, Options, Every);
  const uint64_t Before = heapBytes();
  auto Begin = std::chrono::steady_clock::now();
  Main.run(S.Operations, S.Seed);
  double Seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - Begin).count();
  const uint64_t After = heapBytes();
  struct rusage Usage = {};
  getrusage(RUSAGE_SELF, &Usage);

  const Counts &C = Main.Seen;
  std::string Out = S.heading();
  auto Line = [&](const char *What, uint64_t N) {
    std::string Number = std::to_string(N);
    Out += What + std::string(32 - std::min<size_t>(31, std::string_view(What).size()), ' ') +
           Number + "\n";
  };
  Line("schemas", Cases.size());
  Line("operations", S.Operations);
  Line("  compilations", C.Compilations);
  Line("    refused", C.Refused);
  Line("  matchers made", C.Matchers);
  Line("  forks", C.Forks);
  Line("  tokens accepted", C.Accepted);
  Line("  tokens refused", C.RefusedTokens);
  Line("  masks", C.Masks);
  Line("  rollbacks", C.Rollbacks);
  Line("  resets", C.Resets);
  Line("  tables cleared", C.Clears);
  Line("  over budget", C.Failures);
  Line("masks compared bit by bit", C.Sampled);
  Line("  bits", C.Bits);
  Line("  wrong", C.Wrong);
  Line("heap before, bytes", Before);
  Line("heap after, bytes", After);
  Line("most resident, KiB", uint64_t(Usage.ru_maxrss));
  Line("seconds", uint64_t(Seconds + 0.5));
  Tool.writeOutput("", Out);
  // A few kilobytes come from the hash tables and buffers that a process keeps.
  bool Leaks = After > Before + (uint64_t(256) << 10);
  return C.Wrong != 0 || Leaks ? ExitNo : ExitYes;
}

} // namespace weir
