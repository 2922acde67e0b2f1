//===- MaskTable.cpp - Mask tables of residuals, and their cache -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "MaskTable.h"

#include "KeySets.h"
#include "MaskMemo.h"
#include "weir/Runtime/ReadyTables.h"
#include "weir/Support/Hash.h"
#include "weir/Support/RowOps.h"

#include <algorithm>
#include <bit>

namespace weir {

bool TableEntry::covers(const uint32_t *Regs, uint32_t Words, uint32_t AtDepth) const {
  if ((!AnyDepth && Depth != AtDepth) || Low.size() < Words)
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
         (Exits ? Exits->memoryBytes() : 0) + (Low.size() + High.size()) * sizeof(uint32_t);
}

void TableEntry::set(RowVector Row) {
  const size_t Count = RowOps::best().Count(Row.data(), Row.size());
  IsDense = Count > Row.size();
  if (IsDense) {
    Dense = std::move(Row);
    return;
  }
  Sparse.reserve(Count);
  for (size_t I = 0; I < Row.size(); ++I)
    for (MaskWord W = Row[I]; W; W &= W - 1)
      Sparse.push_back(TokenId(I * 32 + size_t(std::countr_zero(W))));
}

void TableEntry::set(std::vector<TokenId> Ids, size_t RowWords, size_t MostIds) {
  IsDense = Ids.size() > MostIds;
  if (!IsDense) {
    Sparse = std::move(Ids);
    return;
  }
  Dense.resize(RowWords);
  for (TokenId T : Ids)
    setBit(Dense, T);
}

Result<std::shared_ptr<BoundGrammar>> BoundGrammar::bind(const std::shared_ptr<const Grammar> &G,
                                                         TableCache::Impl &Cache) {
  std::lock_guard Guard(Cache.GrammarsLock);
  if (auto It = Cache.Grammars.find(G->uid()); It != Cache.Grammars.end())
    return It->second;
  const Vocabulary &V = *Cache.Vocab;
  if (G->ready() && !G->ready()->isFor(V))
    return Error{Status::VocabularyMismatch,
                 "artifact-vocabulary: the mask tables in it were made for another vocabulary"};
  auto B = std::make_shared<BoundGrammar>();
  const GrammarView &T = G->tables();
  for (const TokenRefRec &R : T.TokenRefs) {
    if (R.Id != NoIndex) {
      if (R.Id >= V.size() || (!V.isSpecial(R.Id) && !V.isText(R.Id)))
        return Error{Status::NotFound, "the grammar names token " + std::to_string(R.Id) +
                                           ", which the vocabulary does not have"};
      B->Tokens.push_back(R.Id);
      continue;
    }
    std::string_view Name = T.Text.substr(R.NameOffset, R.NameSize);
    std::optional<TokenId> Id = V.specialByName(Name);
    if (!Id)
      return Error{Status::NotFound, "the grammar names the token " + std::string(Name) +
                                         ", which the vocabulary does not have"};
    B->Tokens.push_back(*Id);
  }
  for (const ObjectRec &O : T.Objects)
    B->NeedsText |= O.Free != 0;
  for (const ElementsRec &E : T.Elements)
    B->NeedsText |= E.Unique != 0;
  B->RuleKeys = std::make_unique<RuleKey[]>(T.Rules.size());
  B->RuleCount = T.Rules.size();
  B->G = G.get();
  B->Owner = G;
  if (Cache.Grammars.size() >= Cache.GrammarsSwept) {
    std::erase_if(Cache.Grammars, [](const auto &Item) { return !Item.second->isAlive(); });
    Cache.GrammarsSwept = std::max<size_t>(64, Cache.Grammars.size() * 2);
  }
  Cache.Grammars.emplace(G->uid(), B);
  return B;
}

size_t BoundGrammar::memoryBytes() const {
  std::shared_lock Guard(KeysLock);
  return sizeof(*this) + Tokens.capacity() * sizeof(TokenId) + RuleCount * sizeof(RuleKey) +
         Keys.size() * (sizeof(*Keys.begin()) + 4 * sizeof(void *));
}

const FreeKeys *BoundGrammar::freeKeys(StateId S, uint32_t Node) const {
  std::shared_lock Guard(KeysLock);
  const auto It = Keys.find(uint64_t(S) << 32 | Node);
  return It == Keys.end() ? nullptr : &It->second;
}

const FreeKeys *BoundGrammar::keepFreeKeys(StateId S, uint32_t Node,
                                           std::vector<StateId> States) const {
  std::unique_lock Guard(KeysLock);
  return &Keys.try_emplace(uint64_t(S) << 32 | Node, std::move(States)).first->second;
}

ResidualKey BoundGrammar::key(StateId S, TableCache::Impl &Cache) const {
  uint32_t R = G->ruleOf(S);
  uint64_t Key = RuleKeys[R].Own.load(std::memory_order_acquire);
  if (!Key) {
    Key = G->rule(R).Leaf ? Cache.intern(G->leafContent(R))
                          : uint64_t(1) << 63 | G->uid() << 24 | (R & 0xffffff);
    RuleKeys[R].Own.store(Key, std::memory_order_release);
  }
  return {Key, S - G->rule(R).StatesBegin};
}

bool BoundGrammar::countedKey(StateId S, TableCache::Impl &Cache, ResidualKey &Key,
                              CountedRule &Rule) const {
  constexpr uint64_t None = ~uint64_t(0);
  const uint32_t R = G->ruleOf(S);
  RuleKey &Known = RuleKeys[R];
  uint64_t Counted = Known.Counted.load(std::memory_order_acquire);
  if (!Counted) {
    Counted = None;
    if (CountedRule::find(*G, R, Rule)) {
      Known.Most.store(Rule.Most, std::memory_order_relaxed);
      Known.Least.store(Rule.Least, std::memory_order_relaxed);
      Counted = Cache.intern(G->leafContent(R, /*Bounds=*/false));
    }
    Known.Counted.store(Counted, std::memory_order_release);
  }
  if (Counted == None)
    return false;
  Rule.Most = Known.Most.load(std::memory_order_relaxed);
  Rule.Least = Known.Least.load(std::memory_order_relaxed);
  Key = {Counted, S - G->rule(R).StatesBegin};
  return true;
}

size_t TableCache::Impl::KeyHash::operator()(const ResidualKey &K) const {
  return size_t(hashCombine(K.Rule, K.State));
}

size_t TableCache::Impl::KeyHash::operator()(const SubtreeKey &K) const {
  return size_t(hashCombine((*this)(K.Residual), K.Node));
}

TableCache::Impl::Impl(VocabularyRef V, size_t MaxBytes)
    : Vocab(std::move(V)), Fans(Vocab->trie()), Index(Vocab->trie(), Fans),
      Memo(std::make_unique<MaskMemo>(MaxBytes / 4)), MaxBytes(MaxBytes) {
  AllText.resize((size_t(Vocab->size()) + 31) / 32);
  for (TokenId T : Vocab->trie().tokens())
    setBit(AllText, T);
  if (!Vocab->terminals().empty())
    takeLibrary(Vocab->terminals());
}

TableCache::Impl::~Impl() = default;

std::shared_ptr<const TableEntry> TableCache::Impl::find(ResidualKey K, const uint32_t *Regs,
                                                         uint32_t Words, uint32_t Depth) {
  {
    std::shared_lock Guard(Lock);
    for (const auto *Map : {&Library, &Young, &Old}) {
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

/// Of a table: its place in a map, and what allocators add.
static constexpr size_t EntryOverhead = 160;

/// Two generations: what was used since the last turn is usually made again soon.
bool TableCache::Impl::makeRoom(size_t Bytes) {
  const bool Turns = YoungBytes + Bytes > MaxBytes / 2;
  if (Turns) {
    Old = std::move(Young);
    OldCounted = std::move(YoungCounted);
    OldBytes = YoungBytes;
    Young.clear();
    YoungCounted.clear();
    YoungBytes = 0;
  }
  YoungBytes += Bytes;
  return Turns;
}

void TableCache::Impl::insert(ResidualKey K, std::shared_ptr<const TableEntry> E) {
  bool Turned;
  {
    std::unique_lock Guard(Lock);
    Turned = makeRoom(E->memoryBytes() + EntryOverhead);
    Young[K].push_back(std::move(E));
  }
  if (Turned)
    Memo->clear();
}

void TableCache::Impl::keep(ResidualKey K, std::shared_ptr<const TableEntry> E) {
  std::unique_lock Guard(Lock);
  const size_t Bytes = E->memoryBytes() + EntryOverhead;
  KeptNumbers.insert(K.Rule);
  Library[K].push_back(std::move(E));
  LibraryBytes += Bytes;
}

std::shared_ptr<const CountedTable> TableCache::Impl::findCounted(ResidualKey K) const {
  std::shared_lock Guard(Lock);
  for (const auto *Map : {&LibraryCounted, &YoungCounted, &OldCounted})
    if (auto It = Map->find(K); It != Map->end())
      return It->second;
  return nullptr;
}

void TableCache::Impl::insert(ResidualKey K, std::shared_ptr<const CountedTable> T, bool ForGood) {
  const size_t Bytes = T->memoryBytes() + EntryOverhead;
  bool Turned = false;
  {
    std::unique_lock Guard(Lock);
    if (ForGood) {
      KeptNumbers.insert(K.Rule);
      LibraryCounted[K] = std::move(T);
      LibraryBytes += Bytes;
    } else {
      Turned = makeRoom(Bytes);
      YoungCounted[K] = std::move(T);
    }
  }
  if (Turned)
    Memo->clear();
}

const SubtreeTable *TableCache::Impl::findSubtree(const SubtreeKey &K) const {
  std::shared_lock Guard(Lock);
  auto It = Subtrees.find(K);
  return It == Subtrees.end() ? nullptr : It->second.get();
}

void TableCache::Impl::keep(const SubtreeKey &K, std::unique_ptr<const SubtreeTable> T) {
  std::unique_lock Guard(Lock);
  const size_t Bytes = T->memoryBytes() + EntryOverhead;
  KeptNumbers.insert(K.Residual.Rule);
  if (Subtrees.emplace(K, std::move(T)).second)
    LibraryBytes += Bytes;
}

const TokenFacts &TableCache::Impl::facts() {
  std::call_once(FactsOnce, [&] {
    Facts = TokenFacts::lentBy(*Vocab);
    if (!Facts)
      Facts = std::make_unique<const TokenFacts>(*Vocab);
    FactBytes.store(Facts->memoryBytes(), std::memory_order_relaxed);
  });
  return *Facts;
}

size_t TableCache::Impl::ContentHash::operator()(const std::vector<uint64_t> &Words) const {
  uint64_t H = Words.size();
  for (uint64_t W : Words)
    H = (H ^ W) * 0x9e3779b97f4a7c15U + (H >> 32);
  return size_t(mixBits(H));
}

uint64_t TableCache::Impl::intern(std::vector<uint64_t> Content) {
  // Of a content: itself, and what allocators and the map add.
  auto size = [](const std::vector<uint64_t> &Words) {
    return Words.size() * sizeof(uint64_t) + sizeof(Words) + 80;
  };
  std::unique_lock Guard(Lock);
  if (auto It = Contents.find(Content); It != Contents.end())
    return It->second;
  auto Known = OldContents.find(Content);
  const uint64_t Number = Known != OldContents.end() ? Known->second : ++LastNumber;
  Content.shrink_to_fit();
  const size_t Bytes = size(Content);
  if (ContentBytes + Bytes > MaxBytes / 16) {
    // Nothing but moves of nodes: those in use for good go along.
    Contents.reserve(Contents.size() + OldContents.size());
    for (auto It = OldContents.begin(); It != OldContents.end();) {
      auto Here = It++;
      if (KeptNumbers.contains(Here->second))
        Contents.insert(OldContents.extract(Here));
    }
    OldContents.swap(Contents);
    Contents.clear();
    OldContentBytes = 0;
    for (const auto &[Words, N] : OldContents)
      OldContentBytes += size(Words);
    ContentBytes = 0;
  }
  Contents.emplace(std::move(Content), Number);
  ContentBytes += Bytes;
  return Number;
}

void TableCache::Impl::clear() {
  {
    std::unique_lock Guard(Lock);
    // With their buckets.
    for (auto *Map : {&Young, &Old})
      std::remove_reference_t<decltype(*Map)>().swap(*Map);
    for (auto *Map : {&YoungCounted, &OldCounted})
      std::remove_reference_t<decltype(*Map)>().swap(*Map);
    YoungBytes = OldBytes = 0;
  }
  Memo->clear();
}

TableCache::Statistics TableCache::Impl::statistics() const {
  Statistics S;
  {
    std::lock_guard Guard(GrammarsLock);
    for (const auto &[Uid, B] : Grammars)
      S.Bytes += B->memoryBytes() + 64;
  }
  std::shared_lock Guard(Lock);
  S.Hits = Hits.load(std::memory_order_relaxed);
  S.Misses = Misses.load(std::memory_order_relaxed);
  for (const auto *Map : {&Library, &Young, &Old})
    for (const auto &[Key, Entries] : *Map)
      S.Entries += Entries.size();
  for (const auto *Map : {&LibraryCounted, &YoungCounted, &OldCounted})
    S.Entries += Map->size();
  S.Bytes += LibraryBytes + YoungBytes + OldBytes + ContentBytes + OldContentBytes +
             FactBytes.load(std::memory_order_relaxed) + Memo->memoryBytes();
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

TerminalRecords TableCache::save() { return P->saveLibrary(); }

void TableCache::prepare(const std::shared_ptr<const Grammar> &G) {
  auto Bound = BoundGrammar::bind(G, *P);
  if (!Bound)
    return;
  TableMaker Maker(*G, *P);
  const FrameStore None;
  Scratch Temp;
  const FrameView View{&None, &Temp};
  const std::vector<uint32_t> Nodes = SubtreeTables::likelyNodes(P->Vocab->trie());
  std::vector<uint32_t> QuoteNodes;
  for (uint32_t N : Nodes)
    if (P->Vocab->trie()[N].Byte == '"')
      QuoteNodes.push_back(N);
  for (uint32_t R = 0; R < G->tables().Rules.size(); ++R) {
    const RuleRec &Rule = G->rule(R);
    if (!Rule.Leaf || Rule.Start == NoIndex)
      continue;
    Maker.keepSubtrees(Rule.Start, Nodes, **Bound);
    // The key of an object begins behind its quote, where the object's own automaton reads names.
    if (const StateRec &Start = G->state(Rule.Start);
        Start.Kind == RowKind::Chain && Start.Byte == '"')
      Maker.keepSubtrees(Rule.Start + 1, QuoteNodes, **Bound);
    for (StateId S = Rule.StatesBegin; S < Rule.StatesEnd; ++S) {
      if (G->state(S).Kind == RowKind::None || (G->state(S).Flags & StateKeySets))
        continue;
      if (Maker.keepCounted(S, **Bound))
        continue;
      const ResidualKey Key = (*Bound)->key(S, *P);
      for (uint32_t Depth = 0; Depth <= PreparedDepth; ++Depth) {
        const Frame Atom{S, Unknown, Frame::meta(Depth, Rule.Registers), ZeroRegs};
        std::shared_ptr<const TableEntry> E = P->find(Key, nullptr, Atom.words(), Depth);
        if (!E)
          E = Maker.make(Atom, View, **Bound, /*ForGood=*/true);
        if (E->AnyDepth)
          break;
      }
    }
  }
}

std::shared_ptr<const CountedTable> TableMaker::count(StateId State, ResidualKey Key,
                                                      bool ForGood) {
  const uint32_t Rule = G.ruleOf(State);
  ExitTrieBuilder Exits(Cache.Vocab->trie(), G.follow(Rule));
  const bool Ok = Leaf.count(State, Exits, Cache.AllText.size());
  auto T = std::make_shared<const CountedTable>(Leaf, Ok, Ok ? Exits.finish() : ExitTrie(),
                                                Cache.Vocab->maxTokenChars());
  Cache.insert(Key, T, ForGood);
  return T;
}

bool TableMaker::keepCounted(StateId State, const BoundGrammar &Bound) {
  ResidualKey Key;
  CountedRule Rule;
  if (!Bound.countedKey(State, Cache, Key, Rule))
    return false;
  std::shared_ptr<const CountedTable> T = Cache.findCounted(Key);
  return (T ? T : count(State, Key, /*ForGood=*/true))->Usable;
}

void TableMaker::keepSubtrees(StateId From, std::span<const uint32_t> Nodes,
                              const BoundGrammar &Bound) {
  const uint32_t R = G.ruleOf(From);
  const RuleRec &Rule = G.rule(R);
  if (G.state(From).Flags & (StateKeySets | StateHasSymbols))
    return;
  const ResidualKey Key = Bound.key(From, Cache);
  for (uint32_t N : Nodes) {
    if (Cache.findSubtree({Key, N}))
      continue;
    Temp.release({0, 0, 0, 0});
    S.begin();
    Temp.Words.assign(Rule.Registers, 0);
    Box.reset(Temp.Words);
    S.Box = &Box;
    auto T = std::make_unique<SubtreeTable>();
    ExitTrieBuilder Exits(Cache.Vocab->trie(), G.follow(R));
    const Frame Atom{From, Unknown, Frame::meta(0, Rule.Registers), ZeroRegs};
    if (!Walk.collectUnder(Atom, Cache.Fans.at(N), T->Ids, Exits) || Box.Uncacheable ||
        Box.DepthRead)
      continue;
    if (!Exits.empty())
      T->Exits = Exits.finish();
    std::vector<TokenId> All = T->Ids;
    All.insert(All.end(), T->Exits.ids().begin(), T->Exits.ids().end());
    std::sort(All.begin(), All.end());
    T->HasDoubles = std::adjacent_find(All.begin(), All.end()) != All.end();
    if (From != Rule.Start)
      noteKeys(*T, Cache.Vocab->trie()[N].Depth);
    Cache.keep(SubtreeKey{Key, N}, std::move(T));
  }
}

/// Notes which keys the tokens of a table end, which begin behind `Depth` bytes of them.
void TableMaker::noteKeys(SubtreeTable &To, uint32_t Depth) {
  for (TokenId Id : To.Exits.ids()) {
    const std::span<const uint8_t> Key = Cache.Vocab->bytes(Id).subspan(Depth);
    size_t Size = 0;
    while (Size < Key.size() && Key[Size] != '"')
      Size += Key[Size] == '\\' ? 2 : 1;
    Temp.Pending.assign(Key.begin(), Key.begin() + ptrdiff_t(std::min(Size, Key.size())));
    To.KeyHashes.push_back(hashKey(S.view(), 0, uint32_t(Temp.Pending.size())));
  }
  Temp.Pending.clear();
  std::sort(To.KeyHashes.begin(), To.KeyHashes.end());
  To.KeyHashes.erase(std::unique(To.KeyHashes.begin(), To.KeyHashes.end()), To.KeyHashes.end());
}

bool TableMaker::runsPrograms(StateId S) const {
  bool Runs = false;
  G.forEachRange(S, [&](unsigned, unsigned, uint32_t A) { Runs |= A & ActionAlternatives; });
  return Runs;
}

std::shared_ptr<const TableEntry> TableMaker::make(const Frame &Atom, const FrameView &From,
                                                   const BoundGrammar &Bound, bool ForGood) {
  std::shared_ptr<const TableEntry> E;
  ResidualKey Key;
  CountedRule Rule;
  if (Bound.countedKey(Atom.State, Cache, Key, Rule)) {
    std::shared_ptr<const CountedTable> T = Cache.findCounted(Key);
    Took = T ? MaskPart::Composed : MaskPart::CountedTable;
    if (!T && (ForGood || runsPrograms(Atom.State)))
      T = count(Atom.State, Key, ForGood);
    const uint32_t Count = Atom.Regs == ZeroRegs ? 0 : From.words(Atom.Regs)[0];
    if (T && T->covers(Count))
      E = T->entry(Count, Rule, Cache.facts(), Cache.AllText.size());
  }
  if (!E)
    E = walk(Atom, From, ForGood);
  Key = Bound.key(Atom.State, Cache);
  ForGood ? Cache.keep(Key, E) : Cache.insert(Key, E);
  return E;
}

std::shared_ptr<const TableEntry> TableMaker::walk(const Frame &Atom, const FrameView &From,
                                                   bool ForGood) {
  auto E = std::make_shared<TableEntry>();
  Temp.release({0, 0, 0, 0});
  S.begin();
  Frame Top{Atom.State, Unknown, Atom.Meta, ZeroRegs};
  Temp.Words.assign(Atom.words(), 0);
  if (Atom.words()) {
    if (Atom.Regs != ZeroRegs)
      std::copy_n(From.words(Atom.Regs), Atom.words(), Temp.Words.begin());
    Top.Regs = 0 | ScratchBit;
  }
  Box.reset(Temp.Words);

  const size_t Words = Cache.AllText.size();
  // What is kept is worth the room where a row is faster to write.
  const size_t MostIds = ForGood ? MaskSink::MaxIds : Words;
  const uint32_t RuleIndex = G.ruleOf(Atom.State);
  const RuleRec &Rule = G.rule(RuleIndex);
  ExitTrieBuilder Exits(Cache.Vocab->trie(), G.follow(RuleIndex));
  auto finish = [&](ExitTrieBuilder &Found) {
    if (ExitTrie X = Found.finish(); !X.empty())
      E->Exits = std::make_shared<const ExitTrie>(std::move(X));
    E->Low = Box.Low;
    E->High = Box.High;
  };
  if (Rule.Leaf && Rule.Object == NoIndex && Rule.Elements == NoIndex &&
      Leaf.walk(Atom.State, Box, Exits, Words)) {
    finish(Exits);
    Took = Leaf.HasRow || Leaf.Ids.size() > Words / 4 ? MaskPart::LeafTable : MaskPart::SmallTable;
    if (Leaf.HasRow)
      E->set(Leaf.Row);
    else
      E->set(Leaf.Ids, Words, MostIds);
    return E;
  }

  Box.reset(Temp.Words);
  S.Box = &Box;
  ExitTrieBuilder Own(Cache.Vocab->trie(), G.follow(RuleIndex));
  const bool Wide = Walk.isWide(Top);
  RowVector Row;
  Ids.clear();
  bool Ok;
  Took = MaskPart::FrameTable;
  if (Wide) {
    Row = Cache.AllText;
    Ok = Walk.clear(Top, Row, &Own);
  } else {
    Ok = Walk.collect(Top, Ids, &Own);
  }
  E->Direct = !Ok || Box.Uncacheable;
  E->AnyDepth = !Box.DepthRead;
  E->Depth = Atom.depth();
  if (E->Direct) {
    // Not a matter of this depth or these registers.
    E->AnyDepth = true;
    E->Low.assign(Box.Low.size(), 0);
    E->High.assign(Box.High.size(), 0xffffffffU);
    return E;
  }
  finish(Own);
  if (Wide)
    E->set(std::move(Row));
  else
    E->set(Ids, Words, MostIds);
  return E;
}

} // namespace weir
