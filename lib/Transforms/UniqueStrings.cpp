//===- UniqueStrings.cpp - Keep unique items that are listed as keys ------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Unique items that are strings of a list are what the keys of an object in any order are:
//
//   elements<min=1, unique>(separator: lit ",", rest: call @colour)
//   rule @colour = json_string(alt(lit "green", lit "red"))
//     =>
//   members<order=any, min=1>(separator: lit ",", optional "green": empty, optional "red": empty)
//
// so one bit tells that a string was there, where items of any sort are compared by their texts.
// Up to `max` strings, counted as they are listed, of a megabyte: each item costs a bit of each of
// them.
//
//===----------------------------------------------------------------------===//
#include "Build.h"

#include "weir/Support/Utf8.h"

#include <algorithm>
#include <optional>

namespace weir {
using namespace ir;
using namespace transforms;

namespace {
class UniqueStrings final : public Pass {
public:
  std::string_view name() const override { return "unique-strings"; }
  std::vector<PassOption> options() override {
    return {{"max", MaxStrings, 1, 65536, "strings of the longest list"}};
  }
  bool isIdempotent() const override { return true; }
  bool run(Module &M, PassContext &Ctx) override;

private:
  std::optional<MembersSpec> asMembers(const Module &M, ExprId E) const;
  uint64_t MaxStrings = 1024;
};
} // namespace

/// The expression that is called, however many rules are nothing but a call.
static ExprId behindCalls(const Module &M, ExprId E) {
  constexpr unsigned MostCalls = 16; // rules may call themselves
  for (unsigned I = 0; I < MostCalls && E && M.op(E) == Op::Call; ++I)
    E = M.rule(M.callee(E)).Body;
  return E;
}

namespace {
/// The texts of an expression, where they are a list that is not too long.
class TextList {
public:
  TextList(const Module &M, size_t Most) : M(M), Most(Most) {}
  /// Appends the texts of `E`, some perhaps twice. False where they are too many, too long, or no
  /// list.
  bool add(ExprId E, std::vector<std::string> &Out, unsigned Depth = 0);

private:
  bool append(std::string Text, std::vector<std::string> &Out) {
    if (Out.size() >= Most || Text.size() > BytesLeft)
      return false;
    BytesLeft -= Text.size();
    Out.push_back(std::move(Text));
    return true;
  }

  const Module &M;
  size_t Most;
  size_t BytesLeft = size_t(1) << 20; ///< what alternatives begin with is written for each of them
};
} // namespace

bool TextList::add(ExprId E, std::vector<std::string> &Out, unsigned Depth) {
  constexpr unsigned MaxDepth = 128;
  if (Depth > MaxDepth)
    return false;
  if (E == M.empty())
    return append({}, Out);
  if (M.op(E) == Op::Lit)
    return append(std::string(M.literal(E)), Out);
  const std::span<const ExprId> Ops = M.operands(E);
  if (M.op(E) == Op::Repeat && M.bounds(E).Min == 0 && M.bounds(E).Max == 1)
    return append({}, Out) && add(Ops[0], Out, Depth + 1);
  if (M.op(E) == Op::Alt)
    return std::all_of(Ops.begin(), Ops.end(), [&](ExprId O) { return add(O, Out, Depth + 1); });
  if (M.op(E) != Op::Seq)
    return false;
  std::vector<std::string> Heads{""}, Tails, Next;
  for (ExprId O : Ops) {
    Tails.clear();
    Next.clear();
    if (!add(O, Tails, Depth + 1))
      return false;
    for (const std::string &Head : Heads)
      for (const std::string &Tail : Tails)
        if (!append(Head + Tail, Next))
          return false;
    std::swap(Heads, Next);
  }
  return std::all_of(Heads.begin(), Heads.end(),
                     [&](std::string &T) { return append(std::move(T), Out); });
}

std::optional<MembersSpec> UniqueStrings::asMembers(const Module &M, ExprId E) const {
  if (M.op(E) != Op::Elements)
    return std::nullopt;
  const ElementsSpec &Items = M.elementsSpec(E);
  if (!Items.Unique || !Items.Prefix.empty() || !Items.Counters.empty() || Items.Rest.size() != 1)
    return std::nullopt;
  const ExprId Strings = behindCalls(M, Items.Rest[0].Value);
  if (!Strings || M.op(Strings) != Op::JsonString)
    return std::nullopt;
  std::vector<std::string> Texts;
  if (!TextList(M, MaxStrings).add(M.operands(Strings)[0], Texts))
    return std::nullopt;
  std::sort(Texts.begin(), Texts.end());
  Texts.erase(std::unique(Texts.begin(), Texts.end()), Texts.end());
  if (std::any_of(Texts.begin(), Texts.end(), [](const std::string &T) {
        return findInvalidUtf8(T) != std::string_view::npos;
      }))
    return std::nullopt;
  MembersSpec Out;
  Out.Order = KeyOrder::Any;
  Out.Esc = M.escapes(Strings);
  Out.Min = Items.Min;
  Out.Max = Items.Max;
  Out.Separator = Items.Separator;
  for (std::string &T : Texts)
    Out.Named.push_back({std::move(T), false, M.empty()});
  return Out;
}

bool UniqueStrings::run(Module &M, PassContext &Ctx) {
  if (!Ctx.spend(M.exprCount()) ||
      !anyLive(M, [&](ExprId E) { return M.op(E) == Op::Elements && asMembers(M, E); }))
    return false;
  return rewriteBodies(M, Ctx, [&](ExprId E, ExprId) {
    std::optional<MembersSpec> Keys = asMembers(M, E);
    if (!Keys)
      return E;
    Ctx.count("lists of strings");
    return M.members(*std::move(Keys));
  });
}

std::unique_ptr<Pass> createUniqueStringsPass() { return std::make_unique<UniqueStrings>(); }

} // namespace weir
