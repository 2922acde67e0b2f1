//===- MatcherImpl.h - The parts of a matcher --------------------------- -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_RUNTIME_MATCHERIMPL_H
#define WEIR_LIB_RUNTIME_MATCHERIMPL_H

#include "MaskTable.h"
#include "weir/Runtime/Matcher.h"

namespace weir {

/// One entry of the history: the configurations after a token, and how full the
/// stores were then, so that going back is truncation.
struct Head {
  uint32_t ConfigsBegin, ConfigsCount;
  uint32_t Frames, Words, Text, Configs;
  uint32_t Terminated;
};

class Matcher::Impl {
public:
  Impl(std::shared_ptr<const BoundGrammar> G, std::shared_ptr<TableCache> Tables,
       std::vector<TokenId> Stops, uint32_t MaxConfigurations);
  /// A fork: shares chunks, starts with its own scratch stacks.
  Impl(const Impl &O);

  Result<MaskInfo> fillMask(std::span<MaskWord> Row, uint32_t MaskBits);
  bool tokenAllowed(TokenId T);
  bool accept(TokenId T);
  bool acceptBytes(std::string_view Bytes);
  size_t validateBytes(std::string_view Bytes);
  bool rollback(size_t N);
  bool isAccepting();
  ByteSet nextBytes();
  std::optional<std::string> completion(size_t MaxBytes); ///< Completion.cpp
  std::vector<std::string> openRules() const;

  const Head &head() const { return Heads[Heads.size() - 1]; }
  bool isStop(TokenId T) const;

  const Grammar &G;
  std::shared_ptr<const BoundGrammar> Bound;
  std::shared_ptr<TableCache> Tables;
  std::vector<TokenId> Stops; ///< ascending
  Arena<Head, 6> Heads;
  Status LastError = Status::Ok;

private:
  /// Empties the scratch stacks and loads the head's configurations.
  ConfigList load();
  /// The configurations after the token; empty when refused. `Stop`: the text is
  /// complete and the token ends it.
  ConfigList simulate(TokenId T, bool &Stop);
  ConfigList stepAll(ConfigList From, std::span<const uint8_t> Bytes, size_t *Read = nullptr);
  /// Copies what the configurations refer to into the store and appends a head.
  void promote(ConfigList L, bool Terminated);
  uint32_t promoteRegs(const Frame &F);

  bool fillAtom(const Frame &Atom, std::span<MaskWord> Row);
  bool fillDirect(const Frame &Atom, std::span<MaskWord> Row);
  bool fillExits(const Frame &Atom, const ExitTrie &Exits, std::span<MaskWord> Row);
  bool keyMayRepeat(const Frame &Atom) const;
  void fillSymbols(const Frame &Atom, std::span<MaskWord> Row);

  FrameStore Store;
  Arena<Frame, 6> Configs;
  Scratch Temp;
  Stepper S;
  TrieWalk Walk;
  std::vector<MaskWord> WideRow, FullRow;
  bool RowIsEmpty = false; ///< nothing was set yet: a base mask may be copied
  std::vector<uint32_t> Promoted, Reach;
  std::vector<TokenId> Doubtful, SymbolTokens;
};

} // namespace weir

#endif // WEIR_LIB_RUNTIME_MATCHERIMPL_H
