//===- Artifact.cpp - Artifacts in the C interface ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Artifact/Artifact.h"

#include "weir/CAPIRuntime/Handles.h"
#include "weir/Runtime/ReadyTables.h"

#include <cstring>

using namespace weir;
using namespace weir::capi;

static weir_status hand(Result<std::shared_ptr<const Grammar>> Opened, weir_grammar **Out,
                        weir_message Message) {
  if (!Opened)
    return fail(Opened.error(), Message);
  *Out = new weir_grammar(std::move(*Opened));
  writeMessage(Message, "");
  return WEIR_OK;
}

extern "C" {

weir_status weir_grammar_open_image(const void *bytes, size_t size, weir_grammar **grammar,
                                    weir_message message) {
  if (!grammar || (!bytes && size != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    const std::string_view Bytes = text(bytes, size);
    return hand(openArtifact(FileBytes::own({Bytes.begin(), Bytes.end()})), grammar, message);
  });
}

weir_status weir_grammar_open_borrowed(const void *bytes, size_t size, weir_grammar **grammar,
                                       weir_message message) {
  if (!grammar || (!bytes && size != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    const std::span<const uint8_t> Bytes(static_cast<const uint8_t *>(bytes), size);
    return hand(openArtifact(FileBytes::borrow(Bytes, nullptr)), grammar, message);
  });
}

weir_status weir_grammar_open_file(const char *path, size_t path_size, weir_grammar **grammar,
                                   weir_message message) {
  if (!grammar || !path)
    return WEIR_INVALID_ARGUMENT;
  return guard(
      [&] { return hand(openArtifactFile(std::string(path, path_size)), grammar, message); });
}

weir_status weir_grammar_write(const weir_grammar *grammar, void *buffer, size_t capacity,
                               size_t *size) {
  if (!grammar || !size || (!buffer && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    const weir_places *Places = grammar->Places.get();
    const std::vector<uint8_t> Image =
        Places ? writeArtifact(*grammar->Value, [&](std::string_view R) { return Places->of(R); })
               : writeArtifact(*grammar->Value);
    *size = Image.size();
    if (!buffer)
      return WEIR_OK;
    if (capacity < Image.size())
      return WEIR_INVALID_ARGUMENT;
    std::memcpy(buffer, Image.data(), Image.size());
    return WEIR_OK;
  });
}

weir_status weir_grammar_fill(const weir_grammar *grammar, weir_tables *tables,
                              const weir_fill_options *options, weir_grammar **filled,
                              weir_message message) {
  weir_fill_options Given;
  if (!grammar || !tables || !filled || !readOptions(options, Given) || Given.max_depth > 4096)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    FillOptions Options;
    if (Given.max_bytes)
      Options.MaxBytes = Given.max_bytes;
    if (Given.max_depth)
      Options.MaxDepth = Given.max_depth;
    auto Filled = fillTables(grammar->Value, tables->Value, Options);
    if (!Filled)
      return fail(Filled.error(), message);
    auto Made = std::make_unique<weir_grammar>(std::move(*Filled));
    Made->Places = grammar->Places;
    *filled = Made.release();
    writeMessage(message, "");
    return WEIR_OK;
  });
}

uint64_t weir_grammar_vocabulary_hash(const weir_grammar *grammar) {
  return grammar && grammar->Value->ready() ? grammar->Value->ready()->facts().VocabularyHash : 0;
}

uint64_t weir_grammar_hash(const weir_grammar *grammar) {
  return grammar ? grammarHash(*grammar->Value) : 0;
}

} // extern "C"
