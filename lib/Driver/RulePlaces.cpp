//===- RulePlaces.cpp - Where in the specification a rule is from ---------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Driver/RulePlaces.h"

#include "weir/Support/WorkMeter.h"

namespace weir {

std::string placesText(const ir::OriginSet &Origins, const SourceManager &Sources) {
  static constexpr size_t MaxShown = 4;
  std::string Out;
  size_t Shown = 0;
  for (const ir::Origin &O : Origins.items()) {
    if (++Shown > MaxShown)
      return Out + ", ...";
    Out += Out.empty() ? "" : ", ";
    if (O.Range.isValid()) {
      SourceManager::LineColumn At = Sources.lineColumn(O.Range.File, O.Range.Begin);
      Out += std::string(Sources.name(O.Range.File)) + ":" + std::to_string(At.Line) + ":" +
             std::to_string(At.Column);
    }
    if (!O.Pointer.empty())
      Out += (O.Range.isValid() ? " " : "") + O.Pointer;
  }
  return Out;
}

RulePlaces::RulePlaces(const ir::Module &M, const SourceManager &Sources) {
  for (uint32_t I = 0; I < M.ruleCount() && pollWork(8); ++I) {
    const ir::RuleId R(I);
    if (std::string Text = placesText(M.rule(R).Origins, Sources); !Text.empty())
      Places.emplace(M.rule(R).Name, std::move(Text));
  }
}

std::string_view RulePlaces::of(std::string_view Rule) const {
  auto It = Places.find(std::string(Rule));
  return It == Places.end() ? std::string_view() : std::string_view(It->second);
}

size_t RulePlaces::memoryBytes() const {
  size_t Bytes = sizeof(*this) + Places.bucket_count() * sizeof(void *);
  for (const auto &[Name, Text] : Places)
    Bytes += sizeof(Name) + sizeof(Text) + 2 * sizeof(void *) + Name.capacity() + Text.capacity();
  return Bytes;
}

} // namespace weir
