//===- Encoder.cpp - The C interface of the byte-pair encoder ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CAPI/CompilerHandle.h"
#include "weir/VocabReaders/BpeEncoder.h"

#include <algorithm>

using namespace weir;
using namespace weir::capi;

struct weir_encoder {
  std::shared_ptr<const BpeEncoder> Value;
};

extern "C" {

weir_status weir_encoder_read(const void *bytes, size_t size, weir_encoder **encoder,
                              weir_diagnostics **diagnostics) {
  if (diagnostics)
    *diagnostics = nullptr;
  if (!encoder || (!bytes && size != 0))
    return WEIR_INVALID_ARGUMENT;
  if (size > UINT32_MAX - 1)
    return WEIR_BUDGET_EXCEEDED;
  return guard([&]() -> weir_status {
    SourceManager Sources;
    DiagnosticEngine Diags(Sources);
    auto Made = std::make_unique<weir_encoder>();
    Made->Value = BpeEncoder::read(text(bytes, size), "tokenizer", Diags);
    if (lostErrors(Diags))
      return WEIR_OUT_OF_MEMORY;
    if (diagnostics) {
      auto Out = std::make_unique<weir_diagnostics>();
      Out->Errors = Diags.errorCount();
      Out->Text = printText(Diags);
      Out->Json = printJson(Diags);
      *diagnostics = Out.release();
    }
    if (!Made->Value)
      return WEIR_REJECTED;
    *encoder = Made.release();
    return WEIR_OK;
  });
}

void weir_encoder_destroy(weir_encoder *encoder) { delete encoder; }

weir_status weir_encoder_encode(const weir_encoder *encoder, const char *bytes, size_t size,
                                uint32_t *tokens, size_t capacity, size_t *count) {
  if (!encoder || !count || (!bytes && size != 0) || (!tokens && capacity != 0))
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    std::vector<TokenId> Ids;
    if (!encoder->Value->encode(text(bytes, size), Ids))
      return WEIR_REJECTED;
    std::copy_n(Ids.begin(), std::min(capacity, Ids.size()), tokens);
    *count = Ids.size();
    return WEIR_OK;
  });
}

weir_tokenizer weir_encoder_tokenizer(weir_encoder *encoder) {
  weir_tokenizer Out;
  Out.context = encoder;
  Out.tokenize = [](void *Context, const char *Text, size_t Size, uint32_t *Tokens, size_t Capacity,
                    size_t *Count) {
    return int(weir_encoder_encode(static_cast<const weir_encoder *>(Context), Text, Size, Tokens,
                                   Capacity, Count) == WEIR_OK);
  };
  return Out;
}

} // extern "C"
