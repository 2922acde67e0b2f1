//===- Soak.cpp - weir-bench soak -----------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a server does for days, in minutes: sequences come and go over many schemas, one
// compile service and one set of tables, both so small that they drop things all the time, in an
// order drawn from a seed. Two things must hold:
//
//   memory   after everything was released the heap holds what it held before, but
//            for a slack that does not grow with the number of operations
//   masks    now and then a mask, and the view of it, is compared, bit by bit, with what a new
//            matcher over empty tables that was given the same tokens says of each token alone;
//            the rows of a batch of all sequences, and those of a tree of drafts, with what
//            forks say one by one
//
// A round before the start lets everything that a process keeps come into being.
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

#include "weir/Driver/Terminals.h"
#include "weir/Lower/LexicalCache.h"
#include "weir/Runtime/Batch.h"
#include "weir/Service/CompileService.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <random>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace weir {

namespace {

/// Bytes that are allocated and not freed.
uint64_t heapBytes() {
  malloc_trim(0);
  struct mallinfo2 Info = mallinfo2();
  return Info.uordblks + Info.hblkhd;
}

/// Bytes of memory that the process has now.
uint64_t residentBytes() {
  unsigned long Pages = 0, Resident = 0;
  if (std::FILE *F = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(F, "%lu %lu", &Pages, &Resident) != 2)
      Resident = 0;
    std::fclose(F);
  }
  return uint64_t(Resident) * uint64_t(sysconf(_SC_PAGESIZE));
}

struct Counts {
  uint64_t Asked = 0, Refused = 0, Matchers = 0, Forks = 0, Accepted = 0, RefusedTokens = 0,
           Validated = 0, Destroyed = 0, Masks = 0, Rollbacks = 0, Resets = 0, Clears = 0,
           Failures = 0;
  CompileService::Statistics Service;
  uint64_t Sampled = 0, Bits = 0, BatchRows = 0, TreeNodes = 0, TreeRefused = 0, Wrong = 0;
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
        Row(Matcher::rowWords(V->size())), Order(Cases.size()) {
    std::iota(Order.begin(), Order.end(), size_t(0));
  }

  void run(uint64_t Operations, uint32_t Seed);

  Counts Seen;

private:
  static constexpr size_t MaxGrammars = 48, MaxSequences = 64, MaxTokens = 400;
  static constexpr size_t ServiceBytes = size_t(4) << 20, TableBytes = size_t(16) << 20;

  size_t below(size_t N) { return size_t(Random() % N); }
  void compileOne();
  void startSequence();
  void advance(Sequence &Q);
  void mask(Sequence &Q);
  void check(Sequence &Q);
  void checkBatch();
  void checkTree(Sequence &Q);
  TokenId draw(std::span<const uint32_t> Of);

  const VocabularyRef &V;
  const std::vector<bench::Case> &Cases;
  const CompileOptions &Options;
  const uint64_t CheckEvery;
  std::vector<uint32_t> Row;
  std::vector<size_t> Order; ///< of the cases, drawn
  size_t Next = 0;
  std::mt19937 Random;
  std::unique_ptr<CompileService> Service;

  struct Compiled {
    std::shared_ptr<const Grammar> G;
    const bench::Case *Of = nullptr;
  };
  std::vector<Compiled> Grammars;
  std::vector<Sequence> Sequences;
  std::shared_ptr<TableCache> Tables;
  WorkerPool Pool{3};
};

/// Two of three requests are for the next schema, one is for one of the last, which the service
/// may still have.
void Soak::compileOne() {
  const bool Repeat = below(3) == 0;
  const size_t I =
      Repeat ? Next + Order.size() - below(std::min<size_t>(Order.size(), 40)) : Next++;
  const bench::Case &C = Cases[Order[I % Order.size()]];
  CompileRequest R;
  R.Name = "schema";
  R.Text = C.Schema;
  R.Options = Options;
  // What is printed of passes is not for a service, which keeps nothing then.
  R.Options.PassManager = PassManagerOptions();
  R.Options.Lower.Steps = nullptr;
  ++Seen.Asked;
  const OutcomeRef Outcome = Service->compile(R);
  std::shared_ptr<const Grammar> G = Outcome->TheGrammar;
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
  Result<MaskView> View = Q.M.viewMask(V->size());
  if (!View) {
    ++Seen.Wrong;
    return;
  }
  std::vector<uint32_t> Shown(Row.size());
  View->write(Shown, V->size());
  Seen.Wrong += Shown != Row;
  for (TokenId T = 0; T < V->size(); ++T, ++Seen.Bits)
    Seen.Wrong += Slow->tokenAllowed(T) != bool(Row[T / 32] >> (T % 32) & 1);
  checkBatch();
  checkTree(Q);
}

/// The rows of all sequences at once, on several threads, are those of each.
void Soak::checkBatch() {
  std::vector<std::vector<uint32_t>> Alone, Together;
  std::vector<Status> Answers;
  std::vector<BatchRow> Rows;
  Together.reserve(Sequences.size());
  for (Sequence &Q : Sequences) {
    Matcher Fork = Q.M.fork();
    Answers.push_back(Fork.fillMask(Alone.emplace_back(Row.size()), V->size()).status());
    Rows.push_back({&Q.M, Together.emplace_back(Row.size(), 0x5a5a5a5aU)});
  }
  const auto OnPool = [&](size_t Count, BatchTask Task) { Pool.run(Count, Task); };
  const Executor Run = OnPool;
  fillBatch(Rows, V->size(), &Run);
  for (size_t I = 0; I < Rows.size(); ++I, ++Seen.BatchRows)
    Seen.Wrong += Rows[I].Answer != Answers[I] || Together[I] != Alone[I];
}

/// A token of the row, or any where it has none.
TokenId Soak::draw(std::span<const uint32_t> Of) {
  const size_t From = below(Of.size());
  for (size_t I = 0; I < Of.size(); ++I) {
    const size_t At = (From + I) % Of.size();
    if (Of[At] != 0)
      return TokenId(At * 32 + size_t(std::countr_zero(Of[At])));
  }
  return TokenId(below(V->size()));
}

/// The rows of a random tree, whose tokens mostly may come, are those of forks that took them.
void Soak::checkTree(Sequence &Q) {
  constexpr size_t Nodes = 12;
  std::vector<TokenId> Tokens(Nodes);
  std::vector<int32_t> Parents(Nodes);
  std::vector<Status> Want(Nodes), Got(Nodes, Status::IoError);
  std::vector<std::optional<Matcher>> After(Nodes);
  std::vector<uint32_t> WantRows(Nodes * Row.size()), GotRows(Nodes * Row.size(), 0x5a5a5a5aU);
  auto rowOf = [&](size_t I) { return std::span(WantRows).subspan(I * Row.size(), Row.size()); };
  std::vector<uint32_t> Root(Row.size());
  if (!Q.M.fork().fillMask(Root, V->size()))
    return;
  for (size_t I = 0; I < Nodes; ++I) {
    Parents[I] = int32_t(below(I + 1)) - 1;
    const bool AtRoot = Parents[I] == NoParent;
    const size_t Above = AtRoot ? 0 : size_t(Parents[I]);
    Tokens[I] = below(4) == 0 ? TokenId(below(V->size())) : draw(AtRoot ? Root : rowOf(Above));
    Want[I] = AtRoot ? Status::Ok : Want[Above];
    if (Want[I] == Status::Ok || Want[I] == Status::BudgetExceeded) {
      if (!AtRoot && !After[Above])
        continue;
      Matcher Here = AtRoot ? Q.M.fork() : After[Above]->fork();
      Want[I] = Here.tryAccept(Tokens[I]);
      if (Want[I] == Status::Ok) {
        Want[I] = Here.fillMask(rowOf(I), V->size()).status();
        After[I].emplace(std::move(Here));
      }
    }
    Seen.TreeRefused += Want[I] != Status::Ok;
  }
  const size_t History = Q.M.historySize();
  const bool Made = fillDraftTree(Q.M, Tokens, Parents, GotRows, Row.size(), V->size(), Got).ok();
  Seen.Wrong += !Made || Got != Want || GotRows != WantRows || Q.M.historySize() != History;
  Seen.TreeNodes += Nodes;
}

void Soak::run(uint64_t Operations, uint32_t Seed) {
  Random.seed(Seed);
  std::shuffle(Order.begin(), Order.end(), Random);
  Service = std::make_unique<CompileService>(SpecOptions::frontends(),
                                             ServiceOptions{.MaxBytes = ServiceBytes});
  Tables = TableCache::create(V, TableBytes);
  prepareTerminals(*Tables);
  for (uint64_t Done = 0; Done < Operations; ++Done) {
    size_t Dice = below(1000);
    if (Grammars.empty() || Dice < 3) {
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
      ++Seen.Destroyed;
    } else if (Dice < 63) {
      Tables->clear();
      ++Seen.Clears;
    } else if (Dice < 100) {
      // The script's next tokens, as a draft.
      const std::span<const TokenId> All =
          Q.Script ? std::span<const TokenId>(Q.Script->Tokens) : std::span<const TokenId>();
      const size_t From = std::min(Q.Taken.size(), All.size());
      Q.M.validate(All.subspan(From, std::min<size_t>(All.size() - From, 5)));
      ++Seen.Validated;
    } else if (Dice < 500) {
      mask(Q);
    } else {
      advance(Q);
    }
  }
  Sequences.clear();
  Grammars.clear();
  Tables.reset();
  Seen.Service = Service->statistics();
  Service.reset();
  processLexicalCache().clear();
}

} // namespace

int runSoak(BenchSession &S) {
  ToolSession &Tool = S.Tool;
  VocabularyRef V = S.Vocab.load(Tool);
  std::optional<std::vector<bench::CaseText>> Texts = readCases(S);
  if (!V || !Texts)
    return ExitUsage;
  std::vector<bench::Case> Cases;
  for (const bench::CaseText &T : *Texts)
    if (std::optional<bench::Case> C = bench::readCase(T.Text, *V))
      Cases.push_back(std::move(*C));
  if (Cases.empty()) {
    Tool.Diags.report({}, DiagId::Usage) << "the corpus has no case to run";
    return ExitUsage;
  }
  const CompileOptions Options = corpusOptions(S);

  // What the process makes once and keeps is made now.
  const uint64_t Every = S.Check == 0 ? 1000 : S.Check.getValue();
  Soak(V, Cases, Options, Every).run(std::min<uint64_t>(S.Operations, 3000), S.Seed + 1);
  Soak Main(V, Cases, Options, Every);
  const uint64_t Before = heapBytes(), ResidentBefore = residentBytes();
  auto Begin = std::chrono::steady_clock::now();
  Main.run(S.Operations, S.Seed);
  double Seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - Begin).count();
  const uint64_t After = heapBytes(), ResidentAfter = residentBytes();
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
  Line("  grammars asked for", C.Asked);
  Line("    compiled", C.Service.Compiled);
  Line("    from the service's cache", C.Service.Hits);
  Line("    evicted from it", C.Service.Evicted);
  Line("    refused", C.Refused);
  Line("  matchers made", C.Matchers);
  Line("  forks", C.Forks);
  Line("  tokens accepted", C.Accepted);
  Line("  tokens refused", C.RefusedTokens);
  Line("  drafts validated", C.Validated);
  Line("  masks", C.Masks);
  Line("  rollbacks", C.Rollbacks);
  Line("  resets", C.Resets);
  Line("  matchers destroyed early", C.Destroyed);
  Line("  tables cleared", C.Clears);
  Line("  over budget", C.Failures);
  Line("masks compared bit by bit", C.Sampled);
  Line("  bits", C.Bits);
  Line("  rows of batches", C.BatchRows);
  Line("  nodes of drafts", C.TreeNodes);
  Line("    refused", C.TreeRefused);
  Line("  wrong", C.Wrong);
  Line("heap before, bytes", Before);
  Line("heap after, bytes", After);
  Line("resident before, bytes", ResidentBefore);
  Line("resident after, bytes", ResidentAfter);
  Line("most resident, KiB", uint64_t(Usage.ru_maxrss));
  Line("seconds", uint64_t(Seconds + 0.5));
  Tool.writeOutput("", Out);
  // A few kilobytes come from the hash tables and buffers that a process keeps.
  bool Leaks = After > Before + (uint64_t(256) << 10);
  return C.Wrong != 0 || Leaks ? ExitNo : ExitYes;
}

} // namespace weir
