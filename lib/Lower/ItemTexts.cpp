//===- ItemTexts.cpp - Writing out the texts of items -------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every value in one spelling at least: blanks and strings in one, numbers as their values.
// Expressions share parts, and a short one may have a text of any length, so what is
// written is charged, all lists of a module together.
//
//===----------------------------------------------------------------------===//
#include "ItemValues.h"

#include "weir/Runtime/JsonValues.h"
#include "weir/Support/Utf8.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::lowering {

using ir::ExprId;
using ir::Op;

/// Appends each of `Tails` to each of `Heads`; false when they are too many or too long.
bool ItemValues::append(std::vector<std::string> &Heads, const std::vector<std::string> &Tails) {
  if (Heads.size() * Tails.size() > MaxTexts)
    return false;
  std::vector<std::string> Out;
  for (const std::string &H : Heads)
    for (const std::string &T : Tails) {
      if (!spend(1 + H.size() + T.size()))
        return false;
      Out.push_back(H + T);
    }
  Heads = std::move(Out);
  return true;
}

bool ItemValues::isBlank(ExprId Root) {
  auto blank = [](uint32_t C) { return C == ' ' || C == '\t' || C == '\n' || C == '\r'; };
  return !Ink.from(M, Root, [&](ExprId E, auto &&add) {
    switch (M.op(E)) {
    case Op::Empty:
    case Op::Indent:
      return false;
    case Op::Lit:
      return !std::all_of(M.literal(E).begin(), M.literal(E).end(), blank);
    case Op::Class:
      return !std::all_of(M.classSet(E).ranges().begin(), M.classSet(E).ranges().end(),
                          [&](const CodePointRange &R) {
                            return R.Last - R.First < 4 && blank(R.First) && blank(R.Last) &&
                                   (R.Last - R.First < 2 || R.Last <= '\n');
                          });
    case Op::Bytes: {
      bool All = true;
      M.byteSet(E).forEach([&](uint8_t B) { All &= blank(B); });
      return !All;
    }
    case Op::Seq:
    case Op::Alt:
    case Op::Repeat:
      for (ExprId O : M.operands(E))
        add(O);
      return false;
    case Op::Call:
      if (!M.rule(M.callee(E)).Body)
        return true;
      add(M.rule(M.callee(E)).Body);
      return false;
    default:
      return true;
    }
  });
}

bool ItemValues::isList(const ir::MembersSpec &S) const {
  return S.Order == ir::KeyOrder::Any && S.Free.empty() &&
         std::all_of(S.Named.begin(), S.Named.end(),
                     [&](const ir::NamedMember &N) { return N.Tail == M.empty() && !N.Required; });
}

/// All lists of different names.
ItemValues::Texts ItemValues::listTexts(const ir::MembersSpec &S) {
  std::vector<std::string> Names, Out;
  for (const ir::NamedMember &N : S.Named)
    Names.push_back("\"" + spelledKey(N.Name) + "\"");
  struct List {
    std::string Text;
    std::set<size_t> Used;
  };
  std::vector<List> Now{{"", {}}}, Next;
  for (uint32_t N = 0; !Now.empty(); ++N) {
    Next.clear();
    for (const List &L : Now) {
      if (N >= S.Min)
        Out.push_back(L.Text);
      for (size_t I = 0; I < Names.size() && N < S.Max; ++I) {
        if (!spend(1 + L.Text.size()) || Out.size() + Next.size() > MaxTexts)
          return std::nullopt;
        if (L.Used.count(I))
          continue;
        Next.push_back({L.Text + (N ? "," : "") + Names[I], L.Used});
        Next.back().Used.insert(I);
      }
    }
    std::swap(Now, Next);
  }
  return Out.size() <= MaxTexts ? Texts(std::move(Out)) : std::nullopt;
}

/// How many lists of names the longest have that may stand in `Root`, at most ManyKeys; 0 where
/// there are none.
uint64_t ItemValues::lists(ExprId Root) {
  // Each part once; what leads to too many parts has none.
  std::set<ExprId> Seen{Root};
  std::vector<ExprId> Work{Root};
  uint64_t Most = 0;
  auto add = [&](ExprId E) {
    if (E && Seen.insert(E).second)
      Work.push_back(E);
  };
  for (size_t I = 0; I < Work.size() && I < MaxTexts; ++I) {
    const ExprId E = Work[I];
    if (!live(E) || !spend(1))
      continue;
    if (M.op(E) == Op::Call)
      add(M.rule(M.callee(E)).Body);
    if (M.op(E) == Op::Seq || M.op(E) == Op::Alt)
      std::for_each(M.operands(E).begin(), M.operands(E).end(), add);
    if (M.op(E) != Op::Members || !isList(M.membersSpec(E)))
      continue;
    const ir::MembersSpec &S = M.membersSpec(E);
    const uint64_t Names = S.Named.size(), Longest = std::min<uint64_t>(S.Max, Names);
    uint64_t Here = Longest >= S.Min ? 1 : 0;
    for (uint64_t N = 0; N < Longest && Here < ManyKeys; ++N)
      Here *= Names - N;
    Most = std::max(Most, std::min<uint64_t>(Here, ManyKeys));
  }
  return Most;
}

ItemValues::Texts ItemValues::memberTexts(const ir::MembersSpec &S, unsigned Depth) {
  if (isList(S))
    return listTexts(S);
  struct Key {
    std::string Spelled;
    bool Required;
    std::vector<std::string> Tails;
  };
  std::vector<Key> Keys;
  std::set<std::string> Names;
  for (const ir::NamedMember &N : S.Named) {
    Texts Tails = texts(N.Tail, Depth + 1);
    if (!Tails)
      return std::nullopt;
    Keys.push_back({"\"" + spelledKey(N.Name) + "\"", N.Required, std::move(*Tails)});
    Names.insert(Keys.back().Spelled);
  }
  for (const ir::FreeMember &F : S.Free) {
    const Strings &Few = strings(F.Key);
    Texts Tails = texts(F.Tail, Depth + 1);
    if (!Few.Listed || Few.Count > 16 || !Tails || F.Min > 0)
      return std::nullopt;
    for (const std::string &Spelled : Few.Spelled)
      if (!Names.count(Spelled)) {
        auto It = std::find_if(Keys.begin() + ptrdiff_t(S.Named.size()), Keys.end(),
                               [&](const Key &K) { return K.Spelled == Spelled; });
        if (It == Keys.end())
          It = Keys.insert(Keys.end(), Key{Spelled, false, {}});
        It->Tails.insert(It->Tails.end(), Tails->begin(), Tails->end());
      }
  }
  // By how many members there are so far.
  std::vector<std::vector<std::string>> ByCount{{""}};
  size_t Total = 1;
  for (const Key &N : Keys) {
    std::vector<std::vector<std::string>> Next(ByCount.size() + 1);
    for (size_t C = 0; C < ByCount.size(); ++C) {
      if (!N.Required)
        Next[C].insert(Next[C].end(), ByCount[C].begin(), ByCount[C].end());
      for (const std::string &Head : ByCount[C])
        for (const std::string &Tail : N.Tails)
          if (!spend(1 + Head.size() + N.Spelled.size() + Tail.size()))
            return std::nullopt;
          else if (++Total <= 16 * MaxTexts)
            Next[C + 1].push_back(Head + (C ? "," : "") + N.Spelled + Tail);
    }
    ByCount = std::move(Next);
    if (Total > 16 * MaxTexts)
      return std::nullopt;
  }
  std::vector<std::string> Out;
  for (size_t C = S.Min; C < ByCount.size() && C <= S.Max; ++C)
    Out.insert(Out.end(), ByCount[C].begin(), ByCount[C].end());
  return Out.size() <= MaxTexts ? Texts(std::move(Out)) : std::nullopt;
}

ItemValues::Texts ItemValues::itemTexts(const ir::ElementsSpec &S, unsigned Depth) {
  if (!S.Unique && S.Max > 64)
    return std::nullopt;
  struct Array {
    std::string Text;
    std::vector<uint32_t> Counts;
    std::set<std::string> Forms;
  };
  std::vector<Array> Now{{"", std::vector<uint32_t>(S.Counters.size()), {}}}, Next;
  std::vector<std::string> Out;
  size_t Total = 0;
  for (uint32_t N = 0; !Now.empty(); ++N) {
    Next.clear();
    for (const Array &A : Now) {
      bool Enough = N >= S.Min;
      for (size_t K = 0; K < A.Counts.size(); ++K)
        Enough &= A.Counts[K] >= S.Counters[K].Min;
      if (Enough)
        Out.push_back(A.Text);
    }
    if (N == S.Max)
      break;
    for (const ir::ElementChoice &C : S.at(N)) {
      Texts Items = texts(C.Value, Depth + 1);
      if (!Items)
        return std::nullopt;
      for (const Array &A : Now)
        for (const std::string &Item : *Items) {
          Array More = A;
          More.Text += (N ? "," : "") + Item;
          bool Fits = !S.Unique || More.Forms.insert(JsonTree(Item).form()).second;
          for (uint32_t K : C.Counters)
            Fits &= ++More.Counts[K] <= S.Counters[K].Max;
          if (++Total > 16 * MaxTexts || !spend(1 + More.Text.size()))
            return std::nullopt;
          if (Fits)
            Next.push_back(std::move(More));
        }
    }
    std::swap(Now, Next);
  }
  return Out.size() <= MaxTexts ? Texts(std::move(Out)) : std::nullopt;
}

/// All texts of `E`, each value in one spelling at least; none when there are too many.
ItemValues::Texts ItemValues::texts(ExprId E, unsigned Depth) {
  if (Depth > MaxDepth || !spend(16 + M.operands(E).size()))
    return std::nullopt;
  std::vector<std::string> Out;
  std::vector<ExprId> Ops(M.operands(E).begin(), M.operands(E).end());
  switch (M.op(E)) {
  case Op::Never:
    return Out;
  case Op::Empty:
  case Op::Indent:
    return std::vector<std::string>{""};
  case Op::Lit:
    return std::vector<std::string>{std::string(M.literal(E))};
  case Op::Class:
    for (const CodePointRange &R : M.classSet(E).ranges())
      for (uint32_t C = R.First; C <= R.Last; ++C) {
        if (Out.size() >= MaxTexts)
          return std::nullopt;
        appendUtf8(Out.emplace_back(), C);
      }
    return Out;
  case Op::Bytes:
    M.byteSet(E).forEach([&](uint8_t B) { Out.emplace_back(1, char(B)); });
    return Out;
  case Op::JsonString: {
    const Strings &S = strings(Ops[0]);
    return S.Listed ? Texts(S.Spelled) : std::nullopt;
  }
  case Op::Dfa: {
    const ValueCount *N = isNumber(E) ? &numbers(E) : nullptr;
    if (!N || !N->Known)
      return std::nullopt;
    for (const std::string &Form : N->Forms)
      Out.push_back(Form == "n0" ? "0" : Form.substr(1));
    return Out;
  }
  case Op::Members:
    return memberTexts(M.membersSpec(E), Depth);
  case Op::Elements:
    return itemTexts(M.elementsSpec(E), Depth);
  case Op::Seq:
  case Op::Alt:
  case Op::Repeat:
  case Op::Call:
    break;
  default:
    return std::nullopt;
  }
  if (M.op(E) == Op::Alt) {
    for (ExprId O : Ops) {
      Texts T = texts(O, Depth + 1);
      if (!T || Out.size() + T->size() > MaxTexts || !spend(T->size()))
        return std::nullopt;
      Out.insert(Out.end(), T->begin(), T->end());
    }
    return Out;
  }
  if (M.op(E) == Op::Repeat && isBlank(Ops[0]))
    return std::vector<std::string>{""};
  if (M.op(E) == Op::Call) {
    ir::RuleId R = M.callee(E);
    if (!M.rule(R).Body || !Calling.insert(R).second)
      return std::nullopt;
    Texts T = texts(M.rule(R).Body, Depth + 1);
    Calling.erase(R);
    return T;
  }
  // Many spellings of few numbers have no list of their own.
  if (isNumber(E)) {
    bool Loops = false;
    std::vector<ExprId> Below{E};
    for (size_t I = 0; I < Below.size() && I < MaxTexts; ++I) {
      Loops |= M.op(Below[I]) == Op::Repeat && M.bounds(Below[I]).Max > 16;
      Below.insert(Below.end(), M.operands(Below[I]).begin(), M.operands(Below[I]).end());
      if (M.op(Below[I]) == Op::Call)
        Below.push_back(M.rule(M.callee(Below[I])).Body);
    }
    if (Loops) {
      const ValueCount &N = numbers(E);
      if (!N.Known)
        return std::nullopt;
      for (const std::string &Form : N.Forms)
        Out.push_back(Form == "n0" ? "0" : Form.substr(1));
      return Out;
    }
  }
  Out = {""};
  if (M.op(E) == Op::Seq) {
    for (ExprId O : Ops) {
      Texts T = texts(O, Depth + 1);
      if (!T || !append(Out, *T))
        return std::nullopt;
    }
    return Out;
  }
  ir::RepeatBounds Bounds = M.bounds(E);
  Texts Body = texts(Ops[0], Depth + 1);
  if (!Body || (Bounds.Max > 64 && !Body->empty()))
    return std::nullopt;
  std::vector<std::string> All;
  for (uint32_t I = 0; I <= Bounds.Max; ++I) {
    if (I >= Bounds.Min)
      All.insert(All.end(), Out.begin(), Out.end());
    if (All.size() > MaxTexts || I == Bounds.Max)
      break;
    if (!append(Out, *Body))
      return std::nullopt;
    if (Out.empty())
      break;
  }
  return All.size() <= MaxTexts ? Texts(std::move(All)) : std::nullopt;
}

} // namespace weir::lowering
