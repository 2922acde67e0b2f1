//===- ToolSupport.cpp - What every command-line tool does alike ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/ToolSupport/ToolSupport.h"

#include "weir/Support/File.h"

#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>
#include <utility>

#include <unistd.h>

namespace weir {

namespace {
enum class DiagnosticsFormat { Text, Json };
} // namespace

ToolSession::ToolSession(const char *Name, const char *Overview)
    : Diags(Sources), Name(Name), Overview(Overview), Category("Options") {}

/// Says of LLVM's words those in the terms of its classes in those of a command line.
static void reword(std::string &Message) {
  static constexpr std::pair<std::string_view, std::string_view> Words[] = {
      {"Cannot find option named", "there is no value"},
      {"value invalid for uint argument", "is no number from 0 to 4294967295"},
      {"value invalid for ulong argument", "is no number"},
      {"value invalid for ullong argument", "is no number"},
      {"positional command line arguments specified", "arguments"},
      {"positional arguments specified", "arguments"},
      {"must specify at least", "give at least"},
      {"can specify at most", "give at most"},
      {"positional argument", "argument"},
  };
  for (const auto &[Old, New] : Words)
    if (const size_t At = Message.find(Old); At != Message.npos)
      Message.replace(At, Old.size(), New);
}

/// Splits LLVM's message, "weir-opt: Unknown …  Try: '…'\nweir-opt: Did you mean '…'?",
/// into the mistake and notes, in the form of all other diagnostics.
static void reportUsage(DiagnosticEngine &Diags, std::string_view Text, std::string_view Tool) {
  std::vector<std::string> Lines;
  while (!Text.empty()) {
    std::string_view Line = Text.substr(0, Text.find('\n'));
    Text.remove_prefix(std::min(Text.size(), Line.size() + 1));
    if (Line.substr(0, Tool.size()) == Tool && Line.substr(Tool.size(), 2) == ": ")
      Line.remove_prefix(Tool.size() + 2);
    Line = Line.substr(0, Line.find("  Try: "));
    Line = Line.substr(0, Line.find("\tTry: "));
    Line = Line.substr(0, Line.find(": See: "));
    while (!Line.empty() && (Line.back() == ' ' || Line.back() == '.' || Line.back() == '!'))
      Line.remove_suffix(1);
    if (Line.empty() || Line.substr(0, 4) == "See:")
      continue;
    std::string Message(Line);
    reword(Message);
    if (Message.size() > 1 && Message[0] >= 'A' && Message[0] <= 'Z' && Message[1] >= 'a')
      Message[0] = char(Message[0] - 'A' + 'a');
    Lines.push_back(std::move(Message));
  }
  if (Lines.empty())
    Lines.push_back("the command line is wrong");
  DiagBuilder D = Diags.report({}, DiagId::Usage);
  D << Lines[0];
  for (size_t I = 1; I < Lines.size(); ++I)
    D.note(Lines[I]);
  D.note("try '" + std::string(Tool) + " --help'");
}

/// Runs `F` and returns what it wrote to standard error. LLVM reports some mistakes of
/// the command line to the stream it is given and others there.
template <typename Fn>
static std::string captureStandardError(Fn F) {
  std::FILE *Capture = std::tmpfile();
  int Saved = Capture ? ::dup(STDERR_FILENO) : -1;
  if (Saved >= 0)
    ::dup2(::fileno(Capture), STDERR_FILENO);
  F();
  std::string Text;
  if (Saved >= 0) {
    ::dup2(Saved, STDERR_FILENO);
    ::close(Saved);
    std::rewind(Capture);
    char Buffer[4096];
    while (size_t N = std::fread(Buffer, 1, sizeof(Buffer), Capture))
      Text.append(Buffer, N);
  }
  if (Capture)
    std::fclose(Capture);
  return Text;
}

bool ToolSession::parse(int Argc, char **Argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(Argv[0]);
  llvm::cl::opt<DiagnosticsFormat> Format(
      "diagnostics", llvm::cl::desc("How to print diagnostics on standard error"),
      llvm::cl::values(clEnumValN(DiagnosticsFormat::Text, "text", "with carets (default)"),
                       clEnumValN(DiagnosticsFormat::Json, "json", "a JSON array")),
      llvm::cl::init(DiagnosticsFormat::Text), llvm::cl::cat(Category));
  llvm::cl::HideUnrelatedOptions(Category);
  const char *Program = Name;
  llvm::cl::SetVersionPrinter(
      [](llvm::raw_ostream &OS) { OS << "Weir " WEIR_VERSION_STRING "\n"; });
  // The format must be known to report that the command line is wrong.
  for (int I = 1; I < Argc; ++I) {
    std::string_view Arg = Argv[I];
    if (Arg == "-diagnostics=json" || Arg == "--diagnostics=json")
      Json = true;
  }
  std::string Problems;
  llvm::raw_string_ostream Stream(Problems);
  std::vector<const char *> Args(Argv, Argv + Argc);
  Args[0] = Program;
  bool Ok = false;
  std::string Written = captureStandardError(
      [&] { Ok = llvm::cl::ParseCommandLineOptions(Argc, Args.data(), Overview, &Stream); });
  Problems += Written;
  Json = Ok ? Format == DiagnosticsFormat::Json : Json;
  if (!Ok)
    reportUsage(Diags, Problems, Program);
  return Ok;
}

/// The reason alone: the errors of files begin with "cannot open 'path': ".
static std::string_view reason(std::string_view Message) {
  size_t At = Message.rfind("': ");
  return At == std::string_view::npos ? Message : Message.substr(At + 3);
}

std::optional<FileId> ToolSession::readFile(const std::string &Path, uint64_t MaxBytes) {
  Result<FileBytes> Bytes = FileBytes::read(Path, MaxBytes);
  if (!Bytes) {
    Diags.report({}, DiagId::FileUnreadable) << Path << reason(Bytes.error().Message);
    return std::nullopt;
  }
  return Sources.add(Path == "-" ? "<stdin>" : Path, std::string(Bytes->text()));
}

bool ToolSession::writeOutput(const std::string &Path, std::string_view Bytes) {
  if (Path.empty() || Path == "-") {
    if (::isatty(STDOUT_FILENO) == 1 && Bytes.find('\0') != Bytes.npos) {
      Diags.report({}, DiagId::FileUnwritable)
          << "standard output" << "it is a terminal, and this is no text; name a file with -o";
      return false;
    }
    if (std::fwrite(Bytes.data(), 1, Bytes.size(), stdout) == Bytes.size() &&
        std::fflush(stdout) == 0)
      return true;
    Diags.report({}, DiagId::FileUnwritable) << "standard output" << std::strerror(errno);
    return false;
  }
  Result<Success> Written = writeFileAtomically(
      Path, std::span(reinterpret_cast<const uint8_t *>(Bytes.data()), Bytes.size()));
  if (!Written)
    Diags.report({}, DiagId::FileUnwritable) << Path << reason(Written.error().Message);
  return Written.ok();
}

int ToolSession::finish(int Code) {
  if ((std::fflush(stdout) != 0 || std::ferror(stdout)) && !Diags.hasErrors())
    Diags.report({}, DiagId::FileUnwritable) << "standard output" << std::strerror(errno);
  std::string Text = Json ? printJson(Diags) : printText(Diags);
  std::fwrite(Text.data(), 1, Text.size(), stderr);
  return Diags.hasErrors() ? ExitUsage : Code;
}

} // namespace weir
