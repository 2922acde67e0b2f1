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
// WEIR_ALLOCATION_STRIDE=N refuses every Nth at least; otherwise steps grow.
//
//===----------------------------------------------------------------------===//
#include "weir-c/Service.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <new>
#include <string>
#include <vector>

/// Allocations until the one that fails; negative: none does. Only the library's count, on the
/// test's thread and on those that the library started.
static std::atomic<long> Countdown{-1};
static std::atomic<bool> InLibrary{false};
static std::atomic<long> Live{0};

static bool isRefused() {
  if (!InLibrary.load(std::memory_order_relaxed))
    return false;
  long N = Countdown.load(std::memory_order_relaxed);
  while (N >= 0 && !Countdown.compare_exchange_weak(N, N - 1, std::memory_order_relaxed)) {
  }
  return N == 0;
}

// The whole program's. (Inlined, gcc takes the pairs for mismatched.)
#define WEIR_NOINLINE __attribute__((noinline))
WEIR_NOINLINE void *operator new(size_t Size) {
  if (isRefused())
    throw std::bad_alloc();
  void *P = std::malloc(Size ? Size : 1);
  if (!P)
    throw std::bad_alloc();
  ++Live;
  return P;
}
WEIR_NOINLINE void *operator new(size_t Size, const std::nothrow_t &) noexcept {
  if (isRefused())
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

protected:
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

private:
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

protected:
  weir_vocabulary *Vocabulary;

private:
  std::string Heard;
  unsigned Refused = 0;
};

/// The calls that the first session does not make: vocabularies, the service, artifacts, tables
/// made ahead, batches, and what a matcher can be asked.
class WiderSession : public Session {
public:
  using Session::Session;

  void run(weir_language Language, std::string_view Text, std::string_view Written) {
    vocabularies();
    weir_compiler *Compiler = nullptr;
    weir_service *Service = nullptr;
    call("compiler", [&] { return weir_compiler_create(&Compiler); });
    call("service", [&] { return weir_service_create(Compiler, nullptr, &Service); });
    weir_grammar *Grammar = nullptr;
    // Compiled, and then from the cache.
    for (unsigned Time = 0; Time < 2; ++Time) {
      weir_diagnostics *Diagnostics = nullptr;
      weir_grammar_release(Grammar);
      Grammar = nullptr;
      call("service compiles", [&] {
        weir_diagnostics_destroy(Diagnostics);
        return weir_service_compile(Service, Language, Text.data(), Text.size(), nullptr, &Grammar,
                                    &Diagnostics);
      });
      const char *Words = nullptr;
      size_t Size = 0;
      call("text", [&] { return weir_diagnostics_text(Diagnostics, &Words, &Size); });
      note(std::string_view(Words, Size));
      weir_diagnostics_destroy(Diagnostics);
    }
    if (Language == WEIR_JSON_SCHEMA) {
      char Out[300];
      size_t Size = 0;
      call("capabilities", [&] {
        return weir_schema_capabilities(Text.data(), Text.size(), nullptr, Out, sizeof(Out), &Size);
      });
      note(std::string_view(Out, std::min(Size, sizeof(Out))));
    }
    if (Grammar)
      artifacts(Grammar, Written);
    job(Service, Language, Text);
    weir_grammar_release(Grammar);
    weir_service_destroy(Service);
    weir_compiler_destroy(Compiler);
  }

private:
  /// A compilation on the service's thread, which meets the refusal or the caller does.
  void job(weir_service *Service, weir_language Language, std::string_view Text) {
    call("clear", [&] { return weir_service_clear(Service), WEIR_OK; });
    weir_grammar *Grammar = nullptr;
    weir_diagnostics *Diagnostics = nullptr;
    call("job", [&] {
      weir_diagnostics_destroy(Diagnostics);
      Diagnostics = nullptr;
      weir_job *Job = nullptr;
      weir_status S =
          weir_service_submit(Service, Language, Text.data(), Text.size(), nullptr, &Job);
      if (S == WEIR_OK)
        S = weir_job_result(Job, &Grammar, &Diagnostics);
      weir_job_destroy(Job);
      return S;
    });
    note(std::to_string(weir_grammar_hash(Grammar)));
    weir_diagnostics_destroy(Diagnostics);
    weir_grammar_release(Grammar);
  }

  void tokenizers() {
    const std::string_view Good = R"({
      "added_tokens": [{"id": 9, "content": "<end>", "special": true}],
      "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
      "decoder": {"type": "ByteLevel"},
      "model": {"type": "BPE", "vocab": {"l": 0, "o": 1, "w": 2, "\u0120": 3, "lo": 4, "low": 5},
                "merges": ["l o", ["lo", "w"]]}})";
    for (const std::string_view Text :
         {Good, Good.substr(0, 200), std::string_view("{\"model\": 1}")}) {
      weir_diagnostics *Diagnostics = nullptr;
      weir_vocabulary *V = nullptr;
      const uint32_t Stop = 9;
      call("tokenizer", [&] {
        weir_diagnostics_destroy(Diagnostics);
        return weir_vocabulary_read(Text.data(), Text.size(), &Stop, 1, &V, &Diagnostics);
      });
      note(std::to_string(weir_vocabulary_hash(V)));
      noteText(Diagnostics);
      weir_vocabulary_release(V);
      weir_encoder *Encoder = nullptr;
      call("encoder", [&] {
        weir_diagnostics_destroy(Diagnostics);
        return weir_encoder_read(Text.data(), Text.size(), &Encoder, &Diagnostics);
      });
      noteText(Diagnostics);
      weir_diagnostics_destroy(Diagnostics);
      uint32_t Tokens[8] = {};
      size_t Count = 0;
      if (Encoder)
        call("encode",
             [&] { return weir_encoder_encode(Encoder, "lowlo low", 9, Tokens, 8, &Count); });
      for (size_t I = 0; I < Count; ++I)
        note(std::to_string(Tokens[I]));
      weir_encoder_destroy(Encoder);
    }
  }

  void noteText(weir_diagnostics *Diagnostics) {
    const char *Words = nullptr;
    size_t Size = 0;
    if (weir_diagnostics_text(Diagnostics, &Words, &Size) == WEIR_OK)
      note(std::string_view(Words, Size));
  }

  void vocabularies() {
    tokenizers();
    const uint8_t *Image = nullptr;
    size_t Size = 0;
    weir_vocabulary_image(Vocabulary, &Image, &Size);
    weir_vocabulary *V = nullptr;
    call("image", [&] { return weir_vocabulary_open_image(Image, Size, &V, {nullptr, 0}); });
    weir_vocabulary_release(V);
    const weir_token Tokens[] = {{"a", 1, 0, WEIR_TOKEN_ORDINARY},
                                 {"ab", 2, 1, WEIR_TOKEN_ADDED},
                                 {"<end>", 5, 4, WEIR_TOKEN_SPECIAL}};
    const uint32_t Stop = 4;
    call("vocabulary",
         [&] { return weir_vocabulary_create(Tokens, 3, 6, &Stop, 1, &V, {nullptr, 0}); });
    note(std::to_string(weir_vocabulary_hash(V)));
    weir_vocabulary_release(V);
  }

  void artifacts(weir_grammar *Grammar, std::string_view Written) {
    weir_tables *Tables = nullptr;
    call("tables", [&] { return weir_tables_create(Vocabulary, 0, &Tables); });
    call("prepared", [&] { return weir_tables_prepare(Tables); });
    weir_ahead_options Soon = {};
    Soon.struct_size = sizeof(Soon);
    Soon.max_depth = 2;
    Soon.max_places = 8;
    call("ahead",
         [&] { return weir_tables_fill_ahead(Tables, Grammar, &Soon, nullptr, {nullptr, 0}); });
    weir_grammar *Filled = nullptr, *Opened = nullptr;
    weir_fill_options Options = {};
    Options.struct_size = sizeof(Options);
    Options.max_depth = 2;
    call("fill",
         [&] { return weir_grammar_fill(Grammar, Tables, &Options, &Filled, {nullptr, 0}); });
    std::vector<uint64_t> Bytes; // lies at a multiple of 8
    size_t Size = 0;
    call("size", [&] { return weir_grammar_write(Filled, nullptr, 0, &Size); });
    Bytes.resize(Size / 8 + 1);
    call("write", [&] { return weir_grammar_write(Filled, Bytes.data(), Size, &Size); });
    call("copy",
         [&] { return weir_grammar_open_image(Bytes.data(), Size, &Opened, {nullptr, 0}); });
    weir_grammar_release(Opened);
    Opened = nullptr;
    call("borrow",
         [&] { return weir_grammar_open_borrowed(Bytes.data(), Size, &Opened, {nullptr, 0}); });
    note(std::to_string(weir_grammar_hash(Opened)));
    ask(Opened, Tables, Written);
    weir_grammar_release(Opened);
    weir_grammar_release(Filled);
    weir_tables_release(Tables);
  }

  void ask(weir_grammar *Grammar, weir_tables *Tables, std::string_view Written) {
    weir_matcher_options Options = {};
    Options.struct_size = sizeof(Options);
    const uint32_t Banned[] = {'x', 'y'};
    Options.banned_tokens = Banned;
    Options.banned_token_count = 2;
    Options.trace_events = 6;
    Options.max_rollback = 3;
    weir_matcher *M[2] = {};
    call("matcher", [&] {
      return weir_matcher_create(Grammar, Vocabulary, Tables, &Options, &M[0], {nullptr, 0});
    });
    call("fork", [&] { return weir_matcher_fork(M[0], &M[1]); });
    weir_pool *Pool = nullptr;
    call("pool", [&] { return weir_pool_create(2, &Pool); });
    const weir_executor OnPool = weir_pool_executor(Pool);
    for (char C : Written) {
      uint32_t Rows[3 * 9] = {};
      weir_status Answers[3];
      call("batch on a pool",
           [&] { return weir_fill_batch(M, 2, Rows, 9, nullptr, 257, &OnPool, Answers, nullptr); });
      noteRows(Rows, 2);
      call("batch",
           [&] { return weir_fill_batch(M, 2, Rows, 9, nullptr, 257, nullptr, Answers, nullptr); });
      noteRows(Rows, 2);
      weir_mask_view View = {};
      View.struct_size = sizeof(View);
      call("view", [&] { return weir_matcher_view_mask(M[0], 257, &View); });
      const uint32_t Drafted[] = {uint8_t(C), ',', WEIR_NO_TOKEN};
      const int32_t Parents[] = {-1, 0, -1};
      call("tree", [&] {
        return weir_matcher_fill_draft_tree(M[1], Drafted, Parents, 3, Rows, 9, 257, Answers);
      });
      noteRows(Rows, 3);
      // An acceptance that failed for one may have been made for the other.
      call("accept", [&] { return weir_matcher_accept(M[0], uint8_t(C)); });
      const uint32_t T = uint8_t(C);
      call("accept batch", [&] { return weir_accept_batch(M + 1, &T, 1, nullptr, nullptr); });
    }
    char Text[400];
    size_t Size = 0;
    auto noteText = [&] { note(std::string_view(Text, std::min(Size, sizeof(Text)))); };
    call("forced bytes",
         [&] { return weir_matcher_forced_bytes(M[0], Text, sizeof(Text), &Size); });
    noteText();
    weir_tokenizer Tokenizer = {};
    Tokenizer.tokenize = [](void *, const char *From, size_t Count, uint32_t *Tokens,
                            size_t Capacity, size_t *Made) {
      for (size_t I = 0; I < Count && I < Capacity; ++I)
        Tokens[I] = uint8_t(From[I]);
      *Made = Count;
      return 1;
    };
    uint32_t Tokens[16];
    call("forced tokens",
         [&] { return weir_matcher_forced_tokens(M[0], &Tokenizer, 0, Tokens, 16, &Size); });
    note(std::to_string(Size));
    call("completion", [&] { return weir_matcher_completion(M[0], Text, sizeof(Text), &Size); });
    noteText();
    call("explain",
         [&] { return weir_matcher_explain(M[0], '!', Text, sizeof(Text), &Size, nullptr); });
    noteText();
    call("validate bytes",
         [&] { return weir_matcher_validate_bytes(M[0], Written.data(), Written.size(), &Size); });
    note(std::to_string(Size));
    call("filter", [&] {
      const uint32_t Some[] = {'a', ',', '}', '1', 256};
      std::copy(std::begin(Some), std::end(Some), Tokens);
      Size = 5;
      return weir_matcher_filter(M[0], Tokens, &Size);
    });
    note(std::to_string(Size));
    call("ban", [&] { return weir_matcher_set_banned(M[0], Banned, 2); });
    call("trace", [&] { return weir_matcher_trace(M[0], Text, sizeof(Text), &Size); });
    for (weir_matcher *Each : M)
      weir_matcher_destroy(Each);
    weir_pool_destroy(Pool);
  }

  void noteRows(const uint32_t *Rows, size_t Count) {
    for (size_t I = 0; I < Count * 9; ++I)
      note(std::to_string(Rows[I]));
  }
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
    {"Keys", WEIR_JSON_SCHEMA,
     R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
         "properties": {"ab": {"$ref": "#"}, "ac": {"type": "string", "maxLength": 3}},
         "patternProperties": {"^x[0-9]*$": {"type": "integer", "minimum": 5}},
         "additionalProperties": {"type": "boolean"}, "required": ["ac"], "maxProperties": 4})",
     R"({"ab": {"ac": "k"}, "x7": 71, "x": 6, "a")"},
    {"Items", WEIR_JSON_SCHEMA,
     R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "array", "uniqueItems": true,
         "items": {"anyOf": [{"type": "string", "pattern": "^[ab]{1,2}$"},
                             {"type": "object", "maxProperties": 1}]}, "maxItems": 9})",
     R"(["a", "bb", "ab", "b", "ba", {"a": 1}, {}, )"},
    {"Counters", WEIR_REGEX, "(?:a{2,5}b){1,300}c|a*d", "aaabaab"},
    {"Ambiguous", WEIR_WIR,
     "start @r\nrule @r = alt(lit \"a\", seq(lit \"(\", call @r, lit \")\"), "
     "seq(call @r, call @r))\n",
     "(a(aaa)"},
};

class Allocation : public testing::TestWithParam<FaultCase> {};

template <typename Kind>
void failAnywhere(const FaultCase &C) {
  weir_vocabulary *Vocabulary = nullptr;
  ASSERT_EQ(weir_vocabulary_bytes(&Vocabulary), WEIR_OK);
  std::string Want;
  // What is kept for the life of the process is made now.
  for (unsigned Warm = 0; Warm < 2; ++Warm) {
    Kind S(Vocabulary);
    S.run(C.Language, C.Text, C.Written);
    ASSERT_EQ(S.refused(), 0U);
    Want = S.take();
  }

  unsigned Failures = 0;
  // Every allocation at first; later, where a session makes thousands, some of them.
  const char *Said = std::getenv("WEIR_ALLOCATION_STRIDE");
  const long Stride = Said ? std::max(1L, std::atol(Said)) : std::numeric_limits<long>::max();
  for (long N = 0;; N += std::min(1 + N / 40, Stride)) {
    weir_thread_trim();
    long Before = Live;
    Kind S(Vocabulary);
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
    weir_thread_trim();
    ASSERT_EQ(Live, Before) << "left when allocation " << N << " failed";
  }
  EXPECT_GT(Failures, 50U);
  weir_vocabulary_release(Vocabulary);
}

TEST_P(Allocation, MayFailAnywhere) { failAnywhere<Session>(GetParam()); }
TEST_P(Allocation, MayFailInTheOtherCalls) { failAnywhere<WiderSession>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Faults, Allocation, testing::ValuesIn(Cases),
                         [](const auto &I) { return I.param.Name; });

/// A thread keeps memory from one compilation to the next, but nothing that one has left half done.
TEST(AllocationOfThread, ARefusalSpoilsNoLaterCompilation) {
  // Classes that overlap are put into groups; what is written out covers itself; and a rule with
  // calls is in no cache.
  const std::string_view Text =
      "start @s\n"
      "rule @s = alt(seq(class [a-m], call @t), seq(class [g-z], class [b-y], call @t), "
      "seq(repeat<0,6>(seq(repeat<0,5>(class [c-p]), repeat<0,5>(class [k-x]))), call @t))\n"
      "rule @t = alt(seq(lit \"(\", call @s, lit \")\"), lit \"!\")\n";
  weir_compiler *Compiler = nullptr;
  ASSERT_EQ(weir_compiler_create(&Compiler), WEIR_OK);
  auto compile = [&](weir_status Want) {
    weir_grammar *G = nullptr;
    InLibrary = true;
    const weir_status S =
        weir_compile(Compiler, WEIR_WIR, Text.data(), Text.size(), nullptr, &G, nullptr);
    InLibrary = false;
    EXPECT_EQ(S, Want);
    const uint64_t Hash = weir_grammar_hash(G);
    weir_grammar_release(G);
    return Hash;
  };
  const uint64_t Want = compile(WEIR_OK);
  unsigned Failures = 0;
  for (long N = 0;; N += 1 + N / 40) {
    weir_thread_trim();
    Countdown = N;
    weir_grammar *G = nullptr;
    InLibrary = true;
    const weir_status S =
        weir_compile(Compiler, WEIR_WIR, Text.data(), Text.size(), nullptr, &G, nullptr);
    InLibrary = false;
    const bool Reached = Countdown < 0;
    Countdown = -1;
    weir_grammar_release(G);
    if (!Reached)
      break;
    Failures += S == WEIR_OUT_OF_MEMORY;
    ASSERT_EQ(compile(WEIR_OK), Want) << "after allocation " << N << " failed";
  }
  EXPECT_GT(Failures, 100U);
  weir_compiler_destroy(Compiler);
  weir_thread_trim();
}

/// A flag that lives as long as its program keeps what one compilation has left, not what all have.
TEST(AllocationOfThread, AFlagDoesNotGather) {
  std::string Text = R"({"enum": [")";
  Text.append(size_t(400) << 10, 'a');
  Text += R"("]})";
  weir_compiler *Compiler = nullptr;
  weir_cancel *Cancel = nullptr;
  ASSERT_EQ(weir_compiler_create(&Compiler), WEIR_OK);
  ASSERT_EQ(weir_cancel_create(&Cancel), WEIR_OK);
  weir_compile_options Options = {};
  Options.struct_size = sizeof(Options);
  Options.cancel = Cancel;
  Options.time_limit_us = 1; // it is over before it begins
  long After[2] = {};
  for (unsigned Time = 0; Time < 20; ++Time) {
    weir_grammar *G = nullptr;
    EXPECT_EQ(
        weir_compile(Compiler, WEIR_JSON_SCHEMA, Text.data(), Text.size(), &Options, &G, nullptr),
        WEIR_CANCELLED);
    After[Time >= 10] = Live;
  }
  EXPECT_EQ(After[0], After[1]);
  weir_cancel_destroy(Cancel);
  weir_compiler_destroy(Compiler);
}

} // namespace
