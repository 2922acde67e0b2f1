/*===- weir-c/Runtime.h - Vocabularies, masks and matchers ---------*- C -*-===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|*   weir_vocabulary   a tokenizer's tokens      one a model                  *|
|*   weir_tables       mask tables, bounded      one a vocabulary, shared     *|
|*   weir_grammar      a compiled specification  one a schema, shared         *|
|*   weir_matcher      one sequence              its own                      *|
|*                                                                            *|
|* The first three count references: each handle a function hands out is      *|
|* released once. A matcher keeps alive what it was made of.                  *|
|*                                                                            *|
|* In every state, for every token t: bit t of the mask is set, token_allowed *|
|* answers 1, accept succeeds, and validate counts it: all or none.           *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#ifndef WEIR_C_RUNTIME_H
#define WEIR_C_RUNTIME_H

#include "weir-c/Common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weir_vocabulary weir_vocabulary;
typedef struct weir_tables weir_tables;
typedef struct weir_grammar weir_grammar;
typedef struct weir_matcher weir_matcher;

/*===-- Vocabularies --------------------------------------------------------===*/

/** Opens a vocabulary image (a .wvoc file's bytes), which is copied and validated.
    Fails with WEIR_BAD_FORMAT, WEIR_UNSUPPORTED_VERSION or WEIR_BUDGET_EXCEEDED. */
WEIR_API weir_status weir_vocabulary_open_image(const void *bytes, size_t size,
                                                weir_vocabulary **vocabulary, weir_message message);

/** Maps and opens a .wvoc file. The path is in the file system's own encoding. The file must not be
    changed in place while the vocabulary lives. Fails also with WEIR_NOT_FOUND and WEIR_IO_ERROR.
 */
WEIR_API weir_status weir_vocabulary_open_file(const char *path, size_t path_size,
                                               weir_vocabulary **vocabulary, weir_message message);

/** Adds a reference and returns its argument. */
WEIR_API weir_vocabulary *weir_vocabulary_retain(weir_vocabulary *vocabulary);
/** Drops a reference; the last one frees. */
WEIR_API void weir_vocabulary_release(weir_vocabulary *vocabulary);

/** Ids are 0 to size - 1, gaps included. 0 for null. */
WEIR_API uint32_t weir_vocabulary_size(const weir_vocabulary *vocabulary);

/** Identifies the content across processes and machines. 0 for null. */
WEIR_API uint64_t weir_vocabulary_hash(const weir_vocabulary *vocabulary);

/** The bytes a token adds to the text; none for special tokens and gaps. They live as long as the
    vocabulary. WEIR_INVALID_ARGUMENT for an id that is not below the size. */
WEIR_API weir_status weir_vocabulary_token_bytes(const weir_vocabulary *vocabulary, uint32_t token,
                                                 const uint8_t **bytes, size_t *size);

/** Writes up to `capacity` stop tokens, ascending, and returns how many there are. */
WEIR_API size_t weir_vocabulary_stop_tokens(const weir_vocabulary *vocabulary, uint32_t *tokens,
                                            size_t capacity);

/** The whole image, to be written to a .wvoc file. It lives as long as the vocabulary. */
WEIR_API weir_status weir_vocabulary_image(const weir_vocabulary *vocabulary, const uint8_t **bytes,
                                           size_t *size);

/*===-- Mask tables ---------------------------------------------------------===*/

/** An empty cache of mask tables for one vocabulary. Tables beyond `max_bytes` are dropped; 0
    means a default of 256 MiB. Share one between all matchers of the vocabulary. */
WEIR_API weir_status weir_tables_create(weir_vocabulary *vocabulary, size_t max_bytes,
                                        weir_tables **tables);
WEIR_API weir_tables *weir_tables_retain(weir_tables *tables);
WEIR_API void weir_tables_release(weir_tables *tables);
/** Drops every table. Matchers go on and make them again. */
WEIR_API void weir_tables_clear(weir_tables *tables);

/*===-- Grammars (made by weir-c/Compiler.h) --------------------------------===*/

WEIR_API weir_grammar *weir_grammar_retain(weir_grammar *grammar);
WEIR_API void weir_grammar_release(weir_grammar *grammar);
/** Bytes the grammar's tables hold. 0 for null. */
WEIR_API size_t weir_grammar_memory(const weir_grammar *grammar);

/*===-- Matchers ------------------------------------------------------------===*/

typedef struct weir_matcher_options {
  size_t struct_size;
  /** The stop tokens of this sequence; null: those of the vocabulary. */
  const uint32_t *stop_tokens;
  size_t stop_token_count;
  /** Configurations that may be alive at once, more is WEIR_BUDGET_EXCEEDED; 0: a default. */
  uint32_t max_configurations;
} weir_matcher_options;

/** A matcher at the beginning of a text. `tables` may be null: then it makes its own. Fails with
    WEIR_INVALID_ARGUMENT (a stop token that is no id), WEIR_NOT_FOUND (the grammar names a token
   that the vocabulary does not have) or WEIR_VOCABULARY_MISMATCH (tables of another vocabulary). */
WEIR_API weir_status weir_matcher_create(weir_grammar *grammar, weir_vocabulary *vocabulary,
                                         weir_tables *tables, const weir_matcher_options *options,
                                         weir_matcher **matcher, weir_message message);
/** Frees the matcher. */
WEIR_API void weir_matcher_destroy(weir_matcher *matcher);

/** An independent matcher in the same state with the same history. The caller destroys it. */
WEIR_API weir_status weir_matcher_fork(const weir_matcher *matcher, weir_matcher **fork);

/** As after creation. */
WEIR_API weir_status weir_matcher_reset(weir_matcher *matcher);

/** Words of 32 bits that a row for `mask_bits` tokens has. */
static inline size_t weir_row_words(uint32_t mask_bits) { return ((size_t)mask_bits + 31) / 32; }

/** Writes the mask: bit t % 32 of row[t / 32] is 1 when token t may come next. `mask_bits` is the
    width of the logits and may be larger than the vocabulary; the bits in excess are 0. `row_words`
    must be at least weir_row_words(mask_bits). After termination the stop tokens alone are set.
    `all_allowed`, which may be null, becomes 1 when every bit below mask_bits is set, else 0.
    WEIR_BUDGET_EXCEEDED leaves a row of zeros, never a part of a mask. */
WEIR_API weir_status weir_matcher_fill_mask(weir_matcher *matcher, uint32_t *row, size_t row_words,
                                            uint32_t mask_bits, int *all_allowed);

/** 1 when the token may come next, 0 otherwise and for null. */
WEIR_API int weir_matcher_token_allowed(weir_matcher *matcher, uint32_t token);

/** Keeps those of the tokens that may come next, in order; `count` becomes their number. */
WEIR_API weir_status weir_matcher_filter(weir_matcher *matcher, uint32_t *tokens, size_t *count);

/** Accepts one token. WEIR_REJECTED, WEIR_TERMINATED (a stop token came before) and
    WEIR_BUDGET_EXCEEDED leave the matcher as it was. */
WEIR_API weir_status weir_matcher_accept(weir_matcher *matcher, uint32_t token);

/** Accepts tokens up to the first that is refused. `accepted`, which may be null, is always set.
    Returns as weir_matcher_accept does for the first refused one. */
WEIR_API weir_status weir_matcher_accept_tokens(weir_matcher *matcher, const uint32_t *tokens,
                                                size_t count, size_t *accepted);

/** Accepts bytes, as one step of the history, or none of them. */
WEIR_API weir_status weir_matcher_accept_bytes(weir_matcher *matcher, const void *bytes,
                                               size_t size);

/** How many of the tokens weir_matcher_accept_tokens would accept. Changes nothing. */
WEIR_API weir_status weir_matcher_validate(weir_matcher *matcher, const uint32_t *tokens,
                                           size_t count, size_t *accepted);

/** Takes back the last `steps` tokens or byte strings. WEIR_INVALID_ARGUMENT when there are fewer;
    nothing changes then. */
WEIR_API weir_status weir_matcher_rollback(weir_matcher *matcher, size_t steps);

/** Steps that can be taken back. 0 for null. */
WEIR_API size_t weir_matcher_history(const weir_matcher *matcher);

/** 1 when the text so far is complete, so that a stop token may come; else 0. */
WEIR_API int weir_matcher_is_accepting(const weir_matcher *matcher);

/** 1 after a stop token was accepted; else 0. */
WEIR_API int weir_matcher_is_terminated(const weir_matcher *matcher);

#ifdef __cplusplus
}
#endif

#endif /* WEIR_C_RUNTIME_H */
