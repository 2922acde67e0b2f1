//===- RequestKey.cpp - When two requests are the same --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RequestKey.h"

#include "weir/Artifact/Artifact.h"
#include "weir/Support/Utf8.h"

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
  /// The text without the blanks between tokens, and with one spelling of each character of a
  /// string: of two texts that are JSON, those with equal tokens become equal. A blank that
  /// keeps two words apart stays, and so does an escape that is none: what is no JSON does not
  /// become a text that is.
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
        if (C == '\\') {
          I = escape(T, I);
          continue;
        }
        Out += C;
        InString = C != '"';
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

private:
  /// The code unit of a \u escape at T[I], or none.
  static std::optional<uint32_t> unitAt(std::string_view T, size_t I) {
    if (T.size() < I + 6 || T[I] != '\\' || T[I + 1] != 'u')
      return std::nullopt;
    uint32_t V = 0;
    for (const char C : T.substr(I + 2, 4)) {
      const char Low = char(C | 0x20);
      if (!(C >= '0' && C <= '9') && !(Low >= 'a' && Low <= 'f'))
        return std::nullopt;
      V = V * 16 + uint32_t(C <= '9' ? C - '0' : Low - 'a' + 10);
    }
    return V;
  }

  /// Adds the character that is escaped at T[I]: raw where JSON lets it be, else with the short
  /// escape, else \u in lower case. Returns the last place that was read.
  size_t escape(std::string_view T, size_t I) {
    uint32_t Value;
    size_t Last;
    if (std::optional<uint32_t> Unit = unitAt(T, I)) {
      Value = *Unit;
      Last = I + 5;
      if (Value >= 0xD800 && Value < 0xDC00)
        if (auto Low = unitAt(T, I + 6); Low && *Low >= 0xDC00 && *Low < 0xE000) {
          Value = 0x10000 + ((Value - 0xD800) << 10) + (*Low - 0xDC00);
          Last = I + 11;
        }
    } else if (I + 1 < T.size() && T[I + 1] == '/') {
      Value = '/';
      Last = I + 1;
    } else {
      Out += T.substr(I, 2);
      return I + 1;
    }
    static constexpr std::string_view Short = "\"\\\b\f\n\r\t", Letters = "\"\\bfnrt";
    if (const size_t S = Value < 0x80 ? Short.find(char(Value)) : Short.npos; S != Short.npos) {
      Out += '\\';
      Out += Letters[S];
    } else if (Value >= 0x20 && isScalar(Value)) {
      appendUtf8(Out, Value);
    } else {
      Out += "\\u";
      for (unsigned Shift = 16; Shift != 0; Shift -= 4)
        Out += "0123456789abcdef"[Value >> (Shift - 4) & 15];
    }
    return Last;
  }
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
  K.number(O.TakeArtifacts);
  const bool IsArtifact =
      isArtifact({reinterpret_cast<const uint8_t *>(R.Text.data()), R.Text.size()});
  if (O.Language == SpecLanguage::JsonSchema && !IsArtifact)
    K.json(R.Text);
  else
    K.Out += R.Text;
  return std::move(K.Out);
}

} // namespace weir
