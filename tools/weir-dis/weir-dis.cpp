//===- weir-dis.cpp - Prints an artifact ----------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   weir-dis F.wtab             header, sections, then the automata as text
//   weir-dis F.wtab --headers   header and sections alone
//
// The header and the sections are shown of files too whose records are malformed; then
// the error follows.
//
//===----------------------------------------------------------------------===//
#include "weir/Artifact/Artifact.h"
#include "weir/Dump/GrammarText.h"
#include "weir/ToolSupport/ToolSupport.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>

using namespace weir;

namespace {

__attribute__((format(printf, 2, 3))) void print(std::string &Out, const char *Format, ...) {
  char Line[256];
  va_list Args;
  va_start(Args, Format);
  std::vsnprintf(Line, sizeof Line, Format, Args);
  va_end(Args);
  Out += Line;
}

const char *sectionName(uint32_t Kind) {
  switch (artifact::SectionKind(Kind)) {
#define GRAMMAR_TABLE(Kind, Element, Name, Summary)                                                \
  case artifact::SectionKind::Name:                                                                \
    return #Name;
#include "weir/Runtime/GrammarTables.def"
#define READY_TABLE(Kind, Element, Name, Summary)                                                  \
  case artifact::SectionKind::Name:                                                                \
    return #Name;
#include "weir/Runtime/ReadyTables.def"
  case artifact::SectionKind::Text:
    return "Text";
  case artifact::SectionKind::PlaceEnds:
    return "PlaceEnds";
  case artifact::SectionKind::PlaceText:
    return "PlaceText";
  default:
    return "unknown";
  }
}

std::string printDirectory(const ArtifactDirectory &D) {
  const artifact::Header &H = D.Header;
  std::string Out;
  print(Out, "artifact:   version %u.%u, %" PRIu64 " bytes\n", H.MajorVersion, H.MinorVersion,
        H.FileBytes);
  print(Out, "grammar:    %016" PRIx64 "\n", H.GrammarHash);
  if (H.VocabularyHash)
    print(Out, "vocabulary: %016" PRIx64 "\n", H.VocabularyHash);
  else
    Out += "vocabulary: any\n";
  print(Out, "checksum:   %016" PRIx64 "\n", H.Checksum);
  print(Out, "start rule: %u%s\n", H.StartRule,
        H.Flags & artifact::GrammarNeedsFresh ? ", texts must be new" : "");
  print(Out, "\n%5s  %-15s %10s %10s %10s\n", "kind", "section", "offset", "bytes", "records");
  for (const artifact::Section &S : D.Sections)
    print(Out, "%5" PRIu32 "  %-15s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n", S.Kind,
          sectionName(S.Kind), S.Offset, S.Bytes, S.Bytes / S.ElementBytes);
  return Out;
}

} // namespace

int main(int Argc, char **Argv) {
  ToolSession Tool("weir-dis", "Prints an artifact\n");
  namespace cl = llvm::cl;
  cl::opt<std::string> Input(cl::Positional, cl::desc("F.wtab"), cl::Required, Tool.category());
  cl::opt<bool> Headers("headers", cl::desc("Print the header and the sections alone"),
                        Tool.category());
  cl::opt<std::string> Output("o", cl::desc("Where to write (default: standard output)"),
                              cl::value_desc("file"), Tool.category());
  if (!Tool.parse(Argc, Argv))
    return Tool.finish(ExitUsage);
  std::optional<FileId> File = Tool.readFile(Input);
  if (!File)
    return Tool.finish(ExitUsage);
  const std::string_view Text = Tool.Sources.text(*File);
  const std::span<const uint8_t> Bytes(reinterpret_cast<const uint8_t *>(Text.data()), Text.size());
  Result<ArtifactDirectory> D = ArtifactDirectory::read(Bytes);
  if (!D) {
    Tool.Diags.report({}, DiagId::FileUnreadable) << Input.getValue() << D.error().Message;
    return Tool.finish(ExitUsage);
  }
  std::string Out = printDirectory(*D);
  if (!Headers) {
    auto G = openArtifact(FileBytes::borrow(Bytes, nullptr));
    if (G)
      Out += "\n" + printAutomata(**G);
    else
      Tool.Diags.report({}, DiagId::FileUnreadable) << Input.getValue() << G.error().Message;
  }
  Tool.writeOutput(Output, Out);
  return Tool.finish(ExitYes);
}
