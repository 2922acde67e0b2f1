//===- TableCache.h - Mask tables, shared and bounded -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A table entry belongs to a residual (an automaton state of a frame, by verified
// content) and to a box of register values. Entries are made when first needed and
// shared by every matcher that was given the cache; one cache serves one
// vocabulary.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_RUNTIME_TABLECACHE_H
#define WEIR_RUNTIME_TABLECACHE_H

#include "weir/Runtime/Grammar.h"
#include "weir/Vocab/Vocabulary.h"

#include <cstddef>
#include <memory>

namespace weir {

class TableCache {
public:
  /// Entries beyond `MaxBytes` are dropped, oldest generation first. What the image of `V` has of
  /// prepared tables is there at once.
  static std::shared_ptr<TableCache> create(VocabularyRef V, size_t MaxBytes = size_t(256) << 20);
  ~TableCache();
  TableCache(const TableCache &) = delete;
  TableCache &operator=(const TableCache &) = delete;

  /// Makes the tables of every state of the rules of `G` that stand for themselves (strings,
  /// numbers, white space …), with registers at their start and nesting up to
  /// PreparedDepth, and keeps them for good: neither `clear` nor the bound drops them. Any
  /// grammar with such a rule finds them.
  void prepare(const std::shared_ptr<const Grammar> &G);
  static constexpr uint32_t PreparedDepth = 16;

  /// The prepared tables, and the facts of tokens that others are made from, to be written into an
  /// image (`imageWith`).
  TerminalRecords save();

  /// Drops every entry but the prepared ones. Matchers go on and fill them again.
  void clear();

  struct Statistics {
    uint64_t Hits = 0, Misses = 0, Entries = 0, Bytes = 0;
  };
  Statistics statistics() const;
  const Vocabulary &vocabulary() const;

  class Impl;
  Impl &impl() { return *P; }

private:
  explicit TableCache(std::unique_ptr<Impl> I);
  std::unique_ptr<Impl> P;
};

} // namespace weir

#endif // WEIR_RUNTIME_TABLECACHE_H
