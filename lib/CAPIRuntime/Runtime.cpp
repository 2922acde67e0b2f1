//===- Runtime.cpp - The C interface of the runtime -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CAPIRuntime/Handles.h"
#include "weir/Vocab/VocabularyBuilder.h"

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

weir_status weir::capi::fail(const Error &E, weir_message Message) {
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

weir_status weir_vocabulary_create(const weir_token *tokens, size_t count, uint32_t id_count,
                                   const uint32_t *stop_tokens, size_t stop_token_count,
                                   weir_vocabulary **vocabulary, weir_message message) {
  if (!vocabulary || (!tokens && count != 0) || (!stop_tokens && stop_token_count != 0))
    return WEIR_INVALID_ARGUMENT;
  for (size_t I = 0; I < count; ++I)
    if ((!tokens[I].bytes && tokens[I].size != 0) || unsigned(tokens[I].kind) > WEIR_TOKEN_SPECIAL)
      return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    VocabularyBuilder Builder;
    if (Result<Success> Made = Builder.reserveIds(id_count); !Made)
      return fail(Made.error(), message);
    static constexpr TokenKind Kinds[] = {TokenKind::Ordinary, TokenKind::Added,
                                          TokenKind::Special};
    for (size_t I = 0; I < count; ++I) {
      const weir_token &T = tokens[I];
      if (id_count != 0 && T.id >= id_count)
        return fail({Status::InvalidArgument,
                     "token id " + std::to_string(T.id) + " is not below the number of ids"},
                    message);
      if (Result<Success> Made = Builder.add(T.id, Kinds[T.kind], text(T.bytes, T.size)); !Made)
        return fail(Made.error(), message);
    }
    for (size_t I = 0; I < stop_token_count; ++I)
      Builder.addStop(stop_tokens[I]);
    return openResult(Builder.finish(), vocabulary, message);
  });
}

weir_token_kind weir_vocabulary_token_kind(const weir_vocabulary *vocabulary, uint32_t token) {
  if (!vocabulary || !vocabulary->Value->contains(token))
    return WEIR_TOKEN_GAP;
  switch (vocabulary->Value->kind(token)) {
  case TokenKind::Ordinary:
    return WEIR_TOKEN_ORDINARY;
  case TokenKind::Added:
    return WEIR_TOKEN_ADDED;
  case TokenKind::Special:
    return WEIR_TOKEN_SPECIAL;
  case TokenKind::Gap:
    break;
  }
  return WEIR_TOKEN_GAP;
}

weir_status weir_vocabulary_find_special(const weir_vocabulary *vocabulary, const char *name,
                                         size_t size, uint32_t *token) {
  if (!vocabulary || !token || (!name && size != 0))
    return WEIR_INVALID_ARGUMENT;
  std::optional<TokenId> Id = vocabulary->Value->specialByName(text(name, size));
  if (!Id)
    return WEIR_NOT_FOUND;
  *token = *Id;
  return WEIR_OK;
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

weir_status weir_tables_get_statistics(const weir_tables *tables,
                                       weir_tables_statistics *statistics) {
  if (!tables || !statistics)
    return WEIR_INVALID_ARGUMENT;
  const TableCache::Statistics S = tables->Value->statistics();
  weir_tables_statistics Out = {sizeof(Out), S.Hits, S.Misses, S.Entries, S.Bytes};
  return writeStruct(Out, statistics) ? WEIR_OK : WEIR_INVALID_ARGUMENT;
}

weir_grammar *weir_grammar_retain(weir_grammar *grammar) { return retain(grammar); }
void weir_grammar_release(weir_grammar *grammar) { release(grammar); }
size_t weir_grammar_memory(const weir_grammar *grammar) {
  if (!grammar)
    return 0;
  return grammar->Value->memoryBytes() + (grammar->Places ? grammar->Places->memoryBytes() : 0);
}

} // extern "C"
