//===- OracleCheck.h - Every mask bit against the oracle ------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random walks of a matcher beside the recogniser: at every step each token's bit
// must be what the recogniser says of the token's bytes after the text so far, the
// stop token's bit whether the text is complete, accept must agree with the bit for
// some tokens, forks and rollbacks must give the same row again, and a completion must
// complete the text.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_LOWER_ORACLECHECK_H
#define WEIR_UNITTESTS_LOWER_ORACLECHECK_H

#include "weir/Artifact/Artifact.h"
#include "weir/IR/Text.h"
#include "weir/Lower/Lowering.h"
#include "weir/Oracle/Recognizer.h"
#include "weir/Runtime/Matcher.h"
#include "weir/Support/Escape.h"
#include "weir/Vocab/VocabularyBuilder.h"

#include "gtest/gtest.h"

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace weir {

/// A module from its text; a failure of the test where there is none.
inline std::optional<ir::Module> parseText(const std::string &Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  ir::ParseOptions Parse;
  Parse.RecordPositions = false;
  std::optional<ir::Module> M = ir::parseModule(Sources.add("<text>", Text), Diags, Parse);
  EXPECT_TRUE(M) << printText(Diags) << Text;
  return M;
}

/// Overlapping tokens over the letters given: each letter, some pairs and longer
/// runs, duplicates, tokens cut inside characters, and one stop token (the last id).
inline VocabularyRef toyVocabulary(std::string_view Letters, unsigned Seed,
                                   std::vector<std::string> Extra = {}, unsigned Random = 120) {
  std::mt19937 Rng(Seed);
  VocabularyBuilder B;
  TokenId Next = 0;
  auto add = [&](std::string_view S) { EXPECT_TRUE(B.add(Next++, TokenKind::Ordinary, S).ok()); };
  for (char C : Letters)
    add({&C, 1});
  for (const std::string &S : Extra)
    add(S);
  for (unsigned I = 0; I < Random; ++I) {
    std::string S;
    for (unsigned N = 2 + Rng() % 4; N > 0; --N)
      S += !Extra.empty() && Rng() % 3 == 0 ? Extra[Rng() % Extra.size()]
                                            : std::string(1, Letters[Rng() % Letters.size()]);
    add(S);
  }
  EXPECT_TRUE(B.add(Next, TokenKind::Special, "<stop>").ok());
  B.addStop(Next);
  auto V = B.finish();
  EXPECT_TRUE(V.ok());
  return *V;
}

struct CheckOptions {
  unsigned Walks = 12;
  unsigned Steps = 30;
  unsigned Seed = 1;
  bool Tokens = false;     ///< the grammar names tokens
  bool Completions = true; ///< a completion is found at every step
  void (*Prepare)(TableCache &) = nullptr;
  bool Artifact = true; ///< the grammar is written and opened before
  LowerOptions Lower;
};

/// Compares one row with the recogniser's answers. Returns false after the first
/// difference, which it reports.
inline bool compareRow(std::span<const uint32_t> Row, oracle::Recognizer &O, oracle::State S,
                       const Vocabulary &V, std::string_view Text) {
  using oracle::Answer;
  for (TokenId T = 0; T < V.size(); ++T) {
    bool Got = Row[T / 32] >> (T % 32) & 1;
    Answer Want = Answer::No;
    if (V.isStop(T)) {
      Want = O.isAccepting(S);
    } else if (V.isText(T)) {
      auto B = V.bytes(T);
      Want = O.isViable(
          O.stepAll(S, std::string_view(reinterpret_cast<const char *>(B.data()), B.size())));
    }
    if (V.isText(T) || V.isSpecial(T)) {
      Answer AsSymbol = O.isViable(O.step(S, oracle::Symbol::token(T)));
      if (AsSymbol == Answer::Yes)
        Want = Answer::Yes;
    }
    if (Want == Answer::GaveUp) {
      ADD_FAILURE() << "the oracle gave up after \"" << quoted(Text) << "\"";
      return false;
    }
    if (Got != (Want == Answer::Yes)) {
      auto B = V.bytes(T);
      ADD_FAILURE() << "after \"" << quoted(Text) << "\" token " << T << " \""
                    << quoted(std::string_view(reinterpret_cast<const char *>(B.data()), B.size()))
                    << "\": mask says " << Got << ", oracle " << (Want == Answer::Yes);
      return false;
    }
  }
  return true;
}

/// A view of the mask shows the row.
inline void compareView(Matcher &M, std::span<const uint32_t> Row) {
  Result<MaskView> View = M.viewMask(M.vocabulary().size());
  ASSERT_TRUE(View.ok());
  std::vector<uint32_t> Shown(Row.size());
  View->write(Shown, M.vocabulary().size());
  EXPECT_TRUE(std::equal(Row.begin(), Row.end(), Shown.begin()));
}

/// `Reference`, when given, is what the oracle reads instead of `M`.
inline bool checkMasks(const ir::Module &M, VocabularyRef V, CheckOptions Options = {},
                       const ir::Module *Reference = nullptr) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  std::shared_ptr<const Grammar> G = lower(M, Options.Lower, Diags);
  if (!G) {
    ADD_FAILURE() << "lowering failed: " << printText(Diags);
    return false;
  }
  if (Options.Artifact) {
    auto Opened = openArtifact(FileBytes::own(writeArtifact(*G)));
    if (!Opened) {
      ADD_FAILURE() << Opened.error().Message;
      return false;
    }
    G = *Opened;
  }
  oracle::TokenNames Names;
  for (TokenId T = 0; T < V->size(); ++T)
    if (!V->name(T).empty())
      Names.emplace(std::string(V->name(T)), T);
  oracle::Recognizer O(Reference ? *Reference : M, {}, Names);
  auto Tables = TableCache::create(V);
  if (Options.Prepare)
    Options.Prepare(*Tables);
  auto Made = Matcher::create(G, V, Tables);
  if (!Made) {
    ADD_FAILURE() << Made.error().Message;
    return false;
  }
  Matcher &Root = *Made;
  std::mt19937 Rng(Options.Seed);
  size_t Words = Matcher::rowWords(V->size());
  std::vector<uint32_t> Row(Words), Again(Words);
  for (unsigned Walk = 0; Walk < Options.Walks; ++Walk) {
    Matcher Mt = Root.fork();
    oracle::State S = O.start();
    std::string Text;
    for (unsigned Step = 0; Step < Options.Steps; ++Step) {
      if (!Mt.fillMask(Row, V->size()).ok()) {
        ADD_FAILURE() << "fillMask failed after \"" << quoted(Text) << "\"";
        return false;
      }
      if (!compareRow(Row, O, S, *V, Text))
        return false;
      compareView(Mt, Row);
      std::vector<TokenId> Allowed;
      for (TokenId T = 0; T < V->size(); ++T) {
        bool Bit = Row[T / 32] >> (T % 32) & 1;
        if (Bit && !V->isStop(T))
          Allowed.push_back(T);
        // Now and then, the other ways to ask.
        if (Rng() % 16 == 0 && (V->size() < 1000 || Rng() % 64 == 0)) {
          EXPECT_EQ(Mt.tokenAllowed(T), Bit) << quoted(Text) << " token " << T;
          EXPECT_EQ(Mt.validate({&T, 1}), size_t(Bit));
          Matcher F = Mt.fork();
          EXPECT_EQ(F.accept(T), Bit);
          if (Bit) {
            EXPECT_TRUE(F.rollback(1));
          }
          EXPECT_TRUE(F.fillMask(Again, V->size()).ok());
          EXPECT_EQ(Row, Again) << "after rollback, \"" << quoted(Text) << "\"";
        }
      }
      if (Allowed.empty()) {
        EXPECT_TRUE(Mt.isAccepting()) << "a dead end after \"" << quoted(Text) << "\"";
        break;
      }
      TokenId T = Allowed[Rng() % Allowed.size()];
      EXPECT_TRUE(Mt.accept(T));
      auto B = V->bytes(T);
      std::string_view Bytes(reinterpret_cast<const char *>(B.data()), B.size());
      oracle::State AsBytes = O.stepAll(S, Bytes), AsSymbol = O.step(S, oracle::Symbol::token(T));
      bool Symbol = !V->isText(T) || O.isViable(AsBytes) != oracle::Answer::Yes;
      S = Symbol ? AsSymbol : AsBytes;
      Text += Bytes;
      EXPECT_EQ(Mt.isAccepting(), O.isAccepting(S) == oracle::Answer::Yes) << quoted(Text);
      if (Rng() % 8 == 0 && !Options.Tokens && Options.Completions) {
        std::optional<std::string> End = Mt.completion(4096);
        Matcher Ended = Mt.fork();
        EXPECT_TRUE(End && Ended.acceptBytes(*End) && Ended.isAccepting())
            << "no completion of \"" << quoted(Text) << "\"";
      }
      if (Rng() % 8 == 0 && Step > 2) {
        // Back to the start and forward again by bytes.
        Matcher Replay = Root.fork();
        if (V->isText(T) && !Options.Tokens) {
          EXPECT_TRUE(Replay.acceptBytes(Text)) << quoted(Text);
          EXPECT_TRUE(Replay.fillMask(Again, V->size()).ok());
          EXPECT_TRUE(Mt.fillMask(Row, V->size()).ok());
          EXPECT_EQ(Row, Again) << "by bytes, \"" << quoted(Text) << "\"";
        }
      }
      if (testing::Test::HasFailure())
        return false;
    }
  }
  return true;
}

} // namespace weir

#endif // WEIR_UNITTESTS_LOWER_ORACLECHECK_H
