//===- ReaderFixture.h - Reading vocabularies from strings ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WEIR_UNITTESTS_VOCABREADERS_READERFIXTURE_H
#define WEIR_UNITTESTS_VOCABREADERS_READERFIXTURE_H

#include "weir/VocabReaders/Readers.h"

#include <gtest/gtest.h>

namespace weir::test {

class ReaderTest : public testing::Test {
protected:
  VocabularyRef read(std::string_view Text, const VocabularyOptions &Options = {}) {
    Diags.clear();
    return readVocabulary(FileBytes::own({Text.begin(), Text.end()}), "input", Diags, Options);
  }

  /// Reads what must be refused, and returns the diagnostics.
  std::string refusal(std::string_view Text, const VocabularyOptions &Options = {}) {
    EXPECT_FALSE(read(Text, Options)) << Text;
    EXPECT_TRUE(Diags.hasErrors()) << Text;
    return messages();
  }

  /// "name: message" lines.
  std::string messages() const {
    std::string Out;
    for (const Diagnostic &D : Diags.diagnostics())
      Out += std::string(diagName(D.Id)) + ": " + D.Message + "\n";
    return Out;
  }
  bool has(DiagId Id) const {
    for (const Diagnostic &D : Diags.diagnostics())
      if (D.Id == Id)
        return true;
    return false;
  }

  static std::string bytes(const VocabularyRef &V, TokenId Id) {
    return {V->bytes(Id).begin(), V->bytes(Id).end()};
  }
  static std::vector<TokenId> stops(const VocabularyRef &V) {
    return {V->stopTokens().begin(), V->stopTokens().end()};
  }
  static std::vector<TokenId> idsOf(const VocabularyRef &V, std::string_view Text) {
    const auto Ids = V->idsOf({reinterpret_cast<const uint8_t *>(Text.data()), Text.size()});
    return {Ids.begin(), Ids.end()};
  }

  SourceManager Sources;
  DiagnosticEngine Diags{Sources};
};

} // namespace weir::test

#endif // WEIR_UNITTESTS_VOCABREADERS_READERFIXTURE_H
