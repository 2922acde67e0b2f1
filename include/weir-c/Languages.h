/*===- weir-c/Languages.h - The grammar languages ------------------*- C -*-===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|* In libweir_lang only, which contains everything that libweir does.         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#ifndef WEIR_C_LANGUAGES_H
#define WEIR_C_LANGUAGES_H

#include "weir-c/Compiler.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds WEIR_GBNF and WEIR_EBNF to a compiler. Call it before other threads use the compiler. */
WEIR_API weir_status weir_compiler_add_grammar_languages(weir_compiler *compiler);

#ifdef __cplusplus
}
#endif

#endif /* WEIR_C_LANGUAGES_H */
