//===- OracleTest.h - A module with one rule, asked about texts -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_ORACLE_ORACLETEST_H
#define WEIR_UNITTESTS_ORACLE_ORACLETEST_H

#include "weir/Oracle/Recognizer.h"

#include <gtest/gtest.h>

namespace weir::oracle {

inline std::ostream &operator<<(std::ostream &OS, Answer A) {
  return OS << (A == Answer::Yes ? "yes" : A == Answer::No ? "no" : "gave up");
}

class OracleTest : public ::testing::Test {
protected:
  ir::Module M;
  std::unique_ptr<Recognizer> R;

  ir::RuleId rule(std::string Name, ir::ExprId Body = {}) {
    ir::RuleId Id = M.addRule(std::move(Name));
    M.rule(Id).Body = Body;
    return Id;
  }
  void start(ir::ExprId Body) {
    M.setStart(rule(M.freshName("start"), Body));
    R = std::make_unique<Recognizer>(M);
  }
  ir::ExprId range(uint32_t First, uint32_t Last) {
    return M.cls(CodePointSet::range(First, Last));
  }

  void accepts(std::string_view Text) {
    EXPECT_EQ(R->accepts(Text), Answer::Yes) << '[' << Text << ']';
    // What is accepted is viable all along.
    for (size_t I = 0; I <= Text.size(); ++I)
      EXPECT_EQ(R->viablePrefix(Text.substr(0, I)), Answer::Yes) << '[' << Text << "] at " << I;
  }
  /// Not a text, but some texts begin with it.
  void viable(std::string_view Text) {
    EXPECT_EQ(R->accepts(Text), Answer::No) << '[' << Text << ']';
    EXPECT_EQ(R->viablePrefix(Text), Answer::Yes) << '[' << Text << ']';
  }
  /// No text begins with it, but one begins with all but its last byte.
  void dies(std::string_view Text) {
    EXPECT_EQ(R->accepts(Text), Answer::No) << '[' << Text << ']';
    EXPECT_EQ(R->viablePrefix(Text), Answer::No) << '[' << Text << ']';
    if (!Text.empty()) {
      Text.remove_suffix(1);
      EXPECT_EQ(R->viablePrefix(Text), Answer::Yes) << '[' << Text << ']';
    }
  }
};

} // namespace weir::oracle

#endif // WEIR_UNITTESTS_ORACLE_ORACLETEST_H
