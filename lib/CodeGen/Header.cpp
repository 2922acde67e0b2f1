//===- Header.cpp - The C header of an artifact that is linked --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/CodeGen/ArtifactObject.h"

#include "weir/Artifact/Layout.h"

#include <fmt/format.h>

#include <cassert>
#include <cstring>

namespace weir::codegen {

std::string emitHeader(std::span<const uint8_t> Image, std::string_view Symbol,
                       std::string_view Source) {
  artifact::Header H;
  assert(Image.size() >= sizeof H && "the bytes are an artifact");
  std::memcpy(&H, Image.data(), sizeof H);
  std::string Upper(Symbol),
      From(Source.substr(std::min(Source.size(), Source.find_last_of("/\\") + 1)));
  for (char &C : Upper)
    C = C >= 'a' && C <= 'z' ? char(C - 'a' + 'A') : C;
  // Nothing that a file may be called ends the comment.
  for (char &C : From)
    C = C == '*' || C == '\\' || uint8_t(C) < 0x20 ? '_' : C;
  return fmt::format(R"(/* The compiled grammar of {2}, written by weirc. */
#ifndef {1}_H
#define {1}_H

#include "weir-c/Runtime.h"

/** The size of the artifact in bytes. */
#define {1}_SIZE {3}u
/** The grammar's identity: equal for equal grammars, on every machine. */
#define {1}_GRAMMAR_HASH UINT64_C(0x{4:016x})
/** The vocabulary whose mask tables the artifact has (weir_vocabulary_hash), or 0: none. */
#define {1}_VOCABULARY_HASH UINT64_C(0x{5:016x})

#ifdef __cplusplus
extern "C" {{
#endif

/** The artifact. Define it by linking the object file that was written with this header. */
extern const unsigned char {0}[{1}_SIZE];

/** Opens the grammar where it lies; the caller releases it. See weir_grammar_open_borrowed. */
static inline weir_status {0}_open(weir_grammar **grammar, weir_message message) {{
  return weir_grammar_open_borrowed({0}, {1}_SIZE, grammar, message);
}}

#ifdef __cplusplus
}}
#endif

#endif /* {1}_H */
)",
                     Symbol, Upper, From, Image.size(), H.GrammarHash, H.VocabularyHash);
}

} // namespace weir::codegen
