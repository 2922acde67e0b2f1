/* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * A program outside of Weir that compiles a GBNF grammar: 0 when it does, and when the same
 * compiler refuses it before it knows the language. */
#include <weir-c/Languages.h>

#include <string.h>

static const char *const Spec = "root ::= \"a\" root | \"b\"\n";

static weir_status compile(const weir_compiler *Compiler) {
  weir_grammar *Grammar = 0;
  weir_diagnostics *Diagnostics = 0;
  weir_status Status =
      weir_compile(Compiler, WEIR_GBNF, Spec, strlen(Spec), 0, &Grammar, &Diagnostics);
  weir_grammar_release(Grammar);
  weir_diagnostics_destroy(Diagnostics);
  return Status;
}

int main(void) {
  weir_compiler *Compiler = 0;
  int Failed;
  if (weir_compiler_create(&Compiler) != WEIR_OK)
    return 1;
  Failed = compile(Compiler) == WEIR_OK;
  Failed |= weir_compiler_add_grammar_languages(Compiler) != WEIR_OK;
  Failed |= compile(Compiler) != WEIR_OK;
  weir_compiler_destroy(Compiler);
  return Failed;
}
