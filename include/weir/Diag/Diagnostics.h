//===- Diagnostics.h - What is wrong with an input, and where ---*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A frontend reports everything it finds and goes on; its caller asks at the end
// whether there were errors. A diagnostic is data: an id from Diagnostics.def,
// its arguments set into the message, a byte range of a source buffer, a JSON
// pointer where the input is JSON, and notes. Printing is apart (printText,
// printJson), so a library never writes to a stream.
//
//   Diags.report(Range, DiagId::RegexBackReference) << "\\1";
//   Diags.report(Range, DiagId::SchemaUnknownType).pointer("/a/type") << Name;
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_DIAG_DIAGNOSTICS_H
#define WEIR_DIAG_DIAGNOSTICS_H

#include "weir/Support/Id.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

using FileId = Id<struct FileTag>;

/// A half-open byte range of one source buffer. Without a file: no place.
struct SourceRange {
  FileId File;
  uint32_t Begin = 0;
  uint32_t End = 0;

  bool isValid() const { return bool(File); }
  friend constexpr auto operator<=>(const SourceRange &, const SourceRange &) = default;
};

/// Names and texts of the inputs. Texts are at most 4 GiB less one, and stay in
/// place until the manager is destroyed.
class SourceManager {
public:
  /// `FirstLine` numbers the first line of a text that is a part of a file.
  FileId add(std::string Name, std::string Text, uint32_t FirstLine = 1);
  std::string_view name(FileId F) const { return Files[F.index()].Name; }
  std::string_view text(FileId F) const { return Files[F.index()].Text; }
  /// Files have the numbers 0 to size() - 1.
  uint32_t size() const { return uint32_t(Files.size()); }
  SourceRange whole(FileId F) const { return {F, 0, uint32_t(text(F).size())}; }

  struct LineColumn {
    uint32_t Line;      ///< from the file's first line on
    uint32_t Column;    ///< in code points, from 1
    uint32_t LineBegin; ///< byte offset
    uint32_t LineEnd;   ///< byte offset of the line feed or the end of the text
  };
  /// O(log lines) after the first question about a file, however long its lines are.
  LineColumn lineColumn(FileId F, uint32_t Offset) const;

private:
  static constexpr uint32_t CountEvery = 1024;
  struct File {
    std::string Name, Text;
    uint32_t FirstLine;
    mutable std::vector<uint32_t> LineStarts;
    /// How many code points begin before byte 0, CountEvery, 2 * CountEvery, …
    mutable std::vector<uint32_t> CodePoints;
  };
  std::deque<File> Files;
};

enum class Severity : uint8_t { Note, Warning, Error };

enum class DiagId : uint16_t {
#define DIAG(Id, Severity, Name, Format) Id,
#include "weir/Diag/Diagnostics.def"
  Count
};

/// The stable name, e.g. "regex-lookbehind".
std::string_view diagName(DiagId Id);
Severity diagSeverity(DiagId Id);

struct DiagNote {
  SourceRange Range; ///< may be invalid
  std::string Message;
  std::string Pointer; ///< as of a diagnostic
  bool HasPointer = false;
};

struct Diagnostic {
  DiagId Id;
  Severity Level;
  SourceRange Range;       ///< may be invalid
  std::string Pointer;     ///< JSON pointer (RFC 6901) of the place
  bool HasPointer = false; ///< the empty pointer is the whole document
  std::string Message;
  std::vector<DiagNote> Notes;
};

class DiagnosticEngine;

/// Collects the arguments of one diagnostic; hands it over when destroyed.
class DiagBuilder {
public:
  DiagBuilder(DiagnosticEngine &Engine, SourceRange Range, DiagId Id);
  DiagBuilder(DiagBuilder &&O) noexcept;
  DiagBuilder(const DiagBuilder &) = delete;
  DiagBuilder &operator=(const DiagBuilder &) = delete;
  DiagBuilder &operator=(DiagBuilder &&) = delete;
  ~DiagBuilder();

  DiagBuilder &operator<<(std::string_view Arg);
  DiagBuilder &operator<<(uint64_t Arg);
  DiagBuilder &pointer(std::string P);
  DiagBuilder &note(std::string Message, SourceRange Range = {});
  /// A note about a place of a JSON text.
  DiagBuilder &noteAt(std::string Message, SourceRange Range, std::string Pointer);
  /// Adds the note "did you mean …?" when a candidate is near enough (edit
  /// distance at most a third of the length).
  DiagBuilder &didYouMean(std::string_view Got, const std::vector<std::string_view> &Candidates);
  /// Reports an error as a warning: for lenient compilation.
  DiagBuilder &demote(bool On = true);

private:
  DiagnosticEngine *Engine;
  Diagnostic D;
  std::vector<std::string> Args;
};

/// Collects diagnostics in the order reported. Single-threaded.
class DiagnosticEngine {
public:
  explicit DiagnosticEngine(SourceManager &Sources) : Sources(Sources) {}

  DiagBuilder report(SourceRange Range, DiagId Id) { return DiagBuilder(*this, Range, Id); }

  bool hasErrors() const { return Errors != 0; }
  unsigned errorCount() const { return Errors; }
  const std::vector<Diagnostic> &diagnostics() const { return All; }
  SourceManager &sources() const { return Sources; }
  void clear();

  /// Past this many errors the rest are counted, and one `too-many-errors` says so.
  unsigned MaxErrors = 1000;

private:
  friend class DiagBuilder;
  void add(Diagnostic D);

  SourceManager &Sources;
  std::vector<Diagnostic> All;
  unsigned Errors = 0;
};

/// file:line:column: error: message [name], the line, a caret, the pointer, notes.
std::string printText(const Diagnostic &D, const SourceManager &Sources);
std::string printText(const DiagnosticEngine &Diags);
/// A JSON array of {severity, name, message, file, line, column, pointer, notes}.
std::string printJson(const DiagnosticEngine &Diags);

} // namespace weir

#endif // WEIR_DIAG_DIAGNOSTICS_H
