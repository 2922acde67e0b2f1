//===- Gates.h - Least solutions of and/or systems in linear time -*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A gate turns on when as many of its inputs have turned on as it needs: one for
// "or", all for "and", k for "at least k". Inputs may form cycles; the least
// solution is found by letting each wire carry one event (Dowling and Gallier 1984).
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_IR_GATES_H
#define WEIR_LIB_IR_GATES_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::ir {

class GateSystem {
public:
  using Gate = uint32_t;

  /// A gate that needs `Need` events; with 0 it is on at the next `settle`.
  Gate add(uint64_t Need) {
    Needs.push_back(Need);
    FirstWire.push_back(NoWire);
    On.push_back(false);
    if (Need == 0)
      Ready.push_back(Gate(Needs.size() - 1));
    return Gate(Needs.size() - 1);
  }
  /// When `From` turns on, `To` gets an event; at once if it is on.
  void wire(Gate From, Gate To) {
    if (On[From]) {
      event(To);
      return;
    }
    Wires.push_back({To, FirstWire[From]});
    FirstWire[From] = uint32_t(Wires.size() - 1);
  }
  void event(Gate To) {
    if (Needs[To] > 0 && --Needs[To] == 0)
      Ready.push_back(To);
  }
  /// Carries all events on.
  void settle() {
    while (!Ready.empty()) {
      Gate G = Ready.back();
      Ready.pop_back();
      On[G] = true;
      for (uint32_t W = FirstWire[G]; W != NoWire; W = Wires[W].Next)
        event(Wires[W].To);
    }
  }
  bool isOn(Gate G) const { return On[G]; }
  /// Forgets all gates and keeps the memory.
  void clear() {
    Needs.clear();
    FirstWire.clear();
    Wires.clear();
    On.clear();
    Ready.clear();
  }
  void reserve(size_t Gates) {
    Needs.reserve(Gates);
    FirstWire.reserve(Gates);
    Wires.reserve(Gates);
    On.reserve(Gates);
    Ready.reserve(Gates);
  }

private:
  static constexpr uint32_t NoWire = 0xffffffffU;
  struct Wire {
    Gate To;
    uint32_t Next; ///< wire from the same gate
  };
  std::vector<uint64_t> Needs;
  std::vector<uint32_t> FirstWire; ///< by gate
  std::vector<Wire> Wires;
  std::vector<uint8_t> On;
  std::vector<Gate> Ready;
};

} // namespace weir::ir

#endif // WEIR_LIB_IR_GATES_H
