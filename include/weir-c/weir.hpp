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

#include <cstdint>
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
};

class Grammar : public Handle<weir_grammar, weir_grammar_retain, weir_grammar_release> {
public:
  using Handle::Handle;
  size_t memory() const { return weir_grammar_memory(P); }
};

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

class Matcher {
public:
  Matcher() = default;
  Matcher(const Grammar &G, const Vocabulary &V, const Tables &T = {},
          std::string *Message = nullptr) {
    detail::withMessage(Message, [&](weir_message M) {
      return weir_matcher_create(G.get(), V.get(), T.get(), nullptr, &P, M);
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
  weir_status rollback(size_t Steps) { return weir_matcher_rollback(P, Steps); }
  weir_status reset() { return weir_matcher_reset(P); }
  bool isAccepting() const { return weir_matcher_is_accepting(P); }
  bool isTerminated() const { return weir_matcher_is_terminated(P); }

private:
  weir_matcher *P = nullptr;
};

} // namespace weirpp

#endif // WEIR_C_WEIR_HPP
