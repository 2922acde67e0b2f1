//===- Matcher.cpp - The C interface of matchers ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CAPIRuntime/Handles.h"
#include "weir/Runtime/Explain.h"

#include <algorithm>
#include <cstddef>

using namespace weir;
using namespace weir::capi;

extern "C" {

weir_status weir_matcher_create(weir_grammar *grammar, weir_vocabulary *vocabulary,
                                weir_tables *tables, const weir_matcher_options *options,
                                weir_matcher **matcher, weir_message message) {
  weir_matcher_options Given;
  if (!grammar || !vocabulary || !matcher || !readOptions(options, Given) ||
      (!Given.stop_tokens && Given.stop_token_count != 0) ||
      (!Given.banned_tokens && Given.banned_token_count != 0) ||
      (!Given.prefix && Given.prefix_size != 0) || Given.trace_events > 1'000'000 ||
      unsigned(Given.terminated_row) > WEIR_TERMINATED_ALL_ONES)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    std::shared_ptr<TableCache> Cache =
        tables ? tables->Value : TableCache::create(vocabulary->Value);
    if (Cache->vocabulary().hash() != vocabulary->Value->hash())
      return fail({Status::VocabularyMismatch, "the mask tables belong to another vocabulary"},
                  message);
    MatcherOptions Options;
    if (Given.stop_tokens)
      Options.StopTokens.emplace(Given.stop_tokens, Given.stop_tokens + Given.stop_token_count);
    if (Given.max_configurations != 0)
      Options.MaxConfigurations = Given.max_configurations;
    if (Given.terminated_row == WEIR_TERMINATED_ALL_ONES)
      Options.AfterTermination = TerminatedRow::AllOnes;
    if (Given.banned_token_count != 0)
      Options.BannedTokens.assign(Given.banned_tokens,
                                  Given.banned_tokens + Given.banned_token_count);
    if (Given.max_rollback != 0)
      Options.MaxRollback = Given.max_rollback;
    Options.Prefix = text(Given.prefix, Given.prefix_size);
    Options.TraceEvents = Given.trace_events;
    Result<Matcher> Made =
        Matcher::create(grammar->Value, vocabulary->Value, std::move(Cache), std::move(Options));
    if (!Made)
      return fail(Made.error(), message);
    *matcher = new weir_matcher(std::move(*Made), grammar->Places);
    writeMessage(message, "");
    return WEIR_OK;
  });
}

void weir_matcher_destroy(weir_matcher *matcher) { delete matcher; }

weir_status weir_matcher_fork(const weir_matcher *matcher, weir_matcher **fork) {
  if (!matcher || !fork)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *fork = new weir_matcher(matcher->M.fork(), matcher->Places);
    return WEIR_OK;
  });
}

weir_status weir_matcher_reset(weir_matcher *matcher) {
  if (!matcher)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    matcher->M.reset();
    return WEIR_OK;
  });
}

weir_status weir_matcher_fill_mask(weir_matcher *matcher, uint32_t *row, size_t row_words,
                                   uint32_t mask_bits, int *all_allowed) {
  if (!matcher || (!row && row_words != 0) || row_words < Matcher::rowWords(mask_bits))
    return WEIR_INVALID_ARGUMENT;
  weir_status Answer = guard([&] {
    Result<MaskInfo> Info =
        matcher->M.fillMask(std::span(row, Matcher::rowWords(mask_bits)), mask_bits);
    if (!Info)
      return status(Info.error().Code);
    if (all_allowed)
      *all_allowed = Info->AllAllowed;
    return WEIR_OK;
  });
  if (Answer != WEIR_OK)
    std::fill_n(row, Matcher::rowWords(mask_bits), 0U);
  return Answer;
}

weir_status weir_matcher_view_mask(weir_matcher *matcher, uint32_t mask_bits,
                                   weir_mask_view *view) {
  weir_mask_view Out = {};
  Out.struct_size = sizeof(Out);
  if (!view || !writeStruct(Out, view) || !matcher)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    Result<MaskView> View = matcher->M.viewMask(mask_bits);
    if (!View)
      return status(View.error().Code);
    Out.base = View->Base.empty() ? nullptr : View->Base.data();
    Out.base_words = View->Base.size();
    Out.base_id = View->BaseId;
    Out.set = View->Set.data();
    Out.set_count = View->Set.size();
    Out.clear = View->Clear.data();
    Out.clear_count = View->Clear.size();
    Out.all_allowed = View->AllAllowed;
    writeStruct(Out, view);
    return WEIR_OK;
  });
}

weir_status weir_mask_view_write(const weir_mask_view *view, uint32_t *row, size_t row_words,
                                 uint32_t mask_bits) {
  if (!view || view->struct_size < offsetof(weir_mask_view, all_allowed) ||
      (!row && row_words != 0) || row_words < Matcher::rowWords(mask_bits) ||
      (!view->base && view->base_words != 0) || (!view->set && view->set_count != 0) ||
      (!view->clear && view->clear_count != 0))
    return WEIR_INVALID_ARGUMENT;
  MaskView View;
  View.Base = std::span(view->base, view->base_words);
  View.Set = std::span(view->set, view->set_count);
  View.Clear = std::span(view->clear, view->clear_count);
  View.write(std::span(row, Matcher::rowWords(mask_bits)), mask_bits);
  return WEIR_OK;
}

int weir_matcher_token_allowed(weir_matcher *matcher, uint32_t token) {
  bool Allowed = false;
  return matcher && guard([&] {
                      Allowed = matcher->M.tokenAllowed(token);
                      return WEIR_OK;
                    }) == WEIR_OK &&
         Allowed;
}

weir_status weir_matcher_filter(weir_matcher *matcher, uint32_t *tokens, size_t *count) {
  if (!matcher || !count || (!tokens && *count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *count = matcher->M.filter(std::span(tokens, *count));
    return status(matcher->M.lastError());
  });
}

/// Accepts one token, and says why not.
static weir_status acceptToken(Matcher &M, uint32_t Token) {
  const bool WasTerminated = M.isTerminated();
  if (M.accept(Token))
    return WEIR_OK;
  if (M.lastError() != Status::Ok)
    return status(M.lastError());
  return WasTerminated ? WEIR_TERMINATED : WEIR_REJECTED;
}

weir_status weir_matcher_accept(weir_matcher *matcher, uint32_t token) {
  if (!matcher)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] { return acceptToken(matcher->M, token); });
}

weir_status weir_matcher_accept_tokens(weir_matcher *matcher, const uint32_t *tokens, size_t count,
                                       size_t *accepted) {
  if (accepted)
    *accepted = 0;
  if (!matcher || (!tokens && count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    for (size_t I = 0; I < count; ++I) {
      if (weir_status Answer = acceptToken(matcher->M, tokens[I]); Answer != WEIR_OK)
        return Answer;
      if (accepted)
        *accepted = I + 1;
    }
    return WEIR_OK;
  });
}

weir_status weir_matcher_accept_bytes(weir_matcher *matcher, const void *bytes, size_t size) {
  if (!matcher || (!bytes && size != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    if (matcher->M.acceptBytes(text(bytes, size)))
      return WEIR_OK;
    if (matcher->M.lastError() != Status::Ok)
      return status(matcher->M.lastError());
    return matcher->M.isTerminated() ? WEIR_TERMINATED : WEIR_REJECTED;
  });
}

weir_status weir_matcher_validate(weir_matcher *matcher, const uint32_t *tokens, size_t count,
                                  size_t *accepted) {
  if (!matcher || !accepted || (!tokens && count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *accepted = matcher->M.validate(std::span(tokens, count));
    return status(matcher->M.lastError());
  });
}

weir_status weir_matcher_validate_bytes(weir_matcher *matcher, const void *bytes, size_t size,
                                        size_t *accepted) {
  if (!matcher || !accepted || (!bytes && size != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *accepted = matcher->M.validateBytes(text(bytes, size));
    return status(matcher->M.lastError());
  });
}

weir_status weir_matcher_set_banned(weir_matcher *matcher, const uint32_t *tokens, size_t count) {
  if (!matcher || (!tokens && count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] { return status(matcher->M.setBanned(std::span(tokens, count)).status()); });
}

weir_status weir_matcher_rollback(weir_matcher *matcher, size_t steps) {
  if (!matcher)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] { return matcher->M.rollback(steps) ? WEIR_OK : WEIR_INVALID_ARGUMENT; });
}

size_t weir_matcher_history(const weir_matcher *matcher) {
  return matcher ? matcher->M.historySize() : 0;
}

int weir_matcher_is_accepting(const weir_matcher *matcher) {
  bool Answer = false;
  return matcher && guard([&] {
                      Answer = matcher->M.isAccepting();
                      return WEIR_OK;
                    }) == WEIR_OK &&
         Answer;
}

int weir_matcher_is_terminated(const weir_matcher *matcher) {
  return matcher && matcher->M.isTerminated();
}

weir_status weir_matcher_last_error(const weir_matcher *matcher, weir_message message) {
  if (!matcher)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    writeMessage(message, matcher->M.lastErrorText());
    return status(matcher->M.lastError());
  });
}

size_t weir_matcher_prefix_left(const weir_matcher *matcher) {
  return matcher ? matcher->M.prefixLeft() : 0;
}

weir_status weir_matcher_forced_bytes(weir_matcher *matcher, void *bytes, size_t capacity,
                                      size_t *size) {
  if (!matcher || !size || (!bytes && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    const std::string Forced = matcher->M.forcedBytes(capacity);
    if (matcher->M.lastError() != Status::Ok && Forced.empty())
      return status(matcher->M.lastError());
    writeText(Forced, bytes, capacity, size);
    return WEIR_OK;
  });
}

weir_status weir_matcher_forced_tokens(weir_matcher *matcher, const weir_tokenizer *tokenizer,
                                       size_t look_back, uint32_t *tokens, size_t capacity,
                                       size_t *count) {
  if (!matcher || !tokenizer || !tokenizer->tokenize || !count || (!tokens && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    auto Tokenize = [&](std::string_view Text, std::vector<TokenId> &Out) {
      Out.resize(std::max<size_t>(Text.size(), 16));
      for (int Try = 0; Try < 2; ++Try) {
        size_t Count = 0;
        if (!tokenizer->tokenize(tokenizer->context, Text.data(), Text.size(), Out.data(),
                                 Out.size(), &Count))
          return false;
        const bool Fits = Count <= Out.size();
        // No tokenizer gives many tokens for a byte.
        if (Count > 16 * (Text.size() + 1))
          return false;
        Out.resize(Count);
        if (Fits)
          return true;
      }
      return false;
    };
    std::vector<TokenId> Forced =
        matcher->M.forcedTokens(Tokenize, capacity, look_back ? look_back : 16);
    std::copy(Forced.begin(), Forced.end(), tokens);
    *count = Forced.size();
    return WEIR_OK;
  });
}

weir_status weir_matcher_completion(weir_matcher *matcher, void *bytes, size_t capacity,
                                    size_t *size) {
  if (!matcher || !size || (!bytes && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    std::optional<std::string> Way = matcher->M.completion(capacity);
    if (!Way)
      return WEIR_NOT_FOUND;
    writeText(*Way, bytes, capacity, size);
    return WEIR_OK;
  });
}

weir_status weir_matcher_explain(weir_matcher *matcher, uint32_t token, char *out, size_t capacity,
                                 size_t *size, int *allowed) {
  if (!matcher || !size || (!out && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    const Explanation E = explain(matcher->M, token);
    const weir_places *Places = matcher->Places.get();
    writeText(explanationText(E, matcher->M.vocabulary(), token,
                              [&](std::string_view Rule) {
                                return Places ? Places->of(Rule)
                                              : std::string(matcher->M.grammar().placesOf(Rule));
                              }),
              out, capacity, size);
    if (E.Why == Explanation::Reason::Budget)
      return WEIR_BUDGET_EXCEEDED;
    if (allowed)
      *allowed = E.Why == Explanation::Reason::Allowed;
    return WEIR_OK;
  });
}

weir_status weir_matcher_trace(const weir_matcher *matcher, char *out, size_t capacity,
                               size_t *size) {
  if (!matcher || !size || (!out && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    writeText(matcher->M.trace(), out, capacity, size);
    return WEIR_OK;
  });
}

weir_status weir_matcher_get_statistics(const weir_matcher *matcher,
                                        weir_matcher_statistics *statistics) {
  if (!matcher || !statistics)
    return WEIR_INVALID_ARGUMENT;
  const MatcherStatistics S = matcher->M.statistics();
  weir_matcher_statistics Out = {sizeof(Out),       S.Masks,     S.RepeatedMasks,
                                 S.MemoMasks,       S.ColdMasks, S.TablesMade,
                                 S.ColdNanoseconds, S.Accepted,  S.Refused};
  return writeStruct(Out, statistics) ? WEIR_OK : WEIR_INVALID_ARGUMENT;
}

size_t weir_matcher_memory(const weir_matcher *matcher) {
  return matcher ? matcher->M.memoryBytes() : 0;
}

} // extern "C"
