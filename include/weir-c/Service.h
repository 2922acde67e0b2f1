/*===- weir-c/Service.h - Compiling for many requests --------------*- C -*-===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|*   weir_service_create(compiler, NULL, &service);                           *|
|*   weir_service_compile(service, WEIR_JSON_SCHEMA, text, size, &options,    *|
|*                        &grammar, &diagnostics);                            *|
|*                                                                            *|
|* A service compiles each specification once: grammars and failures are kept *|
|* under the specification and its options, equal requests at the same time   *|
|* share one compilation, and what is kept is bounded in bytes. Limits are    *|
|* those of weir_compile_options. Exceeding max_steps or max_bytes is a       *|
|* verdict and kept; a compilation that was cancelled or ran out of time is   *|
|* forgotten.                                                                 *|
|*                                                                            *|
|* Spellings of a JSON Schema that differ in blanks and escapes are one. A    *|
|* grammar that is kept comes with the notes and warnings of the spelling it  *|
|* was compiled from; for another one, with JSON pointers and without lines.  *|
|*                                                                            *|
|* Any number of threads may use a service. It starts threads of its own with *|
|* the first weir_service_submit and not before. After fork(), the child may  *|
|* only destroy it, which then does nothing; other calls fail there.          *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#ifndef WEIR_C_SERVICE_H
#define WEIR_C_SERVICE_H

#include "weir-c/Compiler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weir_service weir_service;
typedef struct weir_job weir_job;

/** Zero in every field but struct_size means the defaults. */
typedef struct weir_service_options {
  size_t struct_size;
  size_t max_bytes; /**< of what is kept, the least recently used goes first; 0: 256 MiB */
  uint32_t threads; /**< for weir_service_submit; 0: one */
} weir_service_options;

/** A service for the languages that the compiler has now. The compiler may be destroyed before
    it. The caller destroys the service. */
WEIR_API weir_status weir_service_create(const weir_compiler *compiler,
                                         const weir_service_options *options,
                                         weir_service **service);
/** Cancels what was submitted, waits until that has ended, and frees the service. No other call
    may be under way. Null is allowed. */
WEIR_API void weir_service_destroy(weir_service *service);

/** As weir_compile, on this thread; the grammar and the diagnostics are the caller's own handles.
    The time limit and the flag hold while it waits for an equal compilation too. */
WEIR_API weir_status weir_service_compile(weir_service *service, weir_language language,
                                          const char *text, size_t size,
                                          const weir_compile_options *options,
                                          weir_grammar **grammar, weir_diagnostics **diagnostics);

/** Begins a compilation on the service's threads and returns at once; everything is copied. The
    flag of the options is ignored: see weir_job_cancel. The time limit counts from now on. The
    caller destroys the job. */
WEIR_API weir_status weir_service_submit(weir_service *service, weir_language language,
                                         const char *text, size_t size,
                                         const weir_compile_options *options, weir_job **job);

/** Waits at most so long for the job. 1 when it has ended, else 0. Any thread. */
WEIR_API int weir_job_wait(const weir_job *job, uint64_t microseconds);

/** Ends the job as soon as may be; it has then ended for whoever waits. Any thread. */
WEIR_API void weir_job_cancel(weir_job *job);

/** Waits for the job and answers as weir_service_compile does; any number of times. */
WEIR_API weir_status weir_job_result(const weir_job *job, weir_grammar **grammar,
                                     weir_diagnostics **diagnostics);

/** Frees the handle; a job that has not ended is cancelled. It may outlive the service. */
WEIR_API void weir_job_destroy(weir_job *job);

/** Drops everything that is kept. */
WEIR_API void weir_service_clear(weir_service *service);

/** Counts since the service was created. */
typedef struct weir_service_statistics {
  size_t struct_size;   /**< set by the caller */
  uint64_t hits;        /**< answered from what is kept */
  uint64_t shared;      /**< answered by a compilation that another request began */
  uint64_t compiled;    /**< compilations that ended with a verdict */
  uint64_t abandoned;   /**< ... that were cancelled or ran out of time */
  uint64_t evicted;     /**< dropped to keep the bound */
  uint64_t entries;     /**< kept now */
  uint64_t bytes;       /**< held by them: grammars, keys and diagnostics */
  uint64_t nanoseconds; /**< spent compiling */
} weir_service_statistics;

/** Writes the fields the caller knows. */
WEIR_API weir_status weir_service_get_statistics(const weir_service *service,
                                                 weir_service_statistics *statistics);

#ifdef __cplusplus
}
#endif

#endif /* WEIR_C_SERVICE_H */
