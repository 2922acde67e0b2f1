//===- EnumerationsTest.cpp - Listed arrays and objects -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "SemanticsSupport.h"

using namespace weir;
using namespace weir::jsonschema;
using test::anyOrder;
using test::check;

namespace {

Options written(ir::KeyOrder Order, Whitespace Space) {
  Options O;
  O.KeyOrder = Order;
  O.Space = Space;
  O.IndentWidth = 2;
  return O;
}

TEST(Enumerations, ObjectsInTheirOwnOrder) {
  // Each object has its order where they disagree; equal values are one.
  check(
      R"({"enum": [{"a": 1, "b": [2]}, {"b": [2.0], "a": 12}, {"a": 1.0, "b": [2]}, {"a": 1}, {}]})",
      {R"({"a": 1, "b": [2]})", R"({"a": 1.0, "b": [2e0]})", R"({"b": [2], "a": 12})",
       R"({"a": 1})", "{}"},
      {R"({"b": [2], "a": 1})", R"({"a": 12, "b": [2]})", R"({"b": [2]})", R"({"a": 12})",
       R"({"a": 2})", R"({"a": 1, "b": [2], "b": [2]})", R"({"a": 1, })", R"({"a": 1,"b": [2]})"},
      written(ir::KeyOrder::Declared, Whitespace::Single));
}

TEST(Enumerations, ObjectsInAnyOrder) {
  check(R"({"enum": [{"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 20, "c": 4}, {"a": 10, "b": 2, "c": 4},
            {"a": 1, "b": 2}, {"x": {"y": 1, "z": 2}, "a": 1}, {"x": {"z": 2, "y": 10}, "a": 1}]})",
        {R"({"a": 1, "b": 2, "c": 3})", R"({"c": 3, "b": 2, "a": 1})",
         R"({"c": 4, "b": 20, "a": 1})", R"({"b": 2, "c": 4, "a": 10})", R"({"b": 2, "a": 1})",
         R"({"a": 1, "x": {"z": 2, "y": 1}})", R"({"x": {"y": 10, "z": 2}, "a": 1})",
         R"({"x": {"z": 2.0, "y": 1e1}, "a": 1.00})"},
        {R"({"a": 1, "b": 2, "c": 4})", R"({"c": 4, "b": 2, "a": 1})", R"({"b": 20, "a": 1})",
         R"({"a": 1, "a": 1, "b": 2})", R"({"a": 1, "b": 2, "b": 2})", R"({"a": 1})",
         R"({"x": {"y": 1, "z": 2}})", R"({"x": {"y": 1, "y": 1, "z": 2}, "a": 1})",
         R"({"x": {"y": 1, "z": 2}, "a": 10})"});
}

TEST(Enumerations, ArraysThatBeginAlike) {
  check(
      R"({"enum": [[], [1], [1, 2], [[1], [2, {"k": "ab"}]], [[1], [2, {"k": "abc"}]], [[], 1], [[1]],
            ["ab", null], ["abc", true], ["abc", false]]})",
      {"[]", "[1]", "[1, 2]", R"([[1], [2, {"k": "ab"}]])", R"([[1], [2, {"k": "abc"}]])",
       "[[], 1]", "[[1]]", R"(["ab", null])", R"(["abc", true])", R"(["abc", false])"},
      {"[2]", "[1, 2, 2]", R"([[1], [2, {"k": "a"}]])", "[[1], 1]", "[[]]", R"(["ab", true])",
       R"(["abc", null])", R"([[1], [2, {"k": "ab"}], 1])", R"([[1], [2, {}]])"});
}

TEST(Enumerations, MeetTheirSiblings) {
  check(R"({"enum": [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 2}, [1], [2], 3, "x"],
            "type": ["object", "array"], "required": ["a"], "minProperties": 2,
            "properties": {"a": {"maximum": 2}}, "not": {"enum": [{"b": 1, "a": 2}, [1.0]]}})",
        {R"({"a": 1, "b": 1})", "[2]"},
        {R"({"a": 2, "b": 1})", R"({"a": 2})", "[1]", "3", "\"x\""});
}

TEST(Enumerations, BlanksAreAsDeepAsTheyStand) {
  const std::string Schema = R"({"enum": [{"a": {"b": [[1], 1]}, "c": [[7]]},
      {"a": {"b": [[1], 2]}, "c": [[7]]}, {"a": {"b": [[1], 2]}, "c": [[8], []]}]})";
  const std::string Indented =
      "{\n  \"a\": {\n    \"b\": [\n      [\n        1\n      ],\n      2\n    ]\n"
      "  },\n  \"c\": [\n    [\n      8\n    ],\n    []\n  ]\n}";
  std::string Deeper = Indented;
  Deeper.insert(Deeper.find(" 2\n"), " ");
  for (ir::KeyOrder Order : {ir::KeyOrder::Declared, ir::KeyOrder::Any}) {
    check(Schema, {Indented}, {Deeper, R"({"a": {"b": [[1], 2]}, "c": [[8], []]})"},
          written(Order, Whitespace::Indent));
    check(Schema, {R"({"a":{"b":[[1],2]},"c":[[8],[]]})"},
          {R"({"a":{"b":[[1],1]},"c":[[8],[]]})", Indented}, written(Order, Whitespace::Compact));
    // At most eight blanks a level.
    std::string Wide = Indented, TooWide;
    Wide.insert(Wide.find(" 2\n"), 18, ' ');
    TooWide = Wide;
    TooWide.insert(TooWide.find(" 2\n"), 1, ' ');
    check(Schema, {Indented, Deeper, Wide, R"({"a": {"b": [[1], 2]}, "c": [[8], []]})"},
          {TooWide, R"({"a":  {"b": [[1], 2]}, "c": [[8], []]})"},
          written(Order, Whitespace::Flexible));
  }
}

TEST(Enumerations, ItemsThatMustDiffer) {
  check(R"({"type": "array", "uniqueItems": true, "minItems": 2,
            "items": {"enum": [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 2.0, "a": 1.0}]}})",
        {R"([{"a": 1, "b": 2}, {"b": 3, "a": 1}])"},
        {R"([{"a": 1, "b": 2}])", R"([{"a": 1, "b": 2}, {"b": 2, "a": 1}])"});
}

/// Whatever cannot be put together stays a union.
TEST(Enumerations, WhatIsTooEntangledIsAUnion) {
  // Keys that all are the same but one: too many sets of keys.
  std::string A = "{", Long = "[", Deep;
  for (unsigned I = 0; I < 24; ++I)
    A += "\"k" + std::to_string(I) + "\": 0, ";
  for (unsigned I = 0; I < 600; ++I)
    Long += "0, ";
  for (unsigned I = 0; I < 80; ++I)
    Deep += "[";
  auto Closed = [](const std::string &X) { return X + std::string(80, ']'); };
  check("{\"enum\": [" + A + "\"z\": 1}, " + A + "\"z\": 2}, " + Long + "1], " + Long + "2], " +
            Closed(Deep + "1") + ", " + Closed(Deep + "2") + "]}",
        {A + "\"z\": 1}", A + "\"z\": 2}", Long + "2]", Closed(Deep + "2")},
        {A + "\"z\": 3}", Long + "3]", Closed(Deep + "3")});
}

} // namespace
