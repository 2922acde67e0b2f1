/*===- Headers.c - Every C header, compiled as C99 -------------------------===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#include "weir-c/Common.h"
#include "weir-c/Compiler.h"
#include "weir-c/Languages.h"
#include "weir-c/Runtime.h"
#include "weir-c/Service.h"

size_t weir_test_row_words_in_c(uint32_t mask_bits);

/* Called from C++, so that the structures and the inline function are used in C. */
size_t weir_test_row_words_in_c(uint32_t mask_bits) {
  weir_compile_options compile = {0};
  weir_matcher_options matcher = {0};
  compile.struct_size = sizeof(compile);
  matcher.struct_size = sizeof(matcher);
  return compile.struct_size && matcher.struct_size ? weir_row_words(mask_bits) : 0;
}
