//===- MaskBench.cpp - Real schemas, token by token -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/MaskBench.h"

#include "weir/Runtime/FillAhead.h"
#include "weir/Runtime/Matcher.h"
#include "weir/Support/RowVector.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

namespace weir::bench {

namespace {

using Clock = std::chrono::steady_clock;

uint64_t between(Clock::time_point From, Clock::time_point To) {
  return uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(To - From).count());
}

/// What reading the clock adds to an interval, in nanoseconds: the middle of many.
uint64_t clockCost() {
  static const uint64_t Cost = [] {
    std::array<uint64_t, 1001> Empty;
    for (uint64_t &E : Empty) {
      const Clock::time_point Begin = Clock::now();
      E = between(Begin, Clock::now());
    }
    std::nth_element(Empty.begin(), Empty.begin() + Empty.size() / 2, Empty.end());
    return Empty[Empty.size() / 2];
  }();
  return Cost;
}

/// `between` without what the clock takes: masks are of its size.
uint64_t spentBetween(Clock::time_point From, Clock::time_point To) {
  const uint64_t All = between(From, To);
  return All - std::min(All, clockCost());
}

bool hasBit(const RowVector &Row, TokenId T) { return Row[T / 32] >> (T % 32) & 1; }

/// Reads the instances of one grammar.
class Reader {
public:
  Reader(std::shared_ptr<const Grammar> G, VocabularyRef V,
         const std::shared_ptr<TableCache> &Tables, CaseResult &Result, const ReadOptions &How)
      : G(std::move(G)), V(std::move(V)), Tables(Tables), Result(Result), How(How),
        Row(Matcher::rowWords(this->V->size())) {}

  void read(const Instance &I);
  /// Takes the first mask alone.
  void firstMaskOnly();

private:
  bool fill(Matcher &M);
  /// Compares the row with tokenAllowed, bit by bit.
  void check(Matcher &M, size_t Taken);
  void noteFirst(Clock::time_point Begin, Clock::time_point End) {
    if (Result.First == 0)
      Result.First = Result.Compile + between(Begin, End);
  }

  std::shared_ptr<const Grammar> G;
  VocabularyRef V;
  const std::shared_ptr<TableCache> &Tables;
  CaseResult &Result;
  const ReadOptions &How;
  MaskView View; ///< the last one, where How asks for it
  RowVector Row; ///< on a line of the cache, as the tensors of engines are
};

} // namespace

bool Reader::fill(Matcher &M) {
  if (How.View) {
    if (weir::Result<MaskView> Seen = M.viewMask(V->size())) {
      View = *Seen;
      return true;
    }
  } else if (M.fillMask(Row, V->size())) {
    return true;
  }
  ++Result.MaskErrors;
  return false;
}

void Reader::check(Matcher &M, size_t Taken) {
  for (TokenId T = 0; T < V->size(); ++T) {
    if (hasBit(Row, T) == M.tokenAllowed(T))
      continue;
    ++Result.Contradictions;
    if (Result.Reason.empty())
      Result.Reason = "mask-bit: token " + std::to_string(T) + " after " + std::to_string(Taken) +
                      " tokens of instance " + std::to_string(Result.Instances.size()) +
                      (hasBit(Row, T) ? " is set" : " is not set");
  }
}

void Reader::firstMaskOnly() {
  Clock::time_point Begin = Clock::now();
  weir::Result<Matcher> M = Matcher::create(G, V, Tables);
  if (M)
    fill(*M);
  noteFirst(Begin, Clock::now());
}

void Reader::read(const Instance &I) {
  InstanceResult Out;
  Out.Valid = I.Valid;
  Out.Untokenizable = I.Untokenizable;
  Clock::time_point Begin = Clock::now();
  weir::Result<Matcher> M = Matcher::create(G, V, Tables);
  if (!M) {
    // A schema names no tokens, so only a defect comes here.
    ++Result.MaskErrors;
    Result.Instances.push_back(Out);
    return;
  }
  size_t Taken = 0;
  for (TokenId T : I.Tokens) {
    if (Taken != 0)
      Begin = Clock::now();
    bool Filled = fill(*M);
    Clock::time_point Middle = Clock::now();
    const uint64_t FillTime = spentBetween(Begin, Middle);
    noteFirst(Begin, Middle);
    const uint32_t Parts = M->statistics().LastMask;
    if (Filled && How.View)
      View.write(Row, V->size());
    if (Filled && How.CheckEvery != 0 && Result.Masks.size() % How.CheckEvery == 0)
      check(*M, Taken);
    Middle = Clock::now();
    bool Allowed = Filled && hasBit(Row, T);
    bool Accepted = Allowed && M->accept(T);
    Clock::time_point End = Clock::now();
    const uint64_t AcceptTime = spentBetween(Middle, End);
    Result.Fill.push_back(FillTime);
    Result.Accept.push_back(AcceptTime);
    Result.Masks.push_back(FillTime + AcceptTime);
    Result.Parts.push_back(Parts);
    if (!Accepted) {
      if (Filled && (Allowed || M->accept(T)))
        ++Result.Contradictions;
      break;
    }
    ++Taken;
  }
  if (I.Tokens.empty())
    noteFirst(Begin, Clock::now());
  Out.Accepted = Taken == I.Tokens.size() && !I.Untokenizable;
  Out.Terminated = Out.Accepted && M->isAccepting();
  Result.Instances.push_back(Out);
}

static std::shared_ptr<const Grammar> timeCompile(const Case &C, const FrontendRegistry &Frontends,
                                                  const CompileOptions &Options,
                                                  CaseResult &Result) {
  Clock::time_point Begin = Clock::now();
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add("schema.json", std::string(C.Schema));
  std::shared_ptr<const Grammar> G = compile(Frontends, Sources, File, Options, Diags);
  Result.Compile = between(Begin, Clock::now());
  if (!G) {
    Result.What = CaseResult::State::Refused;
    for (const Diagnostic &D : Diags.diagnostics())
      if (D.Level == Severity::Error) {
        Result.Reason = std::string(diagName(D.Id)) + ": " + D.Message;
        if (D.HasPointer)
          Result.Reason += " (at '" + D.Pointer + "')";
        break;
      }
  }
  return G;
}

CaseResult compileCase(const Case &C, const FrontendRegistry &Frontends,
                       const CompileOptions &Options) {
  CaseResult Result;
  timeCompile(C, Frontends, Options, Result);
  return Result;
}

void coolProcessor() {
  static std::vector<uint64_t> Memory(CoolingBytes / sizeof(uint64_t));
  static std::atomic<uint64_t> Seen;
  uint64_t Sum = 0;
  for (uint64_t &W : Memory)
    Sum += ++W;
  Seen = Sum; // so that it is done
}

CaseResult runCase(const Case &C, const FrontendRegistry &Frontends, const CompileOptions &Options,
                   VocabularyRef V, const std::shared_ptr<TableCache> &Tables,
                   const ReadOptions &How) {
  CaseResult Result;
  std::shared_ptr<const Grammar> G = timeCompile(C, Frontends, Options, Result);
  if (!G)
    return Result;
  if (How.Ahead) {
    const Clock::time_point Begin = Clock::now();
    AheadOptions Options;
    Options.Time = std::chrono::milliseconds(100); // what a prompt takes, about
    if (!fillAhead(G, Tables, Options))
      ++Result.MaskErrors;
    Result.Ahead = between(Begin, Clock::now());
  }
  Reader R(std::move(G), std::move(V), Tables, Result, How);
  for (const Instance &I : C.Instances)
    R.read(I);
  if (C.Instances.empty())
    R.firstMaskOnly();
  return Result;
}

} // namespace weir::bench
