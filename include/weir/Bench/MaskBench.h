//===- MaskBench.h - Real schemas, token by token ---------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is measured, in nanoseconds of the steady clock:
//
//   schema bytes ──compile──▶ grammar ──create──▶ matcher ─┬─ mask ─┬─ accept ─┐ a token
//   |<------ Compile ------>|                              └────────┴──◀───────┘
//   |<-------------- First -------------------------------------->|   no accept
//                           |<----- Masks[0] ------------------------------->|
//                                                          |<---- Masks[n] -->|
//
// A matcher is made for each instance and counts in its first mask. An instance ends
// at the first token whose bit is not set; the time of that mask is kept. `First`
// is of the first instance; a schema without instances is asked for one mask.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_BENCH_MASKBENCH_H
#define WEIR_BENCH_MASKBENCH_H

#include "weir/Bench/Corpus.h"
#include "weir/Bench/Distribution.h"
#include "weir/Driver/Compiler.h"
#include "weir/Runtime/Matcher.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::bench {

struct InstanceResult {
  bool Valid = false;
  bool Accepted = false;   ///< every token was taken
  bool Terminated = false; ///< a stop token is then allowed
  bool Untokenizable = false;

  /// Valid and read to its end, or invalid and not.
  bool right() const { return Valid == (Accepted && Terminated); }
};

struct CaseResult {
  enum class State : uint8_t { Measured, Refused, Crashed, TimedOut };
  State What = State::Measured;
  std::string Reason; ///< "name: text" of a refusal, how a crash ended, the first wrong bit
  uint64_t Compile = 0;
  uint64_t First = 0;
  uint64_t Ahead = 0;           ///< of tables made before the masks
  std::vector<uint64_t> Masks;  ///< mask + accept, of all tokens in order
  std::vector<uint64_t> Fill;   ///< the parts of these; the first of an instance with
  std::vector<uint64_t> Accept; ///< the matcher's creation in Fill
  std::vector<uint32_t> Parts;  ///< what each mask took, bits of MaskParts.def
  std::vector<InstanceResult> Instances;
  /// Contradictions between a mask bit and what accept or tokenAllowed say, and masks that failed
  /// for another reason than the language ("budget-exceeded").
  uint32_t Contradictions = 0;
  uint32_t MaskErrors = 0;

  /// Of several runs of one case, in place of the first: the median of each time.
  static CaseResult median(std::vector<CaseResult> Runs);

  /// The bytes a worker hands over, and back.
  std::string pack() const;
  static CaseResult unpack(std::string_view Bytes);

  /// One line of --json, without a line feed.
  std::string json(std::string_view Id, bool WithParts = false) const;
};

struct ReadOptions {
  /// Every bit of each Nth mask is compared with tokenAllowed, which uses no tables (outside of
  /// what is timed); 0: none.
  uint32_t CheckEvery = 0;
  /// Masks are asked for where they lie (Matcher::viewMask) and copied outside of what is timed.
  bool View = false;
  /// Tables are made before the masks (fillAhead), which is timed apart.
  bool Ahead = false;
};

/// Compiles one case and reads its instances. `Tables` is used as it is: clearing it
/// between cases is the caller's choice.
CaseResult runCase(const Case &C, const FrontendRegistry &Frontends, const CompileOptions &Options,
                   VocabularyRef V, const std::shared_ptr<TableCache> &Tables,
                   const ReadOptions &How = {});

/// Compiles one case, and no more: First stays zero.
CaseResult compileCase(const Case &C, const FrontendRegistry &Frontends,
                       const CompileOptions &Options);

/// Writes so many bytes, so that processor caches of no more than them hold little of what was used
/// before, as where other work comes between two compilations. The process keeps the memory. One
/// thread at a time.
inline constexpr size_t CoolingBytes = size_t(96) << 20;
void coolProcessor();

/// Sums up results in any order.
class MaskBenchSummary {
public:
  void add(const CaseResult &R);
  /// The table, ready to print.
  std::string table();
  /// Masks by the dearest part that they took, ready to print.
  std::string partsTable();

  uint64_t cases() const { return Cases; }
  uint64_t refused() const { return Refused; }
  uint64_t crashed() const { return Crashed + TimedOut; }

private:
  Distribution Masks, Fill, Accept, Compile, First, Ahead;
  std::array<Distribution, MaskPartNames.size()> ByPart;
  uint64_t Cases = 0, Refused = 0, Crashed = 0, TimedOut = 0, Passing = 0;
  uint64_t ValidRejected = 0, InvalidAccepted = 0;
  uint64_t Valid = 0, ValidRight = 0, Invalid = 0, InvalidRight = 0;
  uint64_t Contradictions = 0, MaskErrors = 0, Untokenizable = 0;
  std::map<std::string, uint64_t, std::less<>> Refusals;
};

} // namespace weir::bench

#endif // WEIR_BENCH_MASKBENCH_H
