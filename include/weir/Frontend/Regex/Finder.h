//===- Finder.h - Where a pattern matches -----------------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The frontend reads patterns as languages; tokenizers split texts by them, which asks
// for the match a backtracking engine finds first: alternatives in order, repetitions
// as long as may be. Laziness, which the tree does not keep, is refused.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_REGEX_FINDER_H
#define WEIR_FRONTEND_REGEX_FINDER_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weir::regex {

class Finder {
public:
  /// None, with a reason in `Why`, for a pattern that is not understood here.
  static std::optional<Finder> compile(std::string_view Pattern, std::string &Why);
  Finder(Finder &&) noexcept;
  Finder &operator=(Finder &&) noexcept;
  ~Finder();

  struct Found {
    size_t Begin, End;
  };
  /// The first match that begins at `From` or later. None: there is none, or more than `Steps`
  /// were needed, which are counted down to 0 then. `Text` is UTF-8. Safe from several threads.
  std::optional<Found> find(std::string_view Text, size_t From, uint64_t &Steps) const;

private:
  struct Parts;
  explicit Finder(std::unique_ptr<Parts> P);
  std::unique_ptr<Parts> P;
};

} // namespace weir::regex

#endif // WEIR_FRONTEND_REGEX_FINDER_H
