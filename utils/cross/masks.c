/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* masks GRAMMAR.wtab VOCABULARY.wvoc: writes a text under the masks, with the first token each
   time, and prints a checksum of every row; the same on every machine. Links libweir_rt alone. */
#include "weir-c/Runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed(const char *what, const char *text) {
  fprintf(stderr, "%s: %s\n", what, text);
  return 1;
}

int main(int argc, char **argv) {
  char text[200] = "";
  const weir_message message = {text, sizeof text};
  weir_vocabulary *vocabulary = NULL;
  weir_grammar *grammar = NULL;
  weir_matcher *matcher = NULL;
  uint64_t sum = UINT64_C(14695981039346656037);
  unsigned rows = 0;
  if (argc != 3)
    return failed("usage", "masks GRAMMAR.wtab VOCABULARY.wvoc");
  if (weir_grammar_open_file(argv[1], strlen(argv[1]), &grammar, message) != WEIR_OK)
    return failed(argv[1], text);
  if (weir_vocabulary_open_file(argv[2], strlen(argv[2]), &vocabulary, message) != WEIR_OK)
    return failed(argv[2], text);
  if (weir_matcher_create(grammar, vocabulary, NULL, NULL, &matcher, message) != WEIR_OK)
    return failed("matcher", text);
  const uint32_t bits = weir_vocabulary_size(vocabulary);
  const size_t words = weir_row_words(bits);
  uint32_t *row = malloc(words * sizeof *row);
  if (!row)
    return failed("row", "no memory");
  for (; rows < 64 && !weir_matcher_is_terminated(matcher); ++rows) {
    uint32_t token = 0;
    if (weir_matcher_fill_mask(matcher, row, words, bits, NULL) != WEIR_OK)
      return failed("mask", "failed");
    for (size_t i = 0; i < words; ++i)
      sum = (sum ^ row[i]) * UINT64_C(1099511628211);
    while (token < bits && !(row[token / 32] >> (token % 32) & 1))
      ++token;
    if (token == bits || weir_matcher_accept(matcher, token) != WEIR_OK)
      return failed("accept", "no token may come");
  }
  printf("grammar %016llx, %u rows, %016llx\n", (unsigned long long)weir_grammar_hash(grammar),
         rows, (unsigned long long)sum);
  free(row);
  weir_matcher_destroy(matcher);
  weir_grammar_release(grammar);
  weir_vocabulary_release(vocabulary);
  return 0;
}
