/*===- weir-c/Compiler.h - Specifications to grammars --------------*- C -*-===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|*   weir_compiler *c;                                                        *|
|*   weir_compiler_create(&c);                                                *|
|*   weir_compile(c, WEIR_JSON_SCHEMA, text, size, NULL, &grammar, &diags);   *|
|*                                                                            *|
|* A compiler only knows which languages there are; it is made once and used  *|
|* by all threads. Those that need ANTLR are in libweir_lang: see             *|
|* weir-c/Languages.h.                                                        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#ifndef WEIR_C_COMPILER_H
#define WEIR_C_COMPILER_H

#include "weir-c/Runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weir_compiler weir_compiler;
typedef struct weir_diagnostics weir_diagnostics;

typedef enum weir_language {
  WEIR_JSON_SCHEMA = 0,
  WEIR_GBNF = 1,
  WEIR_EBNF = 2,
  WEIR_REGEX = 3,
  WEIR_LARK = 4,
  WEIR_STRUCTURAL_TAG = 5,
  WEIR_WIR = 6,
  /** No language. It makes every value of 31 bits one of the type, so that a wrong one that a
   * program hands over is an invalid argument and not undefined behaviour. */
  WEIR_LANGUAGE_LAST_VALUE = 0x7fffffff
} weir_language;

/** The order in which an object's keys may stand. */
typedef enum weir_key_order { WEIR_KEYS_DECLARED = 0, WEIR_KEYS_ANY = 1 } weir_key_order;

/** White space between JSON tokens. */
typedef enum weir_whitespace {
  WEIR_WHITESPACE_FLEXIBLE = 0, /**< compact, spaced or one member a line */
  WEIR_WHITESPACE_COMPACT = 1,  /**< none */
  WEIR_WHITESPACE_SINGLE = 2,   /**< one space after ':' and ',' */
  WEIR_WHITESPACE_INDENT = 3    /**< one member a line, indent_width spaces a level */
} weir_whitespace;

/** How the characters of JSON strings may be spelled. */
typedef enum weir_escapes { WEIR_ESCAPES_CANONICAL = 0, WEIR_ESCAPES_ANY = 1 } weir_escapes;

/** How U+007F and above may stand in JSON strings: as weir_escapes says, or as \uxxxx only, in
    lower case with the canonical escapes, above U+FFFF in pairs. */
typedef enum weir_non_ascii { WEIR_NON_ASCII_RAW = 0, WEIR_NON_ASCII_ESCAPED = 1 } weir_non_ascii;

/** What a schema must keep to beside the specification. It is checked, and changes nothing. */
typedef enum weir_profile {
  WEIR_PROFILE_NONE = 0,
  WEIR_PROFILE_OPENAI_STRICT = 1 /**< OpenAI's structured outputs in strict mode */
} weir_profile;

/** The draft of schemas that name none. */
typedef enum weir_draft {
  WEIR_DRAFT_AUTO = 0,
  WEIR_DRAFT_4 = 1,
  WEIR_DRAFT_6 = 2,
  WEIR_DRAFT_7 = 3,
  WEIR_DRAFT_2019_09 = 4,
  WEIR_DRAFT_2020_12 = 5
} weir_draft;

/** A document that a schema may refer to. Nothing is ever fetched. */
typedef struct weir_remote {
  const char *uri; /**< absolute without fragment, or a path beginning with / for any host */
  size_t uri_size;
  const char *text;
  size_t text_size;
} weir_remote;

/** A flag that stops compilations, from any thread. One may serve many. */
typedef struct weir_cancel weir_cancel;

/** A flag that is not set. The caller destroys it, after all compilations that have it. */
WEIR_API weir_status weir_cancel_create(weir_cancel **cancel);
/** Sets the flag: compilations that have it end within some milliseconds as WEIR_CANCELLED. Large
    structures that they have made by then are left to the flag, since to free them may take
    longer: until the next compilation that has it, or its end. */
WEIR_API void weir_cancel_set(weir_cancel *cancel);
/** Frees it, and what ended compilations have left to it; null is allowed. */
WEIR_API void weir_cancel_destroy(weir_cancel *cancel);

/** Zero in every field but struct_size means the defaults. */
typedef struct weir_compile_options {
  size_t struct_size;
  const char *name; /**< of the text, for diagnostics; null: "input" */
  size_t name_size;
  /** 1 to 4 for the levels -O0 to -O3; 0: the default, -O1. */
  uint32_t optimisation;
  /** Not 0: what cannot be enforced is a warning and is left out. */
  uint32_t lenient;

  /* JSON Schema only. */
  uint32_t key_order;        /**< a weir_key_order */
  uint32_t whitespace;       /**< a weir_whitespace */
  uint32_t indent_width;     /**< of WEIR_WHITESPACE_INDENT, at most 64 */
  uint32_t escapes;          /**< a weir_escapes */
  uint32_t draft;            /**< a weir_draft */
  uint32_t annotate_formats; /**< not 0: 'format' is no constraint */
  const weir_remote *remotes;
  size_t remote_count;

  /* Limits, beside those that the compiler always has. 0: none. */
  /** Steps of work, counted the same on every machine; more is WEIR_BUDGET_EXCEEDED. A schema of
      some hundred bytes takes thousands. */
  uint64_t max_steps;
  /** Bytes that expressions and automata ask for in all, counted likewise. */
  uint64_t max_bytes;
  /** More is WEIR_CANCELLED, as is `cancel`. Looked at every few hundred steps. What such a
      compilation leaves is freed as that of a flag; without one it is left to the compiler or
      service, until its next compilation or end. */
  uint64_t time_limit_us;
  /** Stops the compilation. It must live as long as that. */
  const weir_cancel *cancel;

  /** Not 0: the grammar keeps where its rules come from, for weir_matcher_explain. */
  uint32_t keep_places;

  /* JSON Schema only. */
  /** What stands between members and elements, and between a key and its value, in place of what
      `whitespace` says: one ',' or ':' and up to 64 blanks. Null: as `whitespace` says. */
  const char *item_separator;
  size_t item_separator_size;
  const char *key_separator;
  size_t key_separator_size;
  uint32_t non_ascii; /**< a weir_non_ascii */
  uint32_t profile;   /**< a weir_profile */

  /** Not 0: an artifact in place of a text is an error, artifact-refused. For texts of strangers,
      since an artifact has options, profile and budgets behind it. */
  uint32_t refuse_artifacts;
  uint32_t reserved; /**< 0 */
} weir_compile_options;

/** A compiler with the languages of this library: JSON Schema, regular expressions, .wir. */
WEIR_API weir_status weir_compiler_create(weir_compiler **compiler);
/** Frees it; null is allowed. Grammars and services made with it go on. */
WEIR_API void weir_compiler_destroy(weir_compiler *compiler);

/** Compiles a text. WEIR_REJECTED: the specification has errors, which are in the diagnostics.
    WEIR_INVALID_ARGUMENT: an option has no such value, and the diagnostics say which.
    WEIR_BUDGET_EXCEEDED and WEIR_CANCELLED: a limit of the options, which the diagnostics name
    (compile-limit, compile-ended). The caller releases the grammar.

    The bytes of an artifact are opened, whatever the language: options that would make another
    language of a text are errors then (artifact-option), and others that change nothing,
    warnings; see refuse_artifacts.

    `diagnostics`, which may be null, receives the errors, warnings and notes, also when the call
    fails, and the caller destroys them; null where there was not even memory for them. */
WEIR_API weir_status weir_compile(const weir_compiler *compiler, weir_language language,
                                  const char *text, size_t size,
                                  const weir_compile_options *options, weir_grammar **grammar,
                                  weir_diagnostics **diagnostics);

/** What of a JSON Schema is refused, or left out with a warning or a note, under the options, as a
    JSON array in the order of the schema: {"name", "refused", "pointer", "message"}. Writes at
    most `capacity` bytes without final NUL; `length` becomes the whole length. An empty array:
    it is compiled as it stands. Costs what compiling costs. */
WEIR_API weir_status weir_schema_capabilities(const char *text, size_t size,
                                              const weir_compile_options *options, char *out,
                                              size_t capacity, size_t *length);

/** Gives back the memory that the calling thread keeps for its next compilation, about 256 KiB at
    most. Without this call it is freed when the thread ends. It belongs to no grammar's memory. */
WEIR_API void weir_thread_trim(void);

/** Makes the tables that nearly every JSON Schema needs (strings, numbers, white space), and keeps
    them: some tens of milliseconds for a large vocabulary, once, and not in the first requests.
    Nothing is left to do where the vocabulary's image holds them. */
WEIR_API weir_status weir_tables_prepare(weir_tables *tables);

/** The same vocabulary, with an image that holds what weir_tables_prepare makes, as `weir-vocab
   build` writes them: all weir_tables of who opens it have that at once. About twice as large an
   image. The caller releases the vocabulary. */
WEIR_API weir_status weir_vocabulary_prepare(const weir_vocabulary *vocabulary,
                                             weir_vocabulary **prepared);

/** Reads a vocabulary from the text of a HuggingFace tokenizer.json, a vocabulary JSON or an image.
    `stop_tokens` are added to those the text names. WEIR_REJECTED: see the diagnostics, which are
    as in weir_compile. The caller releases the vocabulary. */
WEIR_API weir_status weir_vocabulary_read(const void *text, size_t size,
                                          const uint32_t *stop_tokens, size_t stop_token_count,
                                          weir_vocabulary **vocabulary,
                                          weir_diagnostics **diagnostics);

/** The vocabulary of the 256 bytes, where 256 is the stop token. */
WEIR_API weir_status weir_vocabulary_bytes(weir_vocabulary **vocabulary);

/** A small vocabulary with everything that occurs in large ones, for trying things out. */
WEIR_API weir_status weir_vocabulary_demo(weir_vocabulary **vocabulary);

/** A byte-pair encoder, for weir_matcher_forced_tokens in programs without a tokenizer. */
typedef struct weir_encoder weir_encoder;

/** Reads the merges of a HuggingFace tokenizer.json. It encodes text in the middle of a text:
    nothing is put in front, and what is spelled like a special token is text. WEIR_REJECTED: see
    the diagnostics, which are as in weir_compile; what of the tokenizer is not understood is named.
    The caller destroys the encoder, which any number of threads may use. */
WEIR_API weir_status weir_encoder_read(const void *text, size_t size, weir_encoder **encoder,
                                       weir_diagnostics **diagnostics);
/** Frees it; null is allowed. */
WEIR_API void weir_encoder_destroy(weir_encoder *encoder);

/** Writes the tokens of a text, at most `capacity`, and how many there are to `count`.
    WEIR_REJECTED for a text that cannot be encoded with certainty. */
WEIR_API weir_status weir_encoder_encode(const weir_encoder *encoder, const char *text, size_t size,
                                         uint32_t *tokens, size_t capacity, size_t *count);

/** The encoder as a tokenizer; valid as long as the encoder. */
WEIR_API weir_tokenizer weir_encoder_tokenizer(weir_encoder *encoder);

/*===-- Diagnostics ---------------------------------------------------------===*/

/** Errors among the diagnostics. 0 for null. */
WEIR_API size_t weir_diagnostics_errors(const weir_diagnostics *diagnostics);
/** All of them as text with carets. It lives as long as the diagnostics and ends with NUL, which
    is not counted. */
WEIR_API weir_status weir_diagnostics_text(weir_diagnostics *diagnostics, const char **text,
                                           size_t *size);
/** The same as a JSON array of {severity, name, message, file, line, column, pointer, notes}. */
WEIR_API weir_status weir_diagnostics_json(weir_diagnostics *diagnostics, const char **text,
                                           size_t *size);
/** Frees them, and the texts that were read from them; null is allowed. */
WEIR_API void weir_diagnostics_destroy(weir_diagnostics *diagnostics);

#ifdef __cplusplus
}
#endif

#endif /* WEIR_C_COMPILER_H */
