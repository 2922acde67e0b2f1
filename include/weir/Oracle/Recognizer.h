//===- Recognizer.h - A slow, obvious recogniser of the IR ------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle of the tests. It knows no automata, tables or stacks: a state is a
// *term*, an expression for the texts that may still follow, and reading a symbol
// takes the term's derivative (Brzozowski 1964; for recursive rules Might,
// Darais, Spiewak 2011):
//
//   rule      s = s "+" n | n        n = [0-9]
//   read "1"  s1 = s1 "+" n | empty  a new rule where the derivative of s needs
//             itself (left recursion); otherwise the derivative is put in place
//
// A state accepts when its term contains the empty text, and is viable when its
// term denotes any text at all. Both are least fixpoints over the rules involved.
// Emptiness under `and` and `not` is a search of all derivatives, `members` keeps
// the keys seen as strings, `json_string` reads escapes one by one, and `indent`
// gets the depth as a number: everything concrete.
//
// Every question has a third answer, "gave up", when a limit is reached.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_ORACLE_RECOGNIZER_H
#define WEIR_ORACLE_RECOGNIZER_H

#include "weir/IR/Module.h"
#include "weir/Support/ByteSet.h"
#include "weir/Support/Id.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::oracle {

/// One unit of input: a byte, or a token that the grammar may name.
struct Symbol {
  uint32_t Value = 0;
  bool IsToken = false;

  static Symbol byte(uint8_t B) { return {B, false}; }
  static Symbol token(uint32_t Id) { return {Id, true}; }
  friend auto operator<=>(const Symbol &, const Symbol &) = default;
};

/// The bytes of a text as symbols.
std::vector<Symbol> symbols(std::string_view Text);

enum class Answer : uint8_t { No, Yes, GaveUp };

struct Limits {
  uint32_t MaxTerms = 1U << 22;  ///< for the life of the recogniser
  uint32_t MaxWork = 1U << 24;   ///< derivatives taken in one call
  uint32_t MaxSearch = 1U << 16; ///< terms looked at for one question of emptiness
  uint32_t MaxRecursion = 2500;  ///< nesting of one derivative
  uint32_t MaxNesting = 1000;    ///< depth that `indent` may read
};

/// Ids of the special tokens that a grammar may name. A name that is not listed
/// gets an id of its own at or above FirstUnknownToken.
using TokenNames = std::map<std::string, uint32_t, std::less<>>;
inline constexpr uint32_t FirstUnknownToken = 0x80000000U;

using State = Id<struct StateTag>;

/// Not thread-safe. The module must outlive it and must not change.
///
/// States are persistent: any state may be stepped from again, at any time, and
/// repeated steps are looked up. When a derivative runs into a limit the answer
/// is `GaveUp` from then on for every new question.
class Recognizer {
public:
  /// The language of the module's start rule.
  explicit Recognizer(const ir::Module &M, Limits L = {}, TokenNames Names = {});
  Recognizer(Recognizer &&) noexcept;
  Recognizer &operator=(Recognizer &&) noexcept;
  ~Recognizer();

  State start();
  /// The language of another rule, entered at depth 0.
  State startAt(ir::RuleId R);
  /// The state of one expression, at depth 0.
  State startAt(ir::ExprId E);
  State step(State S, Symbol C);
  State stepAll(State S, std::span<const Symbol> Text);
  State stepAll(State S, std::string_view Text);

  /// Whether the text read so far is in the language.
  Answer isAccepting(State S);
  /// Whether some completion of the text read so far is in the language. Exact.
  Answer isViable(State S);

  Answer accepts(std::span<const Symbol> Text);
  Answer accepts(std::string_view Text);
  Answer viablePrefix(std::span<const Symbol> Text);
  Answer viablePrefix(std::string_view Text);

  /// Bytes that stand for all: between one member and the next, every byte leads
  /// to the same future as the lower member (up to renaming of free keys).
  ByteSet representatives(State S);
  /// Ids of all tokens the module names, resolved.
  std::vector<uint32_t> namedTokens() const;
  uint32_t tokenId(const ir::TokenRef &T) const;

private:
  class Impl;
  std::unique_ptr<Impl> P;
};

} // namespace weir::oracle

#endif // WEIR_ORACLE_RECOGNIZER_H
