//===- SemanticsSupport.h - Texts in and out of a schema --------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_SEMANTICSSUPPORT_H
#define WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_SEMANTICSSUPPORT_H

#include "TestSupport.h"

#include "weir/IR/Verifier.h"
#include "weir/Oracle/Recognizer.h"

#include <gtest/gtest.h>

namespace weir::jsonschema::test {

inline Options anyOrder() {
  Options O;
  O.KeyOrder = ir::KeyOrder::Any;
  O.Space = Whitespace::Single;
  return O;
}

/// The oracle takes the texts of `In` for instances of the schema, and those of `Out` not.
inline void check(const std::string &Schema, const std::vector<std::string> &In,
                  const std::vector<std::string> &Out, const Options &Opts = anyOrder()) {
  SCOPED_TRACE(Schema);
  Compiled C(Schema, Opts);
  ASSERT_TRUE(C.M) << printText(C.Diags);
  EXPECT_TRUE(ir::verify(*C.M, ir::VerifyMode::AfterFrontend, C.Diags)) << printText(C.Diags);
  oracle::Recognizer R(*C.M);
  for (const std::string &T : In)
    EXPECT_EQ(R.accepts(T), oracle::Answer::Yes) << "should be in: " << T;
  for (const std::string &T : Out)
    EXPECT_EQ(R.accepts(T), oracle::Answer::No) << "should be out: " << T;
}

} // namespace weir::jsonschema::test

#endif // WEIR_UNITTESTS_FRONTEND_JSONSCHEMA_SEMANTICSSUPPORT_H
