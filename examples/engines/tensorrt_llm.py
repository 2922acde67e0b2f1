# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weir behind TensorRT-LLM's guided decoding (GrammarMatcher and its factory).

It compiles inside the step, so the grammars are kept by their guide. The row belongs to the engine
and is copied to the GPU from pinned memory.
"""
import weir


class WeirGrammarMatcher:
    def __init__(self, matcher, bits):
        self.matcher, self.bits = matcher, bits

    def accept_token(self, token_id):
        return self.matcher.accept(token_id)

    def rollback(self, num_tokens):
        self.matcher.rollback(num_tokens)

    def fill_next_token_bitmask(self, next_token_bitmask, index):
        words = next_token_bitmask.shape[1]
        self.matcher.fill(next_token_bitmask.data_ptr() + 4 * words * index, words, self.bits)

    def is_terminated(self):
        return self.matcher.is_terminated()


class WeirGrammarMatcherFactory:
    # GuidedDecodingParams.GuideType
    LANGUAGES = {"json": "json-schema", "json_schema": "json-schema", "regex": "regex",
                 "ebnf_grammar": "gbnf"}

    def __init__(self, vocabulary, vocab_size_padded):
        self.compiler, self.vocabulary, self.bits = weir.Compiler(), vocabulary, vocab_size_padded
        self.tables, self.grammars = weir.Tables(vocabulary), {}

    def create(self, guide_type, guide=None):
        text = "{}" if guide_type == "json" else guide
        key = (guide_type, text)
        if key not in self.grammars:
            self.grammars[key] = self.compiler.compile(self.LANGUAGES[guide_type], text)
        return WeirGrammarMatcher(weir.Matcher(self.grammars[key], self.vocabulary, self.tables),
                                  self.bits)
