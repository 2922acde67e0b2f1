//===- Matcher.cpp - What one sequence may write next --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a matcher is made and forked, what it tells of where it stands, and the public face,
// which keeps the trace, the last error and the counters, and leaves out banned tokens.
// Elsewhere: how tokens are tried and accepted (Accept.cpp), how masks are filled
// (FillMask.cpp), what must come next (Forced.cpp, Completion.cpp), and what of the history
// is given back (History.cpp).
//
//===----------------------------------------------------------------------===//
#include "MatcherImpl.h"

#include <algorithm>

namespace weir {

Matcher::Impl::Impl(std::shared_ptr<const Grammar> TheGrammar,
                    std::shared_ptr<const BoundGrammar> B, std::shared_ptr<TableCache> C,
                    std::vector<TokenId> StopTokens, const MatcherOptions &Options)
    : Owner(std::move(TheGrammar)), G(*Owner), Bound(std::move(B)), Tables(std::move(C)),
      Stops(std::move(StopTokens)), Prefix(Options.Prefix), MaxRollback(Options.MaxRollback),
      AfterTermination(Options.AfterTermination), S(G, Temp, &Store),
      Subtrees(G, *Bound, Tables->impl()),
      Walk(G, Tables->vocabulary(), Tables->impl().Index, Tables->impl().Fans, S, Temp),
      PlainWalk(G, Tables->vocabulary(), Tables->impl().Index, Tables->impl().Fans, S, Temp) {
  S.MaxConfigurations = Options.MaxConfigurations;
  useTables();
  Trace.resize(Options.TraceEvents);
  // Stop tokens that are text, and another budget, change what is allowed.
  const Vocabulary &V = Tables->vocabulary();
  UseMemo = Options.MaxConfigurations == MatcherOptions().MaxConfigurations &&
            std::none_of(Stops.begin(), Stops.end(), [&](TokenId T) { return V.isText(T); });
  promote(S.start(), false, NoIndex, 0);
}

Matcher::Impl::Impl(const Impl &O)
    : Owner(O.Owner), G(*Owner), Bound(O.Bound), Tables(O.Tables), Stops(O.Stops), Bans(O.Bans),
      Prefix(O.Prefix), MaxRollback(O.MaxRollback), AfterTermination(O.AfterTermination),
      Heads(O.Heads), LastError(O.LastError), Stats(O.Stats), Trace(O.Trace), Store(O.Store),
      Configs(O.Configs), S(G, Temp, &Store), Subtrees(G, *Bound, Tables->impl()),
      Walk(G, Tables->vocabulary(), Tables->impl().Index, Tables->impl().Fans, S, Temp),
      PlainWalk(G, Tables->vocabulary(), Tables->impl().Index, Tables->impl().Fans, S, Temp),
      UseMemo(O.UseMemo) {
  S.MaxConfigurations = O.S.MaxConfigurations;
  useTables();
  S.Exceeded = O.S.Exceeded;
}

void Matcher::Impl::useTables() {
  Walk.use(
      Subtrees,
      [this](const Frame &Atom, const TrieChild &Under, std::vector<TokenId> &Ids) {
        return takeKeys(Atom, Under, Ids);
      },
      Doubtful);
  PlainWalk.use(Subtrees, nullptr, Doubtful);
}

bool Matcher::Impl::isAccepting() {
  ConfigList L = load();
  if (head().Terminated)
    return true;
  if (!owed().empty())
    return false;
  S.expand(L);
  return S.Complete;
}

ByteSet Matcher::Impl::nextBytes() {
  ByteSet Out;
  if (!head().Terminated && !owed().empty()) {
    if (head().ConfigsCount)
      Out.insert(uint8_t(owed()[0]));
    return Out;
  }
  for (unsigned B = 0; B < 256; ++B) {
    uint8_t Byte = uint8_t(B);
    ConfigList L = load();
    if (!head().Terminated && !stepAll(L, {&Byte, 1}).empty())
      Out.insert(Byte);
  }
  return Out;
}

std::vector<std::string> Matcher::Impl::openRules() const {
  std::vector<std::string> Names;
  const Head &H = head();
  if (!H.ConfigsCount)
    return Names;
  Frame F = Configs[H.ConfigsBegin];
  while (!Stepper::isDone(F)) {
    Names.emplace_back(G.ruleName(G.ruleOf(F.State)));
    uint32_t P = F.Parent;
    if (P == Bottom)
      break;
    F = Store.Frames[P];
    if (F.isChoice()) {
      P = Store.Words[F.Regs];
      if (P == Bottom)
        break;
      F = Store.Frames[P];
    }
  }
  std::reverse(Names.begin(), Names.end());
  return Names;
}

//===----------------------------------------------------------------------===//
// The public face
//===----------------------------------------------------------------------===//

Result<Matcher> Matcher::create(std::shared_ptr<const Grammar> G, VocabularyRef V,
                                std::shared_ptr<TableCache> Tables, MatcherOptions Options) {
  if (!Tables)
    Tables = TableCache::create(V);
  if (&Tables->vocabulary() != V.get() && Tables->vocabulary().hash() != V->hash())
    return Error{Status::VocabularyMismatch, "the table cache serves another vocabulary"};
  std::vector<TokenId> Stops;
  if (Options.StopTokens)
    Stops = *Options.StopTokens;
  else
    Stops.assign(V->stopTokens().begin(), V->stopTokens().end());
  std::sort(Stops.begin(), Stops.end());
  Stops.erase(std::unique(Stops.begin(), Stops.end()), Stops.end());
  if (!Stops.empty() && Stops.back() >= V->size())
    return Error{Status::InvalidArgument, "stop token " + std::to_string(Stops.back()) +
                                              " is not below the vocabulary's size"};
  auto Bound = BoundGrammar::bind(G, Tables->impl());
  if (!Bound)
    return Bound.error();
  Matcher M(std::make_unique<Impl>(std::move(G), std::move(*Bound), std::move(Tables),
                                   std::move(Stops), Options));
  if (!Options.BannedTokens.empty())
    if (Result<Success> Banned = M.setBanned(Options.BannedTokens); !Banned)
      return Banned.error();
  return M;
}

Matcher::Matcher(std::unique_ptr<Impl> I) : P(std::move(I)) {}
Matcher::Matcher(Matcher &&) noexcept = default;
Matcher &Matcher::operator=(Matcher &&) noexcept = default;
Matcher::~Matcher() = default;

/// Why the matcher has just refused a token.
static Status refusal(const Matcher &M) {
  if (M.lastError() != Status::Ok)
    return M.lastError();
  return M.isTerminated() ? Status::Terminated : Status::Rejected;
}

Result<MaskInfo> Matcher::fillMask(std::span<uint32_t> Row, uint32_t MaskBits) {
  Result<MaskInfo> Info = P->fillMask(Row, MaskBits);
  P->Trace.add(TraceRing::Kind::Mask, MaskBits, Info.status());
  return Info;
}
Result<MaskView> Matcher::viewMask(uint32_t MaskBits) {
  Result<MaskView> View = P->viewMask(MaskBits);
  P->Trace.add(TraceRing::Kind::View, MaskBits, View.status());
  return View;
}
bool Matcher::tokenAllowed(TokenId T) {
  bool Allowed;
  P->LastError = Status::Ok;
  if (isTerminated())
    Allowed = P->AfterTermination == TerminatedRow::AllOnes || P->isStop(T);
  else
    Allowed = !P->isBanned(T) && P->tokenAllowed(T);
  P->Trace.add(TraceRing::Kind::Allowed, T, Allowed ? Status::Ok : Status::Rejected);
  return Allowed;
}
size_t Matcher::filter(std::span<TokenId> Ids) {
  size_t Kept = 0;
  Status Failed = Status::Ok;
  for (TokenId T : Ids) {
    if (tokenAllowed(T))
      Ids[Kept++] = T;
    if (P->LastError != Status::Ok)
      Failed = P->LastError;
  }
  P->LastError = Failed;
  return Kept;
}
Status Matcher::tryAccept(TokenId T) {
  P->LastError = Status::Ok;
  if (!P->isBanned(T) && P->accept(T))
    return Status::Ok;
  return refusal(*this);
}
void Matcher::undo(size_t N) { P->rollback(N); }
bool Matcher::accept(TokenId T) {
  const Status Answer = tryAccept(T);
  ++(Answer == Status::Ok ? P->Stats.Accepted : P->Stats.Refused);
  P->Trace.add(TraceRing::Kind::Accept, T, Answer);
  P->trim();
  return Answer == Status::Ok;
}
size_t Matcher::accept(std::span<const TokenId> Ids) {
  size_t N = 0;
  while (N < Ids.size() && accept(Ids[N]))
    ++N;
  return N;
}
bool Matcher::acceptBytes(std::string_view Bytes) {
  P->LastError = Status::Ok;
  const bool Ok = P->acceptBytes(Bytes);
  ++(Ok ? P->Stats.Accepted : P->Stats.Refused);
  P->Trace.add(TraceRing::Kind::Bytes, Bytes.size(), Ok ? Status::Ok : refusal(*this), Bytes);
  P->trim();
  return Ok;
}
size_t Matcher::validate(std::span<const TokenId> Ids) {
  // Goes back also where memory runs out on the way.
  struct Back {
    Impl &Of;
    size_t N = 0;
    ~Back() { Of.rollback(N); }
  } Taken{*P};
  P->LastError = Status::Ok;
  while (Taken.N < Ids.size() && tryAccept(Ids[Taken.N]) == Status::Ok)
    ++Taken.N;
  return Taken.N;
}
size_t Matcher::validateBytes(std::string_view Bytes) {
  P->LastError = Status::Ok;
  return P->validateBytes(Bytes);
}
bool Matcher::rollback(size_t N) {
  const bool Ok = N <= historySize() && P->rollback(N);
  P->Trace.add(TraceRing::Kind::Rollback, N, Ok ? Status::Ok : Status::InvalidArgument);
  return Ok;
}
Matcher Matcher::fork() const {
  Matcher F(std::make_unique<Impl>(*P));
  F.P->Trace.add(TraceRing::Kind::Fork, 0, Status::Ok);
  return F;
}
void Matcher::reset() {
  P->reset();
  P->LastError = Status::Ok;
  P->Trace.add(TraceRing::Kind::Reset, 0, Status::Ok);
}
Result<Success> Matcher::setBanned(std::span<const TokenId> Tokens) {
  for (TokenId T : Tokens)
    if (!vocabulary().contains(T))
      return Error{Status::InvalidArgument,
                   "banned token " + std::to_string(T) + " is not below the vocabulary's size"};
  std::vector<TokenId> Bans(Tokens.begin(), Tokens.end());
  std::sort(Bans.begin(), Bans.end());
  Bans.erase(std::unique(Bans.begin(), Bans.end()), Bans.end());
  P->Bans = std::move(Bans);
  P->Trace.add(TraceRing::Kind::Bans, Tokens.size(), Status::Ok);
  return Success{};
}
size_t Matcher::historySize() const {
  return std::min<size_t>(P->Heads.size() - 1, P->MaxRollback);
}
bool Matcher::isAccepting() const { return P->isAccepting(); }
bool Matcher::isTerminated() const { return P->head().Terminated; }
MatcherStatus Matcher::status() const {
  return isTerminated() ? MatcherStatus::Terminated : MatcherStatus::Running;
}
Status Matcher::lastError() const { return P->LastError; }
std::string Matcher::lastErrorText() const {
  return P->LastError == Status::Ok ? std::string() : P->limitText();
}
std::vector<std::string> Matcher::openRules() const { return P->openRules(); }
ByteSet Matcher::nextBytes() { return P->nextBytes(); }
std::optional<std::string> Matcher::completion(size_t MaxBytes) {
  const std::string Owed(P->owed());
  if (Owed.size() > MaxBytes)
    return std::nullopt;
  std::optional<std::string> Rest = P->completion(MaxBytes - Owed.size());
  return Rest ? std::optional(Owed + *Rest) : std::nullopt;
}
std::string Matcher::forcedBytes(size_t MaxBytes) {
  ByteSet After;
  P->LastError = Status::Ok;
  return P->forcedBytes(MaxBytes, After);
}
std::vector<TokenId> Matcher::forcedTokens(TokenizeFn Tokenize, size_t MaxTokens, size_t LookBack) {
  P->LastError = Status::Ok;
  std::vector<TokenId> Tokens = P->forcedTokens(Tokenize, MaxTokens, LookBack);
  // What a callback gives is not trusted: each token is tried.
  Tokens.resize(validate(Tokens));
  return Tokens;
}
size_t Matcher::prefixLeft() const { return P->owed().size(); }
MatcherStatistics Matcher::statistics() const { return P->Stats; }
size_t Matcher::memoryBytes() const { return P->memoryBytes(); }
std::string Matcher::trace() const { return P->Trace.text(vocabulary()); }
const Vocabulary &Matcher::vocabulary() const { return P->Tables->vocabulary(); }
const Grammar &Matcher::grammar() const { return P->G; }
std::span<const TokenId> Matcher::stopTokens() const { return P->Stops; }

} // namespace weir
