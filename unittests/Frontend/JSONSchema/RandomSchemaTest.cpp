//===- RandomSchemaTest.cpp - Small schemas of all keywords, at random ----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A seed makes a schema. Three things must agree on it: the specification, as Evaluator.h
// words it; the matcher of the whole way down; and the oracle's reading of the grammar.
//
//   instances  made at random and written as the options say, are accepted exactly when
//              they are valid; written in another way, never
//   texts      written under the masks, are valid
//   masks      over a toy vocabulary, are the oracle's
//
// The seed also chooses the options of presentation.
//
// A schema may be refused for a reason that is a limit; one that has no value must be.
//
//===----------------------------------------------------------------------===//
#include "../../Lower/OracleCheck.h"
#include "Evaluator.h"
#include "Rendering.h"
#include "TestSupport.h"

#include "weir/Driver/Compiler.h"
#include "weir/Sampling/Walker.h"
#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

#include <iostream>

using namespace weir;
using namespace weir::jsonschema;

namespace {

/// Makes schemas and instances.
class Generator {
public:
  explicit Generator(unsigned Seed) : Rng(Seed) {}

  std::string schema() {
    std::string Root = object(3);
    if (Root.find("#/$defs/d") == std::string::npos)
      return Root;
    return "{\"$defs\": {\"d\": " + object(2) + "}, " + Root.substr(1);
  }

  std::string instance(unsigned Depth) {
    switch (below(Depth ? 9 : 5)) {
    case 0:
      return pick({"null", "true", "false"});
    case 1:
    case 2:
      return pick({"0", "1", "2", "3", "-1", "0.5", "1.0", "2.5", "6"});
    case 3:
    case 4:
      return pick({"\"\"", "\"a\"", "\"b\"", "\"ab\"", "\"ba\"", "\"aab\"", "\"c\"", "\"\u00e9\"",
                   "\"\U0001f600\"", "\"a\\u007f\""});
    case 5:
    case 6: {
      std::string Out;
      for (unsigned N = below(4); N > 0; --N)
        Out += (Out.empty() ? "" : ", ") + instance(Depth - 1);
      return "[" + Out + "]";
    }
    default: {
      std::string Out;
      std::set<std::string> Used;
      for (unsigned N = below(4); N > 0; --N)
        if (std::string Key = name(); Used.insert(Key).second)
          Out += (Out.empty() ? "" : ", ") + Key + ": " + instance(Depth - 1);
      return "{" + Out + "}";
    }
    }
  }

  unsigned below(unsigned N) { return Rng() % N; }

private:
  std::string pick(std::initializer_list<const char *> L) {
    return L.begin()[below(unsigned(L.size()))];
  }
  std::string name() {
    return pick({"\"a\"", "\"b\"", "\"ab\"", "\"c\"", "\"a\"", "\"b\"", "\"ab\"", "\"\u00e9\""});
  }
  std::string number() { return std::to_string(below(4)); }
  std::string pattern() {
    return pick(
        {"\"^a\"", "\"b$\"", "\"^[ab]{2}$\"", "\"a\"", "\"^(ab?)*$\"", "\"^(\u00e9|a)+$\""});
  }

  /// Elements, or members "name: element" with different names.
  template <typename Fn>
  std::string list(unsigned Most, Fn Element) {
    std::string Out;
    for (unsigned N = 1 + below(Most); N > 0; --N)
      Out += (Out.empty() ? "" : ", ") + Element();
    return Out;
  }
  template <typename Key, typename Fn>
  std::string map(unsigned Most, Key MakeKey, Fn Element) {
    std::string Out;
    std::set<std::string> Used;
    for (unsigned N = 1 + below(Most); N > 0; --N)
      if (std::string K = MakeKey(); Used.insert(K).second)
        Out += (Out.empty() ? "" : ", ") + K + ": " + Element();
    return "{" + Out + "}";
  }

  std::string schema(unsigned Depth) {
    if (Depth == 0 || below(5) == 0)
      return pick({"true", "false", "{\"type\": \"integer\"}", "{\"type\": \"string\"}",
                   "{\"const\": 1}", "{\"enum\": [\"a\", null, 2]}", "{\"minimum\": 1}",
                   "{\"type\": [\"object\", \"null\"]}", "{\"$ref\": \"#/$defs/d\"}"});
    return object(Depth);
  }

  std::string object(unsigned Depth) {
    std::string Out;
    std::set<std::string> Used;
    auto Add = [&](const char *Key, const std::string &Value) {
      if (Used.insert(Key).second)
        Out += std::string(Out.empty() ? "" : ", ") + "\"" + Key + "\": " + Value;
    };
    auto Sub = [&] { return schema(Depth - 1); };
    auto Name = [&] { return name(); };
    auto Names = [&] { return "[" + map1() + "]"; };
    if (below(3) == 0)
      Add("type", pick({"\"object\"", "\"array\"", "\"string\"", "\"number\"", "\"integer\"",
                        "[\"object\", \"array\"]", "[\"string\", \"integer\", \"null\"]"}));
    for (unsigned N = 1 + below(3); N > 0; --N)
      switch (below(29)) {
      case 0:
        Add("enum", "[" + list(4, [&] { return instance(1); }) + "]");
        break;
      case 1:
        Add("const", instance(1));
        break;
      case 2:
        Add(pick({"minimum", "exclusiveMinimum"}).c_str(), pick({"0", "1", "-0.5", "1.5"}));
        break;
      case 3:
        Add(pick({"maximum", "exclusiveMaximum"}).c_str(), pick({"0", "2", "2.5", "6"}));
        break;
      case 4:
        Add("multipleOf", pick({"1", "2", "0.5", "3"}));
        break;
      case 5:
        Add("minLength", number());
        break;
      case 6:
        Add("maxLength", number());
        break;
      case 7:
        Add("pattern", pattern());
        break;
      case 8:
        Add("minItems", number());
        break;
      case 9:
        Add("maxItems", number());
        break;
      case 10:
        Add("uniqueItems", "true");
        break;
      case 11:
        Add("prefixItems", "[" + list(2, Sub) + "]");
        break;
      case 12:
        Add("items", Sub());
        break;
      case 13:
        Add("contains", Sub());
        if (below(2))
          Add("minContains", number());
        if (below(2))
          Add("maxContains", number());
        break;
      case 14:
      case 15:
      case 16:
        Add("properties", map(3, Name, Sub));
        break;
      case 17:
        Add("patternProperties", map(2, [&] { return pattern(); }, Sub));
        break;
      case 18:
        Add("additionalProperties", Sub());
        break;
      case 19:
        Add("propertyNames",
            pick({"{\"pattern\": \"^a\"}", "{\"maxLength\": 1}", "{\"const\": \"b\"}"}));
        break;
      case 20:
        Add("required", Names());
        break;
      case 21:
        Add(pick({"minProperties", "maxProperties"}).c_str(), number());
        break;
      case 22:
        Add("dependentRequired", map(2, Name, Names));
        break;
      case 23:
        Add("dependentSchemas", map(2, Name, Sub));
        break;
      case 24:
        Add(pick({"allOf", "anyOf", "oneOf"}).c_str(), "[" + list(3, Sub) + "]");
        break;
      case 25:
        Add(pick({"anyOf", "oneOf"}).c_str(), "[" + list(3, Sub) + "]");
        break;
      case 26:
        Add("not", Sub());
        break;
      case 27:
        Add("if", Sub());
        Add("then", Sub());
        if (below(2))
          Add("else", Sub());
        break;
      case 28:
        Add(pick({"unevaluatedProperties", "unevaluatedItems"}).c_str(),
            pick({"false", "{\"type\": \"integer\"}"}));
        break;
      }
    return "{" + Out + "}";
  }

  /// Different names in a list.
  std::string map1() {
    std::string Out;
    std::set<std::string> Used;
    for (unsigned N = 1 + below(2); N > 0; --N)
      if (std::string K = name(); Used.insert(K).second)
        Out += (Out.empty() ? "" : ", ") + K;
    return Out;
  }

  std::mt19937 Rng;
};

struct Counts {
  unsigned Compiled = 0, Valid = 0, Otherwise = 0, Texts = 0, MasksChecked = 0;
  std::map<std::string, unsigned> Refused;
};

std::optional<json::Document> parse(SourceManager &Sources, const std::string &Text) {
  DiagnosticEngine Diags(Sources);
  return json::parse(Sources.add("value", Text), Diags);
}

/// Options of presentation; keys in any order but for one seed in six.
Options someOptions(unsigned Seed) {
  std::mt19937 Rng(Seed ^ 0x5EED);
  Options O;
  O.Space = jsonschema::Whitespace(Rng() % 4);
  O.IndentWidth = Rng() % 4;
  O.KeyOrder = Rng() % 6 == 0 ? ir::KeyOrder::Declared : ir::KeyOrder::Any;
  O.Escapes = Rng() % 2 ? ir::Escapes::Any : ir::Escapes::Canonical;
  O.EscapeNonAscii = Rng() % 2;
  if (Rng() % 4 == 0)
    O.ItemSeparator = Rng() % 2 ? "," : " ,\t";
  if (Rng() % 4 == 0)
    O.KeySeparator = Rng() % 2 ? ":" : " :\n";
  return O;
}

std::string describe(const Options &O) {
  return "space " + std::to_string(unsigned(O.Space)) + "/" + std::to_string(O.IndentWidth) +
         (O.KeyOrder == ir::KeyOrder::Any ? ", any order" : "") +
         (O.Escapes == ir::Escapes::Any ? ", any escapes" : "") +
         (O.EscapeNonAscii ? ", ASCII" : "") + ", separators '" + O.ItemSeparator + "' '" +
         O.KeySeparator + "'";
}

/// Others, under which no text of the first is written but those that both write.
std::optional<Options> otherOptions(const Options &O, unsigned Seed) {
  Options Other = O;
  if (Seed % 2 && O.Space != Whitespace::Flexible) {
    Other.Space = O.Space == Whitespace::Compact  ? Whitespace::Single
                  : O.Space == Whitespace::Single ? Whitespace::Indent
                                                  : Whitespace::Compact;
    return Other;
  }
  if (O.Escapes == ir::Escapes::Any && !O.EscapeNonAscii)
    return std::nullopt;
  Other.EscapeNonAscii = !O.EscapeNonAscii;
  Other.Escapes = ir::Escapes::Canonical;
  return Other;
}

/// Whether the evaluator's doubles are as good as the numbers of a text.
bool hasPlainNumbers(const json::Document &D, json::ValueId V) {
  constexpr size_t Digits = 14;
  switch (D.kind(V)) {
  case json::Kind::Number:
    return D.number(V).size() <= Digits && D.number(V).find_first_of("eE") == std::string::npos;
  case json::Kind::Array:
    return std::all_of(D.elements(V).begin(), D.elements(V).end(),
                       [&](json::ValueId E) { return hasPlainNumbers(D, E); });
  case json::Kind::Object:
    return std::all_of(D.members(V).begin(), D.members(V).end(),
                       [&](const json::Member &M) { return hasPlainNumbers(D, M.Value); });
  default:
    return true;
  }
}

/// Whether the second options write the value so that the first never do: another form of
/// white space where it has any, or another form of characters beyond ASCII that it has.
bool isWrittenApart(const json::Document &D, const Options &Style, const Options &Other) {
  Options Mine = Style, Theirs = Other;
  Mine.Escapes = Theirs.Escapes = ir::Escapes::Canonical;
  if (Style.Space == Whitespace::Flexible)
    Mine.Space = Theirs.Space = Whitespace::Compact;
  return test::Rendering(D, Mine, 0).value(D.root()) !=
         test::Rendering(D, Theirs, 0).value(D.root());
}

class RandomSchemas : public testing::Test {
protected:
  void check(unsigned Seed);
  void sample(const std::shared_ptr<const Grammar> &G, unsigned Seed, test::Evaluator &E,
              bool AnyEscapes);

  FrontendRegistry Frontends;
  VocabularyRef Bytes = bytesVocabulary(), Demo = demoVocabulary();
  WalkerTables Walks{*Demo};
  VocabularyRef Toy =
      toyVocabulary("{}[]\":, 0123456789.-abcdnultrefsDEF\\\n\t\x7F\xC3\xA9\xF0\x9F\x98\x80", 1,
                    {"null", "true", "\":", "\"a\"", "\"b\": ", "], [", "\", \"", "\\u00e9",
                     "\\u00E", "\xC3\xA9"},
                    20);
  Counts Sum;
  unsigned MasksEvery = 4;
};

void RandomSchemas::sample(const std::shared_ptr<const Grammar> &G, unsigned Seed,
                           test::Evaluator &E, bool AnyEscapes) {
  auto M = Matcher::create(G, Demo, TableCache::create(Demo));
  ASSERT_TRUE(M.ok());
  std::vector<uint32_t> Row(Matcher::rowWords(Demo->size()));
  for (unsigned Walk = 0; Walk < 3; ++Walk) {
    Walker W(Walks, Seed * 10 + Walk, 10, 70);
    M->reset();
    std::string Text;
    for (unsigned Step = 0; Step < 40 && !M->isTerminated(); ++Step) {
      ASSERT_TRUE(M->fillMask(Row, Demo->size()).ok()) << Text;
      std::optional<TokenId> T = W.choose(Row);
      ASSERT_TRUE(T) << "a dead end after " << Text;
      ASSERT_TRUE(M->accept(*T)) << Text;
      auto B = Demo->bytes(*T);
      if (!M->isTerminated())
        Text.append(reinterpret_cast<const char *>(B.data()), B.size());
    }
    if (!M->isTerminated()) {
      std::optional<std::string> End = M->completion(1 << 14);
      // A completion is looked for greedily, which escapes of every kind may lead astray.
      if (!End && AnyEscapes)
        return;
      ASSERT_TRUE(End) << "no completion of " << Text;
      ASSERT_TRUE(M->acceptBytes(*End) && M->isAccepting()) << Text << " and " << *End;
      Text += *End;
    }
    SourceManager Own;
    auto V = parse(Own, Text);
    ASSERT_TRUE(V) << Text;
    if (!hasPlainNumbers(*V, V->root()))
      continue;
    EXPECT_TRUE(E.isValid(*V, V->root())) << "not valid: " << Text;
    ++Sum.Texts;
  }
}

void RandomSchemas::check(unsigned Seed) {
  Generator Make(Seed);
  const std::string Text = Make.schema();
  jsonschema::Options Style = someOptions(Seed);
  // Whether an item whose surrogate pair is half read can still be new takes more steps than
  // the matcher's limits allow, where each digit has two spellings: an error, no wrong answer.
  if (Text.find("uniqueItems") != std::string::npos)
    Style.Escapes = ir::Escapes::Canonical;
  SCOPED_TRACE("seed " + std::to_string(Seed) + ": " + Text + " " + describe(Style));
  SourceManager Sources;
  auto Schema = parse(Sources, Text);
  ASSERT_TRUE(Schema);
  test::Evaluator E(*Schema);
  std::vector<std::string> Instances;
  for (unsigned I = 0; I < 60; ++I)
    Instances.push_back(Make.instance(2));

  CompileOptions Options;
  Options.Language = SpecLanguage::JsonSchema;
  Options.Frontend.JsonSchema = Style;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add("schema.json", Text);
  auto M = parseSpec(Frontends, Sources, File, Options, Diags);
  std::optional<ir::Module> Plain = M;
  std::shared_ptr<const Grammar> G;
  if (M && optimise(*M, Options, Diags))
    G = lower(*M, {}, Diags);
  if (!G) {
    std::string Name;
    for (const Diagnostic &D : Diags.diagnostics())
      if (D.Level == Severity::Error)
        Name = diagName(D.Id);
    ++Sum.Refused[Name];
    if (Name == "schema-unsatisfiable") {
      for (const std::string &I : Instances) {
        SourceManager Own;
        auto V = parse(Own, I);
        EXPECT_FALSE(E.isValid(*V, V->root())) << "has a value: " << I;
      }
    } else {
      EXPECT_TRUE(Name == "schema-budget" || Name == "liveness-unproved" ||
                  Name == "schema-negation" || Name == "schema-key-budget" ||
                  Name == "schema-ref-cycle")
          << printText(Diags);
    }
    return;
  }
  ++Sum.Compiled;
  auto Mt = Matcher::create(G, Bytes, TableCache::create(Bytes));
  ASSERT_TRUE(Mt.ok());
  for (const std::string &I : Instances) {
    SourceManager Own;
    auto V = parse(Own, I);
    ASSERT_TRUE(V) << I;
    const bool Valid = E.isValid(*V, V->root());
    auto Accepts = [&](const std::string &Written) {
      Mt->reset();
      const bool Accepted = Mt->acceptBytes(Written) && Mt->isAccepting();
      EXPECT_EQ(Mt->lastError(), Status::Ok) << Written;
      return Accepted;
    };
    const std::string Written = test::Rendering(*V, Style, Seed).value(V->root());
    if (Style.KeyOrder == ir::KeyOrder::Any)
      EXPECT_EQ(Accepts(Written), Valid) << Written;
    else
      EXPECT_FALSE(Accepts(Written) && !Valid) << Written;
    Sum.Valid += Valid;
    if (auto Other = otherOptions(Style, Seed + unsigned(I.size())); Valid && Other) {
      const std::string Differently = test::Rendering(*V, *Other, Seed).value(V->root());
      // Compared in the form without dice: what both write is no contradiction.
      if (isWrittenApart(*V, Style, *Other)) {
        EXPECT_FALSE(Accepts(Differently)) << Differently;
        ++Sum.Otherwise;
      }
    }
  }
  sample(G, Seed, E, Style.Escapes == ir::Escapes::Any);
  // The oracle is slow: some schemas, small ones.
  if (Seed % MasksEvery == 0 && Plain->ruleCount() <= 12) {
    CheckOptions O;
    O.Walks = 2;
    O.Steps = 8;
    O.Seed = Seed;
    O.Completions = false;
    EXPECT_TRUE(checkMasks(*M, Toy, O, &*Plain));
    ++Sum.MasksChecked;
  }
}

TEST_F(RandomSchemas, TheSpecificationTheMatcherAndTheOracleAgree) {
  // More of them: WEIR_RANDOM_SCHEMAS=first,count,masks every so many
  unsigned First = 1, Count = 250;
  if (const char *More = std::getenv("WEIR_RANDOM_SCHEMAS"))
    std::sscanf(More, "%u,%u,%u", &First, &Count, &MasksEvery);
  for (unsigned Seed = First; Seed < First + Count && !HasFailure(); ++Seed)
    check(Seed);
  std::cout << Sum.Compiled << " compiled, " << Sum.Valid << " valid instances, " << Sum.Otherwise
            << " of them written otherwise, " << Sum.Texts << " texts, " << Sum.MasksChecked
            << " with the oracle's masks\n";
  for (const auto &[Name, N] : Sum.Refused)
    std::cout << "  " << N << " " << Name << "\n";
  EXPECT_GT(Sum.Compiled * 2, Count);
  EXPECT_GT(Sum.Otherwise * 2, Count);
}

} // namespace
