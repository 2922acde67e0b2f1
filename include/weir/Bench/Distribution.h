//===- Distribution.h - Percentiles of measured times -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_BENCH_DISTRIBUTION_H
#define WEIR_BENCH_DISTRIBUTION_H

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::bench {

/// The columns of every table after the average.
struct Percentile {
  std::string_view Name;
  double Fraction;
};
inline constexpr std::array<Percentile, 8> Percentiles = {{{"p25", 0.25},
                                                           {"p50", 0.5},
                                                           {"p75", 0.75},
                                                           {"p90", 0.9},
                                                           {"p95", 0.95},
                                                           {"p99", 0.99},
                                                           {"p99.9", 0.999},
                                                           {"max", 1.0}}};

/// A sample of times in nanoseconds.
class Distribution {
public:
  void add(uint64_t Nanoseconds) {
    Values.push_back(Nanoseconds);
    Sorted = false;
  }
  size_t size() const { return Values.size(); }
  double average() const;
  /// The value of nearest rank: the least one that at least that fraction of the sample
  /// does not exceed. 0 for an empty sample.
  uint64_t at(double Fraction);

private:
  std::vector<uint64_t> Values;
  bool Sorted = true;
};

/// Nanoseconds as microseconds with three decimals.
std::string microseconds(double Nanoseconds);

/// The heading and one row of a table of distributions, in microseconds.
std::string distributionHeading(std::string_view Unit = "us");
std::string distributionRow(std::string_view Name, Distribution &D);

} // namespace weir::bench

#endif // WEIR_BENCH_DISTRIBUTION_H
