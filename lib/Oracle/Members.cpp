//===- Members.cpp - Object members with distinct keys --------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state is the whole story: which named members were seen, which free keys,
// how many, and the bytes of the key being read. Whether the rest can be written
// is counted out: the required names still missing must fit below Max, and there
// must be enough keys left to reach Min; free keys are enumerated as far as that
// needs.
//
//===----------------------------------------------------------------------===//
#include "Engine.h"

#include "weir/Support/Utf8.h"

#include <algorithm>

namespace weir::oracle {

using namespace ir;
using Phase = MembersState::Phase;

bool Engine::isUtf8Prefix(std::string_view Text) {
  size_t Bad = findInvalidUtf8(Text);
  return Bad == Text.npos || deriveAll(AnyTextT, Text.substr(Bad)) != NeverT;
}

/// The state before a key, after what S has seen.
static MembersState beforeKey(MembersState S) {
  S.At = Phase::Key;
  S.Rest = TermId();
  S.Prefix.clear();
  S.Lexer = JsonLexer{S.Lexer.Style, JsonLexer::Phase::Open, 0, 0, 0};
  return S;
}

static bool mayFollow(const MembersSpec &Spec, const MembersState &S, size_t Named) {
  if (S.Seen[Named])
    return false;
  return Spec.Order == KeyOrder::Any || (Named >= S.Next && !S.FreeStarted);
}

static void takeNamed(MembersState &S, size_t Named) {
  ++S.Count;
  S.Seen[Named] = 1;
  S.Next = uint32_t(Named + 1);
}

static void takeFree(const MembersSpec &Spec, MembersState &S, size_t Through) {
  ++S.Count;
  S.FreeStarted = true;
  S.Read[Through] = std::min(S.Read[Through] + 1, Spec.Free[Through].Min);
}

TermId Engine::deriveMembers(TermId T, uint64_t C) {
  MembersState S = membersState(T);
  const MembersSpec &Spec = M.membersSpec(S.Spec);
  switch (S.At) {
  case Phase::Start:
    if (Spec.Max == 0)
      return NeverT;
    return C < 256 ? deriveKey(beforeKey(std::move(S)), uint8_t(C)) : NeverT;
  case Phase::Key:
    return C < 256 ? deriveKey(std::move(S), uint8_t(C)) : NeverT;
  case Phase::Separator: {
    TermId After = isNullable(S.Rest) && C < 256 ? deriveKey(beforeKey(S), uint8_t(C)) : NeverT;
    S.Rest = derive(S.Rest, C);
    return alt({members(std::move(S)), After});
  }
  case Phase::Tail: {
    TermId After = NeverT;
    if (isNullable(S.Rest) && S.Count < Spec.Max) {
      MembersState Sep = S;
      Sep.At = Phase::Separator;
      Sep.Rest = termOf(Spec.Separator, S.Depth);
      After = derive(members(std::move(Sep)), C);
    }
    S.Rest = derive(S.Rest, C);
    return alt({members(std::move(S)), After});
  }
  }
  return NeverT;
}

TermId Engine::deriveKey(MembersState S, uint8_t B) {
  size_t Before = S.Prefix.size();
  switch (S.Lexer.feed(B, S.Prefix)) {
  case JsonLexer::Outcome::Dead:
    return NeverT;
  case JsonLexer::Outcome::Closed:
    return commitKey(std::move(S));
  case JsonLexer::Outcome::More:
    break;
  }
  if (S.Prefix.size() != Before && !isUtf8Prefix(S.Prefix))
    return NeverT;
  return members(std::move(S));
}

/// The key is complete: what its tail may be.
TermId Engine::commitKey(MembersState S) {
  const MembersSpec &Spec = M.membersSpec(S.Spec);
  std::string Key = std::move(S.Prefix);
  S.Prefix.clear();
  if (findInvalidUtf8(Key) != Key.npos)
    return NeverT;
  S.At = Phase::Tail;
  S.Lexer = JsonLexer{Spec.Esc, JsonLexer::Phase::Open, 0, 0, 0};
  for (size_t I = 0; I < Spec.Named.size(); ++I) {
    if (Spec.Named[I].Name != Key)
      continue;
    if (!mayFollow(Spec, S, I))
      return NeverT;
    takeNamed(S, I);
    S.Rest = termOf(Spec.Named[I].Tail, S.Depth);
    return members(std::move(S));
  }
  auto Place = std::lower_bound(S.Used.begin(), S.Used.end(), Key);
  if (Place != S.Used.end() && *Place == Key)
    return NeverT;
  S.Used.insert(Place, Key);
  std::vector<TermId> Ways;
  for (size_t I = 0; I < Spec.Free.size(); ++I) {
    if (!isNullable(deriveAll(termOf(Spec.Free[I].Key, S.Depth), Key)))
      continue;
    MembersState Way = S;
    takeFree(Spec, Way, I);
    Way.Rest = termOf(Spec.Free[I].Tail, S.Depth);
    Ways.push_back(members(std::move(Way)));
  }
  return alt(std::move(Ways));
}

bool Engine::membersNullable(const MembersState &S, bool RestNullable) const {
  const MembersSpec &Spec = M.membersSpec(S.Spec);
  if (S.At == Phase::Key || S.At == Phase::Separator || S.Count < Spec.Min || S.Count > Spec.Max)
    return false;
  for (size_t I = 0; I < Spec.Named.size(); ++I)
    if (Spec.Named[I].Required && !S.Seen[I])
      return false;
  for (size_t I = 0; I < Spec.Free.size(); ++I)
    if (S.Read[I] < Spec.Free[I].Min)
      return false;
  return S.At == Phase::Start || RestNullable;
}

bool Engine::membersNonEmpty(const MembersState &S, Fixpoint &F) {
  switch (S.At) {
  case Phase::Start:
    return canFinish(S, F);
  case Phase::Key:
    return keyCanFinish(S, F);
  case Phase::Tail:
    return lookNonEmpty(S.Rest, F) && canFinish(S, F);
  case Phase::Separator:
    return lookNonEmpty(S.Rest, F) && keyCanFinish(beforeKey(S), F);
  }
  return false;
}

/// Whether members may be added after S.Count complete ones so that all holds. Of
/// the keys of those, `Unlisted` are free ones that S.Used does not hold.
bool Engine::canFinish(const MembersState &S, Fixpoint &F, uint32_t Unlisted) {
  const MembersSpec &Spec = M.membersSpec(S.Spec);
  uint64_t Required = 0, Named = 0;
  for (size_t I = 0; I < Spec.Named.size(); ++I) {
    if (S.Seen[I])
      continue;
    bool Possible = mayFollow(Spec, S, I) && lookNonEmpty(termOf(Spec.Named[I].Tail, S.Depth), F);
    if (Spec.Named[I].Required && !Possible)
      return false;
    Required += Spec.Named[I].Required;
    Named += Possible;
  }
  std::vector<std::string> Except = S.Used;
  for (const NamedMember &N : Spec.Named)
    Except.push_back(N.Name);
  uint32_t Owed = 0; // members that free ones still demand
  for (size_t I = 0; I < Spec.Free.size(); ++I)
    Owed += Spec.Free[I].Min - S.Read[I];
  for (size_t I = 0; I < Spec.Free.size() && Owed > 0; ++I) {
    if (S.Read[I] == Spec.Free[I].Min)
      continue;
    if (!lookNonEmpty(termOf(Spec.Free[I].Tail, S.Depth), F))
      return false;
    uint32_t Keys = countWords(asText(termOf(Spec.Free[I].Key, S.Depth)), Except, Owed + Unlisted);
    if (Keys < Spec.Free[I].Min - S.Read[I])
      return false;
    // Enough for all is enough; who gets which of few is not worked out.
    if (Keys < Owed + Unlisted)
      Unsure = true;
  }
  if (S.Count + Required + Owed > Spec.Max || Spec.Min > Spec.Max)
    return false;
  uint64_t Missing =
      std::max<uint64_t>(Required + Owed, S.Count < Spec.Min ? Spec.Min - S.Count : 0);
  // The first member of all needs no separator before it.
  if (Missing > (S.Count == 0 ? 1 : 0) && !lookNonEmpty(termOf(Spec.Separator, S.Depth), F))
    return false;
  if (Missing <= Named)
    return true;
  uint32_t Need = uint32_t(Missing - Named) + Unlisted;
  return countWords(freeKeys(S, F), Except, Need) >= Need;
}

/// The free keys with a tail that has a text.
TermId Engine::freeKeys(const MembersState &S, Fixpoint &F) {
  std::vector<TermId> Keys;
  for (const FreeMember &Free : M.membersSpec(S.Spec).Free)
    if (lookNonEmpty(termOf(Free.Tail, S.Depth), F))
      Keys.push_back(asText(termOf(Free.Key, S.Depth)));
  return alt(std::move(Keys));
}

/// Whether the key begun can become one after which the rest can be written.
bool Engine::keyCanFinish(const MembersState &S, Fixpoint &F) {
  const MembersSpec &Spec = M.membersSpec(S.Spec);
  if (S.Count >= Spec.Max)
    return false;
  CodePointSet Pending = S.Lexer.candidates();
  for (size_t I = 0; I < Spec.Named.size(); ++I) {
    const std::string &Name = Spec.Named[I].Name;
    if (!mayFollow(Spec, S, I) || !Name.starts_with(S.Prefix) ||
        !lookNonEmpty(termOf(Spec.Named[I].Tail, S.Depth), F))
      continue;
    if (S.Lexer.isPending()) {
      DecodedScalar D{0, 0};
      if (Name.size() > S.Prefix.size())
        D = decodeUtf8(Name, S.Prefix.size());
      if (!D.Size || !Pending.contains(D.Value))
        continue;
    }
    MembersState After = S;
    takeNamed(After, I);
    if (canFinish(After, F))
      return true;
  }
  // Which free key it becomes does not matter to what is left: one less.
  for (size_t I = 0; I < Spec.Free.size(); ++I) {
    if (!lookNonEmpty(termOf(Spec.Free[I].Tail, S.Depth), F))
      continue;
    MembersState After = S;
    takeFree(Spec, After, I);
    TermId Keys = asText(termOf(Spec.Free[I].Key, S.Depth));
    if (canFinish(After, F, 1) && someFreeKey(S, deriveAll(Keys, S.Prefix)))
      return true;
  }
  return false;
}

/// Whether the key begun can become one, of `Keys` behind what was read, that was not used.
bool Engine::someFreeKey(const MembersState &S, TermId Keys) {
  if (Keys == NeverT)
    return false;
  std::vector<std::string> Except; // forbidden, less the prefix
  auto exclude = [&](const std::string &Word) {
    if (Word.starts_with(S.Prefix))
      Except.push_back(Word.substr(S.Prefix.size()));
  };
  for (const std::string &Word : S.Used)
    exclude(Word);
  for (const NamedMember &N : M.membersSpec(S.Spec).Named)
    exclude(N.Name);
  if (!S.Lexer.isPending())
    return countWords(Keys, Except, 1) > 0;

  // A choice of scalars comes next. One that begins no forbidden word is free to
  // go on anyhow; the others are counted apart.
  CodePointSet Fresh = S.Lexer.candidates();
  std::map<uint32_t, std::vector<std::string>> Shared;
  for (const std::string &Word : Except) {
    DecodedScalar D = Word.empty() ? DecodedScalar{0, 0} : decodeUtf8(Word, 0);
    if (D.Size && S.Lexer.candidates().contains(D.Value)) {
      Fresh = Fresh.minus(CodePointSet::of(D.Value));
      Shared[D.Value].push_back(Word.substr(D.Size));
    }
  }
  for (TermId D : deriveClass(Keys, Fresh))
    if (isNonEmpty(D))
      return true;
  for (const auto &[Scalar, Rest] : Shared) {
    std::string Start;
    appendUtf8(Start, Scalar);
    if (countWords(deriveAll(Keys, Start), Rest, 1) > 0)
      return true;
  }
  return false;
}

/// The number of texts of a term, less those of `Except`, counted up to Limit.
///
/// By length: as many live prefixes of one length are at least as many words.
uint32_t Engine::countWords(TermId From, const std::vector<std::string> &Except, uint32_t Limit) {
  std::vector<std::pair<std::string, TermId>> Now, Next;
  if (isNonEmpty(From))
    Now.emplace_back(std::string(), From);
  uint64_t Enough = uint64_t(Limit) + Except.size();
  uint32_t Words = 0;
  uint32_t Steps = 0;
  while (!Now.empty() && !isUnsure()) {
    if (Now.size() >= Enough)
      return Limit;
    Next.clear();
    for (auto &[Word, T] : Now) {
      if (isNullable(T) && std::find(Except.begin(), Except.end(), Word) == Except.end() &&
          ++Words >= Limit)
        return Limit;
      const ByteSet Cuts = cuts(T);
      TermId D = NeverT;
      for (unsigned B = 0; B < 256 && Next.size() < Enough; ++B) {
        if (Cuts.contains(uint8_t(B)) || B == 0)
          D = derive(T, B);
        if (D != NeverT && isNonEmpty(D))
          Next.emplace_back(Word + char(B), D);
      }
      if (++Steps > L.MaxSearch)
        Unsure = true;
    }
    std::swap(Now, Next);
  }
  return Words;
}

/// The bytes at which the keys that S knows, or what a free key may be, differ.
void Engine::keyCuts(const MembersState &S, ByteSet &Out, std::vector<TermId> &Todo) {
  if (S.Lexer.isPending()) {
    Out |= ByteSet::range(0, 0x80);
    return;
  }
  auto isolate = [&](uint8_t B) {
    Out.insert(B);
    if (B < 255)
      Out.insert(uint8_t(B + 1));
  };
  Out.insert(0x20);
  isolate('"');
  isolate('\\');
  if (S.Lexer.At == JsonLexer::Phase::Open)
    return;
  const MembersSpec &Spec = M.membersSpec(S.Spec);
  auto known = [&](const std::string &Word) {
    if (Word.starts_with(S.Prefix) && Word.size() > S.Prefix.size())
      isolate(uint8_t(Word[S.Prefix.size()]));
  };
  for (const NamedMember &N : Spec.Named)
    known(N.Name);
  for (const std::string &Word : S.Used)
    known(Word);
  for (const FreeMember &Free : Spec.Free)
    Todo.push_back(deriveAll(asText(termOf(Free.Key, S.Depth)), S.Prefix));
}

} // namespace weir::oracle
