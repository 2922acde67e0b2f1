//===- Printing.cpp - Diagnostics as text and as JSON ---------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The excerpt is the first line of the range. A line longer than a terminal is
// cut around the caret, so that a schema written on one line of a megabyte prints
// a hundred characters. Characters that would move the cursor are shown as
// U+FFFD; tabs are kept in both lines, so that the caret stands where it should
// whatever the tab width.
//
//===----------------------------------------------------------------------===//
#include "weir/Diag/Printing.h"

#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <vector>

namespace weir {

static std::string_view severityName(Severity S) {
  switch (S) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  return "error";
}

namespace {
/// One column of an excerpt.
struct Cell {
  std::string_view Shown;
  bool IsTab;
  bool Marked;
};
} // namespace

/// Appends the line of the range's begin and the caret line.
static void appendExcerpt(std::string &Out, SourceRange R, const SourceManager &Sources) {
  static constexpr size_t MaxColumns = 110, Context = 40;
  std::string_view Text = Sources.text(R.File);
  SourceManager::LineColumn Place = Sources.lineColumn(R.File, R.Begin);
  uint32_t LineEnd = Place.LineEnd;
  if (LineEnd > Place.LineBegin && Text[LineEnd - 1] == '\r')
    --LineEnd;
  uint32_t Begin = std::clamp(R.Begin, Place.LineBegin, LineEnd);
  uint32_t End = std::clamp(R.End, Begin, LineEnd);

  // Only what can be shown is looked at: the line may be the whole file.
  uint32_t From = Place.LineBegin;
  if (Begin - From > 4 * MaxColumns) {
    From = Begin - 4 * MaxColumns;
    while (From < Begin && (uint8_t(Text[From]) & 0xc0) == 0x80)
      ++From;
  }
  std::vector<Cell> Cells;
  size_t Caret = 0;
  bool CutAfter = false;
  for (uint32_t Pos = From; Pos < LineEnd;) {
    DecodedScalar D = decodeUtf8(Text.substr(0, LineEnd), Pos);
    uint32_t Size = std::max<uint32_t>(D.Size, 1);
    bool IsTab = Text[Pos] == '\t';
    bool Shows = IsTab || (D.Size && isPrintableScalar(D.Value));
    if (Pos + Size <= Begin)
      Caret = Cells.size() + 1;
    Cells.push_back({Shows ? Text.substr(Pos, Size) : std::string_view("\xef\xbf\xbd"), IsTab,
                     Pos >= Begin && Pos < End});
    Pos += Size;
    if (Cells.size() > Caret + MaxColumns && Pos > Begin) {
      CutAfter = Pos < LineEnd;
      break;
    }
  }

  size_t First = 0, Last = Cells.size();
  if (CutAfter || From != Place.LineBegin || Cells.size() > MaxColumns) {
    First = Caret > Context ? Caret - Context : 0;
    Last = std::min(Cells.size(), First + MaxColumns);
  }
  bool LeftCut = First > 0 || From != Place.LineBegin;
  bool RightCut = Last < Cells.size() || CutAfter;
  std::string Source, Marks;
  if (LeftCut) {
    Source += "…";
    Marks += ' ';
  }
  for (size_t I = First; I < Last; ++I) {
    Source += Cells[I].Shown;
    if (I < Caret)
      Marks += Cells[I].IsTab ? '\t' : ' ';
    else if (I == Caret)
      Marks += '^';
    else if (Cells[I].Marked)
      Marks += '~';
  }
  if (Caret >= Last)
    Marks += '^';
  if (RightCut)
    Source += "…";
  Out += Source + "\n" + Marks + "\n";
}

/// Whether there is a line to show: a place may be known by name only, when it was read
/// from IR text that names a file which is not here.
static bool isInText(SourceRange R, const SourceManager &Sources) {
  return R.isValid() && R.Begin <= Sources.text(R.File).size() &&
         (R.Begin == 0 || !Sources.text(R.File).empty());
}

static void appendPlace(std::string &Out, SourceRange R, const SourceManager &Sources) {
  if (!R.isValid())
    return;
  if (!isInText(R, Sources)) {
    Out += printable(Sources.name(R.File), 4096) + ": ";
    return;
  }
  SourceManager::LineColumn P = Sources.lineColumn(R.File, R.Begin);
  fmt::format_to(std::back_inserter(Out), "{}:{}:{}: ", printable(Sources.name(R.File), 4096),
                 P.Line, P.Column);
}

static void appendPointer(std::string &Out, const std::string &Pointer) {
  Out += Pointer.empty() ? "  at the root\n" : "  at " + printable(Pointer, 4096) + "\n";
}

std::string printText(const Diagnostic &D, const SourceManager &Sources) {
  std::string Out;
  appendPlace(Out, D.Range, Sources);
  fmt::format_to(std::back_inserter(Out), "{}: {} [{}]\n", severityName(D.Level), D.Message,
                 diagName(D.Id));
  if (isInText(D.Range, Sources))
    appendExcerpt(Out, D.Range, Sources);
  if (D.HasPointer)
    appendPointer(Out, D.Pointer);
  for (const DiagNote &N : D.Notes) {
    appendPlace(Out, N.Range, Sources);
    Out += "note: " + N.Message + "\n";
    if (isInText(N.Range, Sources))
      appendExcerpt(Out, N.Range, Sources);
    if (N.HasPointer)
      appendPointer(Out, N.Pointer);
  }
  return Out;
}

/// In the order of places: by file as they were added, what has no place behind what has one,
/// and last that there are more.
static std::vector<const Diagnostic *> inOrder(std::span<const Diagnostic> All) {
  std::vector<const Diagnostic *> Out;
  for (const Diagnostic &D : All)
    Out.push_back(&D);
  auto key = [](const Diagnostic *D) {
    const bool Last = D->Id == DiagId::TooManyErrors, Valid = D->Range.isValid();
    return std::tuple(Last, !Valid, Valid ? D->Range.File.index() : 0, Valid ? D->Range.Begin : 0);
  };
  std::stable_sort(Out.begin(), Out.end(),
                   [&](const Diagnostic *A, const Diagnostic *B) { return key(A) < key(B); });
  return Out;
}

std::string printText(std::span<const Diagnostic> All, const SourceManager &Sources) {
  std::string Out;
  for (const Diagnostic *D : inOrder(All))
    Out += printText(*D, Sources);
  return Out;
}

std::string printText(const DiagnosticEngine &Diags) {
  return printText(Diags.diagnostics(), Diags.sources());
}

std::vector<Diagnostic> withoutPlaces(std::span<const Diagnostic> All) {
  // In the order that they had with their places.
  std::vector<Diagnostic> Out;
  for (const Diagnostic *D : inOrder(All)) {
    Out.push_back(*D);
    Out.back().Range = {};
    for (DiagNote &N : Out.back().Notes)
      N.Range = {};
  }
  return Out;
}

static void appendJsonPlace(std::string &Out, SourceRange R, const SourceManager &Sources) {
  if (!R.isValid()) {
    Out += "\"file\": null, \"line\": null, \"column\": null";
    return;
  }
  Out += "\"file\": ";
  appendJsonString(Out, Sources.name(R.File));
  if (!isInText(R, Sources)) {
    Out += ", \"line\": null, \"column\": null";
    return;
  }
  SourceManager::LineColumn P = Sources.lineColumn(R.File, R.Begin);
  fmt::format_to(std::back_inserter(Out), ", \"line\": {}, \"column\": {}", P.Line, P.Column);
}

std::string printJson(const DiagnosticEngine &Diags) {
  return printJson(Diags.diagnostics(), Diags.sources());
}

std::string printJson(std::span<const Diagnostic> All, const SourceManager &Sources) {
  std::string Out = "[";
  bool FirstItem = true;
  for (const Diagnostic *Next : inOrder(All)) {
    const Diagnostic &D = *Next;
    Out += FirstItem ? "\n  {" : ",\n  {";
    FirstItem = false;
    fmt::format_to(std::back_inserter(Out),
                   "\"severity\": \"{}\", \"name\": \"{}\", \"message\": ", severityName(D.Level),
                   diagName(D.Id));
    appendJsonString(Out, D.Message);
    Out += ", ";
    appendJsonPlace(Out, D.Range, Sources);
    Out += ", \"pointer\": ";
    if (D.HasPointer)
      appendJsonString(Out, D.Pointer);
    else
      Out += "null";
    Out += ", \"notes\": [";
    bool FirstNote = true;
    for (const DiagNote &N : D.Notes) {
      Out += FirstNote ? "{\"message\": " : ", {\"message\": ";
      FirstNote = false;
      appendJsonString(Out, N.Message);
      Out += ", ";
      appendJsonPlace(Out, N.Range, Sources);
      if (N.HasPointer) {
        Out += ", \"pointer\": ";
        appendJsonString(Out, N.Pointer);
      }
      Out += "}";
    }
    Out += "]}";
  }
  Out += FirstItem ? "]\n" : "\n]\n";
  return Out;
}

} // namespace weir
