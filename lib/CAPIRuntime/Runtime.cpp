//===- Runtime.cpp - The C interface of the runtime -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CAPIRuntime/Handles.h"

#include <algorithm>
#include <cstring>
#include <iterator>

using namespace weir;
using namespace weir::capi;

// The C enumeration repeats Status.def, in its order.
static_assert(status(Status::Ok) == WEIR_OK &&
              status(Status::InvalidArgument) == WEIR_INVALID_ARGUMENT &&
              status(Status::NotFound) == WEIR_NOT_FOUND &&
              status(Status::IoError) == WEIR_IO_ERROR &&
              status(Status::BadFormat) == WEIR_BAD_FORMAT &&
              status(Status::UnsupportedVersion) == WEIR_UNSUPPORTED_VERSION &&
              status(Status::VocabularyMismatch) == WEIR_VOCABULARY_MISMATCH &&
              status(Status::BudgetExceeded) == WEIR_BUDGET_EXCEEDED &&
              status(Status::OutOfMemory) == WEIR_OUT_OF_MEMORY &&
              status(Status::Cancelled) == WEIR_CANCELLED &&
              status(Status::Rejected) == WEIR_REJECTED &&
              status(Status::Terminated) == WEIR_TERMINATED);
// A status that is added there must be added here.
static constexpr size_t StatusCount = 0
#define STATUS(Name, Text, Summary) +1
#include "weir/Support/Status.def"
    ;
static_assert(StatusCount == WEIR_TERMINATED + 1);

void weir::capi::writeMessage(weir_message Message, std::string_view Text) {
  if (!Message.text || Message.size == 0)
    return;
  size_t Size = std::min(Text.size(), Message.size - 1);
  // A character is not cut in half.
  if (Size < Text.size())
    while (Size != 0 && (uint8_t(Text[Size]) & 0xc0) == 0x80)
      --Size;
  std::memcpy(Message.text, Text.data(), Size);
  Message.text[Size] = 0;
}

/// Hands a failure to the caller.
static weir_status fail(const Error &E, weir_message Message) {
  writeMessage(Message, E.Message);
  return status(E.Code);
}

static weir_status openResult(Result<VocabularyRef> Opened, weir_vocabulary **Out,
                              weir_message Message) {
  if (!Opened)
    return fail(Opened.error(), Message);
  *Out = new weir_vocabulary(std::move(*Opened));
  writeMessage(Message, "");
  return WEIR_OK;
}

extern "C" {

const char *weir_status_name(weir_status S) {
  static constexpr const char *Names[] = {
#define STATUS(Name, Text, Summary) Text,
#include "weir/Support/Status.def"
  };
  return size_t(S) < std::size(Names) ? Names[size_t(S)] : "unknown";
}

const char *weir_version(void) { return WEIR_VERSION_STRING; }

weir_status weir_vocabulary_open_image(const void *bytes, size_t size, weir_vocabulary **vocabulary,
                                       weir_message message) {
  if (!vocabulary || (!bytes && size != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    const uint8_t *First = static_cast<const uint8_t *>(bytes);
    std::vector<uint8_t> Copy;
    if (size != 0)
      Copy.assign(First, First + size);
    return openResult(Vocabulary::open(FileBytes::own(std::move(Copy))), vocabulary, message);
  });
}

weir_status weir_vocabulary_open_file(const char *path, size_t path_size,
                                      weir_vocabulary **vocabulary, weir_message message) {
  if (!vocabulary || !path)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    return openResult(Vocabulary::openFile(std::string(path, path_size)), vocabulary, message);
  });
}

weir_vocabulary *weir_vocabulary_retain(weir_vocabulary *vocabulary) { return retain(vocabulary); }
void weir_vocabulary_release(weir_vocabulary *vocabulary) { release(vocabulary); }

uint32_t weir_vocabulary_size(const weir_vocabulary *vocabulary) {
  return vocabulary ? vocabulary->Value->size() : 0;
}

uint64_t weir_vocabulary_hash(const weir_vocabulary *vocabulary) {
  return vocabulary ? vocabulary->Value->hash() : 0;
}

weir_status weir_vocabulary_token_bytes(const weir_vocabulary *vocabulary, uint32_t token,
                                        const uint8_t **bytes, size_t *size) {
  if (!vocabulary || !bytes || !size || !vocabulary->Value->contains(token))
    return WEIR_INVALID_ARGUMENT;
  std::span<const uint8_t> Bytes = vocabulary->Value->bytes(token);
  *bytes = Bytes.data();
  *size = Bytes.size();
  return WEIR_OK;
}

size_t weir_vocabulary_stop_tokens(const weir_vocabulary *vocabulary, uint32_t *tokens,
                                   size_t capacity) {
  if (!vocabulary)
    return 0;
  std::span<const TokenId> Stops = vocabulary->Value->stopTokens();
  if (tokens)
    std::copy_n(Stops.begin(), std::min(capacity, Stops.size()), tokens);
  return Stops.size();
}

weir_status weir_vocabulary_image(const weir_vocabulary *vocabulary, const uint8_t **bytes,
                                  size_t *size) {
  if (!vocabulary || !bytes || !size)
    return WEIR_INVALID_ARGUMENT;
  std::span<const uint8_t> Image = vocabulary->Value->image();
  *bytes = Image.data();
  *size = Image.size();
  return WEIR_OK;
}

weir_status weir_tables_create(weir_vocabulary *vocabulary, size_t max_bytes,
                               weir_tables **tables) {
  if (!vocabulary || !tables)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *tables = new weir_tables(max_bytes == 0 ? TableCache::create(vocabulary->Value)
                                             : TableCache::create(vocabulary->Value, max_bytes));
    return WEIR_OK;
  });
}

weir_tables *weir_tables_retain(weir_tables *tables) { return retain(tables); }
void weir_tables_release(weir_tables *tables) { release(tables); }
void weir_tables_clear(weir_tables *tables) {
  if (tables)
    tables->Value->clear();
}

weir_grammar *weir_grammar_retain(weir_grammar *grammar) { return retain(grammar); }
void weir_grammar_release(weir_grammar *grammar) { release(grammar); }
size_t weir_grammar_memory(const weir_grammar *grammar) {
  return grammar ? grammar->Value->memoryBytes() : 0;
}

weir_status weir_matcher_create(weir_grammar *grammar, weir_vocabulary *vocabulary,
                                weir_tables *tables, const weir_matcher_options *options,
                                weir_matcher **matcher, weir_message message) {
  weir_matcher_options Given;
  if (!grammar || !vocabulary || !matcher || !readOptions(options, Given) ||
      (!Given.stop_tokens && Given.stop_token_count != 0))
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
    Result<Matcher> Made =
        Matcher::create(grammar->Value, vocabulary->Value, std::move(Cache), std::move(Options));
    if (!Made)
      return fail(Made.error(), message);
    *matcher = new weir_matcher{std::move(*Made)};
    writeMessage(message, "");
    return WEIR_OK;
  });
}

void weir_matcher_destroy(weir_matcher *matcher) { delete matcher; }

weir_status weir_matcher_fork(const weir_matcher *matcher, weir_matcher **fork) {
  if (!matcher || !fork)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *fork = new weir_matcher{matcher->M.fork()};
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
    return WEIR_OK;
  });
}

/// Why the matcher has just refused something.
static weir_status refusal(const Matcher &M, bool WasTerminated) {
  if (M.lastError() != Status::Ok)
    return status(M.lastError());
  return WasTerminated ? WEIR_TERMINATED : WEIR_REJECTED;
}

weir_status weir_matcher_accept(weir_matcher *matcher, uint32_t token) {
  if (!matcher)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    bool WasTerminated = matcher->M.isTerminated();
    return matcher->M.accept(token) ? WEIR_OK : refusal(matcher->M, WasTerminated);
  });
}

weir_status weir_matcher_accept_tokens(weir_matcher *matcher, const uint32_t *tokens, size_t count,
                                       size_t *accepted) {
  if (accepted)
    *accepted = 0;
  if (!matcher || (!tokens && count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    for (size_t I = 0; I < count; ++I) {
      bool WasTerminated = matcher->M.isTerminated();
      if (!matcher->M.accept(tokens[I]))
        return refusal(matcher->M, WasTerminated);
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
    bool WasTerminated = matcher->M.isTerminated();
    return matcher->M.acceptBytes(text(bytes, size)) ? WEIR_OK : refusal(matcher->M, WasTerminated);
  });
}

weir_status weir_matcher_validate(weir_matcher *matcher, const uint32_t *tokens, size_t count,
                                  size_t *accepted) {
  if (!matcher || !accepted || (!tokens && count != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *accepted = matcher->M.validate(std::span(tokens, count));
    return WEIR_OK;
  });
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

} // extern "C"
