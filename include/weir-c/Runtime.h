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
    changed in place while the vocabulary lives. Fails also with WEIR_NOT_FOUND and WEIR_IO_ERROR,
    and with WEIR_INVALID_ARGUMENT for a path with a zero byte. */
WEIR_API weir_status weir_vocabulary_open_file(const char *path, size_t path_size,
                                               weir_vocabulary **vocabulary, weir_message message);

/** What a token is. */
typedef enum weir_token_kind {
  WEIR_TOKEN_ORDINARY = 0, /**< stands for its bytes */
  WEIR_TOKEN_ADDED = 1,    /**< the same, and has a name: its text */
  WEIR_TOKEN_SPECIAL = 2,  /**< its text is a name only; matched where a grammar names it */
  WEIR_TOKEN_GAP = 3,      /**< an id that is no token; never allowed */
  /** No kind; see WEIR_STATUS_LAST_VALUE. */
  WEIR_TOKEN_LAST_VALUE = 0x7fffffff
} weir_token_kind;

/** One token of weir_vocabulary_create. */
typedef struct weir_token {
  const void *bytes; /**< any bytes; the literal text of a special token */
  size_t size;
  uint32_t id;
  weir_token_kind kind; /**< not WEIR_TOKEN_GAP: leave the id out */
} weir_token;

/** Makes a vocabulary of tokens in any order; ids below `id_count` that are not among them are
    gaps, 0 stands for one more than the greatest. Stop tokens become special. What is passed is
    copied. Fails with WEIR_INVALID_ARGUMENT (an id twice, a stop token that is none, no tokens)
    or WEIR_BUDGET_EXCEEDED. The caller releases the vocabulary. Takes a second or so for
    a hundred thousand tokens: write the image to a file and open that later. */
WEIR_API weir_status weir_vocabulary_create(const weir_token *tokens, size_t count,
                                            uint32_t id_count, const uint32_t *stop_tokens,
                                            size_t stop_token_count, weir_vocabulary **vocabulary,
                                            weir_message message);

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

/** What the token is. WEIR_TOKEN_GAP for ids that are not below the size, and for null. */
WEIR_API weir_token_kind weir_vocabulary_token_kind(const weir_vocabulary *vocabulary,
                                                    uint32_t token);

/** Finds the special or added token whose text is `name`. WEIR_NOT_FOUND when there is none. */
WEIR_API weir_status weir_vocabulary_find_special(const weir_vocabulary *vocabulary,
                                                  const char *name, size_t size, uint32_t *token);

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
/** Adds a reference and returns its argument. */
WEIR_API weir_tables *weir_tables_retain(weir_tables *tables);
/** Drops a reference; the last one frees, when no matcher has the tables. */
WEIR_API void weir_tables_release(weir_tables *tables);
/** Drops every table. Matchers go on and make them again. */
WEIR_API void weir_tables_clear(weir_tables *tables);

/** Counts since the tables were created. */
typedef struct weir_tables_statistics {
  size_t struct_size; /**< set by the caller */
  uint64_t hits;      /**< tables that were there */
  uint64_t misses;    /**< tables that had to be made */
  uint64_t entries;   /**< tables there now */
  /** What they, the kept masks and what is known of grammars and tokens hold. Not counted is the
      index that is made of the vocabulary with the tables: some bytes a token. */
  uint64_t bytes;
} weir_tables_statistics;

/** Writes the fields the caller knows. Any thread. */
WEIR_API weir_status weir_tables_get_statistics(const weir_tables *tables,
                                                weir_tables_statistics *statistics);

/*===-- Grammars (made by weir-c/Compiler.h) --------------------------------===*/

/** Adds a reference and returns its argument. */
WEIR_API weir_grammar *weir_grammar_retain(weir_grammar *grammar);
/** Drops a reference; the last one frees, when no matcher has the grammar. */
WEIR_API void weir_grammar_release(weir_grammar *grammar);
/** Bytes the grammar's tables hold, and the places of its rules if it keeps them. 0 for null. */
WEIR_API size_t weir_grammar_memory(const weir_grammar *grammar);

/*===-- Artifacts (.wtab): compiled grammars as bytes -----------------------===*/

/* Opening validates every record. It fails with WEIR_BAD_FORMAT, WEIR_UNSUPPORTED_VERSION or
   WEIR_OUT_OF_MEMORY; `message` then begins with a name: not-an-artifact, artifact-version,
   artifact-truncated, artifact-checksum or artifact-malformed. An artifact with mask tables
   serves one vocabulary: weir_matcher_create answers WEIR_VOCABULARY_MISMATCH for others, with
   a message that begins with artifact-vocabulary. */

/** Opens a copy of an artifact's bytes. */
WEIR_API weir_status weir_grammar_open_image(const void *bytes, size_t size, weir_grammar **grammar,
                                             weir_message message);

/** Opens an artifact where it lies: the bytes must stay, unchanged, until the last grammar handle
    and the last matcher of it are gone. Bytes that do not start at a multiple of 8 are copied. */
WEIR_API weir_status weir_grammar_open_borrowed(const void *bytes, size_t size,
                                                weir_grammar **grammar, weir_message message);

/** Maps and opens a .wtab file, shared with every process that does. The path is in the file
    system's own encoding. The file must not be changed in place while the grammar lives. Fails also
    with WEIR_NOT_FOUND and WEIR_IO_ERROR, and with WEIR_INVALID_ARGUMENT for a path with a zero
    byte. */
WEIR_API weir_status weir_grammar_open_file(const char *path, size_t path_size,
                                            weir_grammar **grammar, weir_message message);

/** Zero in every field but struct_size means the defaults. */
typedef struct weir_fill_options {
  size_t struct_size;
  size_t max_bytes;   /**< of the tables, more is WEIR_BUDGET_EXCEEDED; 0: 256 MiB */
  uint32_t max_depth; /**< nesting up to which a grammar that calls itself has them; 0: 32 */
} weir_fill_options;

/** Makes the mask tables of all states of a grammar for the vocabulary of `tables`: matchers of the
    grammar in `filled`, which the caller releases, make none while they serve
    (weir_matcher_statistics: cold_masks), and weir_grammar_write writes them with it. Takes
    microseconds to milliseconds for each state: for grammars that are served long. Deeper than
    max_depth, tables are made when needed, as without this call. WEIR_NOT_FOUND as
    weir_matcher_create. */
WEIR_API weir_status weir_grammar_fill(const weir_grammar *grammar, weir_tables *tables,
                                       const weir_fill_options *options, weir_grammar **filled,
                                       weir_message message);

/** The vocabulary whose mask tables the grammar has (weir_vocabulary_hash), or 0: none. */
WEIR_API uint64_t weir_grammar_vocabulary_hash(const weir_grammar *grammar);

/** Writes the grammar's artifact, with the tables and the places that it has,
    into the caller's buffer. `size` becomes its size. A null buffer
    with capacity 0 asks for the size alone; a buffer that is too small is WEIR_INVALID_ARGUMENT,
    and `size` is set all the same. */
WEIR_API weir_status weir_grammar_write(const weir_grammar *grammar, void *buffer, size_t capacity,
                                        size_t *size);

/** Identifies the grammar across processes and machines. 0 for null. */
WEIR_API uint64_t weir_grammar_hash(const weir_grammar *grammar);

/*===-- Matchers ------------------------------------------------------------===*/

/** What a mask says after a stop token was accepted. */
typedef enum weir_terminated_row {
  WEIR_TERMINATED_STOP_TOKENS = 0, /**< the stop tokens alone */
  WEIR_TERMINATED_ALL_ONES = 1     /**< every bit: the row of an unconstrained sequence */
} weir_terminated_row;

/** Zero in every field but struct_size means the defaults. Everything is copied. */
typedef struct weir_matcher_options {
  size_t struct_size;
  /** The stop tokens of this sequence; null: those of the vocabulary. */
  const uint32_t *stop_tokens;
  size_t stop_token_count;
  /** Configurations that may be alive at once, more is WEIR_BUDGET_EXCEEDED; 0: a default. */
  uint32_t max_configurations;
  /** Of the row after termination. */
  uint32_t terminated_row; /* a weir_terminated_row */
  /** Tokens that are refused whatever the grammar says: see weir_matcher_set_banned. */
  const uint32_t *banned_tokens;
  size_t banned_token_count;
  /** Steps that can be taken back at any time; memory for older ones is given back. 0: all. */
  size_t max_rollback;
  /** Bytes that the first tokens must cover before the grammar's text begins: take the last
      tokens off the prompt and give their bytes here, so that a token may reach over the
      border of prompt and answer. */
  const void *prefix;
  size_t prefix_size;
  /** Calls that weir_matcher_trace remembers; 0: no trace. At most 1,000,000. */
  uint32_t trace_events;
} weir_matcher_options;

/** A matcher at the beginning of a text. `tables` may be null: then it makes its own. Fails with
    WEIR_INVALID_ARGUMENT (a stop token that is no id), WEIR_NOT_FOUND (the grammar names a token
   that the vocabulary does not have) or WEIR_VOCABULARY_MISMATCH (tables, or a grammar filled, for
   another vocabulary). */
WEIR_API weir_status weir_matcher_create(weir_grammar *grammar, weir_vocabulary *vocabulary,
                                         weir_tables *tables, const weir_matcher_options *options,
                                         weir_matcher **matcher, weir_message message);
/** Frees the matcher; null is allowed. */
WEIR_API void weir_matcher_destroy(weir_matcher *matcher);

/** An independent matcher in the same state with the same history. The caller destroys it. */
WEIR_API weir_status weir_matcher_fork(const weir_matcher *matcher, weir_matcher **fork);

/** As after creation, but for bans, trace and statistics, which stay. */
WEIR_API weir_status weir_matcher_reset(weir_matcher *matcher);

/** Replaces the tokens that are refused whatever the grammar says, such as the stop tokens
    while a least number of tokens is asked for. A ban can leave a mask without any token.
    WEIR_INVALID_ARGUMENT for an id that is not below the vocabulary's size. */
WEIR_API weir_status weir_matcher_set_banned(weir_matcher *matcher, const uint32_t *tokens,
                                             size_t count);

/** Words of 32 bits that a row for `mask_bits` tokens has. */
static inline size_t weir_row_words(uint32_t mask_bits) { return ((size_t)mask_bits + 31) / 32; }

/** Writes the mask: bit t % 32 of row[t / 32] is 1 when token t may come next. `mask_bits` is the
    width of the logits and may be larger than the vocabulary; the bits in excess are 0. `row_words`
    must be at least weir_row_words(mask_bits). After termination the row is as the options say.
    `all_allowed`, which may be null, becomes 1 when every bit below mask_bits is set, else 0.
    WEIR_BUDGET_EXCEEDED leaves a row of zeros, never a part of a mask. */
WEIR_API weir_status weir_matcher_fill_mask(weir_matcher *matcher, uint32_t *row, size_t row_words,
                                            uint32_t mask_bits, int *all_allowed);

/** A mask where it lies: the tokens of `base` but for those of `clear`, and those of `set`. */
typedef struct weir_mask_view {
  size_t struct_size;   /**< set by the caller */
  const uint32_t *base; /**< a row; its bits beyond mask_bits mean nothing. Null: no token */
  size_t base_words;    /**< words of the row; tokens beyond them are not in it */
  uint64_t base_id;     /**< equal ids, equal rows, as long as the process lives; 0: no id */
  const uint32_t *set;  /**< ascending, none is in base */
  size_t set_count;
  const uint32_t *clear; /**< ascending, all are in base */
  size_t clear_count;
  int all_allowed; /**< as in weir_matcher_fill_mask */
} weir_mask_view;

/** The mask that weir_matcher_fill_mask writes, without a copy, for engines that read it in
    place or keep rows beside the logits. The base is a row that many masks share, with an id from
    the second time it is shown; or it is this mask's alone; or, where nothing is kept (while a
    prefix is being covered), the matcher's. `clear` is short: stop tokens and bans.

    What `view` points to is valid until the next view of this matcher or until it is
    destroyed: accepting, going back, other masks and weir_tables_clear leave it as it is, and any
    thread may read it. Writes the fields the caller knows. WEIR_BUDGET_EXCEEDED and
    WEIR_OUT_OF_MEMORY leave a view of no token. */
WEIR_API weir_status weir_matcher_view_mask(weir_matcher *matcher, uint32_t mask_bits,
                                            weir_mask_view *view);

/** Writes the row that weir_matcher_fill_mask writes, from a view whose mask_bits were these or
   more. `row_words` must be at least weir_row_words(mask_bits); words beyond that many are left as
   they are. WEIR_INVALID_ARGUMENT also for a view whose struct_size does not reach to clear_count.
 */
WEIR_API weir_status weir_mask_view_write(const weir_mask_view *view, uint32_t *row,
                                          size_t row_words, uint32_t mask_bits);

/** 1 when the token may come next, 0 otherwise, for null, and where a budget or memory did not
    suffice to tell. */
WEIR_API int weir_matcher_token_allowed(weir_matcher *matcher, uint32_t token);

/** Keeps those of the tokens that may come next, in order; `count` becomes their number.
    WEIR_BUDGET_EXCEEDED: some could not be decided, and are left out. WEIR_OUT_OF_MEMORY: the
   tokens may have moved, and `count` is as it was. */
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

/** How many of the tokens weir_matcher_accept_tokens would accept. Changes nothing.
    WEIR_BUDGET_EXCEEDED: the one after those could not be decided. */
WEIR_API weir_status weir_matcher_validate(weir_matcher *matcher, const uint32_t *tokens,
                                           size_t count, size_t *accepted);

/** How many of the bytes could be read before the text can no longer be completed. Changes
    nothing. WEIR_BUDGET_EXCEEDED: the one after those could not be decided. */
WEIR_API weir_status weir_matcher_validate_bytes(weir_matcher *matcher, const void *bytes,
                                                 size_t size, size_t *accepted);

/** Takes back the last `steps` tokens or byte strings. WEIR_INVALID_ARGUMENT when there are fewer,
    or max_rollback is smaller; nothing changes then. */
WEIR_API weir_status weir_matcher_rollback(weir_matcher *matcher, size_t steps);

/** Steps that can be taken back. 0 for null. */
WEIR_API size_t weir_matcher_history(const weir_matcher *matcher);

/** 1 when the text so far is complete, so that a stop token may come; else 0. */
WEIR_API int weir_matcher_is_accepting(const weir_matcher *matcher);

/** 1 after a stop token was accepted; else 0. */
WEIR_API int weir_matcher_is_terminated(const weir_matcher *matcher);

/** Why the last call about tokens, bytes or a mask could not decide: WEIR_BUDGET_EXCEEDED, and
    `message` says which limit that was, its value and how it is set. WEIR_OK, and the empty text,
    when it did decide: what was refused then, the grammar refuses. Changes nothing. */
WEIR_API weir_status weir_matcher_last_error(const weir_matcher *matcher, weir_message message);

/** Bytes of the prefix that are still to be covered. 0 for null. */
WEIR_API size_t weir_matcher_prefix_left(const weir_matcher *matcher);

/*===-- What must come ------------------------------------------------------===*/

/** Writes the bytes that must come next, at most `capacity`, and their number to `size`. They are
    those of no token in particular: see weir_matcher_forced_tokens. Changes nothing. */
WEIR_API weir_status weir_matcher_forced_bytes(weir_matcher *matcher, void *bytes, size_t capacity,
                                               size_t *size);

/** Splits text into tokens as the model's tokenizer does in the middle of a text: without a
    token or blank for its beginning. Writes at most `capacity` tokens, sets `count` to how many
    there are (it is called again when they did not fit), and returns 0 when it cannot. */
typedef int (*weir_tokenize)(void *context, const char *text, size_t size, uint32_t *tokens,
                             size_t capacity, size_t *count);

typedef struct weir_tokenizer {
  weir_tokenize tokenize;
  void *context;
} weir_tokenizer;

/** Writes tokens that must come next and that the tokenizer itself would write there, at most
    `capacity`, and their number to `count`; often none. Up to `look_back` tokens before them are
    split again with the forced bytes (0: a default of 16), and so is every shorter text at
    whose end a longer token could begin: forced is what all of that agrees on. Nothing
    is when the tokenizer would have split the text before differently. Each token is allowed
    where it stands. Changes nothing; the tokenizer is called on this thread and must not
    use the matcher. */
WEIR_API weir_status weir_matcher_forced_tokens(weir_matcher *matcher,
                                                const weir_tokenizer *tokenizer, size_t look_back,
                                                uint32_t *tokens, size_t capacity, size_t *count);

/** Writes bytes after which the text is complete, at most `capacity`, and their number to `size`:
    a short way, for the end of a token budget. WEIR_NOT_FOUND when the way is longer or passes
    over tokens that have no bytes. Changes nothing. */
WEIR_API weir_status weir_matcher_completion(weir_matcher *matcher, void *bytes, size_t capacity,
                                             size_t *size);

/*===-- Why, and what happened ----------------------------------------------===*/

/** Why a token may come or not: the byte where it is refused, the rules it was refused in, with
    their places in the specification if the grammar keeps them, and what was expected instead,
    as text of several lines without final NUL. Writes at most `capacity` bytes; `size` becomes the
    whole length. `allowed`, which may be null, becomes 1 or 0. WEIR_BUDGET_EXCEEDED: whether it may
    come is not known; the text says which limit was reached, where the matcher stands, and what
    could come as far as that is known. Changes nothing. */
WEIR_API weir_status weir_matcher_explain(weir_matcher *matcher, uint32_t token, char *text,
                                          size_t capacity, size_t *size, int *allowed);

/** The last calls with their answers, one a line, oldest first, as in weir_matcher_explain; empty
    unless the options asked for a trace. */
WEIR_API weir_status weir_matcher_trace(const weir_matcher *matcher, char *text, size_t capacity,
                                        size_t *size);

/** Counts since the matcher was created; a fork begins with those of its origin. */
typedef struct weir_matcher_statistics {
  size_t struct_size;        /**< set by the caller */
  uint64_t masks;            /**< masks asked for */
  uint64_t repeated_masks;   /**< ... of the state that the mask before was of */
  uint64_t memo_masks;       /**< ... that another matcher of the tables had asked for */
  uint64_t cold_masks;       /**< ... for which tables had to be made first */
  uint64_t tables_made;      /**< tables made for them */
  uint64_t cold_nanoseconds; /**< time that making them took */
  uint64_t accepted;         /**< tokens and byte strings accepted */
  uint64_t refused;          /**< ... and refused */
} weir_matcher_statistics;

/** Writes the fields the caller knows. */
WEIR_API weir_status weir_matcher_get_statistics(const weir_matcher *matcher,
                                                 weir_matcher_statistics *statistics);

/** Bytes the matcher holds; what it shares with forks counts in each. 0 for null. */
WEIR_API size_t weir_matcher_memory(const weir_matcher *matcher);

/*===-- Many rows at once ---------------------------------------------------===*/

/** One task of a batch. */
typedef void (*weir_task)(void *task_context, size_t index);

/** Runs task(task_context, i) once for every i below `count`, in any order and on any threads,
    and returns when all have run. */
typedef struct weir_executor {
  void (*run)(void *context, size_t count, weir_task task, void *task_context);
  void *context;
} weir_executor;

typedef struct weir_pool weir_pool;

/** Threads for batches, for programs that have none: at most `threads` work on a batch, the
    caller's among them; 0: as many as there are processors. They start with the first batch
    of several rows and sleep between batches. After fork() the child starts its own. */
WEIR_API weir_status weir_pool_create(uint32_t threads, weir_pool **pool);
/** Ends the threads. No batch may be running. */
WEIR_API void weir_pool_destroy(weir_pool *pool);
/** The pool as an executor; valid as long as the pool. Any number of threads may use it. A null
    pool gives one that runs everything on the calling thread. */
WEIR_API weir_executor weir_pool_executor(weir_pool *pool);

/** Zero in every field but struct_size means the defaults. */
typedef struct weir_ahead_options {
  size_t struct_size;
  size_t max_bytes;   /**< of tables made, a part of what `tables` may hold; 0: 32 MiB */
  uint32_t max_depth; /**< nesting up to which tables are made that read it; 0: 8 */
  const weir_executor *executor; /**< where they are made; null: on this thread */
  /** Asked before each table and mask, on any of the threads: not 0 ends it. Null: never. */
  int (*stop)(void *stop_context);
  void *stop_context;
  uint64_t max_places;    /**< of texts whose masks are worked out; 0: 4096 */
  uint64_t time_limit_us; /**< nothing is begun after so many microseconds; 0: none */
} weir_ahead_options;

typedef struct weir_ahead_report {
  size_t struct_size; /**< set by the caller */
  uint64_t made;      /**< tables that were made */
  uint64_t bytes;     /**< ... and what they take */
  int complete;       /**< there are all that were to be made */
  uint64_t masks;     /**< masks that were worked out behind them */
} weir_ahead_report;

/** Makes the mask tables of a grammar's states in `tables` before they are needed, those first that
    are the fewest calls from the start, and then, on this thread, works out masks of texts that may
    come, which matchers of the grammar share: for the time in which a prompt is read. Matchers may
    use both meanwhile; they find what is there and make what is not. `options` and `report` may be
    null. WEIR_NOT_FOUND and WEIR_VOCABULARY_MISMATCH as weir_matcher_create. */
WEIR_API weir_status weir_tables_fill_ahead(weir_tables *tables, const weir_grammar *grammar,
                                            const weir_ahead_options *options,
                                            weir_ahead_report *report, weir_message message);

/** Fills a row for each of `count` matchers as weir_matcher_fill_mask does, in parallel if an
    executor says so (null: on this thread).

    Row I of `rows` begins at rows[I * row_words]; matcher i fills row row_index[i], or row i when
    row_index is null. No matcher and no row may stand there twice: a matcher that does is
    WEIR_INVALID_ARGUMENT, and nothing is written then.

    `answers` and `all_allowed`, which may be null, receive what each call would have answered;
    a row that fails is zeros. Returns WEIR_OK, or the first answer that is not. */
WEIR_API weir_status weir_fill_batch(weir_matcher *const *matchers, size_t count, uint32_t *rows,
                                     size_t row_words, const size_t *row_index, uint32_t mask_bits,
                                     const weir_executor *executor, weir_status *answers,
                                     uint8_t *all_allowed);

/** Accepts one token in each of `count` matchers, as weir_matcher_accept does; none may stand
    there twice. Returns WEIR_OK, or the first answer that is not; a refusal does not keep the
    others from being accepted. */
WEIR_API weir_status weir_accept_batch(weir_matcher *const *matchers, const uint32_t *tokens,
                                       size_t count, const weir_executor *executor,
                                       weir_status *answers);

/** The token of a draft tree's node that stands for the matcher's state itself. */
#define WEIR_NO_TOKEN UINT32_MAX

/** Writes, for each node of a tree of drafted tokens, the mask after the tokens from the root to
    it, to rows[i * row_words]. parents[i] is less than i, or -1 for a node that follows the
    matcher's state; a node whose token is WEIR_NO_TOKEN adds nothing to its parent. answers[i]
    becomes WEIR_OK, or WEIR_REJECTED or WEIR_TERMINATED where the token, or one above it, may not
    come, or WEIR_BUDGET_EXCEEDED; the row is zeros then. The matcher is left as it was.
    WEIR_INVALID_ARGUMENT, with nothing written, when a parent does not stand before its child. */
WEIR_API weir_status weir_matcher_fill_draft_tree(weir_matcher *matcher, const uint32_t *tokens,
                                                  const int32_t *parents, size_t count,
                                                  uint32_t *rows, size_t row_words,
                                                  uint32_t mask_bits, weir_status *answers);

#ifdef __cplusplus
}
#endif

#endif /* WEIR_C_RUNTIME_H */
