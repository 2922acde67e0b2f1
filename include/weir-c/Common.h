/*===- weir-c/Common.h - What all parts of the C interface share ---*- C -*-===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Rules that hold for every function:                                        *|
|*                                                                            *|
|*  - Texts are a pointer and a length, UTF-8 unless said otherwise, and need *|
|*    no final NUL. A null pointer with length 0 is the empty text.           *|
|*  - A function that can fail returns a weir_status and writes nothing to    *|
|*    its results unless that is WEIR_OK, except where it says so.            *|
|*  - A null handle or a null result pointer is WEIR_INVALID_ARGUMENT;        *|
|*    functions that release take null and do nothing.                        *|
|*  - Option structures begin with struct_size, which the caller sets to      *|
|*    sizeof the structure it was compiled with; fields past that size have   *|
|*    their defaults. A null pointer stands for all defaults.                 *|
|*  - Nothing is printed, there is no global state, and no exception leaves   *|
|*    the library: running out of memory is WEIR_OUT_OF_MEMORY.               *|
|*  - Vocabularies, tables, grammars and compilers may be used by any number  *|
|*    of threads at once. A matcher and a list of diagnostics belong to one   *|
|*    thread at a time.                                                       *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#ifndef WEIR_C_COMMON_H
#define WEIR_C_COMMON_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define WEIR_API
#else
#define WEIR_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What a call may answer. New ones are added at the end. */
typedef enum weir_status {
  WEIR_OK = 0,                  /**< the call did what it says */
  WEIR_INVALID_ARGUMENT = 1,    /**< an argument is outside of what the call documents */
  WEIR_NOT_FOUND = 2,           /**< the named thing does not exist */
  WEIR_IO_ERROR = 3,            /**< a file could not be read or written */
  WEIR_BAD_FORMAT = 4,          /**< bytes that should be an image or text are something else */
  WEIR_UNSUPPORTED_VERSION = 5, /**< an image of a version this library does not read */
  WEIR_VOCABULARY_MISMATCH = 6, /**< made for another vocabulary */
  WEIR_BUDGET_EXCEEDED = 7,     /**< a limit on nodes, bytes, depth or steps was reached */
  WEIR_OUT_OF_MEMORY = 8,       /**< memory could not be had */
  WEIR_CANCELLED = 9,           /**< the caller's flag or time limit stopped the work */
  WEIR_REJECTED = 10,           /**< the token, text or specification is not allowed */
  WEIR_TERMINATED = 11,         /**< the text is complete: a stop token was taken before */
  /** No answer. It makes every value of 31 bits one of the type, so that a wrong one that a program
      hands over is defined behaviour. */
  WEIR_STATUS_LAST_VALUE = 0x7fffffff
} weir_status;

/** The stable name of a status, such as "bad-format"; "unknown" for other numbers. Static. */
WEIR_API const char *weir_status_name(weir_status status);

/** The version of the library, such as "0.1.0". Static. */
WEIR_API const char *weir_version(void);

/** A caller's buffer for one sentence about a failure. A function that takes one writes a
    text that ends with NUL, cut where the buffer ends, on failure; on success it writes the
    empty text. Null and size 0 are allowed. */
typedef struct weir_message {
  char *text;
  size_t size;
} weir_message;

#ifdef __cplusplus
}
#endif

#endif /* WEIR_C_COMMON_H */
