# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The engines to compare, behind one interface.

An engine is made of a vocabulary and has

    compile(text)      a grammar of a JSON Schema's text; raises Refused. Nothing is cached.
    matcher(grammar)   a matcher at the beginning of a text
    fill(matcher)      writes the mask of the next token into `row`, uint32: bit t%32 of word t/32
    accept(matcher, t) takes a token; False when it is refused
    call(matcher)      a call that does next to nothing: what a call from Python costs
    forget()           empties what is kept from one grammar to the next

Every engine is used as its documentation tells a Python programmer to, with the defaults of the
JSON Schema specification where it has a choice (keys that are not named are allowed, white space is
free).
"""

import numpy as np


class Refused(Exception):
    """The engine does not compile the schema; the text says why."""


class Vocabulary:
    """Tokens as bytes, by id; special tokens and gaps have none."""

    def __init__(self, data, image):
        import base64
        import json

        blob = json.loads(data)
        special = set(blob["special"])
        gaps = set(blob.get("gaps", []))
        self.image = image
        self.size = blob["size"]
        self.eos = blob["eos"]
        self.special = sorted(special)
        self.tokens = [
            b"" if t in special or t in gaps else base64.b64decode(text)
            for t, text in enumerate(blob["tokens_b64"])
        ]


class Weir:
    """The C API through an extension module (WeirModule.c), as the others are called."""

    name = "weir"

    def __init__(self, vocabulary):
        import weir_peer

        self.weir = weir_peer
        self.engine = weir_peer.Engine(vocabulary.image)
        self.row = np.zeros((vocabulary.size + 31) // 32, dtype=np.uint32)
        self.address = self.row.ctypes.data
        self.version = "this checkout"

    def compile(self, text):
        try:
            return self.engine.compile(text)
        except self.weir.Refused as error:
            raise Refused(str(error)) from error

    def matcher(self, grammar):
        return self.engine.matcher(grammar)

    def fill(self, matcher):
        matcher.fill(self.address)

    def accept(self, matcher, token):
        return matcher.accept(token)

    def call(self, matcher):
        matcher.is_terminated()

    def forget(self):
        self.engine.forget()


class LLGuidance:
    name = "llguidance"

    def __init__(self, vocabulary):
        import llguidance
        import llguidance.numpy

        ids = {text: t for t, text in enumerate(vocabulary.tokens) if text}
        longest = max(map(len, ids))

        class Tokenizer:
            eos_token_id = vocabulary.eos
            bos_token_id = None
            tokens = [t or b"\xff<%d>" % i for i, t in enumerate(vocabulary.tokens)]
            special_token_ids = vocabulary.special

            def __call__(self, text):
                """Longest matches. Only what a grammar forces at its beginning is asked for."""
                text, out = text if isinstance(text, bytes) else text.encode(), []
                while text:
                    size = next(n for n in range(min(longest, len(text)), 0, -1) if text[:n] in ids)
                    out.append(ids[text[:size]])
                    text = text[size:]
                return out

        self.version = _of("llguidance")
        self.make = llguidance.LLMatcher
        self.tokenizer = llguidance.LLTokenizer(
            llguidance.TokenizerWrapper(Tokenizer()), n_vocab=vocabulary.size,
            slices=llguidance.LLTokenizer.json_slices())
        self.row = np.zeros((vocabulary.size + 31) // 32, dtype=np.uint32)
        self.address, self.size = self.row.ctypes.data, self.row.nbytes

    def compile(self, text):
        grammar = self.make.grammar_from_json_schema(text)
        matcher = self.make(self.tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise Refused(matcher.get_error())
        return matcher

    def matcher(self, grammar):
        return grammar.deep_copy()

    def fill(self, matcher):
        matcher.unsafe_compute_mask_ptr(self.address, self.size)

    def accept(self, matcher, token):
        return matcher.consume_token(token)

    def call(self, matcher):
        matcher.is_stopped()

    def forget(self):
        pass


class XGrammar:
    name = "xgrammar"

    def __init__(self, vocabulary):
        import torch
        import xgrammar

        self.version = _of("xgrammar")
        info = xgrammar.TokenizerInfo(vocabulary.tokens, vocab_type=xgrammar.VocabType.RAW,
                                      vocab_size=vocabulary.size, stop_token_ids=[vocabulary.eos])
        self.compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
        self.make = xgrammar.GrammarMatcher
        self.bitmask = xgrammar.allocate_token_bitmask(1, vocabulary.size)
        assert self.bitmask.dtype == torch.int32
        self.row = self.bitmask.numpy().view(np.uint32)[0]

    def compile(self, text):
        try:
            return self.compiler.compile_json_schema(text, strict_mode=False)
        except RuntimeError as error:
            raise Refused(str(error)) from error

    def matcher(self, grammar):
        return self.make(grammar)

    def fill(self, matcher):
        if not matcher.fill_next_token_bitmask(self.bitmask):
            self.bitmask.fill_(-1)

    def accept(self, matcher, token):
        return matcher.accept_token(token)

    def call(self, matcher):
        matcher.is_terminated()

    def forget(self):
        self.compiler.clear_cache()


class GLRMask:
    name = "glrmask"

    def __init__(self, vocabulary):
        import glrmask

        self.version = glrmask.__version__
        self.glrmask = glrmask
        self.eos = vocabulary.eos
        self.vocabulary = glrmask.Vocab.from_id_to_bytes(
            {t: text for t, text in enumerate(vocabulary.tokens) if text})
        self.words = (vocabulary.size + 31) // 32
        self.row = np.zeros(self.words, dtype=np.uint32)
        self.signed = self.row.view(np.int32)

    def compile(self, text):
        try:
            grammar = self.glrmask.Grammar.from_json_schema(text)
            end = self.glrmask.TokenSet([self.eos])
            whole = self.glrmask.Expr.sequence(grammar, end)
            return self.glrmask.Grammar.from_expr(whole).compile(self.vocabulary)
        except (ValueError, RuntimeError) as error:
            raise Refused(str(error)) from error

    def matcher(self, grammar):
        return grammar.start()

    def fill(self, matcher):
        matcher.fill_mask(self.signed)

    def accept(self, matcher, token):
        return matcher.commit_token(token)

    def call(self, matcher):
        matcher.is_accepting()

    def forget(self):
        pass


def _of(package):
    from importlib.metadata import version

    return version(package)


ENGINES = {engine.name: engine for engine in (Weir, LLGuidance, XGrammar, GLRMask)}
