# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The C interface for Python, through ctypes: as much of it as the adapters beside this file need.

    weir.load("libweir_lang.so")
    vocabulary = weir.Vocabulary.demo()
    matcher = weir.Matcher(weir.Compiler().compile("json-schema", text), vocabulary)

Errors are exceptions of class weir.Error with the library's status and message.
"""
import ctypes as c

OK, REJECTED, TERMINATED = 0, 10, 11
LANGUAGES = {"json-schema": 0, "gbnf": 1, "ebnf": 2, "regex": 3}
lib = None


class Error(Exception):
    def __init__(self, status, message=""):
        super().__init__(message or lib.weir_status_name(status).decode())
        self.status = status


class _Options(c.Structure):
    """weir_compile_options as far as `optimisation`; the fields after that have their defaults."""
    _fields_ = [("struct_size", c.c_size_t), ("name", c.c_char_p), ("name_size", c.c_size_t)]


class _Message(c.Structure):
    _fields_ = [("text", c.c_char_p), ("size", c.c_size_t)]


class _MatcherOptions(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("stop_tokens", c.POINTER(c.c_uint32)),
                ("stop_token_count", c.c_size_t), ("max_configurations", c.c_uint32),
                ("terminated_row", c.c_int), ("banned_tokens", c.POINTER(c.c_uint32)),
                ("banned_token_count", c.c_size_t), ("max_rollback", c.c_size_t)]


class _Executor(c.Structure):
    _fields_ = [("run", c.c_void_p), ("context", c.c_void_p)]


def load(path):
    global lib
    lib = c.CDLL(path)
    lib.weir_status_name.restype = c.c_char_p
    lib.weir_matcher_history.restype = c.c_size_t
    lib.weir_pool_executor.restype = _Executor
    for name in ("weir_vocabulary_size", "weir_vocabulary_hash"):
        getattr(lib, name).restype = c.c_uint64 if name.endswith("hash") else c.c_uint32


def check(status):
    if status != OK:
        raise Error(status)


def escape_regex(text):
    """A pattern that matches the text alone."""
    return "".join("\\" + c if c in r"^$\.*+?()[]{}|/" else c for c in text)


class _Handle:
    _release = None

    def __init__(self, pointer):
        self.p = pointer

    def __del__(self):
        if self.p and lib:
            getattr(lib, self._release)(self.p)
            self.p = None


class Vocabulary(_Handle):
    _release = "weir_vocabulary_release"

    @classmethod
    def demo(cls):
        p = c.c_void_p()
        check(lib.weir_vocabulary_demo(c.byref(p)))
        return cls(p)

    def __len__(self):
        return lib.weir_vocabulary_size(self.p)

    def bytes(self, token):
        text, size = c.c_void_p(), c.c_size_t()
        check(lib.weir_vocabulary_token_bytes(self.p, token, c.byref(text), c.byref(size)))
        return c.string_at(text, size.value) if size.value else b""

    def is_stop(self, token):
        stops = (c.c_uint32 * 64)()
        lib.weir_vocabulary_stop_tokens.restype = c.c_size_t
        return token in stops[:lib.weir_vocabulary_stop_tokens(self.p, stops, 64)]


class Tables(_Handle):
    _release = "weir_tables_release"

    def __init__(self, vocabulary):
        super().__init__(c.c_void_p())
        check(lib.weir_tables_create(vocabulary.p, c.c_size_t(0), c.byref(self.p)))


class Grammar(_Handle):
    _release = "weir_grammar_release"

    @classmethod
    def open_file(cls, path):
        """An artifact, mapped and shared with every process that opens it."""
        p, name = c.c_void_p(), path.encode()
        why = c.create_string_buffer(300)
        status = lib.weir_grammar_open_file(name, c.c_size_t(len(name)), c.byref(p),
                                            _Message(c.cast(why, c.c_char_p), len(why)))
        if status != OK:
            raise Error(status, why.value.decode())
        return cls(p)

    def artifact(self):
        size = c.c_size_t()
        check(lib.weir_grammar_write(self.p, None, c.c_size_t(0), c.byref(size)))
        out = c.create_string_buffer(size.value)
        check(lib.weir_grammar_write(self.p, out, size, c.byref(size)))
        return out.raw


class Compiler(_Handle):
    _release = "weir_compiler_destroy"

    def __init__(self):
        super().__init__(c.c_void_p())
        check(lib.weir_compiler_create(c.byref(self.p)))
        if hasattr(lib, "weir_compiler_add_grammar_languages"):
            check(lib.weir_compiler_add_grammar_languages(self.p))

    def compile(self, language, text):
        """A grammar; an error has the diagnostics as its message."""
        spec = text.encode() if isinstance(text, str) else text
        grammar, diagnostics = c.c_void_p(), c.c_void_p()
        status = lib.weir_compile(self.p, LANGUAGES[language], spec, c.c_size_t(len(spec)), None,
                                  c.byref(grammar), c.byref(diagnostics))
        try:
            if status != OK:
                out, size = c.c_void_p(), c.c_size_t()
                lib.weir_diagnostics_text(diagnostics, c.byref(out), c.byref(size))
                raise Error(status, c.string_at(out, size.value).decode() if out.value else "")
            return Grammar(grammar)
        finally:
            lib.weir_diagnostics_destroy(diagnostics)


class Matcher(_Handle):
    _release = "weir_matcher_destroy"

    def __init__(self, grammar, vocabulary, tables=None, all_ones_when_done=False, max_rollback=0):
        super().__init__(c.c_void_p())
        self.vocabulary = vocabulary
        if grammar is None:
            return
        options = _MatcherOptions()
        options.struct_size = c.sizeof(options)
        options.terminated_row = int(all_ones_when_done)
        options.max_rollback = max_rollback
        why = c.create_string_buffer(300)
        status = lib.weir_matcher_create(grammar.p, vocabulary.p, tables.p if tables else None,
                                         c.byref(options), c.byref(self.p),
                                         _Message(c.cast(why, c.c_char_p), len(why)))
        if status != OK:
            raise Error(status, why.value.decode())

    def fork(self):
        twin = Matcher(None, self.vocabulary)
        check(lib.weir_matcher_fork(self.p, c.byref(twin.p)))
        return twin

    def _check(self, status):
        """An error says which limit it was."""
        if status != OK:
            why = c.create_string_buffer(300)
            lib.weir_matcher_last_error(self.p, _Message(c.cast(why, c.c_char_p), len(why)))
            raise Error(status, why.value.decode())

    def accept(self, token):
        status = lib.weir_matcher_accept(self.p, c.c_uint32(token))
        if status not in (OK, REJECTED, TERMINATED):
            self._check(status)
        return status == OK

    def validate(self, tokens):
        count, ids = c.c_size_t(), (c.c_uint32 * len(tokens))(*tokens)
        self._check(lib.weir_matcher_validate(self.p, ids, c.c_size_t(len(tokens)), c.byref(count)))
        return count.value

    def rollback(self, count):
        check(lib.weir_matcher_rollback(self.p, c.c_size_t(count)))

    def reset(self):
        check(lib.weir_matcher_reset(self.p))

    def fill(self, address, words, bits):
        """Writes a row of 32-bit words at an address: of a tensor, an array, pinned memory."""
        self._check(lib.weir_matcher_fill_mask(self.p, c.c_void_p(address), c.c_size_t(words),
                                               c.c_uint32(bits), None))

    def fill_tree(self, tokens, parents, address, words, bits):
        """A row for each node of a tree of drafts; returns which of them may come."""
        n = len(tokens)
        answers = (c.c_int * n)()
        self._check(lib.weir_matcher_fill_draft_tree(
            self.p, (c.c_uint32 * n)(*tokens), (c.c_int32 * n)(*parents), c.c_size_t(n),
            c.c_void_p(address), c.c_size_t(words), c.c_uint32(bits), answers))
        return [a == OK for a in answers]

    def is_terminated(self):
        return bool(lib.weir_matcher_is_terminated(self.p))

    def forced(self, limit=4096):
        out, size = c.create_string_buffer(limit), c.c_size_t()
        check(lib.weir_matcher_forced_bytes(self.p, out, c.c_size_t(limit), c.byref(size)))
        return out.raw[:size.value]

    def accept_bytes(self, text):
        return lib.weir_matcher_accept_bytes(self.p, text, c.c_size_t(len(text))) == OK


class Pool(_Handle):
    _release = "weir_pool_destroy"

    def __init__(self, threads):
        super().__init__(c.c_void_p())
        check(lib.weir_pool_create(c.c_uint32(threads), c.byref(self.p)))

    def fill(self, matchers, address, words, bits, rows):
        """Rows of many matchers at once; rows[i] is the row of matcher i."""
        n = len(matchers)
        handles = (c.c_void_p * n)(*[m.p.value for m in matchers])
        index = (c.c_size_t * n)(*rows)
        executor = lib.weir_pool_executor(self.p)
        check(lib.weir_fill_batch(handles, c.c_size_t(n), c.c_void_p(address), c.c_size_t(words),
                                  index, c.c_uint32(bits), c.byref(executor), None, None))
