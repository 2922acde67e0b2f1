//===- Remotes.cpp - A folder of documents for remote references ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Remotes.h"

#include "weir/JSON/Value.h"
#include "weir/Support/File.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace weir {

namespace {
namespace fs = std::filesystem;
constexpr size_t MaxFiles = 100'000;
constexpr uint64_t MaxDocumentBytes = UINT64_C(1) << 28;
} // namespace

bool readRemotes(const std::string &Folder, std::map<std::string, std::string> &Remotes,
                 DiagnosticEngine &Diags) {
  std::error_code Problem;
  std::vector<fs::path> Paths;
  for (fs::recursive_directory_iterator It(Folder, Problem), End; !Problem && It != End;
       It.increment(Problem)) {
    if (!It->is_regular_file(Problem) || Problem)
      continue;
    Paths.push_back(It->path());
    if (Paths.size() > MaxFiles) {
      Diags.report({}, DiagId::FileUnreadable) << Folder << "it has more than 100000 files";
      return false;
    }
  }
  if (Problem) {
    Diags.report({}, DiagId::FileUnreadable) << Folder << Problem.message();
    return false;
  }
  // The order of a folder differs between machines.
  std::sort(Paths.begin(), Paths.end());
  bool Ok = true;
  for (const fs::path &Path : Paths) {
    Result<FileBytes> Bytes = FileBytes::read(Path.string(), MaxDocumentBytes);
    if (!Bytes) {
      Diags.report({}, DiagId::FileUnreadable) << Path.string() << Bytes.error().Message;
      Ok = false;
      continue;
    }
    SourceManager Sources;
    DiagnosticEngine Quiet(Sources);
    std::optional<json::Document> Doc =
        json::parse(Sources.add("remote", std::string(Bytes->text())), Quiet);
    // What is no JSON is found to be none when a reference asks for it.
    Remotes.emplace("/" + Path.lexically_relative(Folder).generic_string(), Bytes->text());
    if (!Doc || !Doc->isObject(Doc->root()))
      continue;
    for (const char *Key : {"$id", "id"}) {
      json::ValueId Id = Doc->get(Doc->root(), Key);
      if (!Id || !Doc->isString(Id))
        continue;
      std::string_view Uri = Doc->string(Id);
      if (!Uri.empty() && Uri.back() == '#')
        Uri.remove_suffix(1);
      Remotes.emplace(Uri, Bytes->text());
      break;
    }
  }
  return Ok;
}

} // namespace weir
