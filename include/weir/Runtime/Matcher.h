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
#include "weir/Support/FunctionRef.h"
#include "weir/Support/Status.h"
#include "weir/Vocab/Vocabulary.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// What a mask says after a stop token was accepted.
enum class TerminatedRow : uint8_t {
  StopTokens, ///< the stop tokens alone
  AllOnes,    ///< every bit below mask_bits: the row of an unconstrained sequence
};

struct MatcherOptions {
  /// Stop tokens of this sequence; the vocabulary's own when absent.
  std::optional<std::vector<TokenId>> StopTokens;
  /// Configurations that may be alive at once; more is an error value.
  uint32_t MaxConfigurations = 4096;
  /// Tokens that are refused here whatever the grammar says; see setBanned.
  std::vector<TokenId> BannedTokens;
  TerminatedRow AfterTermination = TerminatedRow::StopTokens;
  /// Entries that rollback can take back at any time. What only older ones need is given
  /// back, so memory depends on this and on the nesting, not on the length of the text (but
  /// for the text itself, where a grammar compares keys or items).
  size_t MaxRollback = SIZE_MAX;
  /// Bytes that stand before the grammar's text, which the first tokens must cover: the end
  /// of a prompt whose last tokens were taken off, so that a token may reach over the
  /// border ("healing"). The language is Prefix · grammar.
  std::string Prefix;
  /// Events that the trace keeps; 0: no trace.
  uint32_t TraceEvents = 0;
};

/// What filling a mask took; see MaskParts.def.
enum class MaskPart : uint8_t {
#define MASK_PART(Name, Text, Summary) Name,
#include "weir/Runtime/MaskParts.def"
};
inline constexpr std::array MaskPartNames = {
#define MASK_PART(Name, Text, Summary) std::string_view(Text),
#include "weir/Runtime/MaskParts.def"
};
inline constexpr uint32_t maskPartBit(MaskPart P) { return uint32_t(1) << unsigned(P); }

/// What a matcher has done so far; a fork begins with its parent's numbers.
struct MatcherStatistics {
  uint64_t Masks = 0;           ///< masks asked for
  uint64_t RepeatedMasks = 0;   ///< ... of the state that the mask before was of
  uint64_t MemoMasks = 0;       ///< ... that the shared memo had
  uint64_t ColdMasks = 0;       ///< ... for which tables had to be made first
  uint64_t TablesMade = 0;      ///< tables made for them
  uint64_t ColdNanoseconds = 0; ///< time that making them took
  uint64_t Accepted = 0;        ///< tokens and byte strings accepted
  uint64_t Refused = 0;         ///< ... and refused
  uint32_t LastMask = 0;        ///< bits of what the last mask took
};

enum class MatcherStatus : uint8_t {
  Running,    ///< more may come
  Terminated, ///< a stop token was accepted
};

struct MaskInfo {
  bool AllAllowed = false; ///< every bit below mask_bits is set (the row is written all the same)
};

/// A mask as it is kept, without a copy: the base, without the tokens of `Clear`, with those
/// of `Set`. Bits that are not in Base are 0; bits from mask_bits on mean nothing.
struct MaskView {
  std::span<const uint32_t> Base; ///< a row, or empty: no token
  uint64_t BaseId = 0;            ///< equal ids, equal rows, while the process lives; 0: no id
  std::span<const TokenId> Set;   ///< ascending; not in Base
  std::span<const TokenId> Clear; ///< ascending; in Base
  bool AllAllowed = false;        ///< as MaskInfo::AllAllowed

  /// Writes the row that fillMask writes for `MaskBits`, which are those of the view or fewer.
  void write(std::span<uint32_t> Row, uint32_t MaskBits) const;
};

struct RehearsalLimits {
  uint64_t MaxPlaces = 4096;          ///< of texts, each with a mask at most
  size_t MaxBytes = size_t(16) << 20; ///< of masks
  uint32_t MaxDepth = 8;              ///< of nesting
  uint32_t MaxConfigurations = 8;     ///< where more are alive nothing is visited
  /// Asked before each byte that is tried: true ends it. Null: never.
  const FunctionRef<bool()> *Stop = nullptr;
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

  /// The mask that fillMask writes, where it lies. Base is a row that many masks share, for
  /// engines that keep rows beside the logits, and has an id then; or it is this mask's alone, or
  /// (where nothing is kept, as with a prefix to be covered) the matcher's. It is valid until the
  /// next view of this matcher, or until the matcher is gone: accepting, other masks and clearing
  /// the tables do not matter. Fails as fillMask.
  Result<MaskView> viewMask(uint32_t MaskBits);

  /// The bit that fillMask would set, without a mask.
  bool tokenAllowed(TokenId T);
  /// Keeps those of `Ids` that are allowed, in order; returns how many.
  size_t filter(std::span<TokenId> Ids);

  /// Accepts one token. On failure nothing changed.
  bool accept(TokenId T);
  /// As accept, and says why not: Rejected, Terminated or BudgetExceeded. For trying out, as
  /// along a tree of drafts: not bounded by MaxRollback and not traced, and taken back by
  /// `undo` before anything else but masks is asked for.
  Status tryAccept(TokenId T);
  /// Takes back the last `N` tokens that were tried.
  void undo(size_t N);
  /// Accepts tokens until one is refused; returns how many were accepted.
  size_t accept(std::span<const TokenId> Ids);
  /// Accepts bytes as one history entry, or none of them; refused after termination.
  bool acceptBytes(std::string_view Bytes);
  /// How many leading tokens `accept` would accept; changes nothing.
  size_t validate(std::span<const TokenId> Ids);
  /// The number of leading bytes that can be read before the text can no longer be
  /// completed; changes nothing. Where lastError() is then BudgetExceeded, the byte behind
  /// those could not be decided.
  size_t validateBytes(std::string_view Bytes);

  /// Works out masks of texts that may come next, as far as the memo of the tables keeps them for
  /// other matchers of the grammar (MaskMemo.h); changes nothing else. Returns how many masks there
  /// were. None for a matcher with another budget or with stop tokens that are text.
  uint64_t rehearse(const RehearsalLimits &Limits);

  /// Takes back the last `N` accepted entries; false (and nothing changed) when
  /// there are fewer, or when MaxRollback is smaller.
  bool rollback(size_t N);
  /// An independent matcher in the same state with the same history.
  Matcher fork() const;
  /// As after creation, but for bans, the trace and the statistics.
  void reset();
  /// Replaces the tokens that are refused whatever the grammar says. A ban can leave no
  /// token at all where the grammar would go on. After termination it means nothing.
  /// InvalidArgument for an id that is not below the vocabulary's size.
  Result<Success> setBanned(std::span<const TokenId> Tokens);

  /// Entries that rollback can take back now.
  size_t historySize() const;
  /// The text so far is in the language (a stop token would be allowed).
  bool isAccepting() const;
  bool isTerminated() const;
  MatcherStatus status() const;
  /// Why the last call above could not decide (a budget), or Ok: then what it refused, the
  /// language refuses. Answers past the budget are "no".
  Status lastError() const;
  /// The limit behind lastError(), its value and how it is set; empty when that is Ok.
  std::string lastErrorText() const;

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

  /// The bytes that must come next, at most `MaxBytes`: as long as the text may not end, no
  /// token symbol may come and exactly one byte may. Changes nothing. When a budget ends
  /// it early lastError says so; the bytes are right all the same.
  std::string forcedBytes(size_t MaxBytes = 1 << 16);
  /// Splits text into tokens as the model's tokenizer does in the middle of a text: without a
  /// token or a blank for its beginning. False: it cannot.
  using TokenizeFn = FunctionRef<bool(std::string_view, std::vector<TokenId> &)>;
  /// Tokens that must come next and are those the tokenizer itself would write: at most
  /// `MaxTokens`, often none. The forced bytes are split together with up to `LookBack`
  /// tokens before them, with every end that a token reaching beyond them could bring
  /// about, and what all of that agrees on is forced:
  ///
  ///   text … {     forced "name":␠      →  {"   name   ":      (a token ␠" may follow)
  ///
  /// Nothing is forced when the tokenizer would have split the text before differently.
  /// Each token is allowed where it stands. Changes nothing.
  std::vector<TokenId> forcedTokens(TokenizeFn Tokenize, size_t MaxTokens = 256,
                                    size_t LookBack = 16);

  /// Bytes of the prefix that are still to be covered.
  size_t prefixLeft() const;
  MatcherStatistics statistics() const;
  /// Bytes the matcher holds; what it shares with forks counts in each.
  size_t memoryBytes() const;
  /// The last calls with their answers, oldest first, a line each; empty without a trace.
  std::string trace() const;

  const Vocabulary &vocabulary() const;
  const Grammar &grammar() const;
  std::span<const TokenId> stopTokens() const;

private:
  class Impl;
  explicit Matcher(std::unique_ptr<Impl> I);
  std::unique_ptr<Impl> P;
};

} // namespace weir

#endif // WEIR_RUNTIME_MATCHER_H
