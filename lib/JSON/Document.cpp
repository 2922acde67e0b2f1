//===- Document.cpp - Looking up values, pointers and places --------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/JSON/Value.h"

#include "weir/Support/Utf8.h"

#include <algorithm>
#include <charconv>

namespace weir::json {

const Member *Document::find(ValueId Object, std::string_view Key) const {
  std::span<const Member> All = members(Object);
  const Node &N = Nodes[Object.index()];
  if (!N.HasSorted) {
    for (const Member &M : All)
      if (M.Key == Key)
        return &M;
    return nullptr;
  }
  std::span<const uint32_t> Order = std::span(ByKey).subspan(N.Sorted, N.Count);
  auto It = std::lower_bound(Order.begin(), Order.end(), Key,
                             [&](uint32_t I, std::string_view K) { return All[I].Key < K; });
  return It != Order.end() && All[*It].Key == Key ? &All[*It] : nullptr;
}

void appendPointerToken(std::string &Pointer, std::string_view Token) {
  Pointer += '/';
  if (Token.find('~') == Token.npos && Token.find('/') == Token.npos) {
    Pointer += Token;
    return;
  }
  for (char C : Token) {
    if (C == '~')
      Pointer += "~0";
    else if (C == '/')
      Pointer += "~1";
    else
      Pointer += C;
  }
}

std::string Document::pointer(ValueId V) const {
  std::vector<ValueId> Path;
  for (; parent(V); V = parent(V))
    Path.push_back(V);
  std::string Out;
  for (auto It = Path.rbegin(); It != Path.rend(); ++It)
    appendPointerStep(Out, *It);
  return Out;
}

void Document::appendPointerStep(std::string &Out, ValueId V) const {
  const ValueId Parent = parent(V);
  if (!Parent)
    return;
  if (isArray(Parent))
    appendPointerToken(Out, std::to_string(indexInParent(V)));
  else
    appendPointerToken(Out, members(Parent)[indexInParent(V)].Key);
}

ValueId Document::resolve(ValueId V, std::string_view Pointer) const {
  std::string Token;
  while (!Pointer.empty()) {
    if (Pointer[0] != '/')
      return {};
    Pointer.remove_prefix(1);
    size_t End = std::min(Pointer.find('/'), Pointer.size());
    Token.clear();
    for (size_t I = 0; I < End; ++I) {
      if (Pointer[I] != '~') {
        Token += Pointer[I];
        continue;
      }
      if (++I == End || (Pointer[I] != '0' && Pointer[I] != '1'))
        return {};
      Token += Pointer[I] == '0' ? '~' : '/';
    }
    Pointer.remove_prefix(End);
    if (isObject(V)) {
      V = get(V, Token);
      if (V.isNone())
        return {};
    } else if (isArray(V)) {
      if (Token.empty() || (Token.size() > 1 && Token[0] == '0'))
        return {};
      uint32_t Index = 0;
      auto [Ptr, Ec] = std::from_chars(Token.data(), Token.data() + Token.size(), Index);
      if (Ec != std::errc() || Ptr != Token.data() + Token.size() || Index >= elements(V).size())
        return {};
      V = elements(V)[Index];
    } else {
      return {};
    }
  }
  return V;
}

SourceRange Document::rangeInString(SourceRange Quoted, uint32_t Begin, uint32_t End) const {
  uint32_t Pos = Quoted.Begin + 1; // behind the quote
  const uint32_t Last = Quoted.End - 1;
  uint32_t First = Last, Past = Last;
  bool Started = false;
  auto Hex = [&](uint32_t At) {
    uint32_t C = 0;
    std::from_chars(Source.data() + At, Source.data() + At + 4, C, 16);
    return C;
  };
  for (uint32_t Decoded = 0; Pos < Last;) {
    if (Decoded >= Begin && !Started) {
      First = Pos;
      Started = true;
    }
    if (Decoded >= End && Started) {
      Past = Pos;
      break;
    }
    if (Source[Pos] != '\\') {
      // A whole scalar: a range never ends within one.
      uint32_t Size = std::max(UINT32_C(1), decodeUtf8(Source, Pos).Size);
      Pos += Size;
      Decoded += Size;
    } else if (Source[Pos + 1] != 'u') {
      Pos += 2;
      Decoded += 1;
    } else {
      uint32_t C = Hex(Pos + 2);
      bool Pair = isSurrogate(C);
      Pos += Pair ? 12 : 6;
      Decoded += Pair ? 4 : encodeUtf8(C).Size;
    }
  }
  return {File, First, Past};
}

} // namespace weir::json
