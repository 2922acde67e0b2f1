//===- ExpectedDiagnostics.cpp - Diagnostics as a file expects them -------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/ToolSupport/ExpectedDiagnostics.h"

#include <optional>
#include <string>
#include <vector>

namespace weir {

namespace {

struct Expectation {
  Severity Level;
  std::optional<uint32_t> Line; ///< none: unknown
  std::string Text;
  SourceRange Range;
  bool Met = false;
};

class Checker {
public:
  Checker(FileId File, const DiagnosticEngine &Got, DiagnosticEngine &Problems)
      : File(File), Got(Got), Problems(Problems), Text(Got.sources().text(File)) {}
  bool run();

private:
  void collect();
  bool collectOne(size_t At);
  void match(Severity Level, SourceRange Range, const std::string &Message);

  FileId File;
  const DiagnosticEngine &Got;
  DiagnosticEngine &Problems;
  std::string_view Text;
  std::vector<Expectation> Expected;
};

} // namespace

static std::string_view nameOf(Severity S) {
  return S == Severity::Error ? "error" : S == Severity::Warning ? "warning" : "note";
}

static bool consume(std::string_view &Rest, std::string_view Prefix) {
  if (Rest.substr(0, Prefix.size()) != Prefix)
    return false;
  Rest.remove_prefix(Prefix.size());
  return true;
}

/// Reads the expectation whose word begins at `At`. False when it is none.
bool Checker::collectOne(size_t At) {
  std::string_view Rest = Text.substr(At);
  Rest = Rest.substr(0, Rest.find('\n'));
  Expectation E;
  E.Range = {File, uint32_t(At), uint32_t(At + Rest.size())};
  consume(Rest, "expected-");
  if (consume(Rest, "error"))
    E.Level = Severity::Error;
  else if (consume(Rest, "warning"))
    E.Level = Severity::Warning;
  else if (consume(Rest, "note"))
    E.Level = Severity::Note;
  else
    return false;
  uint32_t Line = Got.sources().lineColumn(File, uint32_t(At)).Line;
  E.Line = Line;
  if (consume(Rest, "@unknown")) {
    E.Line.reset();
  } else if (consume(Rest, "@")) {
    bool Up = Rest.substr(0, 1) == "-";
    if (!consume(Rest, "-") && !consume(Rest, "+"))
      return false;
    uint32_t Distance = 0, Digits = 0;
    for (; !Rest.empty() && Rest[0] >= '0' && Rest[0] <= '9' && Digits < 8; ++Digits) {
      Distance = Distance * 10 + uint32_t(Rest[0] - '0');
      Rest.remove_prefix(1);
    }
    if (Digits == 0 || (Up && Distance >= Line))
      return false;
    E.Line = Up ? Line - Distance : Line + Distance;
  }
  while (consume(Rest, " "))
    ;
  if (!consume(Rest, "{{"))
    return false;
  size_t Close = Rest.find("}}");
  if (Close == std::string_view::npos || Close == 0)
    return false;
  E.Text = Rest.substr(0, Close);
  Expected.push_back(std::move(E));
  return true;
}

void Checker::collect() {
  for (size_t At = Text.find("expected-"); At != std::string_view::npos;
       At = Text.find("expected-", At + 1)) {
    size_t LineBegin = Text.rfind('\n', At);
    LineBegin = LineBegin == std::string_view::npos ? 0 : LineBegin + 1;
    if (Text.substr(LineBegin, At - LineBegin).find("//") == std::string_view::npos)
      continue;
    if (!collectOne(At)) {
      size_t LineEnd = std::min(Text.find('\n', At), Text.size());
      Problems.report({File, uint32_t(At), uint32_t(LineEnd)}, DiagId::BadExpectation);
    }
  }
}

void Checker::match(Severity Level, SourceRange Range, const std::string &Message) {
  std::optional<uint32_t> Line;
  if (Range.isValid() && Range.File == File)
    Line = Got.sources().lineColumn(File, Range.Begin).Line;
  for (Expectation &E : Expected) {
    if (E.Met || E.Level != Level || E.Line != Line || Message.find(E.Text) == std::string::npos)
      continue;
    E.Met = true;
    return;
  }
  Problems.report(Range, DiagId::UnexpectedDiagnostic) << nameOf(Level) << Message;
}

bool Checker::run() {
  unsigned Before = Problems.errorCount();
  collect();
  for (const Diagnostic &D : Got.diagnostics()) {
    match(D.Level, D.Range, D.Message + " [" + std::string(diagName(D.Id)) + "]");
    for (const DiagNote &N : D.Notes)
      match(Severity::Note, N.Range.isValid() ? N.Range : D.Range, N.Message);
  }
  for (const Expectation &E : Expected)
    if (!E.Met)
      Problems.report(E.Range, DiagId::ExpectationNotMet) << nameOf(E.Level) << E.Text;
  return Problems.errorCount() == Before;
}

bool checkExpectedDiagnostics(FileId File, const DiagnosticEngine &Got,
                              DiagnosticEngine &Problems) {
  return Checker(File, Got, Problems).run();
}

} // namespace weir
