//===- weir-run.cpp - Runs a grammar --------------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

using namespace weir;

int main(int Argc, char **Argv) {
  RunSession S;
  const CommandInfo *C = S.start(Argc, Argv);
  if (!C)
    return S.Tool.finish(ExitUsage);
  int Code = C->Name == "check"     ? runCheck(S)
             : C->Name == "mask"    ? runMask(S)
             : C->Name == "explain" ? runExplain(S)
                                    : runSample(S);
  return S.Tool.finish(Code);
}
