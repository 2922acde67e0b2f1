//===- RequestKey.cpp - When two requests are the same --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RequestKey.h"

namespace weir {

namespace {
class KeyWriter {
public:
  void number(uint64_t V) {
    for (unsigned I = 0; I < 8; ++I)
      Out += char(V >> (8 * I));
  }
  void text(std::string_view T) {
    number(T.size());
    Out += T;
  }
  /// The text without the blanks between tokens: of two texts that are JSON, equal ones have
  /// equal tokens. A blank that keeps two words apart stays, and with it what is no JSON.
  void json(std::string_view T) {
    bool InString = false, Pending = false;
    auto isWord = [](char C) {
      return (C >= '0' && C <= '9') || (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') ||
             C == '-' || C == '+' || C == '.' || C == '_';
    };
    char Last = 0;
    for (size_t I = 0; I < T.size(); ++I) {
      const char C = T[I];
      if (InString) {
        Out += C;
        if (C == '\\' && I + 1 < T.size())
          Out += T[++I];
        else if (C == '"')
          InString = false;
        continue;
      }
      if (C == ' ' || C == '\t' || C == '\n' || C == '\r') {
        Pending = true;
        continue;
      }
      if (Pending && isWord(Last) && isWord(C))
        Out += ' ';
      Pending = false;
      Last = C;
      Out += C;
      InString = C == '"';
    }
  }
  std::string Out;
};
} // namespace

std::optional<std::string> requestKey(const CompileRequest &R) {
  const CompileOptions &O = R.Options;
  const PassManagerOptions &P = O.PassManager;
  if (P.Print || P.Compare || P.BeforePass || P.Reproducer || P.VerifyEach || P.Time ||
      P.Statistics || O.Lower.Steps)
    return std::nullopt;
  KeyWriter K;
  K.Out.reserve(R.Text.size() + 256);
  K.number(uint64_t(O.Language));
  K.text(O.Language == SpecLanguage::Auto ? R.Name : std::string());
  K.number(O.OptLevel);
  K.number(O.Passes.has_value());
  K.text(O.Passes.value_or(""));
  K.number(P.StepBudget);
  K.number(O.Lower.MaxStates);
  K.number(O.Lower.MaxUnrolled);
  K.number(O.Lower.MaxProduct);
  const jsonschema::Options &J = O.Frontend.JsonSchema;
  K.number(uint64_t(J.KeyOrder));
  K.number(uint64_t(J.spelling()));
  K.number(uint64_t(J.Space));
  K.number(J.IndentWidth);
  K.text(J.ItemSeparator);
  K.text(J.KeySeparator);
  K.number(J.AssertFormats);
  K.number(uint64_t(J.DefaultDraft));
  K.number(J.Lenient);
  K.number(uint64_t(J.TheProfile));
  for (uint64_t Budget : {J.MaxBytes, J.MaxDepth, J.MaxNodes, J.MaxWork, J.MaxAlternatives})
    K.number(Budget);
  K.number(J.Remotes.size());
  for (const auto &[Uri, Text] : J.Remotes) {
    K.text(Uri);
    K.text(Text);
  }
  K.number(R.Limits.MaxSteps);
  K.number(R.Limits.MaxBytes);
  K.number(R.KeepPlaces);
  if (O.Language == SpecLanguage::JsonSchema)
    K.json(R.Text);
  else
    K.Out += R.Text;
  return std::move(K.Out);
}

} // namespace weir
