//===- MemoryTest.cpp - What handles say they hold is what they hold ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Engines bound their memory by what the library reports. The program's allocations are
// counted, and what appears with a handle is compared with its report. What a handle
// shares with others, and what is kept for the process, is made before.
//
//===----------------------------------------------------------------------===//
#include "weir-c/Service.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <malloc.h>
#include <new>
#include <random>
#include <string>
#include <vector>

static size_t Live = 0, Allocations = 0;

// The whole program's. (Inlined, gcc takes the pairs for mismatched.)
#define WEIR_NOINLINE __attribute__((noinline))
WEIR_NOINLINE void *operator new(size_t Size, const std::nothrow_t &) noexcept {
  void *P = std::malloc(Size ? Size : 1);
  Live += malloc_usable_size(P);
  ++Allocations;
  return P;
}
WEIR_NOINLINE void *operator new(size_t Size) {
  if (void *P = operator new(Size, std::nothrow))
    return P;
  throw std::bad_alloc();
}
WEIR_NOINLINE void operator delete(void *P) noexcept {
  Live -= malloc_usable_size(P);
  std::free(P);
}
WEIR_NOINLINE void operator delete(void *P, size_t) noexcept { operator delete(P); }

namespace {

/// What is held is what is reported, but for a sixth (what allocators round up, nodes of lists) and
/// some small objects.
void compare(size_t Held, size_t Reported, const std::string &What) {
  const size_t Slack = Reported / 6 + 1024;
  EXPECT_LE(Held, Reported + Slack) << What << " holds more than it says";
  EXPECT_GE(Held + Slack, Reported) << What << " holds less than it says";
}

std::vector<std::string> schemas() {
  std::string Keys, Values;
  for (int I = 0; I < 200; ++I) {
    const std::string Number = std::to_string(I * 7919);
    Keys += (I ? ",\"k" : "\"k") + Number + R"(":{"type":["string","integer"],"maxLength":)" +
            std::to_string(I + 3) + "}";
    Values += (I ? ",\"" : "\"") + Number + "x\"";
  }
  return {"true",
          R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},
              "required":["a","b"],"additionalProperties":false})",
          "{\"type\":\"object\",\"properties\":{" + Keys + "}}",
          "{\"enum\":[" + Values + "]}",
          R"({"type":"array","items":{"type":"string","pattern":"^(?:[a-z]{2,9}-)+x$"},
              "uniqueItems":true})",
          R"({"$ref":"#/$defs/t","$defs":{"t":{"type":"object","properties":{
              "next":{"$ref":"#/$defs/t"},"n":{"type":"number","multipleOf":0.25}}}}})"};
}

class MemoryTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_EQ(weir_compiler_create(&Compiler), WEIR_OK);
    ASSERT_EQ(weir_vocabulary_demo(&Vocabulary), WEIR_OK);
    Bits = weir_vocabulary_size(Vocabulary);
    Row.resize(weir_row_words(Bits));
  }
  void TearDown() override {
    weir_vocabulary_release(Vocabulary);
    weir_compiler_destroy(Compiler);
  }
  weir_grammar *compile(const std::string &Schema, bool Places = false) {
    weir_compile_options O = {};
    O.struct_size = sizeof(O);
    O.keep_places = Places;
    weir_grammar *G = nullptr;
    EXPECT_EQ(
        weir_compile(Compiler, WEIR_JSON_SCHEMA, Schema.data(), Schema.size(), &O, &G, nullptr),
        WEIR_OK)
        << Schema;
    if (Trims)
      weir_thread_trim();
    return G;
  }
  /// A text under the masks, every position looked at in each way.
  void walk(weir_matcher *M, unsigned Seed, unsigned Steps = 300) {
    std::mt19937 Random(Seed);
    for (unsigned I = 0; I < Steps; ++I) {
      ASSERT_EQ(weir_matcher_fill_mask(M, Row.data(), Row.size(), Bits, nullptr), WEIR_OK);
      weir_mask_view View = {};
      View.struct_size = sizeof(View);
      ASSERT_EQ(weir_matcher_view_mask(M, Bits, &View), WEIR_OK);
      std::vector<uint32_t> Allowed;
      for (uint32_t T = 0; T < Bits; ++T)
        if (Row[T / 32] >> (T % 32) & 1)
          Allowed.push_back(T);
      ASSERT_FALSE(Allowed.empty());
      ASSERT_EQ(weir_matcher_accept(M, Allowed[Random() % Allowed.size()]), WEIR_OK);
      if (weir_matcher_is_terminated(M)) {
        ASSERT_EQ(weir_matcher_rollback(M, 1 + Random() % weir_matcher_history(M)), WEIR_OK);
      }
    }
  }
  weir_matcher *match(weir_grammar *G, weir_tables *T) {
    weir_matcher *M = nullptr;
    EXPECT_EQ(weir_matcher_create(G, Vocabulary, T, nullptr, &M, {nullptr, 0}), WEIR_OK);
    return M;
  }

  bool Trims = true; ///< what the thread keeps is given back after each compilation
  weir_compiler *Compiler = nullptr;
  weir_vocabulary *Vocabulary = nullptr;
  uint32_t Bits = 0;
  std::vector<uint32_t> Row;
};

TEST_F(MemoryTest, Grammars) {
  for (const std::string &Schema : schemas())
    for (const bool Places : {false, true}) {
      weir_grammar_release(compile(Schema, Places));
      const size_t Before = Live;
      weir_grammar *G = compile(Schema, Places);
      compare(Live - Before, weir_grammar_memory(G), Schema.substr(0, 60));
      weir_grammar_release(G);
      EXPECT_EQ(Live, Before);
    }
}

TEST_F(MemoryTest, CompilingAgainKeepsNothing) {
  for (const std::string &Schema : schemas()) {
    for (unsigned Time = 0; Time < 2; ++Time)
      weir_grammar_release(compile(Schema));
    const size_t Before = Live;
    for (unsigned Time = 0; Time < 20; ++Time)
      weir_grammar_release(compile(Schema));
    EXPECT_EQ(Live, Before) << Schema.substr(0, 60);
  }
}

TEST_F(MemoryTest, AThreadKeepsOneWorkspace) {
  // What the process keeps of these schemas is there when they were compiled in this order.
  for (unsigned Time = 0; Time < 3; ++Time)
    for (const std::string &Schema : schemas())
      weir_grammar_release(compile(Schema));
  const size_t Before = Live;
  Trims = false;
  for (const std::string &Schema : schemas()) {
    weir_grammar_release(compile(Schema));
    EXPECT_LE(Live, Before + (size_t(1) << 18) + 32768) << Schema.substr(0, 60);
  }
  EXPECT_GT(Live, Before);
  weir_thread_trim();
  EXPECT_EQ(Live, Before);
}

TEST_F(MemoryTest, WhatCancelledCompilationsLeaveIsTheFlags) {
  std::string Large = R"({"type": "object", "properties": {)";
  for (unsigned I = 0; I < 2000; ++I)
    Large += (I ? ", \"property " : "\"property ") + std::to_string(I) +
             (I % 2 ? R"(": {"type": "integer", "minimum": )" + std::to_string(I) + "}"
                    : R"(": {"enum": ["a", "b"]})");
  Large += "}}";
  for (unsigned Time = 0; Time < 2; ++Time)
    weir_grammar_release(compile(Large));
  const size_t Before = Live;
  weir_compile_options O = {};
  O.struct_size = sizeof(O);
  size_t Left = 0;
  for (uint64_t Time = 200; Left == 0 && Time < 60'000'000; Time += Time / 2) {
    weir_cancel *Flag = nullptr;
    ASSERT_EQ(weir_cancel_create(&Flag), WEIR_OK);
    O.cancel = Flag;
    O.time_limit_us = Time;
    weir_grammar *G = nullptr;
    const weir_status S =
        weir_compile(Compiler, WEIR_JSON_SCHEMA, Large.data(), Large.size(), &O, &G, nullptr);
    weir_grammar_release(G);
    Left = Live - Before > 100'000 ? Live - Before : 0;
    weir_cancel_destroy(Flag);
    EXPECT_EQ(Live, Before);
    if (S == WEIR_OK)
      break;
    ASSERT_EQ(S, WEIR_CANCELLED);
  }
  EXPECT_GT(Left, 0U) << "it ended while it was reading at the latest";
  // A flag that many have, and without one the compiler, gives it back with the next.
  weir_grammar_release(compile("true"));
  weir_thread_trim();
  const size_t Warm = Live;
  for (bool HasFlag : {true, false}) {
    weir_cancel *Flag = nullptr;
    ASSERT_EQ(weir_cancel_create(&Flag), WEIR_OK);
    const size_t OfAFlag = Live - Warm;
    O.cancel = HasFlag ? Flag : nullptr;
    for (uint64_t Time : {1000, 5000, 2000, 0}) {
      O.time_limit_us = Time;
      const std::string_view Text = Time ? std::string_view(Large) : "true";
      weir_grammar *G = nullptr;
      weir_compile(Compiler, WEIR_JSON_SCHEMA, Text.data(), Text.size(), &O, &G, nullptr);
      weir_grammar_release(G);
    }
    weir_thread_trim();
    EXPECT_EQ(Live, Warm + OfAFlag);
    weir_cancel_destroy(Flag);
    EXPECT_EQ(Live, Warm);
  }
}

TEST_F(MemoryTest, OpenedArtifacts) {
  for (const std::string &Schema : schemas()) {
    weir_grammar *G = compile(Schema);
    size_t Size = 0;
    ASSERT_EQ(weir_grammar_write(G, nullptr, 0, &Size), WEIR_OK);
    std::vector<char> Bytes(Size);
    ASSERT_EQ(weir_grammar_write(G, Bytes.data(), Size, &Size), WEIR_OK);
    weir_grammar_release(G);
    const size_t Before = Live;
    ASSERT_EQ(weir_grammar_open_image(Bytes.data(), Size, &G, {nullptr, 0}), WEIR_OK);
    compare(Live - Before, weir_grammar_memory(G), Schema.substr(0, 60));
    weir_grammar_release(G);
    EXPECT_EQ(Live, Before);
  }
}

TEST_F(MemoryTest, Matchers) {
  weir_tables *Tables = nullptr;
  ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Tables), WEIR_OK);
  for (const std::string &Schema : schemas()) {
    weir_grammar *G = compile(Schema);
    // The same walk before, so that the tables have what it asks for.
    for (unsigned Time = 0; Time < 3; ++Time) {
      weir_matcher *Warm = match(G, Tables);
      walk(Warm, 5);
      weir_matcher_destroy(Warm);
    }
    const size_t Before = Live;
    weir_matcher *M = match(G, Tables);
    compare(Live - Before, weir_matcher_memory(M), "a new matcher of " + Schema.substr(0, 60));
    walk(M, 5);
    compare(Live - Before, weir_matcher_memory(M), "a matcher of " + Schema.substr(0, 60));
    weir_matcher_destroy(M);
    EXPECT_EQ(Live, Before);
    weir_grammar_release(G);
  }
  weir_tables_release(Tables);
}

TEST_F(MemoryTest, WarmCallsAllocateNothing) {
  weir_tables *Tables = nullptr;
  ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Tables), WEIR_OK);
  for (const std::string &Schema : schemas()) {
    weir_grammar *G = compile(Schema);
    weir_matcher *M = match(G, Tables);
    // The way to be gone again.
    std::vector<uint32_t> Way;
    std::mt19937 Random(3);
    for (unsigned I = 0; I < 80; ++I) {
      ASSERT_EQ(weir_matcher_fill_mask(M, Row.data(), Row.size(), Bits, nullptr), WEIR_OK);
      std::vector<uint32_t> Allowed;
      for (uint32_t T = 0; T < Bits; ++T)
        if (Row[T / 32] >> (T % 32) & 1)
          Allowed.push_back(T);
      Way.push_back(Allowed[Random() % Allowed.size()]);
      ASSERT_EQ(weir_matcher_accept(M, Way.back()), WEIR_OK);
      if (weir_matcher_is_terminated(M))
        break;
    }
    size_t Before = 0;
    for (unsigned Time = 0; Time < 3; ++Time) {
      ASSERT_EQ(weir_matcher_rollback(M, Way.size()), WEIR_OK);
      Before = Allocations;
      for (const uint32_t T : Way) {
        ASSERT_EQ(weir_matcher_fill_mask(M, Row.data(), Row.size(), Bits, nullptr), WEIR_OK);
        ASSERT_EQ(weir_matcher_token_allowed(M, T), 1);
        ASSERT_EQ(weir_matcher_accept(M, T), WEIR_OK);
      }
    }
    EXPECT_EQ(Allocations - Before, 0U) << Schema.substr(0, 60) << ", " << Way.size() << " tokens";
    weir_matcher_destroy(M);
    weir_grammar_release(G);
  }
  weir_tables_release(Tables);
}

TEST_F(MemoryTest, ForksCostTheSameAfterAnyText) {
  weir_tables *Tables = nullptr;
  ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Tables), WEIR_OK);
  weir_grammar *G = compile(R"({"type":"array","items":{"type":"string"}})");
  weir_matcher *M = match(G, Tables);
  ASSERT_EQ(weir_matcher_accept_bytes(M, "[\"", 2), WEIR_OK);
  auto fork = [&] {
    const size_t Before = Live;
    weir_matcher *Fork = nullptr;
    EXPECT_EQ(weir_matcher_fork(M, &Fork), WEIR_OK);
    const size_t Held = Live - Before;
    weir_matcher_destroy(Fork);
    return Held;
  };
  const size_t AtFirst = fork();
  for (unsigned I = 0; I < 20'000; ++I)
    ASSERT_EQ(weir_matcher_accept(M, 'a' + I % 26), WEIR_OK);
  // (But for a pointer to each chunk of the history.)
  EXPECT_LT(fork(), AtFirst + 20'000);
  weir_matcher_destroy(M);
  weir_grammar_release(G);
  weir_tables_release(Tables);
}

TEST_F(MemoryTest, Tables) {
  std::vector<weir_grammar *> Grammars;
  for (const std::string &Schema : schemas())
    Grammars.push_back(compile(Schema));
  auto use = [&](weir_tables *T) {
    for (size_t I = 0; I < Grammars.size(); ++I)
      for (unsigned Seed = 1; Seed < 6; ++Seed) {
        weir_matcher *M = match(Grammars[I], T);
        walk(M, Seed);
        weir_matcher_destroy(M);
      }
  };
  auto reported = [](weir_tables *T) {
    weir_tables_statistics Counts = {};
    Counts.struct_size = sizeof(Counts);
    EXPECT_EQ(weir_tables_get_statistics(T, &Counts), WEIR_OK);
    return size_t(Counts.bytes);
  };
  weir_tables *Tables = nullptr;
  ASSERT_EQ(weir_tables_create(Vocabulary, 0, &Tables), WEIR_OK);
  weir_matcher_destroy(match(Grammars[0], Tables));
  const size_t Before = Live, At = reported(Tables);
  use(Tables);
  ASSERT_GT(reported(Tables), At + 50'000);
  compare(Live - Before, reported(Tables) - At, "tables");
  weir_tables_clear(Tables);
  EXPECT_LT(Live, Before + 150'000) << "what stays is the tokens' and the grammars'";
  compare(Live - Before, reported(Tables) - At, "cleared tables");
  weir_tables_release(Tables);

  // A bound holds, for what there is and not only for what is counted; what stays when the tables
  // are cleared is none of them.
  constexpr size_t Bound = 64'000;
  ASSERT_EQ(weir_tables_create(Vocabulary, Bound, &Tables), WEIR_OK);
  use(Tables);
  const size_t Full = Live, Said = reported(Tables);
  weir_tables_clear(Tables);
  EXPECT_LE(Said - reported(Tables), Bound + Bound / 2);
  EXPECT_LE(Full - Live, Bound + Bound / 2 + Bound / 6);
  weir_tables_release(Tables);
  for (weir_grammar *G : Grammars)
    weir_grammar_release(G);
}

TEST_F(MemoryTest, TablesOfStrangers) {
  // No two patterns alike, for as long as a server runs.
  auto held = [&](int Count) {
    weir_tables *Tables = nullptr;
    EXPECT_EQ(weir_tables_create(Vocabulary, 100'000, &Tables), WEIR_OK);
    for (int I = 0; I < Count; ++I) {
      weir_grammar *G = compile(R"({"type":"string","pattern":"^[a-z]{3}-)" +
                                std::to_string(I * 7919 + 100) + R"(-([a-f]|x[0-9]+)*$"})");
      weir_matcher *M = match(G, Tables);
      walk(M, unsigned(I), 6);
      weir_matcher_destroy(M);
      weir_grammar_release(G);
    }
    const size_t Full = Live;
    weir_tables_release(Tables);
    return Full - Live;
  };
  EXPECT_LT(held(900), held(300) + 50'000);
}

TEST_F(MemoryTest, Services) {
  weir_service *Service = nullptr;
  ASSERT_EQ(weir_service_create(Compiler, nullptr, &Service), WEIR_OK);
  auto ask = [&](const std::string &Schema) {
    weir_grammar *G = nullptr;
    weir_service_compile(Service, WEIR_JSON_SCHEMA, Schema.data(), Schema.size(), nullptr, &G,
                         nullptr);
    weir_grammar_release(G);
  };
  for (const std::string &Schema : schemas())
    ask(Schema);
  ask("{\"type\": 1}");
  weir_service_clear(Service);
  const size_t Before = Live;
  for (const std::string &Schema : schemas())
    ask(Schema);
  for (int I = 0; I < 300; ++I) {
    ask("{\"const\": " + std::to_string(I) + "}");
    ask("{\"type\": " + std::to_string(I) + "}");
  }
  weir_service_statistics Counts = {};
  Counts.struct_size = sizeof(Counts);
  ASSERT_EQ(weir_service_get_statistics(Service, &Counts), WEIR_OK);
  EXPECT_EQ(Counts.entries, 600 + schemas().size());
  compare(Live - Before, size_t(Counts.bytes), "a service");
  weir_service_destroy(Service);
}

} // namespace
