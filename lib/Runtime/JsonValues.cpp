//===- JsonValues.cpp - Texts compared as JSON values -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/JsonValues.h"

#include <algorithm>

namespace weir {

namespace {

bool isDigit(char C) { return C >= '0' && C <= '9'; }

/// Adds a small number to a decimal integer of any length: "-12" + 3 = "-9".
std::string addTo(std::string_view Integer, int64_t Add) {
  bool Negative = !Integer.empty() && Integer[0] == '-';
  std::string Digits(Integer.substr(!Integer.empty() && (Negative || Integer[0] == '+') ? 1 : 0));
  Digits.erase(0, std::min(Digits.find_first_not_of('0'), Digits.size()));
  if (Digits.size() <= 17) {
    int64_t V = Digits.empty() ? 0 : std::stoll(Digits);
    return std::to_string((Negative ? -V : V) + Add);
  }
  // Longer than what is added: the sign stays.
  int64_t Carry = Negative ? -Add : Add;
  for (size_t I = Digits.size(); I-- > 0 && Carry != 0;) {
    int64_t D = (Digits[I] - '0') + Carry % 10;
    Carry /= 10;
    if (D > 9) {
      D -= 10;
      ++Carry;
    } else if (D < 0) {
      D += 10;
      --Carry;
    }
    Digits[I] = char('0' + D);
  }
  if (Carry > 0)
    Digits.insert(0, std::to_string(Carry));
  Digits.erase(0, std::min(Digits.find_first_not_of('0'), Digits.size() - 1));
  return (Negative ? "-" : "") + Digits;
}

/// The digits of a number without sign, point, exponent and leading zeros.
std::string significantDigits(std::string_view Spelled) {
  std::string Out;
  for (char C : Spelled) {
    if (C == 'e' || C == 'E')
      break;
    if (isDigit(C) && (C != '0' || !Out.empty()))
      Out += C;
  }
  return Out;
}

void appendScalar(std::string &Out, uint32_t C) {
  if (C < 0x80) {
    Out += char(C);
  } else if (C < 0x800) {
    Out += char(0xC0 | C >> 6);
    Out += char(0x80 | (C & 0x3F));
  } else if (C < 0x10000) {
    Out += char(0xE0 | C >> 12);
    Out += char(0x80 | (C >> 6 & 0x3F));
    Out += char(0x80 | (C & 0x3F));
  } else {
    Out += char(0xF0 | C >> 18);
    Out += char(0x80 | (C >> 12 & 0x3F));
    Out += char(0x80 | (C >> 6 & 0x3F));
    Out += char(0x80 | (C & 0x3F));
  }
}

} // namespace

bool isJsonNumber(std::string_view S) {
  size_t I = !S.empty() && S[0] == '-';
  auto digits = [&] {
    size_t First = I;
    while (I < S.size() && isDigit(S[I]))
      ++I;
    return I > First;
  };
  if (!digits())
    return false;
  if (I < S.size() && S[I] == '.') {
    ++I;
    if (!digits())
      return false;
  }
  if (I < S.size() && (S[I] == 'e' || S[I] == 'E')) {
    ++I;
    if (I < S.size() && (S[I] == '+' || S[I] == '-'))
      ++I;
    if (!digits())
      return false;
  }
  return I == S.size();
}

bool numberMayBecome(std::string_view Begun, std::string_view Form) {
  const bool IsWhole = Begun.find_first_of("eE") != Begun.npos;
  const bool IsZero = Form == "n0", Negative = Form[1] == '-';
  if (!IsZero && !Begun.empty() && (Begun[0] == '-') != Negative)
    return false;
  std::string_view Wanted = IsZero ? std::string_view() : Form.substr(Negative ? 2 : 1);
  Wanted = Wanted.substr(0, Wanted.find('e'));
  // Leading zeros do not count, and zeros may follow the last digit that does.
  size_t Matched = 0;
  for (char C : Begun) {
    if (C == 'e' || C == 'E')
      break;
    if (!isDigit(C) || (C == '0' && Matched == 0))
      continue;
    if (IsZero || C != (Matched < Wanted.size() ? Wanted[Matched] : '0'))
      return false;
    ++Matched;
  }
  return !IsWhole || Matched >= Wanted.size();
}

namespace {

/// Writes the value that `Form` begins with, and takes it off.
void writeForm(std::string_view &Form, std::string &Out) {
  auto take = [&](size_t Size) {
    const std::string_view Taken = Form.substr(0, Size);
    Form.remove_prefix(Taken.size());
    return Taken;
  };
  auto sized = [&] {
    size_t Size = 0;
    while (!Form.empty() && isDigit(Form[0]))
      Size = 10 * Size + size_t(take(1)[0] - '0');
    take(1);
    return take(Size);
  };
  auto quote = [&](std::string_view Text) {
    static constexpr std::string_view Digits = "0123456789abcdef";
    Out += '"';
    for (char C : Text) {
      if (uint8_t(C) < 0x20) {
        Out += "\\u00";
        Out += Digits[uint8_t(C) >> 4];
        Out += Digits[C & 15];
        continue;
      }
      if (C == '"' || C == '\\')
        Out += '\\';
      Out += C;
    }
    Out += '"';
  };
  const char First = Form.empty() ? ' ' : Form[0];
  if (Form.starts_with("null") || First == 't' || First == 'f') {
    Out += take(First == 'f' ? 5 : 4);
    return;
  }
  take(1);
  if (First == 'n') {
    // What stands behind the exponent begins with neither a digit nor a sign.
    if (Form.starts_with('0')) {
      Out += take(1);
      return;
    }
    Out += take(std::min(Form.find_first_not_of("-0123456789"), Form.size()));
    Out += take(1);
    Out += take(std::min(Form.find_first_not_of("-0123456789"), Form.size()));
  } else if (First == 's') {
    quote(sized());
  } else if (First == '[' || First == '{') {
    Out += First;
    const char Last = First == '[' ? ']' : '}';
    for (bool IsFirst = true; !Form.empty() && Form[0] != Last; IsFirst = false) {
      if (!IsFirst)
        Out += ',';
      if (First == '{') {
        quote(sized());
        Out += ':';
      }
      writeForm(Form, Out);
      if (Form.starts_with(','))
        take(1);
    }
    take(1);
    Out += Last;
  }
}

} // namespace

std::string textOfForm(std::string_view Form) {
  if (Form.starts_with('!'))
    return std::string(Form.substr(1));
  std::string Out;
  writeForm(Form, Out);
  return Out;
}

bool hasNumberForm(std::string_view Spelled, std::string_view Form) {
  return isJsonNumber(Spelled) && numberMayBecome(Spelled, Form) && numberForm(Spelled) == Form;
}

std::string numberForm(std::string_view Spelled) {
  bool Negative = !Spelled.empty() && Spelled[0] == '-';
  size_t E = std::min(Spelled.find_first_of("eE"), Spelled.size());
  size_t Point = std::min(Spelled.find('.'), E);
  std::string Digits = significantDigits(Spelled);
  size_t Last = Digits.find_last_not_of('0');
  if (Last == Digits.npos)
    return "n0";
  int64_t Shift = int64_t(Digits.size() - 1 - Last) - int64_t(E > Point ? E - Point - 1 : 0);
  Digits.resize(Last + 1);
  std::string_view Exponent = E < Spelled.size() ? Spelled.substr(E + 1) : std::string_view();
  return (Negative ? "n-" : "n") + Digits + "e" + addTo(Exponent, Shift);
}

size_t decodeJsonEscape(std::string_view Rest, std::string &Out) {
  auto unit = [&](size_t At, uint32_t &U) {
    U = 0;
    for (size_t I = At; I < At + 4; ++I) {
      char C = Rest[I];
      bool Hex = isDigit(C) || ((C | 0x20) >= 'a' && (C | 0x20) <= 'f');
      if (!Hex)
        return false;
      U = U << 4 | uint32_t(isDigit(C) ? C - '0' : (C | 0x20) - 'a' + 10);
    }
    return true;
  };
  if (Rest.size() < 2)
    return 0;
  static constexpr std::string_view Short = "\"\\/bfnrt", For = "\"\\/\b\f\n\r\t";
  if (size_t I = Short.find(Rest[1]); I != Short.npos) {
    Out += For[I];
    return 2;
  }
  if (Rest[1] != 'u')
    return Rest.npos;
  if (Rest.size() < 6)
    return 0;
  uint32_t U, Low;
  if (!unit(2, U))
    return Rest.npos;
  if (U < 0xD800 || U > 0xDBFF) {
    appendScalar(Out, U);
    return 6;
  }
  if (Rest.size() < 12)
    return 0;
  if (Rest[6] != '\\' || Rest[7] != 'u' || !unit(8, Low))
    return Rest.npos;
  appendScalar(Out, 0x10000 + ((U - 0xD800) << 10) + (Low - 0xDC00));
  return 12;
}

bool escapeMayBegin(std::string_view Cut, std::string_view Wanted) {
  if (Wanted.empty())
    return false;
  if (Cut.size() < 2)
    return true;
  const uint8_t Lead = uint8_t(Wanted[0]);
  const size_t Size = Lead < 0xc0 ? 1 : Lead < 0xe0 ? 2 : Lead < 0xf0 ? 3 : 4;
  uint32_t C = Size == 1 ? Lead : Lead & (0x7f >> Size);
  for (size_t I = 1; I < Size && I < Wanted.size(); ++I)
    C = C << 6 | (uint8_t(Wanted[I]) & 0x3f);
  std::string Whole;
  auto unit = [&](uint32_t U) {
    static constexpr std::string_view Digits = "0123456789abcdef";
    Whole += "\\u";
    for (int Shift = 12; Shift >= 0; Shift -= 4)
      Whole += Digits[U >> Shift & 15];
  };
  if (C >= 0x10000)
    unit(0xD800 + ((C - 0x10000) >> 10 & 0x3ff));
  unit(C >= 0x10000 ? 0xDC00 + (C & 0x3ff) : C);
  if (Cut.size() > Whole.size())
    return false;
  for (size_t I = 0; I < Cut.size(); ++I)
    if ((Cut[I] >= 'A' && Cut[I] <= 'F' ? Cut[I] | 0x20 : Cut[I]) != Whole[I])
      return false;
  return true;
}

/// Reads from behind the opening quote. False when it is no string.
bool JsonTree::readString(size_t &Pos, std::string &Out, bool &Closed) {
  Closed = false;
  while (Pos < Text.size()) {
    char C = Text[Pos];
    if (C == '"') {
      ++Pos;
      Closed = true;
      return true;
    }
    if (uint8_t(C) < 0x20)
      return false;
    if (C != '\\') {
      Out += C;
      ++Pos;
      continue;
    }
    size_t Size = decodeJsonEscape(Text.substr(Pos), Out);
    if (Size == Text.npos)
      return false;
    if (Size == 0)
      Cut = Text.substr(Pos);
    Pos = Size ? Pos + Size : Text.size();
  }
  return true;
}

/// A string, number or word. False when it is none.
bool JsonTree::readScalar(size_t &Pos, Node &N) {
  char C = Text[Pos];
  if (C == '"') {
    N.K = Kind::String;
    bool Closed;
    if (!readString(++Pos, N.Form, Closed))
      return false;
    if (Closed)
      complete(N);
    return true;
  }
  size_t Begin = Pos;
  if (C == '-' || isDigit(C)) {
    N.K = Kind::Number;
    while (Pos < Text.size() && (isDigit(Text[Pos]) || std::string_view("+-.eE").find(Text[Pos]) !=
                                                           std::string_view::npos))
      ++Pos;
    N.Form = Text.substr(Begin, Pos - Begin);
    if (Pos == Text.size())
      return true;
    if (!isJsonNumber(N.Form))
      return false;
    complete(N);
    return true;
  }
  N.K = Kind::Word;
  for (std::string_view W : {"true", "false", "null"}) {
    if (W[0] != C)
      continue;
    size_t Size = std::min(W.size(), Text.size() - Begin);
    if (Text.substr(Begin, Size) != W.substr(0, Size))
      return false;
    Pos += Size;
    N.Form = W.substr(0, Size);
    N.Open = Size < W.size();
    return true;
  }
  return false;
}

void JsonTree::complete(Node &N) {
  N.Open = false;
  switch (N.K) {
  case Kind::String:
    N.Form = "s" + std::to_string(N.Form.size()) + ":" + N.Form;
    break;
  case Kind::Number:
    N.Form = numberForm(N.Form);
    break;
  case Kind::Word:
    break;
  case Kind::Array:
    N.Form = "[";
    for (uint32_t I : N.Items)
      N.Form += Nodes[I].Form;
    N.Form += "]";
    break;
  case Kind::Object: {
    std::vector<std::string> Members;
    for (size_t I = 0; I < N.Items.size(); ++I)
      Members.push_back(std::to_string(N.Keys[I].size()) + ":" + N.Keys[I] +
                        Nodes[N.Items[I]].Form);
    std::sort(Members.begin(), Members.end());
    N.Form = "{";
    for (size_t I = 0; I < Members.size(); ++I) {
      N.Form += Members[I];
      // The size of the next key is no part of a number's exponent.
      if (I + 1 < Members.size() && isDigit(N.Form.back()))
        N.Form += ',';
    }
    N.Form += "}";
    break;
  }
  }
}

/// Puts a value where the innermost open container, or the root, wants one.
bool JsonTree::place(uint32_t Child, std::vector<uint32_t> &Stack) {
  if (Stack.empty()) {
    if (Root != None)
      return false;
    Root = Child;
    return true;
  }
  Node &N = Nodes[Stack.back()];
  bool Wanted = N.K == Kind::Array ? N.Items.empty() || N.Comma : N.HasKey && !N.KeyOpen;
  N.Items.push_back(Child);
  N.Comma = N.HasKey = false;
  return Wanted;
}

void JsonTree::read() {
  std::vector<uint32_t> Stack; // containers that are open
  bool Colon = false;          // the key of the innermost object has its colon
  size_t Pos = 0;
  while (Pos < Text.size() && !Bad) {
    char C = Text[Pos];
    if (isJsonBlank(C)) {
      ++Pos;
      continue;
    }
    Node *Top = Stack.empty() ? nullptr : &Nodes[Stack.back()];
    bool InObject = Top && Top->K == Kind::Object;
    if (Top && C == (InObject ? '}' : ']')) {
      Bad = Top->Comma || Top->HasKey;
      complete(*Top);
      Stack.pop_back();
      ++Pos;
      continue;
    }
    if (Top && C == ',') {
      Bad = Top->Items.empty() || Top->Comma || Top->HasKey;
      Top->Comma = true;
      ++Pos;
      continue;
    }
    if (InObject && !Top->HasKey) {
      bool Closed = false;
      std::string Key;
      Bad = C != '"' || !(Top->Items.empty() || Top->Comma) || !readString(++Pos, Key, Closed);
      Top->Keys.push_back(std::move(Key));
      Top->HasKey = true;
      Top->KeyOpen = !Closed;
      Top->Comma = false;
      Colon = false;
      continue;
    }
    if (InObject && !Colon) {
      Bad = C != ':';
      Colon = true;
      ++Pos;
      continue;
    }
    if (C == '[' || C == '{') {
      uint32_t New = uint32_t(Nodes.size());
      Nodes.push_back(
          {C == '[' ? Kind::Array : Kind::Object, true, false, false, false, {}, {}, {}});
      Bad = !place(New, Stack);
      Stack.push_back(New);
      ++Pos;
      continue;
    }
    Node N{Kind::Word, true, false, false, false, {}, {}, {}};
    Bad = !readScalar(Pos, N);
    uint32_t New = uint32_t(Nodes.size());
    Nodes.push_back(std::move(N));
    Bad = !place(New, Stack) || Bad;
  }
  if (!Bad && Root != None)
    if (const Node &N = Nodes[Root]; N.Open && N.K == Kind::Number && isJsonNumber(N.Form))
      Ending = numberForm(N.Form);
}

std::string JsonTree::form() const {
  if (!Bad && Root != None) {
    const Node &N = Nodes[Root];
    if (!N.Open)
      return N.Form;
    // Nothing shows that a number at the end of the text is complete.
    if (!Ending.empty())
      return Ending;
  }
  return "!" + std::string(Text);
}

bool JsonTree::isComplete() const {
  if (Bad || Root == None)
    return false;
  return !Nodes[Root].Open || !Ending.empty();
}

bool JsonTree::mayBecome(const JsonTree &Value) const {
  if (Value.Text.starts_with(Text))
    return true;
  if (Bad || !Value.isComplete())
    return false;
  if (Root == None)
    return true;
  // A string that is cut short, perhaps in an escape, which is then the last thing read.
  auto begins = [&](std::string_view Begun, std::string_view Whole) {
    return Whole.starts_with(Begun) &&
           (Cut.empty() || escapeMayBegin(Cut, Whole.substr(Begun.size())));
  };
  uint32_t P = Root, V = Value.Root;
  while (true) {
    const Node &Begun = Nodes[P], &Whole = Value.Nodes[V];
    if (Begun.K != Whole.K)
      return false;
    const std::string &WholeForm = Value.formOf(Whole);
    if (!Begun.Open)
      return Begun.Form == WholeForm;
    switch (Begun.K) {
    case Kind::String: {
      std::string_view Decoded = std::string_view(WholeForm).substr(WholeForm.find(':') + 1);
      return begins(Begun.Form, Decoded);
    }
    case Kind::Number:
      return numberMayBecome(Begun.Form, WholeForm);
    case Kind::Word:
      return std::string_view(WholeForm).starts_with(Begun.Form);
    case Kind::Array:
    case Kind::Object:
      break;
    }
    bool LastOpen = !Begun.Items.empty() && Nodes[Begun.Items.back()].Open;
    size_t Complete = Begun.Items.size() - (LastOpen ? 1 : 0);
    bool More = LastOpen || Begun.Comma || Begun.HasKey;
    if (Complete + (More ? 1 : 0) > Whole.Items.size())
      return false;
    if (Begun.K == Kind::Array) {
      for (size_t I = 0; I < Complete; ++I)
        if (Nodes[Begun.Items[I]].Form != Value.Nodes[Whole.Items[I]].Form)
          return false;
      if (!LastOpen)
        return true;
      P = Begun.Items.back();
      V = Whole.Items[Complete];
      continue;
    }
    auto find = [&](const std::string &Key) {
      return size_t(std::find(Whole.Keys.begin(), Whole.Keys.end(), Key) - Whole.Keys.begin());
    };
    for (size_t I = 0; I < Complete; ++I) {
      size_t At = find(Begun.Keys[I]);
      if (At == Whole.Keys.size() ||
          Nodes[Begun.Items[I]].Form != Value.Nodes[Whole.Items[At]].Form)
        return false;
    }
    if (LastOpen) {
      size_t At = find(Begun.Keys[Complete]);
      if (At == Whole.Keys.size())
        return false;
      P = Begun.Items.back();
      V = Whole.Items[At];
      continue;
    }
    if (Begun.HasKey && !Begun.KeyOpen)
      return find(Begun.Keys.back()) < Whole.Keys.size();
    if (Begun.HasKey)
      return std::any_of(Whole.Keys.begin(), Whole.Keys.end(),
                         [&](const std::string &K) { return begins(Begun.Keys.back(), K); });
    return true;
  }
}

} // namespace weir
