//===- CompilerTest.cpp - The C interface of the compiler -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "CApiTesting.h"

namespace {

class CCompilerTest : public weir::test::Fixture {
protected:
  weir_status compile(weir_language Language, std::string_view Spec,
                      const weir_compile_options *Options = nullptr) {
    weir_grammar_release(Grammar);
    Grammar = nullptr;
    weir_diagnostics *Diags = nullptr;
    weir_status Answer =
        weir_compile(Compiler, Language, Spec.data(), Spec.size(), Options, &Grammar, &Diags);
    const char *Got = nullptr;
    size_t Size = 0;
    Text.clear();
    Json.clear();
    if (weir_diagnostics_text(Diags, &Got, &Size) == WEIR_OK)
      Text.assign(Got, Size);
    if (weir_diagnostics_json(Diags, &Got, &Size) == WEIR_OK)
      Json.assign(Got, Size);
    Errors = weir_diagnostics_errors(Diags);
    weir_diagnostics_destroy(Diags);
    EXPECT_EQ(Answer == WEIR_OK, Grammar != nullptr);
    return Answer;
  }
  bool accepts(std::string_view Text) {
    weir_matcher *M = nullptr;
    EXPECT_EQ(weir_matcher_create(Grammar, Vocabulary, Tables, nullptr, &M, {nullptr, 0}), WEIR_OK);
    bool Answer = weir_matcher_accept_bytes(M, Text.data(), Text.size()) == WEIR_OK &&
                  weir_matcher_is_accepting(M);
    weir_matcher_destroy(M);
    return Answer;
  }
  static weir_compile_options options() {
    weir_compile_options O = {};
    O.struct_size = sizeof(O);
    return O;
  }
  std::string Text, Json;
  size_t Errors = 0;
};

TEST_F(CCompilerTest, JsonSchemaWithOptions) {
  const char *Schema = R"({"type": "object", "properties": {"a": {}, "b": {"type": "null"}},
                           "required": ["a", "b"], "additionalProperties": false})";
  ASSERT_EQ(compile(WEIR_JSON_SCHEMA, Schema), WEIR_OK) << Text;
  EXPECT_GT(weir_grammar_memory(Grammar), 0U);
  EXPECT_TRUE(accepts(R"({"a": 1, "b": null})"));
  EXPECT_TRUE(accepts(R"({"a":1,"b":null})"));
  EXPECT_FALSE(accepts(R"({"b":null,"a":1})"));

  weir_compile_options O = options();
  O.key_order = WEIR_KEYS_ANY;
  O.whitespace = WEIR_WHITESPACE_COMPACT;
  O.optimisation = 3;
  ASSERT_EQ(compile(WEIR_JSON_SCHEMA, Schema, &O), WEIR_OK) << Text;
  EXPECT_TRUE(accepts(R"({"b":null,"a":1})"));
  EXPECT_FALSE(accepts(R"({"a": 1, "b": null})"));
}

TEST_F(CCompilerTest, PresentationOptions) {
  const char *Schema = R"({"type": "object", "properties": {"\u00e9": {"type": "string"}, "b": {}},
                           "required": ["\u00e9", "b"], "additionalProperties": false})";
  weir_compile_options O = options();
  O.non_ascii = WEIR_NON_ASCII_ESCAPED;
  O.item_separator = " , ";
  O.item_separator_size = 3;
  O.key_separator = ":\t";
  O.key_separator_size = 2;
  ASSERT_EQ(compile(WEIR_JSON_SCHEMA, Schema, &O), WEIR_OK) << Text;
  EXPECT_TRUE(accepts("{\"\\u00e9\":\t\"\\ud83d\\ude00\" , \"b\":\tnull}"));
  EXPECT_FALSE(accepts("{\"\\u00E9\":\t\"\" , \"b\":\tnull}"));
  EXPECT_FALSE(accepts("{\"\u00e9\":\t\"\" , \"b\":\tnull}"));
  EXPECT_FALSE(accepts("{\"\\u00e9\":\"\",\"b\":null}"));

  O = options();
  O.profile = WEIR_PROFILE_OPENAI_STRICT;
  EXPECT_EQ(compile(WEIR_JSON_SCHEMA, "true", &O), WEIR_REJECTED);
  EXPECT_NE(Text.find("[strict-root]"), std::string::npos) << Text;
}

TEST_F(CCompilerTest, ErrorsAreTextAndJson) {
  weir_compile_options O = options();
  O.name = "mine.json";
  O.name_size = 9;
  EXPECT_EQ(compile(WEIR_JSON_SCHEMA, R"({"type": 1})", &O), WEIR_REJECTED);
  EXPECT_EQ(Errors, 1U);
  EXPECT_EQ(Text.substr(0, 12), "mine.json:1:") << Text;
  EXPECT_NE(Json.find("\"pointer\": \"/type\""), std::string::npos) << Json;
}

TEST_F(CCompilerTest, LanguagesThatAreNotHereAreRefusedByName) {
  EXPECT_EQ(compile(WEIR_GBNF, "root ::= \"a\""), WEIR_REJECTED);
  EXPECT_NE(Text.find("[language-unavailable]"), std::string::npos) << Text;
  EXPECT_EQ(compile(WEIR_LARK, "start: \"a\""), WEIR_REJECTED);
}

TEST_F(CCompilerTest, WrongOptionsAreArgumentErrors) {
  auto Refused = [&](auto Change) {
    weir_compile_options O = options();
    Change(O);
    return compile(WEIR_JSON_SCHEMA, "true", &O) == WEIR_INVALID_ARGUMENT;
  };
  EXPECT_FALSE(Refused([](weir_compile_options &) {}));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.struct_size = 0; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.optimisation = 5; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.indent_width = 65; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.whitespace = 4; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.key_order = 2; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.draft = 6; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.escapes = 2; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.non_ascii = 2; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.profile = 2; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.item_separator = ""; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.item_separator_size = 1; }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) {
    O.key_separator = ",";
    O.key_separator_size = 1;
  }));
  EXPECT_TRUE(Refused([](weir_compile_options &O) { O.remote_count = 1; }));
  EXPECT_EQ(weir_compile(Compiler, weir_language(7), "a", 1, nullptr, &Grammar, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_compile(nullptr, WEIR_REGEX, "a", 1, nullptr, &Grammar, nullptr),
            WEIR_INVALID_ARGUMENT);
}

TEST_F(CCompilerTest, OlderAndNewerCallers) {
  // A caller that knows the first fields only.
  weir_compile_options O = options();
  O.struct_size = offsetof(weir_compile_options, key_order);
  O.key_order = weir_key_order(77);
  EXPECT_EQ(compile(WEIR_REGEX, "a", &O), WEIR_OK);
  // One that knows more: the rest must be unset.
  struct {
    weir_compile_options Known;
    uint64_t More;
  } Newer = {options(), 0};
  Newer.Known.struct_size = sizeof(Newer);
  EXPECT_EQ(compile(WEIR_REGEX, "a", &Newer.Known), WEIR_OK);
  Newer.More = 1;
  EXPECT_EQ(compile(WEIR_REGEX, "a", &Newer.Known), WEIR_INVALID_ARGUMENT);
}

TEST_F(CCompilerTest, WarningsOfALenientCompilation) {
  weir_compile_options O = options();
  O.lenient = 1;
  const char *Schema = R"({"type": "string", "contentEncoding": "base64", "nope": 1})";
  EXPECT_EQ(compile(WEIR_JSON_SCHEMA, Schema, &O), WEIR_OK) << Text;
  EXPECT_EQ(Errors, 0U);
}

} // namespace
