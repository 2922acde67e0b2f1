# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weir behind SGLang's grammar interface (BaseGrammarBackend and BaseGrammarObject).

SGLang keeps failures in its cache as objects, rolls back up to 200 tokens, and jumps forward over
text that is forced: it then tokenizes the whole text anew, and the grammar follows.
"""
import hashlib
import os

import weir

MAX_ROLLBACK = 200


class WeirGrammarObject:
    def __init__(self, matcher, grammar, backend):
        self.matcher, self.grammar, self.backend = matcher, grammar, backend
        self.finished = False

    def accept_token(self, token):
        if not self.matcher.accept(token):
            raise ValueError(f"token {token} is refused")
        self.finished = self.matcher.is_terminated()

    def rollback(self, k):
        self.matcher.rollback(k)
        self.finished = self.matcher.is_terminated()

    def is_terminated(self):
        return self.matcher.is_terminated()

    def allocate_vocab_mask(self, vocab_size, batch_size, device):
        return self.backend.new_tensor(batch_size, (vocab_size + 31) // 32)

    def fill_vocab_mask(self, vocab_mask, idx):
        words = vocab_mask.shape[1]
        self.matcher.fill(vocab_mask.data_ptr() + 4 * words * idx, words, self.backend.bits)

    @staticmethod
    def fill_batched(grammars, vocab_mask, rows):
        words, backend = vocab_mask.shape[1], grammars[0].backend
        backend.pool.fill([g.matcher for g in grammars], vocab_mask.data_ptr(), words, backend.bits,
                          rows)

    @staticmethod
    def reset_vocab_mask(vocab_mask):
        """Rows of sequences without a grammar are all ones."""
        vocab_mask.fill_(-1)

    def fill_draft_tree(self, tokens, parents, vocab_mask):
        """One call for what SGLang does node by node with accept, fill and rollback."""
        return self.matcher.fill_tree(tokens, parents, vocab_mask.data_ptr(), vocab_mask.shape[1],
                                      self.backend.bits)

    @staticmethod
    def move_vocab_mask(vocab_mask, device):
        return vocab_mask.to(device)

    @staticmethod
    def apply_vocab_mask(logits, vocab_mask):
        for row, words in zip(logits, vocab_mask.rows()):
            for token in range(len(row)):
                if not words[token // 32] >> (token % 32) & 1:
                    row[token] = float("-inf")

    def copy(self):
        """A new sequence of the same grammar."""
        return self.backend.object(self.grammar)

    def try_jump_forward(self, tokenizer):
        """What is forced, as a helper of the next two; None when nothing is."""
        text = self.matcher.forced()
        # A character may not be cut: what is left of it is forced the next time.
        while text:
            try:
                return [], text.decode()
            except UnicodeDecodeError as error:
                text = text[:error.start]
        return None

    def jump_forward_str_state(self, helper):
        return helper[1], -1

    def jump_and_retokenize(self, old_output_ids, new_output_ids, next_state):
        same = 0
        while (same < min(len(old_output_ids), len(new_output_ids)) and
               old_output_ids[same] == new_output_ids[same]):
            same += 1
        self.matcher.rollback(len(old_output_ids) - same)
        for token in new_output_ids[same:]:
            self.accept_token(token)


class WeirGrammarBackend:
    def __init__(self, vocabulary, logits_width, new_tensor, threads=2, cache_dir=None):
        self.cache_dir = cache_dir
        self.compiler, self.vocabulary = weir.Compiler(), vocabulary
        self.tables, self.pool = weir.Tables(vocabulary), weir.Pool(threads)
        self.bits, self.new_tensor = logits_width, new_tensor

    def object(self, grammar):
        return WeirGrammarObject(weir.Matcher(grammar, self.vocabulary, self.tables,
                                              max_rollback=MAX_ROLLBACK), grammar, self)

    def _dispatch(self, language, text):
        try:
            return self.object(self._grammar(language, text))
        except weir.Error as error:
            return error  # SGLang keeps it as an invalid grammar, with the message for the client

    def _grammar(self, language, text):
        """From the disk cache where there is one: artifacts of other versions are made anew."""
        if not self.cache_dir:
            return self.compiler.compile(language, text)
        key = hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()
        path = os.path.join(self.cache_dir, key + ".wtab")
        try:
            return weir.Grammar.open_file(path)
        except weir.Error:
            pass
        grammar = self.compiler.compile(language, text)
        # A mapped file is never changed in place.
        with open(f"{path}.{os.getpid()}", "wb") as file:
            file.write(grammar.artifact())
        os.replace(file.name, path)
        return grammar

    def dispatch_json(self, key_string):
        return self._dispatch("json-schema", key_string if key_string != "$$ANY$$" else "{}")

    def dispatch_regex(self, key_string):
        return self._dispatch("regex", key_string)

    def dispatch_ebnf(self, key_string):
        return self._dispatch("gbnf", key_string)

    def dispatch_structural_tag(self, key_string):
        return NotImplementedError("structural tags are not a language of Weir")


def register(register_grammar_backend, vocabulary, new_tensor):
    """With SGLang's registry; an engine makes the vocabulary of its tokenizer, once."""
    register_grammar_backend("weir", lambda server_args, tokenizer, vocab_size, eos_token_ids:
                             WeirGrammarBackend(vocabulary, vocab_size, new_tensor))
