//===- Sample.cpp - weir-run sample: texts of the language, at random -----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each text is written by a walker of its own seed (see Walker.h), so that any one of
// many can be written again alone. A stop token ends a text and is not among its
// tokens. The walker's rule knows no grammar, and there are languages in which it goes on for
// ever (an open object with required keys, in any order). A text that it has not ended when
// a third of the tokens is spent is ended along Matcher::completion.
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

#include "weir/Sampling/Walker.h"

#include <cstdio>

namespace weir {

namespace {

struct Sample {
  std::string Text;
  std::vector<TokenId> Tokens;
  bool Complete = false;
};

std::string base64(std::string_view Bytes) {
  static constexpr char Digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string Out;
  for (size_t I = 0; I < Bytes.size(); I += 3) {
    uint32_t Group = 0;
    size_t N = std::min<size_t>(3, Bytes.size() - I);
    for (size_t K = 0; K < 3; ++K)
      Group = Group << 8 | (K < N ? uint8_t(Bytes[I + K]) : 0);
    for (size_t K = 0; K < 4; ++K)
      Out += K <= N ? Digits[Group >> (18 - 6 * K) & 63] : '=';
  }
  return Out;
}

} // namespace

/// Longer completions are not looked for.
static constexpr size_t MaxCompletion = 1 << 16;

/// None when a mask fails for another reason than the language, reported.
static std::optional<Sample> writeSample(RunSession &S, Matcher &M, const WalkerTables &Tables,
                                         uint64_t Seed) {
  Sample Out;
  Walker W(Tables, Seed, S.Random, S.Steer);
  std::vector<uint32_t> Row(Matcher::rowWords(S.V->size()));
  std::string End; // what is still to be written of a completion
  for (unsigned I = 0; I < S.MaxTokens; ++I) {
    Result<MaskInfo> Info = M.fillMask(Row, S.V->size());
    if (!Info) {
      S.Tool.Diags.report({}, DiagId::MatcherFailed)
          << Info.error().Message << statusName(Info.error().Code);
      return std::nullopt;
    }
    if (I == S.MaxTokens / 3)
      End = M.completion(MaxCompletion).value_or("");
    std::optional<TokenId> T = End.empty() ? W.choose(Row) : W.follow(Row, End);
    if (!T)
      break; // nothing may come: a language without texts, or a vocabulary that cannot spell it
    if (!M.accept(*T)) {
      S.Tool.Diags.report({}, DiagId::MatcherFailed)
          << "token " + std::to_string(*T) + " is in the mask and refused"
          << statusName(Status::Rejected);
      return std::nullopt;
    }
    if (M.isTerminated()) {
      Out.Complete = true;
      break;
    }
    Out.Tokens.push_back(*T);
    std::span<const uint8_t> Bytes = S.V->bytes(*T);
    Out.Text.append(Bytes.begin(), Bytes.end());
    End.erase(0, Bytes.size());
  }
  return Out;
}

int runSample(RunSession &S) {
  std::optional<Matcher> M = S.matcher();
  if (!M)
    return ExitUsage;
  WalkerTables Tables(*S.V);
  int Code = ExitYes;
  for (unsigned I = 0; I < S.Count; ++I) {
    uint64_t Seed = S.Seed + I;
    M->reset();
    std::optional<Sample> Made = writeSample(S, *M, Tables, Seed);
    if (!Made)
      return ExitUsage;
    if (!Made->Complete)
      Code = ExitNo;
    std::string Line;
    if (S.Spec.outputFormat() == "jsonl") {
      Line = "{\"seed\": " + std::to_string(Seed) + ", \"text_b64\": \"" + base64(Made->Text) +
             "\", \"tokens\": [";
      for (size_t K = 0; K < Made->Tokens.size(); ++K)
        Line += (K ? ", " : "") + std::to_string(Made->Tokens[K]);
      Line += std::string("], \"complete\": ") + (Made->Complete ? "true" : "false") + "}\n";
    } else {
      Line = Made->Text + "\n";
      // Standard error is one JSON array when that is asked for; the exit code says it too.
      if (!Made->Complete && !S.Tool.wantsJson())
        std::fprintf(stderr, "seed %llu: incomplete after %zu tokens\n",
                     static_cast<unsigned long long>(Seed), Made->Tokens.size());
    }
    if (!S.Tool.writeOutput("", Line))
      return ExitUsage;
  }
  return Code;
}

} // namespace weir
