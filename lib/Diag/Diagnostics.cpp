//===- Diagnostics.cpp - What is wrong with an input, and where -----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Diag/Diagnostics.h"

#include "weir/Diag/EditDistance.h"
#include "weir/Support/Escape.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <new>
#include <utility>

namespace weir {

//===- Sources ------------------------------------------------------------===//

FileId SourceManager::add(std::string Name, std::string Text, uint32_t FirstLine) {
  assert(Text.size() < 0xffffffffU && "positions are 32 bits wide");
  Files.push_back({std::move(Name), std::move(Text), FirstLine, {}, {}});
  return FileId(uint32_t(Files.size() - 1));
}

/// A code point begins at every byte that is no continuation byte.
static uint32_t countCodePoints(std::string_view Text) {
  return uint32_t(
      std::count_if(Text.begin(), Text.end(), [](char C) { return (uint8_t(C) & 0xc0) != 0x80; }));
}

SourceManager::LineColumn SourceManager::lineColumn(FileId F, uint32_t Offset) const {
  const File &Buffer = Files[F.index()];
  const std::string &Text = Buffer.Text;
  Offset = std::min(Offset, uint32_t(Text.size()));
  std::vector<uint32_t> &Starts = Buffer.LineStarts;
  if (Starts.empty()) {
    Starts.push_back(0);
    for (size_t Pos = Text.find('\n'); Pos != std::string::npos; Pos = Text.find('\n', Pos + 1))
      Starts.push_back(uint32_t(Pos + 1));
  }
  auto Next = std::upper_bound(Starts.begin(), Starts.end(), Offset);
  LineColumn Result;
  Result.Line = Buffer.FirstLine - 1 + uint32_t(Next - Starts.begin());
  Result.LineBegin = *(Next - 1);
  Result.LineEnd = Next == Starts.end() ? uint32_t(Text.size()) : *Next - 1;
  // A line may be the whole file, and each of its names may be asked for.
  const std::string_view All = Text;
  if (Offset - Result.LineBegin <= CountEvery) {
    Result.Column = 1 + countCodePoints(All.substr(Result.LineBegin, Offset - Result.LineBegin));
    return Result;
  }
  std::vector<uint32_t> &Counts = Buffer.CodePoints;
  if (Counts.empty()) {
    Counts.reserve(All.size() / CountEvery + 2);
    Counts.push_back(0);
    for (size_t At = 0; At < All.size(); At += CountEvery)
      Counts.push_back(Counts.back() + countCodePoints(All.substr(At, CountEvery)));
  }
  auto before = [&](uint32_t At) {
    const uint32_t Block = At / CountEvery;
    return Counts[Block] + countCodePoints(All.substr(size_t(Block) * CountEvery, At % CountEvery));
  };
  Result.Column = 1 + before(Offset) - before(Result.LineBegin);
  return Result;
}

//===- The table of diagnostics -------------------------------------------===//

namespace {
struct DiagInfo {
  std::string_view Name;
  Severity Level;
  std::string_view Format;
};
} // namespace

static constexpr DiagInfo Infos[] = {
#define DIAG(Id, Level, Name, Format) {Name, Severity::Level, Format},
#include "weir/Diag/Diagnostics.def"
};

std::string_view diagName(DiagId Id) { return Infos[size_t(Id)].Name; }
Severity diagSeverity(DiagId Id) { return Infos[size_t(Id)].Level; }

/// Sets the arguments into `{0}`, `{1}`, …; `{{` and `}}` are braces.
static std::string formatMessage(std::string_view Format, const std::vector<std::string> &Args) {
  std::string Out;
  for (size_t Pos = 0; Pos < Format.size(); ++Pos) {
    char C = Format[Pos];
    if ((C == '{' || C == '}') && Pos + 1 < Format.size() && Format[Pos + 1] == C) {
      Out += C;
      ++Pos;
      continue;
    }
    if (C != '{') {
      Out += C;
      continue;
    }
    size_t Index = 0;
    for (++Pos; Pos < Format.size() && Format[Pos] >= '0' && Format[Pos] <= '9'; ++Pos)
      Index = Index * 10 + size_t(Format[Pos] - '0');
    assert(Pos < Format.size() && Format[Pos] == '}' && "a place is {number}");
    assert(Index < Args.size() && "the diagnostic was given every argument of its message");
    if (Index < Args.size())
      Out += Args[Index];
  }
  return Out;
}

//===- DiagBuilder --------------------------------------------------------===//

DiagBuilder::DiagBuilder(DiagnosticEngine &Engine, SourceRange Range, DiagId Id)
    : Engine(&Engine), D{Id, diagSeverity(Id), Range, {}, false, {}, {}} {}

DiagBuilder::DiagBuilder(DiagBuilder &&O) noexcept
    : Engine(std::exchange(O.Engine, nullptr)), D(std::move(O.D)), Args(std::move(O.Args)) {}

// Where memory ran out among the arguments, there is nothing to hand over, and whoever ran
// out goes on unwinding. Where it runs out here, an error is counted that is not listed:
// nothing goes on as if there had been none, and the C interface can tell (Compiler.cpp).
DiagBuilder::~DiagBuilder() {
  if (!Engine || std::uncaught_exceptions() != 0)
    return;
  try {
    D.Message = formatMessage(Infos[size_t(D.Id)].Format, Args);
    Engine->add(std::move(D));
  } catch (const std::bad_alloc &) {
    ++Engine->Errors;
  }
}

DiagBuilder &DiagBuilder::operator<<(std::string_view Arg) {
  Args.push_back(printable(Arg));
  return *this;
}

DiagBuilder &DiagBuilder::operator<<(uint64_t Arg) {
  Args.push_back(std::to_string(Arg));
  return *this;
}

DiagBuilder &DiagBuilder::pointer(std::string P) {
  D.Pointer = std::move(P);
  D.HasPointer = true;
  return *this;
}

DiagBuilder &DiagBuilder::note(std::string Message, SourceRange Range) {
  D.Notes.push_back({Range, printable(Message, 4096), {}, false});
  return *this;
}

DiagBuilder &DiagBuilder::noteAt(std::string Message, SourceRange Range, std::string Pointer) {
  D.Notes.push_back({Range, printable(Message, 4096), std::move(Pointer), true});
  return *this;
}

DiagBuilder &DiagBuilder::didYouMean(std::string_view Got,
                                     const std::vector<std::string_view> &Candidates) {
  // Each suggestion costs a look at every candidate: enough of them is enough.
  static constexpr unsigned MaxSuggestions = 100;
  if (!Engine || Engine->errorCount() > MaxSuggestions)
    return *this;
  if (const std::string_view *Best = nearestName(Got, Candidates))
    note("did you mean '" + std::string(*Best) + "'?");
  return *this;
}

DiagBuilder &DiagBuilder::demote(bool On) {
  if (On && D.Level == Severity::Error)
    D.Level = Severity::Warning;
  return *this;
}

//===- DiagnosticEngine ---------------------------------------------------===//

void DiagnosticEngine::clear() {
  All.clear();
  Errors = 0;
}

void DiagnosticEngine::add(Diagnostic D) {
  if (D.Level == Severity::Error && ++Errors > MaxErrors) {
    if (Errors == MaxErrors + 1) {
      Diagnostic Last{DiagId::TooManyErrors, Severity::Error, D.Range, {}, false, {}, {}};
      Last.Message = formatMessage(Infos[size_t(Last.Id)].Format, {std::to_string(MaxErrors)});
      All.push_back(std::move(Last));
    }
    return;
  }
  All.push_back(std::move(D));
}

} // namespace weir
