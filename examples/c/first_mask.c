/*===- first_mask.c - From a schema to a mask in C -------------------------===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|*   cc first_mask.c $(pkg-config --cflags --libs weir) -o first_mask         *|
|*   ./first_mask                                                             *|
|*                                                                            *|
|* Compiles a schema, then plays a model whose favourite is always the token  *|
|* with the highest id: under the masks even that one writes a text of the    *|
|* schema.                                                                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#include "weir-c/Compiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char Schema[] = "{\"type\": \"object\","
                             " \"properties\": {\"size\": {\"enum\": [\"small\", \"large\"]},"
                             "                \"count\": {\"type\": \"integer\", \"minimum\": 1,"
                             "                          \"maximum\": 12}},"
                             " \"required\": [\"size\", \"count\"],"
                             " \"additionalProperties\": false}";

/* Prints what is wrong and ends the program. */
static void fail(const char *what, weir_status status) {
  fprintf(stderr, "%s: %s\n", what, weir_status_name(status));
  exit(1);
}

int main(void) {
  weir_compiler *compiler = NULL;
  weir_grammar *grammar = NULL;
  weir_diagnostics *diagnostics = NULL;
  weir_vocabulary *vocabulary = NULL;
  weir_tables *tables = NULL;
  weir_matcher *matcher = NULL;
  weir_compile_options options;
  weir_message message;
  weir_status status;
  char why[200];
  uint32_t *row;
  uint32_t size;
  int step;

  if ((status = weir_compiler_create(&compiler)) != WEIR_OK)
    fail("compiler", status);
  memset(&options, 0, sizeof(options));
  options.struct_size = sizeof(options);
  options.name = "size.json";
  options.name_size = strlen(options.name);
  options.whitespace = WEIR_WHITESPACE_SINGLE;
  status = weir_compile(compiler, WEIR_JSON_SCHEMA, Schema, strlen(Schema), &options, &grammar,
                        &diagnostics);
  if (status != WEIR_OK) {
    const char *text;
    size_t text_size;
    if (weir_diagnostics_text(diagnostics, &text, &text_size) == WEIR_OK)
      fputs(text, stderr);
    fail("schema", status);
  }
  weir_diagnostics_destroy(diagnostics);

  /* An engine opens its model's vocabulary with weir_vocabulary_open_file. */
  if ((status = weir_vocabulary_demo(&vocabulary)) != WEIR_OK)
    fail("vocabulary", status);
  if ((status = weir_tables_create(vocabulary, 0, &tables)) != WEIR_OK)
    fail("tables", status);
  message.text = why;
  message.size = sizeof(why);
  status = weir_matcher_create(grammar, vocabulary, tables, NULL, &matcher, message);
  if (status != WEIR_OK)
    fail(why, status);

  size = weir_vocabulary_size(vocabulary);
  row = malloc(weir_row_words(size) * sizeof(*row));
  if (!row)
    fail("row", WEIR_OUT_OF_MEMORY);
  for (step = 0; step < 100 && !weir_matcher_is_terminated(matcher); ++step) {
    const uint8_t *bytes;
    size_t bytes_size;
    uint32_t token = size;
    status = weir_matcher_fill_mask(matcher, row, weir_row_words(size), size, NULL);
    if (status != WEIR_OK)
      fail("mask", status);
    /* A specification that has a text always has a next token. */
    do
      --token;
    while (token > 0 && !(row[token / 32] >> (token % 32) & 1));
    if ((status = weir_matcher_accept(matcher, token)) != WEIR_OK)
      fail("accept", status);
    if (weir_vocabulary_token_bytes(vocabulary, token, &bytes, &bytes_size) == WEIR_OK)
      fwrite(bytes, 1, bytes_size, stdout);
  }
  putchar('\n');

  free(row);
  weir_matcher_destroy(matcher);
  weir_tables_release(tables);
  weir_vocabulary_release(vocabulary);
  weir_grammar_release(grammar);
  weir_compiler_destroy(compiler);
  return 0;
}
