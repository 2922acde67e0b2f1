//===- CallWalkTest.cpp - Every function, with every argument wrong -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Header by header: a null in each place where one is not allowed, a buffer that is too small, a
// value that no enumeration has, a structure without its size, a thing of another vocabulary, and
// everything once more after the end of the text. Nothing may crash, no result may be touched, and
// the matcher must be what it was. The last test reads the headers: no function may be missing.
//
//===----------------------------------------------------------------------===//
#include "CApiTesting.h"

#include "weir-c/Service.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>

namespace {

constexpr weir_status Wrong = WEIR_INVALID_ARGUMENT;
constexpr weir_message NoMessage = {nullptr, 0};

/// What a result holds that nobody may have touched.
template <typename T>
T *untouched() {
  return reinterpret_cast<T *>(uintptr_t(8));
}

class CCallWalk : public weir::test::Fixture {
protected:
  /// An image, an artifact: asked for their size, then written.
  std::vector<uint8_t> artifact() {
    size_t Size = 0;
    EXPECT_EQ(weir_grammar_write(Grammar, nullptr, 0, &Size), WEIR_OK);
    std::vector<uint8_t> Out(Size);
    EXPECT_EQ(weir_grammar_write(Grammar, Out.data(), Size, &Size), WEIR_OK);
    return Out;
  }
};

TEST_F(CCallWalk, Common) {
  EXPECT_STREQ(weir_status_name(WEIR_TERMINATED), "terminated");
  EXPECT_STREQ(weir_status_name(weir_status(99)), "unknown");
  EXPECT_NE(std::string(weir_version()), "");
}

TEST_F(CCallWalk, Vocabularies) {
  auto *V = untouched<weir_vocabulary>();
  weir_vocabulary *const Before = V;
  EXPECT_EQ(weir_vocabulary_open_image("x", 1, nullptr, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_open_image(nullptr, 1, &V, NoMessage), Wrong);
  char Text[8] = "old";
  EXPECT_EQ(weir_vocabulary_open_image("x", 1, &V, {Text, sizeof(Text)}), WEIR_BAD_FORMAT);
  EXPECT_EQ(std::string(Text).size(), 7U) << "a sentence, cut where the buffer ends";
  EXPECT_EQ(weir_vocabulary_open_image(nullptr, 0, &V, {Text, 1}), WEIR_BAD_FORMAT);
  EXPECT_STREQ(Text, "");
  EXPECT_EQ(weir_vocabulary_open_file(nullptr, 0, &V, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_open_file("/nowhere", 8, nullptr, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_open_file("/nowhere", 8, &V, NoMessage), WEIR_NOT_FOUND);
  EXPECT_EQ(weir_vocabulary_open_file("/no\0where", 9, &V, NoMessage), Wrong);

  weir_token T = {"a", 1, 0, WEIR_TOKEN_ORDINARY};
  const uint32_t Far = 7;
  EXPECT_EQ(weir_vocabulary_create(nullptr, 1, 0, nullptr, 0, &V, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_create(nullptr, 0, 0, nullptr, 0, &V, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_create(&T, 1, 0, nullptr, 1, &V, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_create(&T, 1, 0, &Far, 1, &V, NoMessage), Wrong) << "no such token";
  EXPECT_EQ(weir_vocabulary_create(&T, 1, 0, nullptr, 0, nullptr, NoMessage), Wrong);
  for (int Kind : {int(WEIR_TOKEN_GAP), 77}) {
    T.kind = weir_token_kind(Kind);
    EXPECT_EQ(weir_vocabulary_create(&T, 1, 0, nullptr, 0, &V, NoMessage), Wrong) << Kind;
  }
  T = {nullptr, 1, 0, WEIR_TOKEN_ORDINARY};
  EXPECT_EQ(weir_vocabulary_create(&T, 1, 0, nullptr, 0, &V, NoMessage), Wrong);
  EXPECT_EQ(weir_vocabulary_read(nullptr, 1, nullptr, 0, &V, nullptr), Wrong);
  EXPECT_EQ(weir_vocabulary_read("{}", 2, nullptr, 1, &V, nullptr), Wrong);
  EXPECT_EQ(weir_vocabulary_read("{}", 2, nullptr, 0, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_vocabulary_read("{}", 2, nullptr, 0, &V, nullptr), WEIR_REJECTED);
  EXPECT_EQ(weir_vocabulary_bytes(nullptr), Wrong);
  EXPECT_EQ(weir_vocabulary_demo(nullptr), Wrong);
  EXPECT_EQ(V, Before) << "a call that fails leaves the result alone";

  EXPECT_EQ(weir_vocabulary_retain(nullptr), nullptr);
  weir_vocabulary_release(nullptr);
  EXPECT_EQ(weir_vocabulary_retain(Vocabulary), Vocabulary);
  weir_vocabulary_release(Vocabulary);
  EXPECT_EQ(weir_vocabulary_size(nullptr), 0U);
  EXPECT_EQ(weir_vocabulary_hash(nullptr), 0U);
  const uint8_t *Bytes = nullptr;
  size_t Size = 9;
  EXPECT_EQ(weir_vocabulary_token_bytes(nullptr, 0, &Bytes, &Size), Wrong);
  EXPECT_EQ(weir_vocabulary_token_bytes(Vocabulary, 257, &Bytes, &Size), Wrong);
  EXPECT_EQ(weir_vocabulary_token_bytes(Vocabulary, 0, nullptr, &Size), Wrong);
  EXPECT_EQ(weir_vocabulary_token_bytes(Vocabulary, 0, &Bytes, nullptr), Wrong);
  EXPECT_EQ(Size, 9U);
  EXPECT_EQ(weir_vocabulary_token_kind(nullptr, 0), WEIR_TOKEN_GAP);
  EXPECT_EQ(weir_vocabulary_token_kind(Vocabulary, 257), WEIR_TOKEN_GAP);
  uint32_t Token = 9;
  EXPECT_EQ(weir_vocabulary_find_special(nullptr, "x", 1, &Token), Wrong);
  EXPECT_EQ(weir_vocabulary_find_special(Vocabulary, nullptr, 1, &Token), Wrong);
  EXPECT_EQ(weir_vocabulary_find_special(Vocabulary, "x", 1, nullptr), Wrong);
  EXPECT_EQ(weir_vocabulary_find_special(Vocabulary, "x", 1, &Token), WEIR_NOT_FOUND);
  EXPECT_EQ(weir_vocabulary_stop_tokens(nullptr, &Token, 1), 0U);
  EXPECT_EQ(weir_vocabulary_stop_tokens(Vocabulary, nullptr, 1), 1U);
  EXPECT_EQ(weir_vocabulary_stop_tokens(Vocabulary, &Token, 0), 1U);
  EXPECT_EQ(Token, 9U);
  EXPECT_EQ(weir_vocabulary_image(nullptr, &Bytes, &Size), Wrong);
  EXPECT_EQ(weir_vocabulary_image(Vocabulary, nullptr, &Size), Wrong);
  EXPECT_EQ(weir_vocabulary_image(Vocabulary, &Bytes, nullptr), Wrong);
  auto *Prepared = untouched<weir_vocabulary>();
  EXPECT_EQ(weir_vocabulary_prepare(nullptr, &Prepared), Wrong);
  EXPECT_EQ(weir_vocabulary_prepare(Vocabulary, nullptr), Wrong);
  EXPECT_EQ(Prepared, untouched<weir_vocabulary>());
}

TEST_F(CCallWalk, TablesAndGrammars) {
  compileRegex("a[bc]");
  auto *T = untouched<weir_tables>();
  EXPECT_EQ(weir_tables_create(nullptr, 0, &T), Wrong);
  EXPECT_EQ(weir_tables_create(Vocabulary, 0, nullptr), Wrong);
  EXPECT_EQ(T, untouched<weir_tables>());
  EXPECT_EQ(weir_tables_retain(nullptr), nullptr);
  weir_tables_release(nullptr);
  weir_tables_clear(nullptr);
  EXPECT_EQ(weir_tables_prepare(nullptr), Wrong);
  weir_thread_trim(); // and again, when there is nothing
  weir_thread_trim();
  weir_tables_statistics Counts = {};
  EXPECT_EQ(weir_tables_get_statistics(Tables, &Counts), Wrong) << "no struct_size";
  Counts.struct_size = sizeof(Counts);
  EXPECT_EQ(weir_tables_get_statistics(nullptr, &Counts), Wrong);
  EXPECT_EQ(weir_tables_get_statistics(Tables, nullptr), Wrong);

  EXPECT_EQ(weir_grammar_retain(nullptr), nullptr);
  weir_grammar_release(nullptr);
  EXPECT_EQ(weir_grammar_memory(nullptr), 0U);
  EXPECT_EQ(weir_grammar_hash(nullptr), 0U);
  EXPECT_EQ(weir_grammar_vocabulary_hash(nullptr), 0U);
  const std::vector<uint8_t> Image = artifact();
  auto *G = untouched<weir_grammar>();
  for (auto Open : {weir_grammar_open_image, weir_grammar_open_borrowed}) {
    EXPECT_EQ(Open(nullptr, 1, &G, NoMessage), Wrong);
    EXPECT_EQ(Open(Image.data(), Image.size(), nullptr, NoMessage), Wrong);
    EXPECT_EQ(Open(nullptr, 0, &G, NoMessage), WEIR_BAD_FORMAT);
    EXPECT_EQ(Open(Image.data(), Image.size() - 1, &G, NoMessage), WEIR_BAD_FORMAT);
  }
  EXPECT_EQ(weir_grammar_open_file(nullptr, 0, &G, NoMessage), Wrong);
  EXPECT_EQ(weir_grammar_open_file("/nowhere", 8, nullptr, NoMessage), Wrong);
  EXPECT_EQ(weir_grammar_open_file("/nowhere", 8, &G, NoMessage), WEIR_NOT_FOUND);
  weir_fill_options Fill = {};
  EXPECT_EQ(weir_grammar_fill(nullptr, Tables, nullptr, &G, NoMessage), Wrong);
  EXPECT_EQ(weir_grammar_fill(Grammar, nullptr, nullptr, &G, NoMessage), Wrong);
  EXPECT_EQ(weir_grammar_fill(Grammar, Tables, nullptr, nullptr, NoMessage), Wrong);
  EXPECT_EQ(weir_grammar_fill(Grammar, Tables, &Fill, &G, NoMessage), Wrong) << "no struct_size";
  EXPECT_EQ(weir_tables_fill_ahead(nullptr, Grammar, nullptr, nullptr, NoMessage), Wrong);
  EXPECT_EQ(weir_tables_fill_ahead(Tables, nullptr, nullptr, nullptr, NoMessage), Wrong);
  weir_ahead_options Ahead = {};
  EXPECT_EQ(weir_tables_fill_ahead(Tables, Grammar, &Ahead, nullptr, NoMessage), Wrong)
      << "no struct_size";
  weir_ahead_report Report = {};
  EXPECT_EQ(weir_tables_fill_ahead(Tables, Grammar, nullptr, &Report, NoMessage), Wrong)
      << "no struct_size";
  EXPECT_EQ(G, untouched<weir_grammar>());
  size_t Size = 0;
  uint8_t Small[16] = {};
  EXPECT_EQ(weir_grammar_write(nullptr, Small, sizeof(Small), &Size), Wrong);
  EXPECT_EQ(weir_grammar_write(Grammar, nullptr, 16, &Size), Wrong);
  EXPECT_EQ(weir_grammar_write(Grammar, Small, sizeof(Small), nullptr), Wrong);
  EXPECT_EQ(weir_grammar_write(Grammar, Small, sizeof(Small), &Size), Wrong);
  EXPECT_EQ(Size, Image.size()) << "set all the same";
  EXPECT_EQ(Small[0], 0) << "and nothing is written";

  // Bytes that do not lie at a multiple of 8 are copied.
  std::vector<uint8_t> Shifted(Image.size() + 8);
  const size_t Off = 8 - (reinterpret_cast<uintptr_t>(Shifted.data()) + 3) % 8;
  std::copy(Image.begin(), Image.end(), Shifted.begin() + ptrdiff_t(Off));
  ASSERT_EQ(weir_grammar_open_borrowed(Shifted.data() + Off, Image.size(), &G, NoMessage), WEIR_OK);
  EXPECT_EQ(weir_grammar_hash(G), weir_grammar_hash(Grammar));
  weir_grammar_release(G);

  // Made for one vocabulary, used with another.
  weir_vocabulary *Demo = nullptr;
  weir_tables *DemoTables = nullptr;
  ASSERT_EQ(weir_vocabulary_demo(&Demo), WEIR_OK);
  ASSERT_EQ(weir_tables_create(Demo, 0, &DemoTables), WEIR_OK);
  ASSERT_EQ(weir_grammar_fill(Grammar, DemoTables, nullptr, &G, NoMessage), WEIR_OK);
  EXPECT_EQ(weir_grammar_vocabulary_hash(G), weir_vocabulary_hash(Demo));
  auto *M = untouched<weir_matcher>();
  char Why[80] = "";
  EXPECT_EQ(weir_matcher_create(G, Vocabulary, nullptr, nullptr, &M, {Why, sizeof(Why)}),
            WEIR_VOCABULARY_MISMATCH);
  EXPECT_EQ(std::string(Why).rfind("artifact-vocabulary", 0), 0U) << Why;
  EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, DemoTables, nullptr, &M, {Why, sizeof(Why)}),
            WEIR_VOCABULARY_MISMATCH);
  EXPECT_NE(std::string(Why).find("another vocabulary"), std::string::npos);
  weir_grammar *Again = untouched<weir_grammar>();
  EXPECT_EQ(weir_grammar_fill(G, Tables, nullptr, &Again, NoMessage), WEIR_OK)
      << "tables for the one take the place of tables for the other";
  EXPECT_EQ(weir_grammar_vocabulary_hash(Again), weir_vocabulary_hash(Vocabulary));
  weir_grammar_release(Again);
  EXPECT_EQ(M, untouched<weir_matcher>());
  weir_grammar_release(G);
  weir_tables_release(DemoTables);
  weir_vocabulary_release(Demo);
}

TEST_F(CCallWalk, Compiling) {
  weir_cancel *Flag = nullptr;
  EXPECT_EQ(weir_cancel_create(nullptr), Wrong);
  weir_cancel_set(nullptr);
  weir_cancel_destroy(nullptr);
  EXPECT_EQ(weir_compiler_create(nullptr), Wrong);
  weir_compiler_destroy(nullptr);

  auto *G = untouched<weir_grammar>();
  weir_diagnostics *D = nullptr;
  EXPECT_EQ(weir_compile(nullptr, WEIR_REGEX, "a", 1, nullptr, &G, nullptr), Wrong);
  EXPECT_EQ(weir_compile(Compiler, WEIR_REGEX, nullptr, 1, nullptr, &G, nullptr), Wrong);
  EXPECT_EQ(weir_compile(Compiler, WEIR_REGEX, "a", 1, nullptr, nullptr, nullptr), Wrong);
  for (int Language : {7, 99})
    EXPECT_EQ(weir_compile(Compiler, weir_language(Language), "a", 1, nullptr, &G, nullptr), Wrong)
        << Language;
  for (weir_language Language : {WEIR_GBNF, WEIR_EBNF, WEIR_LARK, WEIR_STRUCTURAL_TAG}) {
    EXPECT_EQ(weir_compile(Compiler, Language, "a", 1, nullptr, &G, &D), WEIR_REJECTED);
    const char *Text = nullptr;
    size_t Size = 0;
    EXPECT_EQ(weir_diagnostics_text(D, &Text, &Size), WEIR_OK);
    EXPECT_NE(std::string(Text, Size).find("[language-unavailable]"), std::string::npos);
    weir_diagnostics_destroy(D);
  }
  using Options = weir_compile_options;
  for (auto Change :
       {+[](Options &O) { O.struct_size = 0; }, +[](Options &O) { O.optimisation = 5; },
        +[](Options &O) { O.key_order = 2; }, +[](Options &O) { O.whitespace = 4; },
        +[](Options &O) { O.indent_width = 65; }, +[](Options &O) { O.escapes = 2; },
        +[](Options &O) { O.draft = 6; }, +[](Options &O) { O.remote_count = 1; },
        +[](Options &O) { O.name_size = 1; }, +[](Options &O) { O.reserved = 1; }}) {
    Options O = {};
    O.struct_size = sizeof(O);
    Change(O);
    EXPECT_EQ(weir_compile(Compiler, WEIR_JSON_SCHEMA, "true", 4, &O, &G, nullptr), Wrong);
    EXPECT_EQ(weir_compile(Compiler, WEIR_JSON_SCHEMA, "true", 4, &O, &G, &D), Wrong);
    const char *Why = nullptr;
    size_t WhySize = 0;
    EXPECT_EQ(weir_diagnostics_text(D, &Why, &WhySize), WEIR_OK);
    EXPECT_EQ(std::string(Why, WhySize).rfind("error: weir_compile_options::", 0), 0U) << Why;
    weir_diagnostics_destroy(D);
    size_t Length = 9;
    EXPECT_EQ(weir_schema_capabilities("true", 4, &O, nullptr, 0, &Length), Wrong);
  }
  EXPECT_EQ(G, untouched<weir_grammar>());
  size_t Length = 9;
  EXPECT_EQ(weir_schema_capabilities(nullptr, 1, nullptr, nullptr, 0, &Length), Wrong);
  EXPECT_EQ(weir_schema_capabilities("true", 4, nullptr, nullptr, 1, &Length), Wrong);
  EXPECT_EQ(weir_schema_capabilities("true", 4, nullptr, nullptr, 0, nullptr), Wrong);
  char One = 'x';
  EXPECT_EQ(weir_schema_capabilities("true", 4, nullptr, &One, 1, &Length), WEIR_OK);
  EXPECT_EQ(One, '[') << "as much as fits";
  EXPECT_EQ(Length, 2U);

  const char *Text = nullptr;
  EXPECT_EQ(weir_diagnostics_errors(nullptr), 0U);
  EXPECT_EQ(weir_diagnostics_text(nullptr, &Text, &Length), Wrong);
  EXPECT_EQ(weir_diagnostics_json(nullptr, &Text, &Length), Wrong);
  weir_diagnostics_destroy(nullptr);
  ASSERT_EQ(weir_compile(Compiler, WEIR_REGEX, "(", 1, nullptr, &G, &D), WEIR_REJECTED);
  EXPECT_EQ(weir_diagnostics_errors(D), 1U);
  EXPECT_EQ(weir_diagnostics_text(D, nullptr, &Length), Wrong);
  EXPECT_EQ(weir_diagnostics_json(D, &Text, nullptr), Wrong);
  weir_diagnostics_destroy(D);

  // A flag that is set is for every compilation that has it.
  ASSERT_EQ(weir_cancel_create(&Flag), WEIR_OK);
  weir_cancel_set(Flag);
  Options O = {};
  O.struct_size = sizeof(O);
  O.cancel = Flag;
  EXPECT_EQ(weir_compile(Compiler, WEIR_REGEX, "a", 1, &O, &G, nullptr), WEIR_CANCELLED);
  weir_cancel_destroy(Flag);

  weir_encoder *E = nullptr;
  uint32_t Token = 0;
  EXPECT_EQ(weir_encoder_read(nullptr, 1, &E, nullptr), Wrong);
  EXPECT_EQ(weir_encoder_read("{}", 2, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_encoder_read("{}", 2, &E, nullptr), WEIR_REJECTED);
  EXPECT_EQ(weir_encoder_encode(nullptr, "a", 1, &Token, 1, &Length), Wrong);
  const weir_tokenizer None = weir_encoder_tokenizer(nullptr);
  if (None.tokenize) {
    EXPECT_EQ(None.tokenize(None.context, "a", 1, &Token, 1, &Length), 0) << "it cannot";
  }
  weir_encoder_destroy(nullptr);
}

TEST_F(CCallWalk, Services) {
  weir_service *S = nullptr;
  weir_job *J = nullptr;
  weir_service_options O = {};
  EXPECT_EQ(weir_service_create(nullptr, nullptr, &S), Wrong);
  EXPECT_EQ(weir_service_create(Compiler, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_service_create(Compiler, &O, &S), Wrong) << "no struct_size";
  weir_service_destroy(nullptr);
  weir_service_clear(nullptr);
  ASSERT_EQ(weir_service_create(Compiler, nullptr, &S), WEIR_OK);
  auto *G = untouched<weir_grammar>();
  EXPECT_EQ(weir_service_compile(nullptr, WEIR_REGEX, "a", 1, nullptr, &G, nullptr), Wrong);
  EXPECT_EQ(weir_service_compile(S, WEIR_REGEX, nullptr, 1, nullptr, &G, nullptr), Wrong);
  EXPECT_EQ(weir_service_compile(S, WEIR_REGEX, "a", 1, nullptr, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_service_compile(S, weir_language(99), "a", 1, nullptr, &G, nullptr), Wrong);
  EXPECT_EQ(weir_service_submit(nullptr, WEIR_REGEX, "a", 1, nullptr, &J), Wrong);
  EXPECT_EQ(weir_service_submit(S, WEIR_REGEX, nullptr, 1, nullptr, &J), Wrong);
  EXPECT_EQ(weir_service_submit(S, WEIR_REGEX, "a", 1, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_service_submit(S, weir_language(99), "a", 1, nullptr, &J), Wrong);
  EXPECT_EQ(weir_job_wait(nullptr, 0), 0);
  weir_job_cancel(nullptr);
  weir_job_destroy(nullptr);
  EXPECT_EQ(weir_job_result(nullptr, &G, nullptr), Wrong);
  EXPECT_EQ(G, untouched<weir_grammar>());
  ASSERT_EQ(weir_service_submit(S, WEIR_REGEX, "a", 1, nullptr, &J), WEIR_OK);
  EXPECT_EQ(weir_job_result(J, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_job_result(J, &G, nullptr), WEIR_OK);
  weir_grammar_release(G);
  weir_service_statistics Counts = {};
  EXPECT_EQ(weir_service_get_statistics(S, &Counts), Wrong) << "no struct_size";
  Counts.struct_size = sizeof(Counts);
  EXPECT_EQ(weir_service_get_statistics(nullptr, &Counts), Wrong);
  EXPECT_EQ(weir_service_get_statistics(S, nullptr), Wrong);
  weir_service_destroy(S);
  EXPECT_EQ(weir_job_wait(J, 0), 1) << "a job outlives its service";
  weir_job_cancel(J);
  EXPECT_EQ(weir_job_result(J, &G, nullptr), WEIR_OK);
  weir_grammar_release(G);
  weir_job_destroy(J);
}

/// Calls of a matcher that must be refused, and answers for null, wherever it stands.
void refuse(weir_matcher *M) {
  uint32_t Row[9] = {}, Tokens[] = {'a', 'b'};
  size_t Count = 2;
  char Text[4];
  EXPECT_EQ(weir_matcher_fill_mask(M, Row, 8, 257, nullptr), Wrong) << "a row too short";
  EXPECT_EQ(weir_matcher_fill_mask(M, nullptr, 9, 257, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_view_mask(M, 257, nullptr), Wrong);
  weir_mask_view View = {};
  EXPECT_EQ(weir_matcher_view_mask(M, 257, &View), Wrong) << "no struct_size";
  EXPECT_EQ(weir_mask_view_write(&View, Row, 9, 257), Wrong) << "no struct_size";
  EXPECT_EQ(weir_mask_view_write(nullptr, Row, 9, 257), Wrong);
  View.struct_size = sizeof(View);
  EXPECT_EQ(weir_mask_view_write(&View, nullptr, 9, 257), Wrong);
  View.set_count = 1;
  EXPECT_EQ(weir_mask_view_write(&View, Row, 9, 257), Wrong) << "no tokens to set";
  EXPECT_EQ(weir_matcher_token_allowed(M, 257), 0);
  EXPECT_EQ(weir_matcher_token_allowed(M, UINT32_MAX), 0);
  EXPECT_EQ(weir_matcher_filter(M, nullptr, &Count), Wrong);
  EXPECT_EQ(weir_matcher_filter(M, Tokens, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_accept_tokens(M, nullptr, 1, &Count), Wrong);
  EXPECT_EQ(Count, 0U);
  EXPECT_EQ(weir_matcher_accept_bytes(M, nullptr, 1), Wrong);
  EXPECT_EQ(weir_matcher_validate(M, nullptr, 1, &Count), Wrong);
  EXPECT_EQ(weir_matcher_validate(M, Tokens, 2, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_validate_bytes(M, nullptr, 1, &Count), Wrong);
  EXPECT_EQ(weir_matcher_validate_bytes(M, "a", 1, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_set_banned(M, nullptr, 1), Wrong);
  EXPECT_EQ(weir_matcher_set_banned(M, (Tokens[1] = 257, Tokens), 2), Wrong);
  EXPECT_EQ(weir_matcher_rollback(M, 1000), Wrong);
  EXPECT_EQ(weir_matcher_forced_bytes(M, nullptr, 1, &Count), Wrong);
  EXPECT_EQ(weir_matcher_forced_bytes(M, Text, 4, nullptr), Wrong);
  weir_tokenizer None = {};
  EXPECT_EQ(weir_matcher_forced_tokens(M, nullptr, 0, Tokens, 2, &Count), Wrong);
  EXPECT_EQ(weir_matcher_forced_tokens(M, &None, 0, Tokens, 2, &Count), Wrong);
  EXPECT_EQ(weir_matcher_completion(M, nullptr, 1, &Count), Wrong);
  EXPECT_EQ(weir_matcher_completion(M, Text, 4, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_explain(M, 'a', nullptr, 1, &Count, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_explain(M, 'a', Text, 4, nullptr, nullptr), Wrong);
  if (M) {
    EXPECT_EQ(weir_matcher_explain(M, 999, Text, 4, &Count, nullptr), WEIR_OK) << "no token";
    EXPECT_GT(Count, 4U) << "the whole length of what was cut";
  }
  EXPECT_EQ(weir_matcher_trace(M, nullptr, 1, &Count), Wrong);
  EXPECT_EQ(weir_matcher_trace(M, Text, 4, nullptr), Wrong);
  weir_matcher_statistics Counts = {};
  EXPECT_EQ(weir_matcher_get_statistics(M, &Counts), Wrong) << "no struct_size";
  EXPECT_EQ(weir_matcher_get_statistics(M, nullptr), Wrong);
  EXPECT_EQ(weir_matcher_fork(M, nullptr), Wrong);
  const int32_t Roots[] = {-1, 1}, Below[] = {-1, -2};
  weir_status Answers[2] = {WEIR_IO_ERROR, WEIR_IO_ERROR};
  uint32_t Rows[18] = {};
  Tokens[1] = 'b';
  for (const int32_t *Parents : {Roots, Below})
    EXPECT_EQ(weir_matcher_fill_draft_tree(M, Tokens, Parents, 2, Rows, 9, 257, Answers), Wrong);
  EXPECT_EQ(weir_matcher_fill_draft_tree(M, nullptr, Roots, 1, Rows, 9, 257, Answers), Wrong);
  EXPECT_EQ(weir_matcher_fill_draft_tree(M, Tokens, nullptr, 1, Rows, 9, 257, Answers), Wrong);
  EXPECT_EQ(weir_matcher_fill_draft_tree(M, Tokens, Roots, 1, nullptr, 9, 257, Answers), Wrong);
  EXPECT_EQ(weir_matcher_fill_draft_tree(M, Tokens, Roots, 1, Rows, 8, 257, Answers), Wrong);
  EXPECT_EQ(weir_matcher_fill_draft_tree(M, Tokens, Roots, 1, Rows, 9, 257, nullptr), Wrong);
  EXPECT_EQ(Answers[0], WEIR_IO_ERROR);
  weir_matcher *Twice[] = {M, M};
  EXPECT_EQ(weir_fill_batch(Twice, 2, Rows, 9, nullptr, 257, nullptr, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_fill_batch(Twice, 1, Rows, 8, nullptr, 257, nullptr, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_fill_batch(Twice, 1, nullptr, 9, nullptr, 257, nullptr, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_fill_batch(nullptr, 1, Rows, 9, nullptr, 257, nullptr, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_accept_batch(Twice, Tokens, 2, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_accept_batch(Twice, nullptr, 1, nullptr, nullptr), Wrong);
  EXPECT_EQ(weir_accept_batch(nullptr, Tokens, 1, nullptr, nullptr), Wrong);
}

TEST_F(CCallWalk, Matchers) {
  match("a[bc]");
  weir_matcher *M = Matcher;
  refuse(M);
  EXPECT_EQ(mask(M), "a") << "as if nobody had asked";
  EXPECT_EQ(weir_matcher_history(M), 0U);
  EXPECT_EQ(weir_matcher_prefix_left(M), 0U);
  ASSERT_EQ(weir_matcher_accept(M, 'a'), WEIR_OK);
  refuse(M);
  EXPECT_EQ(mask(M), "bc");
  ASSERT_EQ(weir_matcher_accept(M, 'c'), WEIR_OK);
  ASSERT_EQ(weir_matcher_accept(M, 256), WEIR_OK);

  // After the end every call has an answer.
  refuse(M);
  EXPECT_EQ(mask(M), "$");
  EXPECT_EQ(weir_matcher_is_terminated(M), 1);
  EXPECT_EQ(weir_matcher_is_accepting(M), 1);
  EXPECT_EQ(weir_matcher_accept(M, 256), WEIR_TERMINATED);
  const uint32_t Tokens[] = {'a', 256};
  size_t Count = 9;
  EXPECT_EQ(weir_matcher_accept_tokens(M, Tokens, 2, &Count), WEIR_TERMINATED);
  EXPECT_EQ(Count, 0U);
  EXPECT_EQ(weir_matcher_accept_bytes(M, "a", 1), WEIR_TERMINATED);
  EXPECT_EQ(weir_matcher_validate(M, Tokens, 2, &Count), WEIR_OK);
  EXPECT_EQ(Count, 0U);
  EXPECT_EQ(weir_matcher_validate_bytes(M, "a", 1, &Count), WEIR_OK);
  EXPECT_EQ(Count, 0U);
  char Text[64];
  EXPECT_EQ(weir_matcher_forced_bytes(M, Text, sizeof(Text), &Count), WEIR_OK);
  EXPECT_EQ(Count, 0U);
  EXPECT_EQ(weir_matcher_completion(M, Text, sizeof(Text), &Count), WEIR_OK);
  EXPECT_EQ(Count, 0U);
  int Allowed = 7;
  EXPECT_EQ(weir_matcher_explain(M, 'a', Text, sizeof(Text), &Count, &Allowed), WEIR_OK);
  EXPECT_EQ(Allowed, 0);
  EXPECT_EQ(weir_matcher_set_banned(M, Tokens, 1), WEIR_OK);
  EXPECT_EQ(weir_matcher_set_banned(M, nullptr, 0), WEIR_OK);
  uint32_t Rows[9];
  const int32_t Root = -1;
  weir_status Answer = WEIR_IO_ERROR;
  EXPECT_EQ(weir_matcher_fill_draft_tree(M, Tokens, &Root, 1, Rows, 9, 257, &Answer), WEIR_OK);
  EXPECT_EQ(Answer, WEIR_TERMINATED);
  EXPECT_EQ(weir_accept_batch(&M, Tokens, 1, nullptr, &Answer), WEIR_TERMINATED);
  EXPECT_EQ(weir_fill_batch(&M, 1, Rows, 9, nullptr, 257, nullptr, &Answer, nullptr), WEIR_OK);
  weir_matcher *Fork = nullptr;
  ASSERT_EQ(weir_matcher_fork(M, &Fork), WEIR_OK);
  EXPECT_EQ(weir_matcher_is_terminated(Fork), 1);
  EXPECT_GT(weir_matcher_memory(Fork), 0U);
  weir_matcher_destroy(Fork);
  EXPECT_EQ(weir_matcher_rollback(M, 1), WEIR_OK);
  EXPECT_EQ(mask(M), "$");
  EXPECT_EQ(weir_matcher_reset(M), WEIR_OK);
  EXPECT_EQ(mask(M), "a");
}

TEST_F(CCallWalk, NoMatcher) {
  refuse(nullptr);
  match("a");
  auto *M = untouched<weir_matcher>();
  EXPECT_EQ(weir_matcher_create(nullptr, Vocabulary, Tables, nullptr, &M, NoMessage), Wrong);
  EXPECT_EQ(weir_matcher_create(Grammar, nullptr, Tables, nullptr, &M, NoMessage), Wrong);
  EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, nullptr, nullptr, NoMessage), Wrong);
  weir_matcher_options O = {};
  EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, &O, &M, NoMessage), Wrong);
  EXPECT_EQ(M, untouched<weir_matcher>());
  EXPECT_EQ(weir_matcher_reset(nullptr), Wrong);
  EXPECT_EQ(weir_matcher_accept(nullptr, 'a'), Wrong);
  EXPECT_EQ(weir_matcher_last_error(nullptr, NoMessage), Wrong);
  EXPECT_EQ(weir_matcher_history(nullptr), 0U);
  EXPECT_EQ(weir_matcher_is_accepting(nullptr), 0);
  EXPECT_EQ(weir_matcher_is_terminated(nullptr), 0);
  EXPECT_EQ(weir_matcher_prefix_left(nullptr), 0U);
  EXPECT_EQ(weir_matcher_memory(nullptr), 0U);
  weir_matcher_destroy(nullptr);
  EXPECT_EQ(weir_pool_create(1, nullptr), Wrong);
  weir_pool_destroy(nullptr);
  const weir_executor Here = weir_pool_executor(nullptr);
  int Ran = 0;
  Here.run(Here.context, 3, [](void *C, size_t) { ++*static_cast<int *>(C); }, &Ran);
  EXPECT_EQ(Ran, 3) << "a null pool runs on the calling thread";
}

TEST(CCallWalkItself, NoFunctionIsMissing) {
  const char *Source = std::getenv("WEIR_TEST_SOURCE_DIR");
  if (!Source)
    GTEST_SKIP() << "WEIR_TEST_SOURCE_DIR is not set";
  auto read = [&](const std::string &Path) {
    std::ifstream File(std::string(Source) + Path);
    EXPECT_TRUE(File) << Path;
    return std::string(std::istreambuf_iterator<char>(File), {});
  };
  const std::string Here = read("/unittests/CAPI/CallWalkTest.cpp");
  const std::regex Declared(R"(WEIR_API\s[^;(]*?\b(weir_\w+)\()");
  size_t Functions = 0;
  for (const char *Header : {"Common", "Runtime", "Compiler", "Service"}) {
    const std::string Text = read(std::string("/include/weir-c/") + Header + ".h");
    for (std::sregex_iterator I(Text.begin(), Text.end(), Declared), End; I != End; ++I) {
      ++Functions;
      EXPECT_TRUE(std::regex_search(Here, std::regex("\\b" + (*I)[1].str() + "\\b")))
          << (*I)[1] << " is not called here";
    }
  }
  EXPECT_GT(Functions, 70U);
}

} // namespace
