//===- ThreadsTest.cpp - The C interface from many threads ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Eight threads share a compiler, a vocabulary, grammars and two sets of tables, one of
// them so small that entries are dropped all the time. Each compiles, matches, forks,
// clears tables and releases handles in its own order, and must hear what a single
// thread heard. Others end compilations and jobs, and free what those left. Under
// ThreadSanitizer this also shows races that do no harm here.
//
//===----------------------------------------------------------------------===//
#include "weir-c/Service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace {

struct SharedSpec {
  weir_language Language;
  std::string_view Text, Written;
};

const SharedSpec Specs[] = {
    {WEIR_JSON_SCHEMA,
     R"({"type":"object","properties":{"a":{"type":"string","maxLength":9},"b":{"type":"number"}},
         "required":["a"]})",
     R"({"a": "x\n", "b": -1.5e3, "q": [1, {"r": null}]})"},
    {WEIR_JSON_SCHEMA,
     R"({"type":"array","items":{"type":"integer","minimum":0,"maximum":12},"uniqueItems":true,
         "maxItems":4})",
     R"([3, 11, 1, 4])"},
    {WEIR_JSON_SCHEMA, R"({"type":"string","pattern":"^[a-f]{2,40}-\\d+$"})", R"("abcdefab-012")"},
    {WEIR_REGEX, R"((?:[a-z]{1,20}\.){1,5}(?:com|org))", "weir.example.org"},
};

class CThreads : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_EQ(weir_compiler_create(&Compiler), WEIR_OK);
    ASSERT_EQ(weir_vocabulary_demo(&Vocabulary), WEIR_OK);
    ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Large), WEIR_OK);
    ASSERT_EQ(weir_tables_create(Vocabulary, 1 << 14, &Small), WEIR_OK);
    for (const SharedSpec &S : Specs)
      Grammars.push_back(compile(S));
  }
  void TearDown() override {
    for (weir_grammar *G : Grammars)
      weir_grammar_release(G);
    weir_tables_release(Small);
    weir_tables_release(Large);
    weir_vocabulary_release(Vocabulary);
    weir_compiler_destroy(Compiler);
  }

  weir_grammar *compile(const SharedSpec &S) {
    weir_grammar *G = nullptr;
    weir_compile(Compiler, S.Language, S.Text.data(), S.Text.size(), nullptr, &G, nullptr);
    return G;
  }

  /// A hash of all masks on the way through the text, there and, forked, back again;
  /// 0 when something fails.
  uint64_t match(weir_grammar *G, weir_tables *Tables, std::string_view Text) {
    uint32_t Bits = weir_vocabulary_size(Vocabulary);
    std::vector<uint32_t> Row(weir_row_words(Bits));
    weir_matcher *M = nullptr, *Fork = nullptr;
    if (weir_matcher_create(G, Vocabulary, Tables, nullptr, &M, {nullptr, 0}) != WEIR_OK)
      return 0;
    uint64_t Hash = 1469598103934665603U;
    bool Ok = true;
    auto Look = [&](weir_matcher *At) {
      Ok &= weir_matcher_fill_mask(At, Row.data(), Row.size(), Bits, nullptr) == WEIR_OK;
      for (uint32_t W : Row)
        Hash = (Hash ^ W) * 1099511628211U;
    };
    Look(M);
    for (char C : Text) {
      Ok &= weir_matcher_accept_bytes(M, &C, 1) == WEIR_OK;
      Look(M);
    }
    Ok &= weir_matcher_is_accepting(M) == 1;
    Ok &= weir_matcher_fork(M, &Fork) == WEIR_OK;
    weir_matcher_destroy(M);
    for (size_t I = 0; Ok && I + 2 < Text.size(); I += 3) {
      Ok &= weir_matcher_rollback(Fork, 3) == WEIR_OK;
      Look(Fork);
    }
    weir_matcher_destroy(Fork);
    return Ok ? Hash : 0;
  }

  weir_compiler *Compiler = nullptr;
  weir_vocabulary *Vocabulary = nullptr;
  weir_tables *Large = nullptr, *Small = nullptr;
  std::vector<weir_grammar *> Grammars;
};

TEST_F(CThreads, HearWhatOneThreadHears) {
  std::vector<uint64_t> Want;
  for (size_t I = 0; I < std::size(Specs); ++I) {
    ASSERT_NE(Grammars[I], nullptr) << Specs[I].Text;
    Want.push_back(match(Grammars[I], nullptr, Specs[I].Written));
    ASSERT_NE(Want.back(), 0U) << Specs[I].Text;
  }

  constexpr unsigned Threads = 8, Rounds = 10;
  std::atomic<unsigned> Wrong{0}, Right{0};
  std::vector<std::thread> All;
  for (unsigned T = 0; T < Threads; ++T)
    All.emplace_back([&, T] {
      for (unsigned R = 0; R < Rounds; ++R) {
        size_t I = (T + R) % std::size(Specs);
        // Half of the time a grammar of one's own, with its equal used elsewhere.
        weir_grammar *G = (T + R / 4) % 2 ? compile(Specs[I]) : weir_grammar_retain(Grammars[I]);
        weir_tables *Tables = weir_tables_retain(R % 2 ? Large : Small);
        weir_vocabulary *V = weir_vocabulary_retain(Vocabulary);
        if (R % 5 == T % 5)
          weir_tables_clear(Tables);
        uint64_t Got = match(G, Tables, Specs[I].Written);
        (Got == Want[I] ? Right : Wrong).fetch_add(1);
        weir_grammar_release(G);
        weir_vocabulary_release(V);
        weir_tables_release(Tables);
      }
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Wrong.load(), 0U);
  EXPECT_EQ(Right.load(), Threads * Rounds);
}

TEST_F(CThreads, TheLastOneFrees) {
  // All but the threads' own handles are gone while they work.
  std::vector<std::thread> All;
  std::atomic<unsigned> Wrong{0};
  uint64_t Want = match(Grammars[0], nullptr, Specs[0].Written);
  weir_tables *Tables = nullptr;
  ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Tables), WEIR_OK);
  for (unsigned T = 0; T < 8; ++T) {
    weir_grammar *G = weir_grammar_retain(Grammars[0]);
    weir_tables *Own = weir_tables_retain(Tables);
    All.emplace_back([this, G, Own, Want, &Wrong] {
      Wrong += match(G, Own, Specs[0].Written) != Want;
      weir_grammar_release(G);
      weir_tables_release(Own);
    });
  }
  weir_grammar_release(Grammars[0]);
  Grammars[0] = nullptr;
  weir_tables_release(Tables);
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Wrong.load(), 0U);
}

/// So long that what a compilation of it leaves is set aside.
std::string longSchema() {
  std::string Out = R"({"type":"object","properties":{)";
  for (unsigned I = 0; I < 1200; ++I)
    Out += (I ? ",\"property " : "\"property ") + std::to_string(I) +
           R"(":{"type":"integer","minimum":)" + std::to_string(I) + "}";
  return Out + "}}";
}

/// Takes a second, to be refused in the end.
constexpr std::string_view Slow = "[ab]*a[ab]{40}c";

/// Is that how a compilation of theirs may end?
bool isAnEnd(weir_status S, const weir_grammar *G) {
  return S == WEIR_OK ? G != nullptr : !G && (S == WEIR_CANCELLED || S == WEIR_REJECTED);
}

void sleepFor(unsigned Microseconds) {
  std::this_thread::sleep_for(std::chrono::microseconds(Microseconds));
}

TEST_F(CThreads, FlagsAreDestroyedAsSoonAsTheyHaveEndedACompilation) {
  const std::string Long = longSchema();
  std::atomic<unsigned> Wrong{0}, Cancelled{0};
  std::vector<std::thread> All;
  for (unsigned T = 0; T < 8; ++T)
    All.emplace_back([&, T] {
      for (unsigned R = 0; R < 4; ++R) {
        weir_cancel *Flag = nullptr;
        Wrong += weir_cancel_create(&Flag) != WEIR_OK;
        std::thread Setter([Flag, T, R] {
          sleepFor((T * 4 + R) * 500);
          weir_cancel_set(Flag);
        });
        weir_compile_options O = {};
        O.struct_size = sizeof(O);
        O.cancel = Flag;
        const bool IsLong = (T + R) % 2;
        const std::string_view Text = IsLong ? Long : Slow;
        weir_grammar *G = nullptr;
        const weir_status S = weir_compile(Compiler, IsLong ? WEIR_JSON_SCHEMA : WEIR_REGEX,
                                           Text.data(), Text.size(), &O, &G, nullptr);
        Cancelled += S == WEIR_CANCELLED;
        Wrong += !isAnEnd(S, G);
        if (S != WEIR_CANCELLED)
          Setter.join();
        weir_cancel_destroy(Flag);
        if (Setter.joinable())
          Setter.join();
        weir_grammar_release(G);
      }
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Wrong.load(), 0U);
  EXPECT_GE(Cancelled.load(), 8U);
}

TEST_F(CThreads, OneFlagEndsManyAndATimeLimitEachItsOwn) {
  const std::string Long = longSchema();
  std::atomic<unsigned> Wrong{0};
  for (bool SetsIt : {false, true}) {
    weir_cancel *Flag = nullptr;
    ASSERT_EQ(weir_cancel_create(&Flag), WEIR_OK);
    std::vector<std::thread> All;
    for (unsigned T = 0; T < 8; ++T)
      All.emplace_back([&, T] {
        for (unsigned R = 0; R < 3; ++R) {
          weir_compile_options O = {};
          O.struct_size = sizeof(O);
          O.cancel = SetsIt || T % 2 ? Flag : nullptr; // else what is left is the compiler's
          O.time_limit_us = SetsIt ? 0 : 500 + 700 * T;
          const bool IsLong = R % 3 != 1;
          const std::string_view Text = IsLong ? Long : Slow;
          weir_grammar *G = nullptr;
          const weir_status S = weir_compile(Compiler, IsLong ? WEIR_JSON_SCHEMA : WEIR_REGEX,
                                             Text.data(), Text.size(), &O, &G, nullptr);
          Wrong += !isAnEnd(S, G);
          weir_grammar_release(G);
        }
      });
    if (SetsIt) {
      sleepFor(20'000);
      weir_cancel_set(Flag);
    }
    for (std::thread &T : All)
      T.join();
    weir_cancel_destroy(Flag);
  }
  EXPECT_EQ(Wrong.load(), 0U);
}

TEST_F(CThreads, JobsAreCancelledAndFreedWhileOthersAreCompiled) {
  const std::string Long = longSchema();
  weir_service_options Options = {};
  Options.struct_size = sizeof(Options);
  Options.threads = 3;
  Options.max_bytes = 1 << 20; // the long one does not stay
  weir_service *Service = nullptr;
  ASSERT_EQ(weir_service_create(Compiler, &Options, &Service), WEIR_OK);
  std::atomic<unsigned> Wrong{0}, Cancelled{0};
  weir_job *Outlives[8] = {};
  std::vector<std::thread> All;
  for (unsigned T = 0; T < 8; ++T)
    All.emplace_back([&, T] {
      auto submit = [&](weir_language Language, std::string_view Text) {
        weir_job *J = nullptr;
        Wrong += weir_service_submit(Service, Language, Text.data(), Text.size(), nullptr, &J) !=
                 WEIR_OK;
        return J;
      };
      for (unsigned R = 0; R < 6; ++R) {
        const SharedSpec &S = Specs[(T + R) % std::size(Specs)];
        weir_job *Late = submit(WEIR_REGEX, Slow), *Big = submit(WEIR_JSON_SCHEMA, Long),
                 *Small = submit(S.Language, S.Text);
        std::thread Other([Late] { weir_job_cancel(Late); });
        sleepFor(R * 300);
        weir_grammar *G = nullptr;
        const weir_status Ended = weir_job_result(Late, &G, nullptr);
        Wrong += !isAnEnd(Ended, G);
        Cancelled += Ended == WEIR_CANCELLED;
        if (R % 2)
          weir_job_cancel(Big);
        weir_job_destroy(Big);
        Wrong += weir_job_result(Small, &G, nullptr) != WEIR_OK || !G;
        weir_job_destroy(Small);
        Wrong += match(G, Large, S.Written) == 0;
        weir_grammar_release(G);
        if (R == 4)
          weir_service_clear(Service);
        Other.join();
        weir_job_destroy(Late);
      }
      Outlives[T] = submit(T % 2 ? WEIR_REGEX : WEIR_JSON_SCHEMA, T % 2 ? Slow : Long);
    });
  for (std::thread &T : All)
    T.join();
  weir_service_destroy(Service); // cancels what is under way
  for (weir_job *J : Outlives) {
    weir_grammar *G = nullptr;
    const weir_status S = weir_job_result(J, &G, nullptr);
    Wrong += !isAnEnd(S, G);
    weir_grammar_release(G);
    weir_job_destroy(J);
  }
  EXPECT_EQ(Wrong.load(), 0U);
  EXPECT_GE(Cancelled.load(), 8U);
}

} // namespace
