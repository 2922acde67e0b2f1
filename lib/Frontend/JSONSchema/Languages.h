//===- Languages.h - Whether regular languages of texts are empty -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Answers by automata, remembered by question: the same few patterns meet one another
// at many places of a schema. What a question may cost is bounded; beyond that the
// answer is that it is not known, which is never taken for "empty".
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_LANGUAGES_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_LANGUAGES_H

#include "KeyLanguages.h"
#include "TextLengths.h"

#include "weir/Frontend/Formats/Formats.h"
#include "weir/Support/WordIndex.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace weir::jsonschema {

/// Lets `M` know the automaton of each conjunct of a format's language, which `E` is. They are made
/// once in a process, when the first is asked for.
void rememberFormat(ir::Module &M, const FormatInfo &Format, ir::ExprId E);

class Languages {
public:
  explicit Languages(ir::Module &M) : M(M), Lengths(M) {}

  /// Whether no text is in all of `All`, regular expressions over decoded text, and has
  /// between `Min` and `Max` code points. None when it is not known.
  std::optional<bool> isEmpty(std::vector<ir::ExprId> All, uint32_t Min = 0,
                              uint32_t Max = ir::Unbounded);

  /// What has a text is not looked at for that.
  void hasText(ir::ExprId E) { answerTo({{E}, 0, ir::Unbounded}) = Answer::No; }

  /// Whether the regular expression `E` has an automaton of at most so many states.
  bool hasAutomaton(ir::ExprId E, uint32_t MaxStates) {
    const KeyAutomaton *A = automatonOf(E);
    return A && A->size() <= MaxStates;
  }

  /// Whether the regular expression `E` reads `Text`. None when `E` has no automaton within the
  /// budget. O(length) once it is made: for who asks of many texts.
  std::optional<bool> reads(ir::ExprId E, std::string_view Text);

  std::optional<TextLengths::Lengths> lengthsOf(ir::ExprId E) { return Lengths.of(E); }

private:
  struct Question {
    std::vector<ir::ExprId> All; ///< ascending, distinct
    uint32_t Min, Max;
  };
  enum class Answer : uint8_t { NotAsked, Yes, No, Unknown };
  /// Of whether it is empty. Valid until another is asked for.
  Answer &answerTo(const Question &Q);

  std::optional<bool> decide(const Question &Q);
  /// Null when there is none, or it is beyond a budget.
  const KeyAutomaton *automatonOf(ir::ExprId E);

  ir::Module &M;
  TextLengths Lengths;
  WordIndex Questions;
  std::vector<Answer> Answers; ///< by question
  std::vector<uint32_t> Words;
  std::unordered_map<ir::ExprId, std::shared_ptr<const KeyAutomaton>> Automata; ///< null: none
  /// Of all answers of one compilation together.
  uint64_t StepsLeft = 10'000'000;
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_LANGUAGES_H
