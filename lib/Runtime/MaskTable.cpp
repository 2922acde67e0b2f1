//===- MaskTable.cpp - Mask tables of residuals, and their cache -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "MaskTable.h"

#include "weir/Support/Hash.h"

#include <bit>

namespace weir {

bool TableEntry::covers(const uint32_t *Regs, uint32_t Words, uint32_t AtDepth) const {
  if (!AnyDepth && Depth != AtDepth)
    return false;
  for (uint32_t R = 0; R < Words; ++R) {
    uint32_t V = Regs ? Regs[R] : 0;
    if (V < Low[R] || V > High[R])
      return false;
  }
  return true;
}

size_t TableEntry::memoryBytes() const {
  return sizeof(*this) + Dense.size() * sizeof(MaskWord) + Sparse.size() * sizeof(TokenId) +
         Exits.memoryBytes() + (Low.size() + High.size()) * sizeof(uint32_t);
}

Result<std::shared_ptr<BoundGrammar>> BoundGrammar::bind(std::shared_ptr<const Grammar> G,
                                                         VocabularyRef V, TableCache::Impl &) {
  auto B = std::make_shared<BoundGrammar>();
  const GrammarTables &T = G->tables();
  for (const TokenRefRec &R : T.TokenRefs) {
    if (R.Id != NoIndex) {
      if (R.Id >= V->size() || (!V->isSpecial(R.Id) && !V->isText(R.Id)))
        return Error{Status::NotFound, "the grammar names token " + std::to_string(R.Id) +
                                           ", which the vocabulary does not have"};
      B->Tokens.push_back(R.Id);
      continue;
    }
    std::string_view Name = std::string_view(T.Text).substr(R.NameOffset, R.NameSize);
    std::optional<TokenId> Id = V->specialByName(Name);
    if (!Id)
      return Error{Status::NotFound, "the grammar names the token " + std::string(Name) +
                                         ", which the vocabulary does not have"};
    B->Tokens.push_back(*Id);
  }
  for (const ObjectRec &O : T.Objects)
    B->NeedsText |= O.Free != 0;
  B->RuleKeys = std::make_unique<std::atomic<uint64_t>[]>(T.Rules.size());
  B->G = std::move(G);
  return B;
}

ResidualKey BoundGrammar::key(StateId S, TableCache::Impl &Cache) const {
  uint32_t R = G->ruleOf(S);
  uint64_t Key = RuleKeys[R].load(std::memory_order_acquire);
  if (!Key) {
    Key = G->rule(R).Leaf ? Cache.intern(G->leafContent(R))
                          : uint64_t(1) << 63 | G->uid() << 24 | (R & 0xffffff);
    RuleKeys[R].store(Key, std::memory_order_release);
  }
  return {Key, S - G->rule(R).StatesBegin};
}

size_t TableCache::Impl::KeyHash::operator()(const ResidualKey &K) const {
  return size_t(hashCombine(K.Rule, K.State));
}

TableCache::Impl::Impl(VocabularyRef V, size_t MaxBytes) : Vocab(std::move(V)), MaxBytes(MaxBytes) {
  AllText.resize((size_t(Vocab->size()) + 31) / 32);
  for (TokenId T : Vocab->trie().tokens())
    setBit(AllText, T);
}

std::shared_ptr<const TableEntry> TableCache::Impl::find(ResidualKey K, const uint32_t *Regs,
                                                         uint32_t Words, uint32_t Depth) {
  {
    std::shared_lock Guard(Lock);
    for (const auto *Map : {&Young, &Old}) {
      auto It = Map->find(K);
      if (It == Map->end())
        continue;
      for (const std::shared_ptr<const TableEntry> &E : It->second)
        if (E->covers(Regs, Words, Depth)) {
          Hits.fetch_add(1, std::memory_order_relaxed);
          return E;
        }
    }
  }
  Misses.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

void TableCache::Impl::insert(ResidualKey K, std::shared_ptr<const TableEntry> E) {
  std::unique_lock Guard(Lock);
  size_t Bytes = E->memoryBytes() + sizeof(ResidualKey) + 64;
  if (YoungBytes + Bytes > MaxBytes / 2) {
    // Two generations: what was used since the last turn is usually made again soon.
    Old = std::move(Young);
    OldBytes = YoungBytes;
    Young.clear();
    YoungBytes = 0;
  }
  Young[K].push_back(std::move(E));
  YoungBytes += Bytes;
}

uint64_t TableCache::Impl::intern(std::string Content) {
  std::unique_lock Guard(Lock);
  return Contents.try_emplace(std::move(Content), Contents.size() + 1).first->second;
}

void TableCache::Impl::clear() {
  std::unique_lock Guard(Lock);
  Young.clear();
  Old.clear();
  YoungBytes = OldBytes = 0;
}

TableCache::Statistics TableCache::Impl::statistics() const {
  std::shared_lock Guard(Lock);
  Statistics S;
  S.Hits = Hits.load(std::memory_order_relaxed);
  S.Misses = Misses.load(std::memory_order_relaxed);
  for (const auto *Map : {&Young, &Old})
    for (const auto &[Key, Entries] : *Map)
      S.Entries += Entries.size();
  S.Bytes = YoungBytes + OldBytes;
  return S;
}

std::shared_ptr<TableCache> TableCache::create(VocabularyRef V, size_t MaxBytes) {
  return std::shared_ptr<TableCache>(
      new TableCache(std::make_unique<Impl>(std::move(V), MaxBytes)));
}
TableCache::TableCache(std::unique_ptr<Impl> I) : P(std::move(I)) {}
TableCache::~TableCache() = default;
void TableCache::clear() { P->clear(); }
TableCache::Statistics TableCache::statistics() const { return P->statistics(); }
const Vocabulary &TableCache::vocabulary() const { return *P->Vocab; }

std::shared_ptr<const TableEntry> makeTableEntry(const Grammar &G, const Frame &Atom,
                                                 const FrameView &From, TableCache::Impl &Cache) {
  const Vocabulary &V = *Cache.Vocab;
  auto E = std::make_shared<TableEntry>();

  Scratch Temp;
  Stepper S(G, Temp, nullptr);
  RegisterBox Box;
  std::vector<uint32_t> Regs(Atom.words(), 0);
  if (Atom.Regs != ZeroRegs)
    std::copy_n(From.words(Atom.Regs), Regs.size(), Regs.begin());
  Box.reset(Regs);
  S.Box = &Box;
  Frame Top{Atom.State, Unknown, Atom.Meta, ZeroRegs};
  if (!Regs.empty()) {
    Temp.Words = Regs;
    Top.Regs = 0 | ScratchBit;
  }

  ByteSet Follow;
  const RuleRec &Rule = G.rule(G.ruleOf(Atom.State));
  for (unsigned B = 0; B < 256; ++B)
    if (Rule.FollowBytes[B >> 6] >> (B & 63) & 1)
      Follow.insert(uint8_t(B));
  ExitTrieBuilder Exits(V.trie(), Follow);
  TrieWalk Walk(G, V, S, Temp);
  bool Wide = Walk.isWide(Top);
  std::vector<MaskWord> Row = Wide ? Cache.AllText : std::vector<MaskWord>(Cache.AllText.size());
  E->Direct = !Walk.run(Top, Row, Wide, &Exits) || Box.Uncacheable;
  E->AnyDepth = !Box.DepthRead;
  E->Depth = Atom.depth();
  E->Low = std::move(Box.Low);
  E->High = std::move(Box.High);
  if (E->Direct) {
    // Not a matter of this depth or these registers.
    E->AnyDepth = true;
    std::fill(E->Low.begin(), E->Low.end(), 0);
    std::fill(E->High.begin(), E->High.end(), 0xffffffffU);
    return E;
  }
  E->Exits = Exits.finish();
  size_t Count = 0;
  for (MaskWord W : Row)
    Count += size_t(std::popcount(W));
  E->IsDense = Count > Row.size();
  if (E->IsDense) {
    E->Dense = std::move(Row);
  } else {
    E->Sparse.reserve(Count);
    for (size_t I = 0; I < Row.size(); ++I)
      for (MaskWord W = Row[I]; W; W &= W - 1)
        E->Sparse.push_back(TokenId(I * 32 + size_t(std::countr_zero(W))));
  }
  return E;
}

} // namespace weir
