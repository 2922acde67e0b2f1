# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the adapters beside this file as their engines would, with stand-ins for tensors and models.

    run.py LIBRARY          path of libweir_lang.so (or libweir.so: then grammars are left out)
"""
import array
import json
import os
import random
import sys
import tempfile

import weir
import sglang_backend
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

    def fill_(self, value):
        for i in range(len(self.data)):
            self.data[i] = value

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


def speculate(grammar, bitmask, drafts):
    """The loop of vLLM's scheduler: a row before each drafted token and one after the last, rows of
    anything once a token is refused, and back to where it began."""
    advanced, alive = 0, True
    for row, token in enumerate(drafts + [-1]):
        if alive:
            grammar.fill_bitmask(bitmask, row)
        if token == -1 or not alive:
            continue
        may = bool(bitmask.rows()[row][token // 32] >> (token % 32) & 1)
        alive = not grammar.is_terminated() and grammar.accept_tokens("request", [token])
        assert alive == may or grammar.is_terminated(), "the row and the answer agree"
        advanced += alive
    grammar.rollback(advanced)


def vllm(vocabulary, rng):
    backend = WeirBackend(vocabulary, len(vocabulary) + 28, Tensor)
    bitmask = backend.allocate_token_bitmask(3)
    grammar = backend.compile_grammar("json", SCHEMA)
    grammar.fill_bitmask(bitmask, 1)
    assert bitmask.rows()[0] == bitmask.rows()[2] == [0xffffffff] * bitmask.shape[1]
    text = b""
    while not grammar.is_terminated():
        grammar.fill_bitmask(bitmask, 1)
        allowed = bitmask.allowed(1)
        drafts = [choose(allowed, vocabulary, rng), -1, -1]
        assert grammar.validate_tokens(drafts) == drafts[:1]
        speculate(grammar, bitmask, drafts[:1] + [choose(allowed, vocabulary, rng)])
        assert grammar.accept_tokens("request", drafts[:1])
        text += vocabulary.bytes(drafts[0])
    grammar.fill_bitmask(bitmask, 1)
    assert len(bitmask.allowed(1)) == backend.bits, "after the end anything may come"
    grammar.reset()
    assert not grammar.is_terminated()
    choices = ["a.b", "(yes)", "C:\\no", "\u00fc"]
    for kind, spec, texts, others in (
            ("regex", "a+", ["aaa"], ["b"]),
            ("choice", json.dumps(choices), choices, ["axb", "yes"]),
            ("json_object", "", ['{"a": [1]}'], ["[]"]), ("grammar", 'root ::= "x"', ["x"], ["y"])):
        backend.validate(kind, spec)
        for text_of_it in texts:
            whole = backend.compile_grammar(kind, spec)
            assert whole.matcher.accept_bytes(text_of_it.encode())
            whole.fill_bitmask(bitmask, 0)
            assert any(vocabulary.is_stop(t) for t in bitmask.allowed(0)), text_of_it
        for other in others:
            assert not backend.compile_grammar(kind, spec).matcher.accept_bytes(other.encode())
    two = [grammar, backend.compile_grammar("regex", "[0-9]+")]
    for row, each in enumerate(two):
        each.fill_bitmask(bitmask, row)
    alone = bitmask.rows()
    backend.fill_bitmasks(two, bitmask, [1, 0])
    assert bitmask.rows()[:2] == alone[1::-1], "many at once are as one by one"
    for ask in (backend.compile_grammar, backend.validate):
        try:
            ask("regex", "(")
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
    # A tree of drafts: 0 and 1 follow the text so far, 2 follows 0, 3 follows 1.
    grammar.matcher.reset()
    grammar.fill_vocab_mask(mask, 0)
    first, second = mask.allowed(0)[:2]
    tree = Tensor(4, mask.shape[1])
    may = grammar.fill_draft_tree([first, 65, second, first], [-1, -1, 0, 1], tree)
    assert may[0] and not may[1] and not may[3] and tree.allowed(1) == tree.allowed(3) == []
    grammar.accept_token(first)
    grammar.fill_vocab_mask(mask, 0)
    assert mask.rows()[0] == tree.rows()[0]
    grammar.reset_vocab_mask(mask)
    assert mask.rows()[0] == [0xffffffff] * mask.shape[1]
    registry = {}
    sglang_backend.register(registry.__setitem__, vocabulary, Tensor)
    assert registry["weir"](None, None, len(vocabulary), None).dispatch_ebnf('root ::= "a"')
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            cached = WeirGrammarBackend(vocabulary, len(vocabulary), Tensor, cache_dir=folder)
            kept = cached.dispatch_json(SCHEMA)
            assert len(os.listdir(folder)) == 1
            kept.fill_vocab_mask(mask, 1)
            backend.dispatch_json(SCHEMA).fill_vocab_mask(mask, 2)
            assert mask.rows()[1] == mask.rows()[2]
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
