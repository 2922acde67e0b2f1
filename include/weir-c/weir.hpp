//===- weir-c/weir.hpp - The C interface for C++17 --------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Owning handles over weir-c, header only, without exceptions: what can fail returns
// a status or a handle that is empty, and `message` receives the reason.
//
//   weirpp::Compiler Compiler;
//   std::string Message;
//   weirpp::Grammar G = Compiler.compile(WEIR_JSON_SCHEMA, Schema, {}, &Message);
//   weirpp::Vocabulary V = weirpp::Vocabulary::openFile("llama3.wvoc", &Message);
//   weirpp::Matcher M(G, V, weirpp::Tables(V));
//   std::vector<uint32_t> Row(weir_row_words(V.size()));
//   M.fillMask(Row.data(), Row.size(), V.size());
//
// Copying a Vocabulary, Tables or Grammar adds a reference; a Matcher is copied by
// fork(). The namespace is not `weir`, which the implementation has for itself: both
// may meet in one program.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_C_WEIR_HPP
#define WEIR_C_WEIR_HPP

#include "weir-c/Compiler.h"
#include "weir-c/Runtime.h"
#include "weir-c/Service.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weirpp {

/// A counted handle.
template <typename T, T *(*Retain)(T *), void (*Release)(T *)>
class Handle {
public:
  Handle() = default;
  /// Takes over the caller's reference.
  explicit Handle(T *Taken) noexcept : P(Taken) {}
  Handle(const Handle &O) noexcept : P(Retain(O.P)) {}
  Handle(Handle &&O) noexcept : P(std::exchange(O.P, nullptr)) {}
  Handle &operator=(Handle O) noexcept {
    std::swap(P, O.P);
    return *this;
  }
  ~Handle() { Release(P); }

  explicit operator bool() const noexcept { return P != nullptr; }
  T *get() const noexcept { return P; }

protected:
  T *P = nullptr;
};

namespace detail {
/// Calls F(message) with a buffer, and copies what was written.
template <typename Fn>
weir_status withMessage(std::string *Message, Fn F) {
  char Buffer[512] = "";
  weir_status S = F(weir_message{Buffer, sizeof(Buffer)});
  if (Message)
    *Message = Buffer;
  return S;
}

/// The text that F(buffer, capacity, &size) writes; it is called again when it did not fit.
template <typename Fn>
std::optional<std::string> textOf(Fn F, size_t Guess = 256) {
  std::string Text(Guess, 0);
  size_t Size = 0;
  for (int Try = 0; Try < 2; ++Try) {
    if (F(Text.data(), Text.size(), &Size) != WEIR_OK)
      return std::nullopt;
    const bool Fits = Size <= Text.size();
    Text.resize(Size);
    if (Fits)
      break;
  }
  return Text;
}

/// Moves the text of diagnostics to where it is wanted, and frees them.
inline void takeText(weir_diagnostics *Diags, std::string *Message) {
  const char *Text = nullptr;
  size_t Size = 0;
  if (Message) {
    Message->clear();
    if (Diags && weir_diagnostics_text(Diags, &Text, &Size) == WEIR_OK)
      Message->assign(Text, Size);
  }
  weir_diagnostics_destroy(Diags);
}
} // namespace detail

class Vocabulary : public Handle<weir_vocabulary, weir_vocabulary_retain, weir_vocabulary_release> {
public:
  using Handle::Handle;

  static Vocabulary openFile(std::string_view Path, std::string *Message = nullptr) {
    weir_vocabulary *V = nullptr;
    detail::withMessage(Message, [&](weir_message M) {
      return weir_vocabulary_open_file(Path.data(), Path.size(), &V, M);
    });
    return Vocabulary(V);
  }
  static Vocabulary openImage(const void *Bytes, size_t Size, std::string *Message = nullptr) {
    weir_vocabulary *V = nullptr;
    detail::withMessage(
        Message, [&](weir_message M) { return weir_vocabulary_open_image(Bytes, Size, &V, M); });
    return Vocabulary(V);
  }
  /// From the text of a tokenizer.json.
  static Vocabulary read(std::string_view Text, const std::vector<uint32_t> &StopTokens = {},
                         std::string *Message = nullptr) {
    weir_vocabulary *V = nullptr;
    weir_diagnostics *Diags = nullptr;
    weir_vocabulary_read(Text.data(), Text.size(), StopTokens.data(), StopTokens.size(), &V,
                         &Diags);
    detail::takeText(Diags, Message);
    return Vocabulary(V);
  }
  /// From tokens in any order.
  static Vocabulary create(const std::vector<weir_token> &Tokens,
                           const std::vector<uint32_t> &StopTokens = {}, uint32_t IdCount = 0,
                           std::string *Message = nullptr) {
    weir_vocabulary *V = nullptr;
    detail::withMessage(Message, [&](weir_message M) {
      return weir_vocabulary_create(Tokens.data(), Tokens.size(), IdCount, StopTokens.data(),
                                    StopTokens.size(), &V, M);
    });
    return Vocabulary(V);
  }
  static Vocabulary bytes() {
    weir_vocabulary *V = nullptr;
    weir_vocabulary_bytes(&V);
    return Vocabulary(V);
  }
  static Vocabulary demo() {
    weir_vocabulary *V = nullptr;
    weir_vocabulary_demo(&V);
    return Vocabulary(V);
  }

  uint32_t size() const { return weir_vocabulary_size(P); }
  uint64_t hash() const { return weir_vocabulary_hash(P); }
  weir_token_kind kind(uint32_t Token) const { return weir_vocabulary_token_kind(P, Token); }
  std::optional<uint32_t> findSpecial(std::string_view Name) const {
    uint32_t Token = 0;
    if (weir_vocabulary_find_special(P, Name.data(), Name.size(), &Token) != WEIR_OK)
      return std::nullopt;
    return Token;
  }
  /// The same with an image that holds the tables of JSON's terminals. (In the compiler's library.)
  Vocabulary prepared() const {
    weir_vocabulary *V = nullptr;
    weir_vocabulary_prepare(P, &V);
    return Vocabulary(V);
  }
  /// The bytes of a .wvoc file; they live as long as the vocabulary.
  std::string_view image() const {
    const uint8_t *Bytes = nullptr;
    size_t Size = 0;
    if (weir_vocabulary_image(P, &Bytes, &Size) != WEIR_OK)
      return {};
    return {reinterpret_cast<const char *>(Bytes), Size};
  }
  /// Empty for special tokens, gaps and ids that are none.
  std::string_view tokenBytes(uint32_t Token) const {
    const uint8_t *Bytes = nullptr;
    size_t Size = 0;
    if (weir_vocabulary_token_bytes(P, Token, &Bytes, &Size) != WEIR_OK || Size == 0)
      return {};
    return {reinterpret_cast<const char *>(Bytes), Size};
  }
  std::vector<uint32_t> stopTokens() const {
    std::vector<uint32_t> Tokens(weir_vocabulary_stop_tokens(P, nullptr, 0));
    weir_vocabulary_stop_tokens(P, Tokens.data(), Tokens.size());
    return Tokens;
  }
};

class Tables : public Handle<weir_tables, weir_tables_retain, weir_tables_release> {
public:
  using Handle::Handle;
  Tables() = default;
  explicit Tables(const Vocabulary &V, size_t MaxBytes = 0) {
    weir_tables_create(V.get(), MaxBytes, &P);
  }
  void clear() { weir_tables_clear(P); }
  /// Makes the tables that nearly every JSON Schema needs.
  weir_status prepare() { return weir_tables_prepare(P); }
  /// Makes a grammar's tables before they are needed: weir_tables_fill_ahead.
  weir_status fillAhead(const class Grammar &G, const weir_ahead_options *Options = nullptr,
                        weir_ahead_report *Report = nullptr, std::string *Message = nullptr);
  weir_tables_statistics statistics() const {
    weir_tables_statistics S = {};
    S.struct_size = sizeof(S);
    weir_tables_get_statistics(P, &S);
    return S;
  }
};

class Grammar : public Handle<weir_grammar, weir_grammar_retain, weir_grammar_release> {
public:
  using Handle::Handle;
  size_t memory() const { return weir_grammar_memory(P); }

  /// Opens a copy of an artifact. Empty after an error, which `Message` receives.
  static Grammar open(std::string_view Bytes, std::string *Message = nullptr) {
    weir_grammar *G = nullptr;
    detail::withMessage(Message, [&](weir_message M) {
      return weir_grammar_open_image(Bytes.data(), Bytes.size(), &G, M);
    });
    return Grammar(G);
  }
  /// Opens an artifact where it lies; the bytes must outlive every handle and matcher.
  static Grammar openBorrowed(std::string_view Bytes, std::string *Message = nullptr) {
    weir_grammar *G = nullptr;
    detail::withMessage(Message, [&](weir_message M) {
      return weir_grammar_open_borrowed(Bytes.data(), Bytes.size(), &G, M);
    });
    return Grammar(G);
  }
  /// Maps and opens a .wtab file.
  static Grammar openFile(std::string_view Path, std::string *Message = nullptr) {
    weir_grammar *G = nullptr;
    detail::withMessage(Message, [&](weir_message M) {
      return weir_grammar_open_file(Path.data(), Path.size(), &G, M);
    });
    return Grammar(G);
  }
  /// The grammar with all mask tables for a vocabulary: weir_grammar_fill. Empty after an error,
  /// which `Message` receives.
  Grammar fill(const Tables &For, const weir_fill_options *Options = nullptr,
               std::string *Message = nullptr) const {
    weir_grammar *G = nullptr;
    detail::withMessage(
        Message, [&](weir_message M) { return weir_grammar_fill(P, For.get(), Options, &G, M); });
    return Grammar(G);
  }
  /// The artifact; empty for an empty handle.
  std::string artifact() const {
    size_t Size = 0;
    if (weir_grammar_write(P, nullptr, 0, &Size) != WEIR_OK)
      return {};
    std::string Out(Size, '\0');
    return weir_grammar_write(P, &Out[0], Out.size(), &Size) == WEIR_OK ? Out : std::string();
  }
};

inline weir_status Tables::fillAhead(const Grammar &G, const weir_ahead_options *Options,
                                     weir_ahead_report *Report, std::string *Message) {
  weir_status Answer = WEIR_OK;
  detail::withMessage(Message, [&](weir_message M) {
    return Answer = weir_tables_fill_ahead(P, G.get(), Options, Report, M);
  });
  return Answer;
}

/// Options with every default.
inline weir_compile_options compileOptions() {
  weir_compile_options Options = {};
  Options.struct_size = sizeof(Options);
  return Options;
}

class Compiler {
public:
  Compiler() { weir_compiler_create(&P); }
  Compiler(const Compiler &) = delete;
  Compiler(Compiler &&O) noexcept : P(std::exchange(O.P, nullptr)) {}
  Compiler &operator=(Compiler O) noexcept {
    std::swap(P, O.P);
    return *this;
  }
  ~Compiler() { weir_compiler_destroy(P); }

  explicit operator bool() const { return P != nullptr; }
  weir_compiler *get() const { return P; }

  /// Empty after errors. `Diagnostics` receives errors, warnings and notes as text.
  Grammar compile(weir_language Language, std::string_view Text,
                  const weir_compile_options &Options = compileOptions(),
                  std::string *Diagnostics = nullptr) const {
    weir_grammar *G = nullptr;
    weir_diagnostics *Diags = nullptr;
    weir_compile(P, Language, Text.data(), Text.size(), &Options, &G, &Diags);
    detail::takeText(Diags, Diagnostics);
    return Grammar(G);
  }

private:
  weir_compiler *P = nullptr;
};

/// A flag that stops compilations.
class Cancel {
public:
  Cancel() { weir_cancel_create(&P); }
  Cancel(const Cancel &) = delete;
  Cancel &operator=(const Cancel &) = delete;
  ~Cancel() { weir_cancel_destroy(P); }
  void set() { weir_cancel_set(P); }
  const weir_cancel *get() const { return P; }

private:
  weir_cancel *P = nullptr;
};

/// A compilation on a service's threads.
class Job {
public:
  Job() = default;
  explicit Job(weir_job *Taken) noexcept : P(Taken) {}
  Job(Job &&O) noexcept : P(std::exchange(O.P, nullptr)) {}
  Job &operator=(Job O) noexcept {
    std::swap(P, O.P);
    return *this;
  }
  ~Job() { weir_job_destroy(P); }
  explicit operator bool() const { return P != nullptr; }

  bool wait(uint64_t Microseconds) const { return weir_job_wait(P, Microseconds); }
  void cancel() { weir_job_cancel(P); }
  /// Waits. Empty after errors; `Answer` says which.
  Grammar result(std::string *Diagnostics = nullptr, weir_status *Answer = nullptr) const {
    weir_grammar *G = nullptr;
    weir_diagnostics *Diags = nullptr;
    const weir_status S = weir_job_result(P, &G, &Diags);
    detail::takeText(Diags, Diagnostics);
    if (Answer)
      *Answer = S;
    return Grammar(G);
  }

private:
  weir_job *P = nullptr;
};

class Service {
public:
  explicit Service(const Compiler &C, size_t MaxBytes = 0, uint32_t Threads = 0) {
    weir_service_options Options = {};
    Options.struct_size = sizeof(Options);
    Options.max_bytes = MaxBytes;
    Options.threads = Threads;
    weir_service_create(C.get(), &Options, &P);
  }
  Service(const Service &) = delete;
  Service(Service &&O) noexcept : P(std::exchange(O.P, nullptr)) {}
  Service &operator=(Service O) noexcept {
    std::swap(P, O.P);
    return *this;
  }
  ~Service() { weir_service_destroy(P); }
  explicit operator bool() const { return P != nullptr; }

  Grammar compile(weir_language Language, std::string_view Text,
                  const weir_compile_options &Options = compileOptions(),
                  std::string *Diagnostics = nullptr, weir_status *Answer = nullptr) {
    weir_grammar *G = nullptr;
    weir_diagnostics *Diags = nullptr;
    const weir_status S =
        weir_service_compile(P, Language, Text.data(), Text.size(), &Options, &G, &Diags);
    detail::takeText(Diags, Diagnostics);
    if (Answer)
      *Answer = S;
    return Grammar(G);
  }
  Job submit(weir_language Language, std::string_view Text,
             const weir_compile_options &Options = compileOptions()) {
    weir_job *J = nullptr;
    weir_service_submit(P, Language, Text.data(), Text.size(), &Options, &J);
    return Job(J);
  }
  void clear() { weir_service_clear(P); }
  weir_service_statistics statistics() const {
    weir_service_statistics S = {};
    S.struct_size = sizeof(S);
    weir_service_get_statistics(P, &S);
    return S;
  }

private:
  weir_service *P = nullptr;
};

/// A byte-pair encoder of a tokenizer.json.
class Encoder {
public:
  static Encoder read(std::string_view Text, std::string *Message = nullptr) {
    Encoder E;
    weir_diagnostics *Diags = nullptr;
    weir_encoder_read(Text.data(), Text.size(), &E.P, &Diags);
    detail::takeText(Diags, Message);
    return E;
  }
  Encoder() = default;
  Encoder(Encoder &&O) noexcept : P(std::exchange(O.P, nullptr)) {}
  Encoder &operator=(Encoder O) noexcept {
    std::swap(P, O.P);
    return *this;
  }
  ~Encoder() { weir_encoder_destroy(P); }
  explicit operator bool() const { return P != nullptr; }
  /// None for a text that cannot be encoded with certainty.
  std::optional<std::vector<uint32_t>> encode(std::string_view Text) const {
    std::vector<uint32_t> Tokens(4 * Text.size() + 4);
    size_t Count = 0;
    if (weir_encoder_encode(P, Text.data(), Text.size(), Tokens.data(), Tokens.size(), &Count) !=
        WEIR_OK)
      return std::nullopt;
    Tokens.resize(Count);
    return Tokens;
  }
  weir_tokenizer tokenizer() const { return weir_encoder_tokenizer(P); }

private:
  weir_encoder *P = nullptr;
};

/// Threads for batches.
class Pool {
public:
  explicit Pool(uint32_t Threads = 0) { weir_pool_create(Threads, &P); }
  Pool(const Pool &) = delete;
  Pool &operator=(const Pool &) = delete;
  ~Pool() { weir_pool_destroy(P); }
  weir_executor executor() const { return weir_pool_executor(P); }

private:
  weir_pool *P = nullptr;
};

/// Options with every default.
inline weir_matcher_options matcherOptions() {
  weir_matcher_options Options = {};
  Options.struct_size = sizeof(Options);
  return Options;
}

class Matcher {
public:
  Matcher() = default;
  Matcher(const Grammar &G, const Vocabulary &V, const Tables &T = {},
          std::string *Message = nullptr)
      : Matcher(G, V, T, matcherOptions(), Message) {}
  Matcher(const Grammar &G, const Vocabulary &V, const Tables &T,
          const weir_matcher_options &Options, std::string *Message = nullptr) {
    detail::withMessage(Message, [&](weir_message M) {
      return weir_matcher_create(G.get(), V.get(), T.get(), &Options, &P, M);
    });
  }
  Matcher(Matcher &&O) noexcept : P(std::exchange(O.P, nullptr)) {}
  Matcher &operator=(Matcher &&O) noexcept {
    std::swap(P, O.P);
    return *this;
  }
  ~Matcher() { weir_matcher_destroy(P); }

  explicit operator bool() const { return P != nullptr; }
  weir_matcher *get() const { return P; }

  Matcher fork() const {
    Matcher F;
    weir_matcher_fork(P, &F.P);
    return F;
  }
  weir_status fillMask(uint32_t *Row, size_t Words, uint32_t MaskBits, int *All = nullptr) {
    return weir_matcher_fill_mask(P, Row, Words, MaskBits, All);
  }
  /// The mask where it lies, until the next view or the matcher's end; no token on failure.
  weir_mask_view viewMask(uint32_t MaskBits, weir_status *Answer = nullptr) {
    weir_mask_view View = {};
    View.struct_size = sizeof(View);
    weir_status S = weir_matcher_view_mask(P, MaskBits, &View);
    if (Answer)
      *Answer = S;
    return View;
  }
  /// Why the last call could not decide, or the empty text: then it did.
  std::string lastError() const {
    char Text[400] = "";
    weir_matcher_last_error(P, {Text, sizeof(Text)});
    return Text;
  }
  bool tokenAllowed(uint32_t Token) { return weir_matcher_token_allowed(P, Token); }
  weir_status accept(uint32_t Token) { return weir_matcher_accept(P, Token); }
  weir_status acceptBytes(std::string_view Bytes) {
    return weir_matcher_accept_bytes(P, Bytes.data(), Bytes.size());
  }
  /// How many of the tokens would be accepted.
  size_t validate(const std::vector<uint32_t> &Tokens) {
    size_t Count = 0;
    weir_matcher_validate(P, Tokens.data(), Tokens.size(), &Count);
    return Count;
  }
  weir_status accept(const std::vector<uint32_t> &Tokens, size_t *Accepted = nullptr) {
    return weir_matcher_accept_tokens(P, Tokens.data(), Tokens.size(), Accepted);
  }
  size_t validateBytes(std::string_view Bytes) {
    size_t Count = 0;
    weir_matcher_validate_bytes(P, Bytes.data(), Bytes.size(), &Count);
    return Count;
  }
  /// Keeps those that may come next.
  weir_status filter(std::vector<uint32_t> &Tokens) {
    size_t Count = Tokens.size();
    const weir_status S = weir_matcher_filter(P, Tokens.data(), &Count);
    if (S == WEIR_OK)
      Tokens.resize(Count);
    return S;
  }
  weir_status setBanned(const std::vector<uint32_t> &Tokens) {
    return weir_matcher_set_banned(P, Tokens.data(), Tokens.size());
  }
  size_t history() const { return weir_matcher_history(P); }
  size_t prefixLeft() const { return weir_matcher_prefix_left(P); }
  size_t memory() const { return weir_matcher_memory(P); }

  std::string forcedBytes(size_t AtMost = 4096) {
    std::string Text(AtMost, 0);
    size_t Size = 0;
    if (weir_matcher_forced_bytes(P, Text.data(), Text.size(), &Size) != WEIR_OK)
      Size = 0;
    Text.resize(Size);
    return Text;
  }
  std::vector<uint32_t> forcedTokens(const weir_tokenizer &Tokenizer, size_t AtMost = 256,
                                     size_t LookBack = 0) {
    std::vector<uint32_t> Tokens(AtMost);
    size_t Count = 0;
    if (weir_matcher_forced_tokens(P, &Tokenizer, LookBack, Tokens.data(), Tokens.size(), &Count) !=
        WEIR_OK)
      Count = 0;
    Tokens.resize(Count);
    return Tokens;
  }
  std::optional<std::string> completion(size_t AtMost = 4096) {
    std::string Text(AtMost, 0);
    size_t Size = 0;
    if (weir_matcher_completion(P, Text.data(), Text.size(), &Size) != WEIR_OK)
      return std::nullopt;
    Text.resize(Size);
    return Text;
  }
  std::string explain(uint32_t Token) {
    return detail::textOf([&](char *T, size_t C, size_t *S) {
             return weir_matcher_explain(P, Token, T, C, S, nullptr);
           })
        .value_or("");
  }
  std::string trace() const {
    return detail::textOf(
               [&](char *T, size_t C, size_t *S) { return weir_matcher_trace(P, T, C, S); })
        .value_or("");
  }
  weir_matcher_statistics statistics() const {
    weir_matcher_statistics S = {};
    S.struct_size = sizeof(S);
    weir_matcher_get_statistics(P, &S);
    return S;
  }
  /// Rows[i * Words] is the mask after node i; see weir_matcher_fill_draft_tree.
  weir_status fillDraftTree(const std::vector<uint32_t> &Tokens,
                            const std::vector<int32_t> &Parents, uint32_t *Rows, size_t Words,
                            uint32_t MaskBits, std::vector<weir_status> &Answers) {
    if (Tokens.size() != Parents.size())
      return WEIR_INVALID_ARGUMENT;
    Answers.resize(Tokens.size());
    return weir_matcher_fill_draft_tree(P, Tokens.data(), Parents.data(), Tokens.size(), Rows,
                                        Words, MaskBits, Answers.data());
  }
  weir_status rollback(size_t Steps) { return weir_matcher_rollback(P, Steps); }
  weir_status reset() { return weir_matcher_reset(P); }
  bool isAccepting() const { return weir_matcher_is_accepting(P); }
  bool isTerminated() const { return weir_matcher_is_terminated(P); }

private:
  weir_matcher *P = nullptr;
};

/// What of a JSON Schema is refused or left out, as a JSON array.
inline std::string capabilities(std::string_view Schema,
                                const weir_compile_options &Options = compileOptions()) {
  return detail::textOf([&](char *T, size_t C, size_t *S) {
           return weir_schema_capabilities(Schema.data(), Schema.size(), &Options, T, C, S);
         })
      .value_or("");
}

} // namespace weirpp

#endif // WEIR_C_WEIR_HPP
