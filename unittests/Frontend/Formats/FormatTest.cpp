//===- FormatTest.cpp - The languages behind `format` ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "../Regex/TextMatcher.h"
#include "weir/Frontend/Formats/Formats.h"
#include "weir/JSON/Value.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace weir;

namespace {

class FormatTest : public testing::Test {
protected:
  bool accepts(std::string_view Name, std::string_view Text) {
    const FormatInfo *F = lookupFormat(Name);
    EXPECT_TRUE(F && F->Kind == FormatKind::Text) << Name;
    return test::TextMatcher(M, Text).accepts(formatLanguage(M, *F));
  }
  void expect(std::string_view Name, std::initializer_list<const char *> Valid,
              std::initializer_list<const char *> Invalid) {
    for (const char *Text : Valid)
      EXPECT_TRUE(accepts(Name, Text)) << Name << " " << Text;
    for (const char *Text : Invalid)
      EXPECT_FALSE(accepts(Name, Text)) << Name << " " << Text;
  }
  ir::Module M;
};

TEST_F(FormatTest, Lookup) {
  std::string_view Last;
  for (const FormatInfo &F : allFormats()) {
    EXPECT_LT(Last, F.Name) << "Formats.def is in order";
    Last = F.Name;
    EXPECT_EQ(lookupFormat(F.Name), &F);
    EXPECT_EQ(F.Kind == FormatKind::Text, !F.Pattern.empty() || F.Build) << F.Name;
    EXPECT_FALSE(!F.Pattern.empty() && F.Build) << F.Name;
    EXPECT_FALSE(F.Source.empty()) << F.Name;
    if (F.Kind != FormatKind::Text)
      continue;
    EXPECT_TRUE(formatLanguage(M, F)) << F.Name;
  }
  EXPECT_EQ(lookupFormat("unknown"), nullptr);
  EXPECT_EQ(lookupFormat(""), nullptr);
  EXPECT_EQ(lookupFormat("int32")->Kind, FormatKind::Number);
  EXPECT_EQ(lookupFormat("regex")->Kind, FormatKind::Pattern);
}

bool isLeap(unsigned Year) { return Year % 4 == 0 && (Year % 100 != 0 || Year % 400 == 0); }

// Every day of every month in chosen years, against the calendar.
TEST_F(FormatTest, Dates) {
  const unsigned Days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  ir::ExprId Date = formatLanguage(M, *lookupFormat("date"));
  for (unsigned Year : {0U, 4U, 100U, 400U, 1900U, 1996U, 1999U, 2000U, 2023U, 2024U, 2100U, 9999U})
    for (unsigned Month = 0; Month <= 13; ++Month)
      for (unsigned Day = 0; Day <= 32; ++Day) {
        char Text[16];
        std::snprintf(Text, sizeof Text, "%04u-%02u-%02u", Year % 10000, Month % 100, Day % 100);
        bool Valid = Month >= 1 && Month <= 12 && Day >= 1 &&
                     Day <= Days[Month - 1] + (Month == 2 && isLeap(Year));
        EXPECT_EQ(test::TextMatcher(M, Text).accepts(Date), Valid) << Text;
      }
  // 29 February in every year.
  for (unsigned Year = 0; Year < 10000; ++Year) {
    char Text[16];
    std::snprintf(Text, sizeof Text, "%04u-02-29", Year % 10000);
    EXPECT_EQ(test::TextMatcher(M, Text).accepts(Date), isLeap(Year)) << Text;
  }
}

TEST_F(FormatTest, Times) {
  expect("time",
         {"00:00:00Z", "23:59:59.000001z", "12:30:45+23:59", "12:30:45-00:00", "23:59:60Z",
          "23:59:60.5-00:00", "00:59:60+01:00", "00:14:60+00:15", "05:29:60.123+05:30",
          "15:59:60-08:00", "23:44:60-00:15"},
         {"24:00:00Z", "12:60:00Z", "12:30:61Z", "12:30:45", "12:30:45.Z", "12:30:45+24:00",
          "12:30:60Z", "00:59:60Z", "00:59:60-01:00", "15:59:60+08:00", "23:59:60+00:15",
          "00:00:60+00:01"});
  expect("date-time", {"2024-02-29T12:00:00Z", "1998-12-31t15:59:60.123-08:00"},
         {"2023-02-29T12:00:00Z", "2024-02-29 12:00:00Z", "2024-02-29", "12:00:00Z",
          "1998-12-31T15:59:60.123-07:00"});
  expect("duration", {"P1Y2M3DT4H5M6S", "P2W", "PT36H"}, {"P", "PT", "P1Y3D", "P1DT", "P1W1D"});
}

TEST_F(FormatTest, Hosts) {
  std::string Label(63, 'a'), Long = Label + "." + Label + "." + Label + ".";
  expect("hostname", {"a", "a-b.c", "1.2", (Long + std::string(61, 'b')).c_str()},
         {"", "-a", "a-", "a..b", "a.", "a_b", (Label + "a").c_str(),
          (Long + std::string(62, 'b')).c_str()});
  expect("idn-hostname",
         {"a", "A-b.c", "xn--ihqwcrb4cv8a8dqg056pqjye", "l\xC2\xB7l",
          "\xC3\x9F\xE3\x80\x82"
          "1",
          "\xD7\x90\xD7\xB3\xD7\x91", "\xD7\x90.a", "a1\xC3\xA9-b", "\xE3\x83\xBB\xE4\xB8\x88"},
         {"", "-a", "ab--c", "a..b", (Label + "a").c_str(), "\xC3\x89",
          "l\xC2\xB7"
          "a",
          "xn--x", "xn--tda-",
          "\xCC\x80"
          "a",
          "\xD7\x90"
          "a",
          "1.\xD7\x90", "\xC3\xA9-", "a\xE3\x83\xBB", "\xD9\xA0\xDB\xB0\xD8\xA8", "A\xC3\xA9",
          "a\xE2\x80\x8D"
          "b",
          "\xC3\xA9\n"});
  expect("ipv4", {"0.0.0.0", "255.255.255.255", "192.168.10.99"},
         {"256.0.0.0", "01.2.3.4", "1.2.3", "1.2.3.4.5", "1.2.3.4\n"});
  expect("ipv6",
         {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
          "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4"},
         {"", ":", ":::", "1:2:3:4:5:6:7", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9",
          "1:2:3:4:5:6:7:8::", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0"});
  expect("email", {"a@b", "a.b+c@d.e", "\"a b\"@c", "\"\\\"\"@c", "a@[1.2.3.4]", "a@[IPv6:::1]"},
         {"a", "@b", "a@", ".a@b", "a..b@c", "a@b_c", "a@-b", "a@[300.1.1.1]", "\"a\"\"@b"});
}

TEST_F(FormatTest, Identifiers) {
  expect("uri",
         {"a:", "http://a/b?c#d", "http://u:p@[::1]:80/", "urn:a:b", "mailto:a@b", "a:/b//c",
          "http://[v1.a]/"},
         {"", "a", "/a", "//a", "a:b c", "1a:b", "a:%2", "http://[::1", "a:b#c#d", "a:\xC3\xA9"});
  expect("uri-reference", {"", "a", "//a", "/a", "?", "#", "a/b:c", "a:b", "//"},
         {"1:b", "a b", "%"});
  expect("iri", {"http://\xC3\xA9.example/\xC3\xA9?\xEE\x80\x80"},
         {"\xC3\xA9", "a:\xEE\x80\x80", "a: ", "a:\xEF\xBF\xBF"});
  expect("iri-reference", {"\xC3\xA9/\xC3\xA9"}, {"\xEE\x80\x80"});
  expect("uri-template", {"", "a{b}", "{?a:10,b*}", "{a.b}", "{=a}"},
         {"{", "}", "{}", "{a", "{a:0}", "{a:*}", "{.}", "%4", "a b", "{a}}"});
  expect("json-pointer", {"", "/", "/a~0~1", "//\xF0\x9F\x98\x80"}, {"a", "/~", "/~2"});
  expect("relative-json-pointer", {"0", "1#", "10/a", "0+1/a", "2-3#"},
         {"", "#", "01", "0##", "-1", "0+0"});
  expect("uuid", {"123e4567-E89B-12d3-a456-426614174000"},
         {"123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"});
  expect("byte", {"", "QQ==", "QUI=", "QUJD"}, {"Q", "QQ", "QQ=", "QUJDR", "Q=Q=", "QUJD="});
}

/// What a regular language cannot say of a name in Punycode, and is not said: what it decodes
/// to, and how long it becomes.
bool needsDecoding(std::string_view Format, std::string_view Text, bool Valid) {
  if (Format == "idn-hostname" && !Valid && Text.size() > 64)
    return true;
  return Format.ends_with("hostname") && (Text.starts_with("xn--") || Text.starts_with("XN--"));
}

// The optional format tests of the JSON Schema Test Suite, where that is at hand.
TEST_F(FormatTest, JsonSchemaTestSuite) {
  const char *Data = std::getenv("WEIR_DATA_DIR");
  std::filesystem::path Root =
      std::filesystem::path(Data ? Data : "") / "json-schema-test-suite" / "tests";
  if (!Data || !*Data || !std::filesystem::exists(Root))
    GTEST_SKIP() << "WEIR_DATA_DIR has no json-schema-test-suite";
  unsigned Run = 0, Undecided = 0;
  for (const char *Draft : {"draft4", "draft6", "draft7", "draft2019-09", "draft2020-12"}) {
    for (const FormatInfo &F : allFormats()) {
      std::filesystem::path Path =
          Root / Draft / "optional" / "format" / (std::string(F.Name) + ".json");
      if (F.Kind != FormatKind::Text || !std::filesystem::exists(Path))
        continue;
      std::ifstream In(Path);
      std::stringstream Text;
      Text << In.rdbuf();
      SourceManager Sources;
      DiagnosticEngine Diags(Sources);
      std::optional<json::Document> D = json::parse(Sources.add(Path.string(), Text.str()), Diags);
      ASSERT_TRUE(D) << printText(Diags);
      ir::ExprId Language = formatLanguage(M, F);
      for (json::ValueId Group : D->elements(D->root())) {
        if (D->string(D->get(D->get(Group, "schema"), "format")) != F.Name)
          continue;
        for (json::ValueId Case : D->elements(D->get(Group, "tests"))) {
          json::ValueId Value = D->get(Case, "data");
          if (!D->isString(Value))
            continue;
          if (needsDecoding(F.Name, D->string(Value), D->isTrue(D->get(Case, "valid")))) {
            ++Undecided;
            continue;
          }
          ++Run;
          EXPECT_EQ(test::TextMatcher(M, D->string(Value)).accepts(Language),
                    D->isTrue(D->get(Case, "valid")))
              << Draft << " " << F.Name << " " << D->sourceText(Value) << ": "
              << D->string(D->get(Case, "description"));
        }
      }
    }
  }
  EXPECT_GT(Run, 500U);
  EXPECT_LT(Undecided, 200U);
}

} // namespace
