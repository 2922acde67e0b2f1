//===- JsonFollower.cpp - A text read beside a value -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/JsonFollower.h"

#include <algorithm>

namespace weir {

JsonFollower::JsonFollower(const JsonTree &Tree) : Value(&Tree) {
  // What is no complete value equals only itself.
  Dead = !Tree.isComplete();
}

/// The text of the string that is compared.
std::string_view JsonFollower::decoded() const {
  const std::string_view Form = Value->Nodes[Target].Form;
  return Form.substr(Form.find(':') + 1);
}

void JsonFollower::compare(std::string_view Bytes) {
  const std::string_view Wanted = decoded();
  Dead |= Wanted.substr(std::min<size_t>(Matched, Wanted.size()), Bytes.size()) != Bytes;
  Matched += uint32_t(Bytes.size());
}

void JsonFollower::feed(char C) {
  Raw = Raw && Fed < Value->Text.size() && Value->Text[Fed] == C;
  ++Fed;
  if (Dead)
    return;
  if (P == Part::Number && std::string_view("+-.eE0123456789").find(C) == std::string_view::npos)
    endNumber();
  if (Dead)
    return;
  switch (P) {
  case Part::Structure:
    feedStructure(C);
    break;
  case Part::String:
  case Part::Key:
    feedString(C);
    break;
  case Part::Number:
    Lexeme += C;
    Dead |= !numberMayBecome(Lexeme, Value->formOf(Value->Nodes[Target]));
    break;
  case Part::Word: {
    const std::string &Form = Value->Nodes[Target].Form;
    Dead |= Form[Lexeme.size()] != C;
    Lexeme += C;
    if (Lexeme.size() == Form.size())
      P = Part::Structure;
    break;
  }
  }
}

void JsonFollower::feedString(char C) {
  std::string Plain;
  if (!Escape.empty() || C == '\\') {
    Escape += C;
    const size_t Size = decodeJsonEscape(Escape, Plain);
    if (Size == 0) {
      if (P == Part::String)
        Dead |=
            !escapeMayBegin(Escape, decoded().substr(std::min<size_t>(Matched, decoded().size())));
      return;
    }
    Escape.clear();
    Dead |= Size == std::string_view::npos;
  } else if (C == '"') {
    if (P == Part::Key)
      endKey();
    else
      Dead |= Matched != decoded().size();
    P = Part::Structure;
    return;
  } else {
    Dead |= uint8_t(C) < 0x20;
    Plain = C;
  }
  if (P == Part::Key)
    Lexeme += Plain;
  else
    compare(Plain);
}

void JsonFollower::endKey() {
  Level &L = Levels.back();
  const std::vector<std::string> &Keys = Value->Nodes[L.Node].Keys;
  auto It = std::find(Keys.begin(), Keys.end(), Lexeme);
  if (It == Keys.end()) {
    Dead = true;
    return;
  }
  const uint32_t Index = uint32_t(It - Keys.begin());
  Unsure |= std::find(Used.begin() + L.UsedBegin, Used.end(), Index) != Used.end() ||
            std::find(It + 1, Keys.end(), Lexeme) != Keys.end();
  Used.push_back(Index);
  L.HasKey = true;
  L.HasColon = false;
}

void JsonFollower::endNumber() {
  P = Part::Structure;
  Dead |= !hasNumberForm(Lexeme, Value->formOf(Value->Nodes[Target]));
}

void JsonFollower::feedStructure(char C) {
  if (isJsonBlank(C))
    return;
  if (Levels.empty()) {
    Dead |= RootMet;
    RootMet = true;
    Target = Value->Root;
    if (!Dead)
      beginValue(C);
    return;
  }
  Level &L = Levels.back();
  const JsonTree::Node &N = Value->Nodes[L.Node];
  const bool InObject = N.K == JsonTree::Kind::Object;
  if (C == (InObject ? '}' : ']')) {
    Dead |= L.Comma || L.HasKey || count(L) != N.Items.size();
    Used.resize(L.UsedBegin);
    Levels.pop_back();
    return;
  }
  if (C == ',') {
    Dead |= count(L) == 0 || L.Comma || L.HasKey || count(L) == N.Items.size();
    L.Comma = true;
    return;
  }
  if (InObject && !L.HasKey) {
    Dead |= C != '"' || !(count(L) == 0 || L.Comma) || count(L) == N.Items.size();
    L.Comma = false;
    Lexeme.clear();
    P = Part::Key;
    return;
  }
  if (InObject && !L.HasColon) {
    Dead |= C != ':';
    L.HasColon = true;
    return;
  }
  if (InObject) {
    Target = N.Items[Used.back()];
    L.HasKey = false;
  } else {
    Dead |= !(count(L) == 0 || L.Comma) || count(L) == N.Items.size();
    if (Dead)
      return;
    Target = N.Items[count(L)];
    Used.push_back(count(L));
    L.Comma = false;
  }
  beginValue(C);
}

/// The first byte of a value that must be `Target`.
void JsonFollower::beginValue(char C) {
  const JsonTree::Node &N = Value->Nodes[Target];
  using Kind = JsonTree::Kind;
  const Kind K = C == '['                             ? Kind::Array
                 : C == '{'                           ? Kind::Object
                 : C == '"'                           ? Kind::String
                 : C == '-' || (C >= '0' && C <= '9') ? Kind::Number
                                                      : Kind::Word;
  if (K != N.K) {
    Dead = true;
    return;
  }
  switch (K) {
  case Kind::Array:
  case Kind::Object:
    Levels.push_back({Target, uint32_t(Used.size())});
    break;
  case Kind::String:
    Matched = 0;
    P = Part::String;
    break;
  case Kind::Number:
    Lexeme = C;
    Dead |= !numberMayBecome(Lexeme, Value->formOf(N));
    P = Part::Number;
    break;
  case Kind::Word:
    Dead |= N.Form[0] != C;
    Lexeme = C;
    P = Part::Word;
    break;
  }
}

void JsonFollower::appendState(std::vector<uint32_t> &Out) const {
  auto append = [&](std::string_view S) {
    Out.push_back(uint32_t(S.size()));
    Out.insert(Out.end(), S.begin(), S.end());
  };
  Out.insert(Out.end(), {uint32_t(P), uint32_t(RootMet), Target, P == Part::String ? Matched : 0,
                         uint32_t(Levels.size())});
  for (size_t I = 0; I < Levels.size(); ++I) {
    const Level &L = Levels[I];
    const uint32_t End = I + 1 < Levels.size() ? Levels[I + 1].UsedBegin : uint32_t(Used.size());
    // Of an object the member under way is the last one.
    const bool UnderWay =
        I + 1 < Levels.size() || L.HasKey || (P != Part::Structure && P != Part::Key);
    Out.insert(Out.end(), {L.Node,
                           uint32_t(L.Comma | L.HasKey << 1 | L.HasColon << 2 |
                                    (UnderWay && End > L.UsedBegin) << 3),
                           End - L.UsedBegin});
    const auto First = Out.insert(Out.end(), Used.begin() + L.UsedBegin, Used.begin() + End);
    std::sort(First, Out.end() - (UnderWay && End > L.UsedBegin));
  }
  append(Escape);
  if (P != Part::Number) {
    append(P == Part::Structure ? std::string_view() : std::string_view(Lexeme));
    return;
  }
  // Very many zeros are as good as many.
  static constexpr size_t MaxZeros = 64;
  std::string Short;
  size_t Zeros = 0;
  for (char C : Lexeme) {
    Zeros = C == '0' ? Zeros + 1 : 0;
    if (Zeros <= MaxZeros)
      Short += C;
  }
  append(Short);
}

bool JsonFollower::isEqual() const {
  if (Raw && Fed == Value->Text.size())
    return true;
  if (Dead || !RootMet || !Levels.empty())
    return false;
  if (P != Part::Number)
    return P == Part::Structure;
  return hasNumberForm(Lexeme, Value->formOf(Value->Nodes[Target]));
}

bool JsonFollower::mayBecome() const {
  if (Raw)
    return true;
  if (Dead)
    return false;
  if (P == Part::Key) {
    const std::vector<std::string> &Keys = Value->Nodes[Levels.back().Node].Keys;
    return std::any_of(Keys.begin(), Keys.end(), [&](const std::string &K) {
      return K.starts_with(Lexeme) &&
             (Escape.empty() || escapeMayBegin(Escape, std::string_view(K).substr(Lexeme.size())));
    });
  }
  return true;
}

ByteSet JsonFollower::next() const {
  ByteSet Out;
  if (Raw && Fed < Value->Text.size())
    Out.insert(uint8_t(Value->Text[Fed]));
  if (Dead)
    return Out;
  auto goOn = [&](std::string_view S, size_t From) {
    Out.insert(From < S.size() ? uint8_t(S[From]) : uint8_t('"'));
    Out.insert(uint8_t('\\'));
  };
  if (Unsure || !Escape.empty() || (P != Part::Key && P != Part::String))
    return ByteSet::all();
  if (P == Part::String) {
    goOn(decoded(), Matched);
    return Out;
  }
  for (const std::string &K : Value->Nodes[Levels.back().Node].Keys)
    if (K.starts_with(Lexeme))
      goOn(K, Lexeme.size());
  return Out;
}

} // namespace weir
