//===- Builtin.cpp - The vocabularies that need no file -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `demo` is kept as texts (some 16 KB) rather than as an image (130 KB): building
// takes about a millisecond. One literal and a table of lengths instead of an array of
// pointers, so that the library has nothing to relocate.
//
//===----------------------------------------------------------------------===//

#include "weir/VocabReaders/Readers.h"

#include "weir/Vocab/VocabularyBuilder.h"

namespace weir {
namespace {

constexpr char DemoTexts[] =
#define DEMO_TOKEN(Kind, Text) Text
#define DEMO_STOP(Id)
#include "DemoVocabulary.inc"
#undef DEMO_TOKEN
    ;

constexpr uint8_t DemoLengths[] = {
#define DEMO_TOKEN(Kind, Text) sizeof(Text) - 1,
#include "DemoVocabulary.inc"
#undef DEMO_TOKEN
};

constexpr TokenKind DemoKinds[] = {
#define DEMO_TOKEN(Kind, Text) TokenKind::Kind,
#include "DemoVocabulary.inc"
#undef DEMO_TOKEN
#undef DEMO_STOP
};

constexpr TokenId DemoStops[] = {
#define DEMO_TOKEN(Kind, Text)
#define DEMO_STOP(Id) Id,
#include "DemoVocabulary.inc"
#undef DEMO_TOKEN
#undef DEMO_STOP
};

VocabularyRef finish(const VocabularyBuilder &Builder) {
  Result<VocabularyRef> V = Builder.finish();
  assert(V.ok() && "a built-in vocabulary is good");
  return V.ok() ? *V : nullptr;
}

} // namespace

VocabularyRef bytesVocabulary() {
  VocabularyBuilder Builder;
  for (unsigned B = 0; B < 256; ++B) {
    const char C = char(B);
    (void)Builder.add(B, TokenKind::Ordinary, {&C, 1});
  }
  (void)Builder.add(256, TokenKind::Special, "<eos>");
  Builder.addStop(256);
  return finish(Builder);
}

VocabularyRef demoVocabulary() {
  VocabularyBuilder Builder;
  (void)Builder.reserveIds(uint32_t(std::size(DemoKinds)));
  size_t Begin = 0;
  for (TokenId Id = 0; Id < std::size(DemoKinds); ++Id) {
    if (DemoKinds[Id] != TokenKind::Gap)
      (void)Builder.add(Id, DemoKinds[Id], std::string_view(DemoTexts + Begin, DemoLengths[Id]));
    Begin += DemoLengths[Id];
  }
  for (TokenId Id : DemoStops)
    Builder.addStop(Id);
  return finish(Builder);
}

} // namespace weir
