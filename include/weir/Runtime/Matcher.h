//===- Matcher.h - What one sequence may write next -------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A matcher is the state of one sequence: a history of heads, one per token
// accepted. A head is a set of configurations (usually one); a configuration is
// a frame: automaton state, registers and a parent frame. Frames are immutable
// and shared, so going back is dropping heads and forking is sharing chunks.
//
//   head 0   head 1   head 2            accept: a new head
//     |        |        |               rollback(n): drop the last n
//     v        v        v
//   [root] <-[object]<-[string]         frames, in arena chunks
//
// fill_mask, accept, validate and token_allowed agree for every token:
//   bit set  <=>  accept succeeds  <=>  some completion exists.
//
// Single-threaded; the grammar, vocabulary and table cache it refers to may be
// shared by any number of matchers on any number of threads.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_MATCHER_H
#define WEIR_RUNTIME_MATCHER_H

#include "weir/Runtime/Grammar.h"
#include "weir/Runtime/TableCache.h"
#include "weir/Support/Status.h"
#include "weir/Vocab/Vocabulary.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct MatcherOptions {
  /// Stop tokens of this sequence; the vocabulary's own when absent.
  std::optional<std::vector<TokenId>> StopTokens;
  /// Configurations that may be alive at once; more is an error value.
  uint32_t MaxConfigurations = 4096;
};

enum class MatcherStatus : uint8_t {
  Running,    ///< more may come
  Terminated, ///< a stop token was accepted
};

struct MaskInfo {
  bool AllAllowed = false; ///< every bit below mask_bits is set (the row is written all the same)
};

class Matcher {
public:
  /// Fails with InvalidArgument (a stop token that is not below the vocabulary's size)
  /// or NotFound (the grammar names a token the vocabulary does not have).
  static Result<Matcher> create(std::shared_ptr<const Grammar> G, VocabularyRef V,
                                std::shared_ptr<TableCache> Tables, MatcherOptions Options = {});
  Matcher(Matcher &&) noexcept;
  Matcher &operator=(Matcher &&) noexcept;
  ~Matcher();

  /// Words a row needs: ceil(MaskBits / 32).
  static constexpr size_t rowWords(uint32_t MaskBits) { return (size_t(MaskBits) + 31) / 32; }

  /// Writes the whole row: bit t % 32 of word t / 32 is 1 when token t may come
  /// next. `MaskBits` is the width of the logits row; bits from the vocabulary's
  /// size up are 0. After termination the stop tokens alone are set. Fails with
  /// BudgetExceeded, leaving the row all zero, never part of a mask.
  Result<MaskInfo> fillMask(std::span<uint32_t> Row, uint32_t MaskBits);

  /// The bit that fillMask would set, without a mask.
  bool tokenAllowed(TokenId T);
  /// Keeps those of `Ids` that are allowed, in order; returns how many.
  size_t filter(std::span<TokenId> Ids);

  /// Accepts one token. On failure nothing changed.
  bool accept(TokenId T);
  /// Accepts tokens until one is refused; returns how many were accepted.
  size_t accept(std::span<const TokenId> Ids);
  /// Accepts bytes as one history entry, or none of them.
  bool acceptBytes(std::string_view Bytes);
  /// How many leading tokens `accept` would accept; changes nothing.
  size_t validate(std::span<const TokenId> Ids);
  /// The number of leading bytes that can be read before the text can no longer be
  /// completed; changes nothing.
  size_t validateBytes(std::string_view Bytes);

  /// Takes back the last `N` accepted entries; false (and nothing changed) when
  /// there are fewer.
  bool rollback(size_t N);
  /// An independent matcher in the same state with the same history.
  Matcher fork() const;
  /// As after creation.
  void reset();

  size_t historySize() const;
  /// The text so far is in the language (a stop token would be allowed).
  bool isAccepting() const;
  bool isTerminated() const;
  MatcherStatus status() const;
  /// The error of the last call that failed for another reason than the language
  /// (a budget), or Ok.
  Status lastError() const;

  /// Names of the rules whose frames are open, outermost first, of the first
  /// configuration; for explanations.
  std::vector<std::string> openRules() const;
  /// The bytes that may come next.
  ByteSet nextBytes();
  /// Bytes after which the text is complete: a short way, not always the shortest, and
  /// the same each time. None when the way found is longer than `MaxBytes`, passes over
  /// token symbols or exceeds the budget of configurations. Changes nothing. Costs a
  /// pass over the grammar and several steps a byte: for the end of a token budget, not
  /// for every token.
  std::optional<std::string> completion(size_t MaxBytes);

  const Vocabulary &vocabulary() const;
  const Grammar &grammar() const;

private:
  class Impl;
  explicit Matcher(std::unique_ptr<Impl> I);
  std::unique_ptr<Impl> P;
};

} // namespace weir

#endif // WEIR_RUNTIME_MATCHER_H
