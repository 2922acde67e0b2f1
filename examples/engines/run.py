# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the adapters beside this file as their engines would, with stand-ins for tensors and models.

    run.py LIBRARY          path of libweir_lang.so (or libweir.so: then grammars are left out)
"""
import array
import random
import sys

import weir
from sglang_backend import WeirGrammarBackend
from tensorrt_llm import WeirGrammarMatcherFactory
from vllm_backend import WeirBackend


class Tensor:
    """A matrix of int32 in one piece of memory, all ones, as the engines allocate it."""

    def __init__(self, count, words):
        self.shape, self.data = (count, words), array.array("i", [-1]) * (count * words)

    def data_ptr(self):
        return self.data.buffer_info()[0]

    def to(self, device):
        return self

    def rows(self):
        n = self.shape[1]
        return [[w & 0xffffffff for w in self.data[i * n:i * n + n]] for i in range(self.shape[0])]

    def allowed(self, row):
        words = self.rows()[row]
        return [t for t in range(32 * len(words)) if words[t // 32] >> (t % 32) & 1]


SCHEMA = ('{"type": "object", "properties": {"answer": {"enum": ["yes", "no"]}},'
          ' "required": ["answer"], "additionalProperties": false}')


def choose(allowed, vocabulary, rng):
    """A model: anything allowed, rather longer tokens, rather no blanks."""
    return max(rng.sample(allowed, min(len(allowed), 6)),
               key=lambda t: len(vocabulary.bytes(t).strip()))


def vllm(vocabulary, rng):
    backend = WeirBackend(vocabulary, len(vocabulary) + 28, Tensor)
    bitmask = backend.allocate_token_bitmask(3)
    grammar = backend.compile_grammar("json", SCHEMA)
    text = b""
    while not grammar.is_terminated():
        grammar.fill_bitmask(bitmask, 1)
        allowed = bitmask.allowed(1)
        drafts = [choose(allowed, vocabulary, rng), -1, -1]
        assert grammar.validate_tokens(drafts) == drafts[:1]
        assert grammar.accept_tokens("request", drafts[:1])
        grammar.rollback(1)
        assert grammar.accept_tokens("request", drafts[:1])
        text += vocabulary.bytes(drafts[0])
    grammar.fill_bitmask(bitmask, 1)
    assert len(bitmask.allowed(1)) == backend.bits, "after the end anything may come"
    assert bitmask.rows()[0] == bitmask.rows()[2] == [0xffffffff] * bitmask.shape[1]
    grammar.reset()
    assert not grammar.is_terminated()
    for kind, spec in (("regex", "a+"), ("choice", "yes|no"), ("json_object", "")):
        backend.compile_grammar(kind, spec)
    try:
        backend.compile_grammar("regex", "(")
        raise AssertionError("a bad specification is an error")
    except weir.Error as error:
        assert "error:" in str(error)
    backend.destroy()
    return text


def sglang(vocabulary, rng):
    backend = WeirGrammarBackend(vocabulary, len(vocabulary), Tensor)
    grammar = backend.dispatch_json(SCHEMA)
    others = [grammar.copy(), backend.dispatch_regex("[0-9]+")]
    mask = grammar.allocate_vocab_mask(len(vocabulary), 4, "cpu")
    tokens, jumps = [], 0
    while not grammar.is_terminated():
        helper = grammar.try_jump_forward(None)
        if helper:
            # A tokenizer that writes bytes; the demo vocabulary has one token for each.
            jump, _ = grammar.jump_forward_str_state(helper)
            new = tokens + list(jump.encode())
            grammar.jump_and_retokenize(tokens, new, -1)
            tokens, jumps = new, jumps + 1
            continue
        grammar.fill_vocab_mask(mask, 3)
        alone = mask.rows()[3]
        grammar.fill_batched([grammar] + others, grammar.move_vocab_mask(mask, "cpu"), [2, 0, 1])
        assert mask.rows()[2] == alone, "many at once are as one by one"
        logits = [[0.0] * len(vocabulary) for _ in range(4)]
        grammar.apply_vocab_mask(logits, mask)
        allowed = [t for t, logit in enumerate(logits[2]) if logit == 0.0]
        assert allowed == mask.allowed(2)
        token = choose(allowed, vocabulary, rng)
        grammar.accept_token(token)
        grammar.rollback(1)
        grammar.accept_token(token)
        tokens.append(token)
    assert jumps > 0
    assert isinstance(backend.dispatch_regex("("), weir.Error), "a failure to be kept"
    return b"".join(vocabulary.bytes(t) for t in tokens)


def tensorrt_llm(vocabulary, rng):
    factory = WeirGrammarMatcherFactory(vocabulary, len(vocabulary) + 5)
    matcher = factory.create("json_schema", SCHEMA)
    bitmask, text = Tensor(2, (len(vocabulary) + 5 + 31) // 32), b""
    while not matcher.is_terminated():
        matcher.fill_next_token_bitmask(bitmask, 0)
        token = choose(bitmask.allowed(0), vocabulary, rng)
        assert matcher.accept_token(token)
        matcher.rollback(1)
        assert matcher.accept_token(token)
        text += vocabulary.bytes(token)
    assert not matcher.accept_token(0), "refused, not asserted"
    return text


def main():
    weir.load(sys.argv[1])
    vocabulary = weir.Vocabulary.demo()
    for run in (vllm, sglang, tensorrt_llm):
        for seed in range(5):
            print(run.__name__, run(vocabulary, random.Random(seed)).decode().split())


main()
