# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weir behind vLLM's structured output interface (StructuredOutputBackend and -Grammar).

vLLM asks for validation in the API process, compiles in a pool, and fills rows while the GPU works.
Drafted tokens are padded with -1; a row is one bitmask of int32 words, all ones for "anything".
"""
import itertools
import json

import weir


class WeirGrammar:
    """StructuredOutputGrammar: the state of one request."""

    def __init__(self, matcher, bits):
        self.matcher, self.bits = matcher, bits

    def accept_tokens(self, request_id, tokens):
        return all(self.matcher.accept(t) for t in tokens)

    def validate_tokens(self, tokens):
        real = list(itertools.takewhile(lambda t: t >= 0, tokens))
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
        self.tables, self.pool = weir.Tables(vocabulary), weir.Pool(2)
        self.bits, self.new_tensor = logits_width, new_tensor

    def _compile(self, request_type, spec):
        if request_type == "json_object":
            spec = '{"type": "object"}'
        elif request_type == "choice":
            spec = "|".join(map(weir.escape_regex, json.loads(spec)))
        return self.compiler.compile(self.LANGUAGES[request_type], spec)

    def validate(self, request_type, grammar_spec):
        """In the API process: raises what compile_grammar would raise. Needs no vocabulary."""
        self._compile(request_type, grammar_spec)

    def compile_grammar(self, request_type, grammar_spec):
        grammar = self._compile(request_type, grammar_spec)
        return WeirGrammar(weir.Matcher(grammar, self.vocabulary, self.tables,
                                        all_ones_when_done=True), self.bits)

    def fill_bitmasks(self, grammars, bitmask, rows):
        """For many requests what vLLM's pool of eight threads does with fill_bitmask."""
        self.pool.fill([g.matcher for g in grammars], bitmask.data_ptr(), bitmask.shape[1],
                       self.bits, rows)

    def allocate_token_bitmask(self, max_num_seqs):
        return self.new_tensor(max_num_seqs, (self.bits + 31) // 32)

    def destroy(self):
        self.tables = self.pool = None
