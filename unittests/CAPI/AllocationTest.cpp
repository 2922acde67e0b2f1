//===- AllocationTest.cpp - Memory runs out anywhere ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A session compiles a specification and drives a matcher, and writes down all it is
// told. It is run again and again, each time with another allocation refused. The call
// that meets the refusal must answer WEIR_OUT_OF_MEMORY; the same call once more must
// then say what it says in a session in which nothing failed, so nothing was lost or
// half done; and in the end nothing may be left allocated.
//
//===----------------------------------------------------------------------===//
#include "weir-c/Compiler.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

/// Allocations until the one that fails; negative: none does. Only the library's count,
/// and only they are what may be left over.
static long Countdown = -1;
static bool InLibrary = false;
static long Live = 0;

// The whole program's. (Inlined, gcc takes the pairs for mismatched.)
#define WEIR_NOINLINE __attribute__((noinline))
WEIR_NOINLINE void *operator new(size_t Size) {
  if (InLibrary && Countdown >= 0 && Countdown-- == 0)
    throw std::bad_alloc();
  void *P = std::malloc(Size ? Size : 1);
  if (!P)
    throw std::bad_alloc();
  ++Live;
  return P;
}
WEIR_NOINLINE void *operator new(size_t Size, const std::nothrow_t &) noexcept {
  if (InLibrary && Countdown >= 0 && Countdown-- == 0)
    return nullptr;
  void *P = std::malloc(Size ? Size : 1);
  Live += P != nullptr;
  return P;
}
WEIR_NOINLINE void operator delete(void *P) noexcept {
  Live -= P != nullptr;
  std::free(P);
}
WEIR_NOINLINE void operator delete(void *P, size_t) noexcept {
  Live -= P != nullptr;
  std::free(P);
}

namespace {

class Session {
public:
  explicit Session(weir_vocabulary *Vocabulary) : Vocabulary(Vocabulary) {}

  void run(weir_language Language, std::string_view Text, std::string_view Written) {
    weir_compiler *Compiler = nullptr;
    call("compiler", [&] { return weir_compiler_create(&Compiler); });
    weir_grammar *Grammar = nullptr;
    weir_diagnostics *Diagnostics = nullptr;
    call("compile", [&] {
      weir_diagnostics_destroy(Diagnostics); // of the call before
      return weir_compile(Compiler, Language, Text.data(), Text.size(), nullptr, &Grammar,
                          &Diagnostics);
    });
    const char *Words = nullptr;
    size_t Size = 0;
    call("text", [&] { return weir_diagnostics_text(Diagnostics, &Words, &Size); });
    note(std::string_view(Words, Size));
    call("json", [&] { return weir_diagnostics_json(Diagnostics, &Words, &Size); });
    note(std::string_view(Words, Size));
    weir_diagnostics_destroy(Diagnostics);
    if (Grammar)
      match(Grammar, Written);
    weir_grammar_release(Grammar);
    weir_compiler_destroy(Compiler);
  }

  std::string take() {
    std::string Out = std::move(Heard);
    Heard = std::string();
    return Out;
  }
  unsigned refused() const { return Refused; }

private:
  /// Makes the call, once more where memory ran out; that happens once in a session.
  template <typename Fn>
  void call(const char *Name, Fn F) {
    InLibrary = true;
    weir_status S = F();
    InLibrary = false;
    if (S == WEIR_OUT_OF_MEMORY) {
      ++Refused;
      EXPECT_LT(Countdown, 0) << Name << " ran out of memory that was there";
      S = F();
    }
    note(Name);
    note(weir_status_name(S));
  }
  void note(std::string_view Text) { (Heard += Text) += '\n'; }
  void noteMask(weir_matcher *M) {
    uint32_t Row[9] = {};
    call("mask", [&] { return weir_matcher_fill_mask(M, Row, 9, 257, nullptr); });
    for (unsigned T = 0; T < 257; ++T)
      if (Row[T / 32] >> (T % 32) & 1)
        note(std::to_string(T));
  }

  void match(weir_grammar *Grammar, std::string_view Written) {
    weir_tables *Tables = nullptr;
    call("tables", [&] { return weir_tables_create(Vocabulary, 1 << 20, &Tables); });
    weir_matcher *M = nullptr, *Fork = nullptr;
    call("matcher", [&] {
      return weir_matcher_create(Grammar, Vocabulary, Tables, nullptr, &M, {nullptr, 0});
    });
    noteMask(M);
    for (char C : Written) {
      call("accept", [&] { return weir_matcher_accept(M, uint8_t(C)); });
      noteMask(M);
      if (!Fork)
        call("fork", [&] { return weir_matcher_fork(M, &Fork); });
    }
    const uint32_t Next[] = {',', ' ', '1', 'a', 'b', 256};
    size_t Count = 0;
    call("validate", [&] { return weir_matcher_validate(M, Next, 6, &Count); });
    note(std::to_string(Count));
    call("bytes", [&] { return weir_matcher_accept_bytes(M, Written.data(), Written.size()); });
    call("rollback", [&] { return weir_matcher_rollback(M, Written.size() / 2); });
    noteMask(M);
    std::string_view Rest = Written.substr(1);
    call("bytes of the fork",
         [&] { return weir_matcher_accept_bytes(Fork, Rest.data(), Rest.size()); });
    noteMask(Fork);
    weir_matcher_destroy(M);
    noteMask(Fork);
    call("reset", [&] { return weir_matcher_reset(Fork); });
    noteMask(Fork);
    weir_matcher_destroy(Fork);
    weir_tables_release(Tables);
  }

  weir_vocabulary *Vocabulary;
  std::string Heard;
  unsigned Refused = 0;
};

struct FaultCase {
  const char *Name;
  weir_language Language;
  const char *Text, *Written;
};

const FaultCase Cases[] = {
    {"Object", WEIR_JSON_SCHEMA,
     R"({"$schema": "https://json-schema.org/draft/2020-12/schema",
         "type":"object","properties":{"a":{"type":"array","uniqueItems":true,
         "items":{"enum":[1,"ab",12]}}},"required":["a"],"additionalProperties":{"type":"null"}})",
     R"({"a": [1, "ab"], "key": null)"},
    {"Refused", WEIR_JSON_SCHEMA, R"({"type":"strng","pattern":"(?<=a)\\1"})", ""},
    {"Counters", WEIR_REGEX, "(?:a{2,5}b){1,300}c|a*d", "aaabaab"},
    {"Ambiguous", WEIR_WIR,
     "start @r\nrule @r = alt(lit \"a\", seq(lit \"(\", call @r, lit \")\"), "
     "seq(call @r, call @r))\n",
     "(a(aaa)"},
};

class Allocation : public testing::TestWithParam<FaultCase> {};

TEST_P(Allocation, MayFailAnywhere) {
  const FaultCase &C = GetParam();
  weir_vocabulary *Vocabulary = nullptr;
  ASSERT_EQ(weir_vocabulary_bytes(&Vocabulary), WEIR_OK);
  std::string Want;
  // What is kept for the life of the process is made now.
  for (unsigned Warm = 0; Warm < 2; ++Warm) {
    Session S(Vocabulary);
    S.run(C.Language, C.Text, C.Written);
    ASSERT_EQ(S.refused(), 0U);
    Want = S.take();
  }

  unsigned Failures = 0;
  // Every allocation at first; later, where a session makes thousands, some of them.
  for (long N = 0;; N += 1 + N / 40) {
    long Before = Live;
    Session S(Vocabulary);
    Countdown = N;
    S.run(C.Language, C.Text, C.Written);
    bool Reached = Countdown < 0;
    Countdown = -1;
    if (!Reached)
      break;
    // What can do without the memory, such as a cache, goes on and refuses nothing.
    Failures += S.refused();
    ASSERT_LE(S.refused(), 1U);
    ASSERT_EQ(S.take(), Want) << "after allocation " << N << " failed";
    ASSERT_EQ(Live, Before) << "left when allocation " << N << " failed";
  }
  EXPECT_GT(Failures, 50U);
  weir_vocabulary_release(Vocabulary);
}

INSTANTIATE_TEST_SUITE_P(Faults, Allocation, testing::ValuesIn(Cases),
                         [](const auto &I) { return I.param.Name; });

} // namespace
