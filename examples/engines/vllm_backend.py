# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weir behind vLLM's structured output interface (StructuredOutputBackend and -Grammar).

vLLM asks for validation in the API process, compiles in a pool, and fills rows while the GPU works.
Drafted tokens are padded with -1; a row is one bitmask of int32 words, all ones for "anything".
"""
import weir


class WeirGrammar:
    """StructuredOutputGrammar: the state of one request."""

    def __init__(self, matcher, bits):
        self.matcher, self.bits = matcher, bits

    def accept_tokens(self, request_id, tokens):
        return all(self.matcher.accept(t) for t in tokens)

    def validate_tokens(self, tokens):
        real = [t for t in tokens if t >= 0]
        return real[:self.matcher.validate(real)]

    def rollback(self, num_tokens):
        self.matcher.rollback(num_tokens)

    def fill_bitmask(self, bitmask, batch_index):
        words = bitmask.shape[1]
        self.matcher.fill(bitmask.data_ptr() + 4 * words * batch_index, words, self.bits)

    def is_terminated(self):
        return self.matcher.is_terminated()

    def reset(self):
        self.matcher.reset()


class WeirBackend:
    """StructuredOutputBackend: one a model."""

    # StructuredOutputOptions of vLLM, and what Weir calls them.
    LANGUAGES = {"json": "json-schema", "json_object": "json-schema", "regex": "regex",
                 "choice": "regex", "grammar": "gbnf"}

    def __init__(self, vocabulary, logits_width, new_tensor):
        self.compiler, self.vocabulary = weir.Compiler(), vocabulary
        self.tables, self.bits, self.new_tensor = weir.Tables(vocabulary), logits_width, new_tensor

    def compile_grammar(self, request_type, grammar_spec):
        if request_type == "json_object":
            grammar_spec = '{"type": "object"}'
        grammar = self.compiler.compile(self.LANGUAGES[request_type], grammar_spec)
        return WeirGrammar(weir.Matcher(grammar, self.vocabulary, self.tables,
                                        all_ones_when_done=True), self.bits)

    def allocate_token_bitmask(self, max_num_seqs):
        return self.new_tensor(max_num_seqs, (self.bits + 31) // 32)

    def destroy(self):
        self.tables = None
