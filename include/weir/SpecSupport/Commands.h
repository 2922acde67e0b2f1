//===- Commands.h - Tools that do one of several things ---------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first operand says what to do: `weir-run check SPEC FILE`. Options may stand
// before it as well as after it, so it is an operand like the others; LLVM's
// subcommands would want it first. An option that a command does not read is refused
// rather than passed over.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SPECSUPPORT_COMMANDS_H
#define WEIR_SPECSUPPORT_COMMANDS_H

#include "weir/ToolSupport/ToolSupport.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct CommandInfo {
  std::string_view Name;
  std::string_view Operands; ///< for messages: "SPEC FILE..."
  size_t Min, Max;           ///< number of operands
};

class Commands {
public:
  /// `Table` must outlive this.
  Commands(ToolSession &Tool, std::span<const CommandInfo> Table);

  /// Says that only these commands read `O`.
  void restrict(const llvm::cl::Option &O, std::initializer_list<std::string_view> Names);

  /// After `Tool.parse`: the command, or none after a mistake, reported.
  const CommandInfo *choose(ToolSession &Tool);
  /// The operands after the command.
  const std::vector<std::string> &operands() const { return Rest; }

private:
  struct Restriction {
    const llvm::cl::Option *Option;
    std::vector<std::string_view> Names;
  };
  std::span<const CommandInfo> Table;
  llvm::cl::list<std::string> All;
  std::vector<Restriction> Restrictions;
  std::vector<std::string> Rest;
};

} // namespace weir

#endif // WEIR_SPECSUPPORT_COMMANDS_H
