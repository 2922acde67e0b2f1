//===- Distribution.cpp - Percentiles of measured times -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/Distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weir::bench {

double Distribution::average() const {
  double Sum = 0;
  for (uint64_t V : Values)
    Sum += double(V);
  return Values.empty() ? 0 : Sum / double(Values.size());
}

uint64_t Distribution::at(double Fraction) {
  if (Values.empty())
    return 0;
  if (!Sorted) {
    std::sort(Values.begin(), Values.end());
    Sorted = true;
  }
  size_t Rank = size_t(std::ceil(Fraction * double(Values.size())));
  return Values[std::clamp<size_t>(Rank, 1, Values.size()) - 1];
}

std::string microseconds(double Nanoseconds) { return fmt::format("{:.3f}", Nanoseconds / 1000); }

std::string distributionHeading(std::string_view Unit) {
  std::string Line = fmt::format("{:<22}{:>10}", Unit, "avg");
  for (const Percentile &P : Percentiles)
    Line += fmt::format("{:>13}", P.Name);
  return Line + "\n";
}

std::string distributionRow(std::string_view Name, Distribution &D) {
  std::string Line = fmt::format("{:<22}{:>10.2f}", Name, D.average() / 1000);
  for (const Percentile &P : Percentiles)
    Line += fmt::format("{:>13.2f}", double(D.at(P.Fraction)) / 1000);
  return Line + "\n";
}

} // namespace weir::bench
