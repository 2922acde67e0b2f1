//===- Check.cpp - weir-run check: is a file's text in the language? ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

#include <cstdio>

namespace weir {

int runCheck(RunSession &S) {
  int Code = ExitYes;
  std::optional<Matcher> M = S.matcher();
  if (!M)
    return ExitUsage;
  for (size_t I = 1; I < S.operands().size(); ++I) {
    std::optional<FileId> File = S.Tool.readFile(S.operands()[I]);
    if (!File) {
      Code = ExitUsage;
      continue;
    }
    std::string_view Text = S.Tool.Sources.text(*File);
    M->reset();
    std::optional<Refusal> R = findRefusal(*M, Text, true);
    if (S.reportFailure(*M)) {
      Code = ExitUsage;
      continue;
    }
    if (!R) {
      std::printf("%s: accepted\n", S.operands()[I].c_str());
      continue;
    }
    SourceManager::LineColumn At = S.Tool.Sources.lineColumn(*File, uint32_t(R->Byte));
    std::printf("%s: rejected at byte %zu (%u:%u): %s\n", S.operands()[I].c_str(), R->Byte, At.Line,
                At.Column, R->Why.c_str());
    Code = std::max<int>(Code, ExitNo);
  }
  return Code;
}

} // namespace weir
