//===- RowOpsTest.cpp - Every way to merge rows gives the same bits -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/RowOps.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <vector>

namespace weir {
namespace {

TEST(RowOpsTest, AllWaysAgreeAtEveryLengthAndPlace) {
  std::mt19937 Random(7);
  std::vector<uint32_t> A(200), B(200);
  for (size_t I = 0; I < A.size(); ++I) {
    A[I] = uint32_t(Random());
    B[I] = uint32_t(Random());
  }
  ASSERT_STREQ(RowOps::all()[0].Name, "plain");
  for (const RowOps &Ops : RowOps::all())
    for (size_t At = 0; At < 9; ++At)
      for (size_t Words = 0; Words < 150; ++Words) {
        auto same = [&](const char *What, auto Run, auto Bit) {
          std::vector<uint32_t> Out = A;
          Run(Out.data() + At, B.data() + 1);
          for (size_t I = 0; I < Out.size(); ++I) {
            const bool Inside = I >= At && I < At + Words;
            ASSERT_EQ(Out[I], Inside ? Bit(A[I], B[I - At + 1]) : A[I])
                << Ops.Name << " " << What << ", word " << I << " of " << Words << " from " << At;
          }
        };
        using U = uint32_t;
        size_t Bits = 0;
        for (size_t I = 0; I < Words; ++I)
          Bits += size_t(std::popcount(B[At + I]));
        ASSERT_EQ(Ops.Count(B.data() + At, Words), Bits) << Ops.Name;
        same("copy", [&](U *T, const U *F) { Ops.Copy(T, F, Words); }, [](U, U Y) { return Y; });
        same("zero", [&](U *T, const U *) { Ops.Zero(T, Words); }, [](U, U) { return U(0); });
        same("or", [&](U *T, const U *F) { Ops.Or(T, F, Words); }, [](U X, U Y) { return X | Y; });
        same(
            "and", [&](U *T, const U *F) { Ops.And(T, F, Words); }, [](U X, U Y) { return X & Y; });
        same(
            "without", [&](U *T, const U *F) { Ops.Without(T, F, Words); },
            [](U X, U Y) { return Y & ~X; });
      }
}

} // namespace
} // namespace weir
