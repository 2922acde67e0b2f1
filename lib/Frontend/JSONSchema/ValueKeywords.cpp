//===- ValueKeywords.cpp - Constants and enumerations -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A literal is a schema like another: the number 1 an interval of one number, an array
// as many elements as it has, each a literal, an object its members and no others. So
// `enum` meets its siblings by conjunction, and equality is that of JSON: 1.0 is 1, and
// the order of members does not count.
//
//===----------------------------------------------------------------------===//
#include "Compiler.h"
#include "weir/Support/WorkMeter.h"

namespace weir::jsonschema {

using json::Kind;
using json::Member;

Shape Compiler::literalShape(Location Value) {
  const json::Document &D = doc(Value);
  Shape Out;
  switch (D.kind(Value.Value)) {
  case Kind::Null:
    Out.Null = true;
    break;
  case Kind::True:
    Out.True = true;
    break;
  case Kind::False:
    Out.False = true;
    break;
  case Kind::Number: {
    NumberRange R;
    R.Lo = R.Hi = parseDecimal(D.number(Value.Value));
    if (!R.Lo || R.Lo->plainDigits() > MaxBoundDigits)
      budgetExceeded(Value, uint64_t(MaxBoundDigits), "digits in a number");
    else
      Out.Numbers.push_back(std::move(R));
    break;
  }
  case Kind::String: {
    StringSet S;
    S.IsLiterals = true;
    S.Literals.push_back(D.string(Value.Value));
    Out.Strings.push_back(std::move(S));
    break;
  }
  case Kind::Array: {
    ArraySet A;
    for (json::ValueId V : D.elements(Value.Value))
      A.Prefix.push_back(nodeOfLiteral({Value.Doc, V}));
    A.Min = A.Max = uint32_t(A.Prefix.size());
    A.Rest = NoNode;
    charge(A.Prefix.size());
    Out.Arrays.push_back(std::move(A));
    break;
  }
  case Kind::Object: {
    ObjectSet O;
    for (const Member &M : D.members(Value.Value))
      O.Properties.push_back({M.Key, nodeOfLiteral({Value.Doc, M.Value}), true, true});
    O.Rest = NoNode;
    charge(O.Properties.size());
    Out.Objects.push_back(std::move(O));
    break;
  }
  }
  return Out;
}

void Compiler::valueKeywords(NodeId N, const SchemaObject &S, Shape &Out) {
  const json::Document &D = doc(S.Place);
  auto Restrict = [&](const Member &M, Shape Values) {
    simplify(Values);
    Location Place{S.Place.Doc, M.Value};
    if (!Values.Objects.empty())
      Out.Names = mentionOf(Out);
    Mention Names = std::move(Out.Names);
    bool Before = Out.isEmpty();
    appendMention(Names, mentionOf(Values));
    Out = conjoin(Out, Values, Place);
    Out.Names = std::move(Names);
    if (Out.isEmpty() && !Before)
      contradiction(N, Place,
                    "no value of '" + std::string(M.Key) + "' satisfies the other keywords");
  };
  if (const Member *M = S[Keyword::Enum]) {
    if (!D.isArray(M->Value)) {
      wrongType(S.Place, *M, "an array");
    } else {
      Shape Values;
      charge(D.elements(M->Value).size());
      for (json::ValueId V : D.elements(M->Value)) {
        if (!pollWork(4))
          return;
        unite(Values, literalShape({S.Place.Doc, V}));
      }
      Restrict(*M, std::move(Values));
    }
  }
  if (const Member *M = S[Keyword::Const])
    Restrict(*M, literalShape({S.Place.Doc, M->Value}));
}

} // namespace weir::jsonschema
