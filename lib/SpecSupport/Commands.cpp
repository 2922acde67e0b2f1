//===- Commands.cpp - Tools that do one of several things -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/SpecSupport/Commands.h"

#include "weir/Support/Escape.h"

#include <algorithm>

namespace weir {

Commands::Commands(ToolSession &Tool, std::span<const CommandInfo> Table)
    : Table(Table),
      All(llvm::cl::Positional, llvm::cl::desc("<command> <operands>"), Tool.category()) {}

void Commands::restrict(const llvm::cl::Option &O, std::initializer_list<std::string_view> Names) {
  Restrictions.push_back({&O, Names});
}

const CommandInfo *Commands::choose(ToolSession &Tool) {
  std::vector<std::string_view> Names;
  std::string List;
  for (const CommandInfo &C : Table) {
    Names.push_back(C.Name);
    List += (List.empty() ? "" : ", ") + std::string(C.Name);
  }
  if (All.empty()) {
    Tool.Diags.report({}, DiagId::Usage) << "say what to do: " + List;
    return nullptr;
  }
  auto Found = std::find_if(Table.begin(), Table.end(),
                            [&](const CommandInfo &C) { return C.Name == All.front(); });
  if (Found == Table.end()) {
    DiagBuilder D = Tool.Diags.report({}, DiagId::Usage);
    D << "unknown command '" + printable(All.front(), 40) + "'; there are " + List;
    D.didYouMean(All.front(), Names);
    return nullptr;
  }
  Rest.assign(All.begin() + 1, All.end());
  bool Ok = true;
  if (Rest.size() < Found->Min || Rest.size() > Found->Max) {
    Tool.Diags.report({}, DiagId::Usage) << "'" + std::string(Found->Name) + "' is written '" +
                                                std::string(Found->Name) + " " +
                                                std::string(Found->Operands) + "'";
    Ok = false;
  }
  for (const Restriction &R : Restrictions)
    if (R.Option->getNumOccurrences() != 0 &&
        std::find(R.Names.begin(), R.Names.end(), Found->Name) == R.Names.end()) {
      Tool.Diags.report({}, DiagId::Usage) << "'--" + R.Option->ArgStr.str() +
                                                  "' means nothing to '" +
                                                  std::string(Found->Name) + "'";
      Ok = false;
    }
  return Ok ? &*Found : nullptr;
}

} // namespace weir
