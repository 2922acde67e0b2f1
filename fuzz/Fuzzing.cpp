//===- Fuzzing.cpp - What the fuzzers share -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Fuzzing.h"

#include "weir/IR/Text.h"
#include "weir/IR/Verifier.h"
#include "weir/Support/StableHash.h"
#include "weir/Vocab/VocabularyBuilder.h"

#include <algorithm>

using namespace weir;
using namespace weir::fuzz;

VocabularyRef weir::fuzz::smallVocabulary() {
  static const VocabularyRef Made = [] {
    VocabularyBuilder B;
    TokenId Next = 0;
    auto Add = [&](TokenKind Kind, std::string_view Text) {
      require(B.add(Next++, Kind, Text).ok(), "the vocabulary is in order");
    };
    for (unsigned Byte = 0; Byte < 256; ++Byte) {
      char C = char(Byte);
      Add(TokenKind::Ordinary, {&C, 1});
    }
    for (std::string_view Text :
         {"{\"", "\":",  "\",",      "\"}",      "\":\"", "\",\"",  "{}",    "[]",   "\"\"",
          "]]",  "},{",  ": ",       ", ",       "\n  ",  "    ",   "\\u00", "\\\"", "\\n",
          "00",  "-1",   "0.",       "e+",       "12",    "true",   "null",  "alse", "ab",
          "aa",  "aaaa", "abc",      "the",      " the",  "a\"",    "a\",",  "b]",   "\xC3\xA9",
          "é\"", "日",   "\xE6\x97", "\xF0\x9F", "\xA9",  "\"a\":", "ab",    "a",    "\\ud83d"})
      Add(TokenKind::Ordinary, Text);
    Add(TokenKind::Added, "<think>");
    Add(TokenKind::Special, "<tool>");
    ++Next; // a gap
    Add(TokenKind::Special, "<stop>");
    Add(TokenKind::Special, "<end>");
    B.addStop(Next - 2);
    B.addStop(Next - 1);
    require(B.reserveIds(320).ok(), "there is room");
    Result<VocabularyRef> V = B.finish();
    require(V.ok(), "the vocabulary opens");
    return *V;
  }();
  return Made;
}

oracle::TokenNames weir::fuzz::tokenNames(const Vocabulary &V) {
  oracle::TokenNames Names;
  for (TokenId T = 0; T < V.size(); ++T)
    if (!V.name(T).empty())
      Names.emplace(std::string(V.name(T)), T);
  return Names;
}

std::mt19937 weir::fuzz::randomOf(const uint8_t *Data, size_t Size) {
  uint64_t Hash = stableHash(std::span(Data, Size), 0);
  return std::mt19937(uint32_t(Hash ^ (Hash >> 32)));
}

void weir::fuzz::checkDiagnostics(const DiagnosticEngine &Diags) {
  for (const Diagnostic &D : Diags.diagnostics()) {
    if (!D.Range.isValid())
      continue;
    require(D.Range.Begin <= D.Range.End, "a place is in order");
    require(D.Range.End <= Diags.sources().text(D.Range.File).size(), "a place is in its text");
  }
  printText(Diags);
  printJson(Diags);
}

namespace {

bool bitOf(std::span<const uint32_t> Row, TokenId T) { return Row[T / 32] >> (T % 32) & 1; }

std::string_view bytesOf(const Vocabulary &V, TokenId T) {
  std::span<const uint8_t> B = V.bytes(T);
  return {reinterpret_cast<const char *>(B.data()), B.size()};
}

/// The oracle beside a matcher, as long as it does not give up.
class Shadow {
public:
  Shadow(const ir::Module &M, const Vocabulary &V)
      : V(V), O(M, limits(), tokenNames(V)), At(O.start()) {}

  /// What the bit of `T` must be.
  oracle::Answer bit(TokenId T) {
    using oracle::Answer;
    Answer Symbol = Answer::No, Bytes = Answer::No;
    if (V.isText(T) || V.isSpecial(T))
      Symbol = O.isViable(O.step(At, oracle::Symbol::token(T)));
    if (V.isStop(T)) {
      Bytes = O.isAccepting(At);
      // The oracle knows no stop tokens, which any_token_except leaves out.
      if (Symbol == Answer::Yes)
        Symbol = Answer::GaveUp;
    } else if (V.isText(T))
      Bytes = O.isViable(O.stepAll(At, bytesOf(V, T)));
    if (Symbol == Answer::Yes || Bytes == Answer::Yes)
      return Answer::Yes;
    return Symbol == Answer::GaveUp || Bytes == Answer::GaveUp ? Answer::GaveUp : Answer::No;
  }

  /// False when the step is no single state of the oracle, or it gave up.
  bool step(TokenId T) {
    using oracle::Answer;
    Answer Symbol = O.isViable(O.step(At, oracle::Symbol::token(T)));
    if (!V.isText(T)) {
      At = O.step(At, oracle::Symbol::token(T));
      return Symbol == Answer::Yes;
    }
    At = O.stepAll(At, bytesOf(V, T));
    return Symbol == Answer::No && O.isViable(At) == Answer::Yes;
  }

  oracle::Answer accepting() { return O.isAccepting(At); }

private:
  static oracle::Limits limits() { return {1U << 14, 1U << 13, 1U << 9, 200, 100}; }

  const Vocabulary &V;
  oracle::Recognizer O;
  oracle::State At;
};

/// The row that a view of the mask shows.
std::vector<uint32_t> shownRow(Matcher &M) {
  const uint32_t Bits = M.vocabulary().size();
  Result<MaskView> View = M.viewMask(Bits);
  require(View.ok(), "a mask that was made can be viewed");
  std::vector<uint32_t> Row(Matcher::rowWords(Bits));
  MaskView Base;
  Base.Base = View->Base;
  Base.write(Row, Bits);
  for (TokenId T : View->Clear)
    require(bitOf(Row, T), "what is cleared is in the base");
  for (TokenId T : View->Set)
    require(!bitOf(Row, T), "what is set is not in the base");
  View->write(Row, Bits);
  return Row;
}

/// One walk. `S` may be null, and is dropped where it can no longer follow.
void walkBeside(Matcher &M, Shadow *S, unsigned Steps, std::mt19937 &Random) {
  const Vocabulary &V = M.vocabulary();
  std::vector<uint32_t> Row(Matcher::rowWords(V.size())), Again(Row.size());
  for (unsigned Step = 0; Step < Steps; ++Step) {
    Result<MaskInfo> Info = M.fillMask(Row, V.size());
    if (!Info) {
      require(Info.error().Code == Status::BudgetExceeded, "a mask fails for its budget only");
      require(std::count(Row.begin(), Row.end(), 0U) == long(Row.size()), "no part of a mask");
      return;
    }
    require(shownRow(M) == Row, "a view shows what the mask says");
    std::vector<TokenId> Allowed;
    for (TokenId T = 0; T < V.size(); ++T)
      if (bitOf(Row, T))
        Allowed.push_back(T);
    require(!Allowed.empty(), "every text can be completed");

    for (unsigned Asked = 0; Asked < 24; ++Asked) {
      // Half of them from what is allowed, which often is little.
      TokenId T = Asked % 2 ? Allowed[Random() % Allowed.size()] : TokenId(Random() % V.size());
      bool Bit = bitOf(Row, T);
      bool Alone = M.tokenAllowed(T);
      if (M.lastError() == Status::BudgetExceeded)
        return; // one token may need more than the mask, which shares work among all
      require(Alone == Bit, "token_allowed answers as the mask does");
      require(M.validate({&T, 1}) == size_t(Bit), "validate answers as the mask does");
      require(M.lastError() == Status::Ok, "and takes no more");
      if (S && Asked < 8) {
        oracle::Answer Want = S->bit(T);
        if (Want != oracle::Answer::GaveUp)
          require(Bit == (Want == oracle::Answer::Yes), "the mask is what the oracle says");
      }
      if (Asked >= 4)
        continue;
      require(M.accept(T) == Bit, "accept answers as the mask does");
      if (Bit)
        require(M.rollback(1), "what was accepted can be taken back");
    }
    require(M.fillMask(Again, V.size()).ok() && Row == Again, "questions change nothing");

    TokenId T = Allowed[Random() % Allowed.size()];
    bool Accepted = M.accept(T);
    if (M.lastError() == Status::BudgetExceeded)
      return;
    require(Accepted, "what the mask allows is accepted");
    if (M.isTerminated())
      return;
    if (S && !S->step(T))
      S = nullptr;
    if (S && S->accepting() != oracle::Answer::GaveUp)
      require(M.isAccepting() == (S->accepting() == oracle::Answer::Yes),
              "a text is complete when the oracle says so");
  }
}

CompileOptions smallBudgets(std::mt19937 &Random) {
  CompileOptions Options;
  Options.OptLevel = unsigned(Random() % 4);
  Options.PassManager.VerifyEach = true;
  Options.PassManager.StepBudget = 2'000'000;
  Options.Lower.MaxStates = 20'000;
  Options.Lower.MaxUnrolled = 2'000;
  Options.Lower.MaxProduct = 2'000;
  return Options;
}

} // namespace

void weir::fuzz::walk(Matcher &M, unsigned Steps, std::mt19937 &Random) {
  walkBeside(M, nullptr, Steps, Random);
}

void weir::fuzz::compileAndWalk(const ir::Module &M, SourceManager &Sources, std::mt19937 Random) {
  DiagnosticEngine Diags(Sources);
  CompileOptions Options = smallBudgets(Random);
  ir::Module Optimised = M;
  if (!optimise(Optimised, Options, Diags)) {
    require(Diags.hasErrors(), "a pipeline that fails says why");
    checkDiagnostics(Diags);
    return;
  }
  std::shared_ptr<const Grammar> G = lower(Optimised, Options.Lower, Diags);
  require(bool(G) == !Diags.hasErrors(), "lowering fails exactly when it says why");
  checkDiagnostics(Diags);
  if (!G)
    return;
  VocabularyRef V = smallVocabulary();
  MatcherOptions Few;
  Few.MaxConfigurations = 64;
  Result<Matcher> Made = Matcher::create(G, V, TableCache::create(V), Few);
  if (!Made) {
    require(Made.error().Code == Status::NotFound, "only a token that is not there is refused");
    return;
  }
  for (unsigned Walk = 0; Walk < 2; ++Walk) {
    Shadow S(M, *V);
    Matcher Copy = Made->fork();
    walkBeside(Copy, &S, 12, Random);
  }
}
