//===- weir-bench.cpp - Measures compilation, masks and matchers ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "BenchSession.h"

using namespace weir;

int main(int Argc, char **Argv) {
  BenchSession S;
  const CommandInfo *C = S.start(Argc, Argv);
  if (!C)
    return S.Tool.finish(ExitUsage);
  int Code = C->Name == "maskbench" ? runMaskBench(S)
             : C->Name == "compile" ? runCompileBench(S)
             : C->Name == "batch"   ? runBatchBench(S)
             : C->Name == "soak"    ? runSoak(S)
                                    : runMaskMicroBench(S);
  return S.Tool.finish(Code);
}
