//===- weir-vocab.cpp - Builds and describes vocabulary images ------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   weir-vocab build V -o F.wvoc     the image of a vocabulary
//   weir-vocab info V                what is in it; --token=ID shows single tokens
//
// V is `bytes`, `demo` or a file, recognised by content.
//
//===----------------------------------------------------------------------===//

#include "weir/Compression/Xz.h"
#include "weir/Driver/Terminals.h"
#include "weir/Support/Escape.h"
#include "weir/Support/Utf8.h"
#include "weir/ToolSupport/ToolSupport.h"
#include "weir/VocabReaders/Readers.h"

#include <array>
#include <cinttypes>
#include <cstdio>

using namespace weir;

namespace {

enum class OutputFormat { Text, Json };

/// What `info` prints, in the order printed. Numbers are kept apart from lists.
struct Facts {
  uint32_t Size = 0, Ordinary = 0, Added = 0, Special = 0, Gaps = 0, Empty = 0;
  uint32_t SharedTexts = 0; ///< byte strings with more than one id
  uint32_t BrokenUtf8 = 0;  ///< text tokens that are no sequence of whole characters
};

Facts countFacts(const Vocabulary &V) {
  Facts F;
  F.Size = V.size();
  for (TokenId Id = 0; Id < V.size(); ++Id) {
    switch (V.kind(Id)) {
    case TokenKind::Gap:
      ++F.Gaps;
      continue;
    case TokenKind::Special:
      ++F.Special;
      continue;
    case TokenKind::Added:
      ++F.Added;
      break;
    case TokenKind::Ordinary:
      ++F.Ordinary;
      break;
    }
    if (!V.isText(Id))
      ++F.Empty;
  }
  const TokenTrie &Trie = V.trie();
  std::string Path;
  for (uint32_t N = 1; N < Trie.size(); ++N) {
    Path.resize(Trie[N].Depth - 1u);
    Path.push_back(char(Trie[N].Byte));
    const size_t Ids = Trie.tokensAt(N).size();
    F.SharedTexts += Ids > 1;
    if (Ids != 0 && findInvalidUtf8(Path) != std::string_view::npos)
      F.BrokenUtf8 += uint32_t(Ids);
  }
  return F;
}

std::string_view nameOrBytes(const Vocabulary &V, TokenId Id) {
  if (V.isSpecial(Id))
    return V.name(Id);
  const std::span<const uint8_t> Bytes = V.bytes(Id);
  return {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()};
}

std::string hashText(const Vocabulary &V) {
  std::array<char, 17> Text{};
  std::snprintf(Text.data(), Text.size(), "%016" PRIx64, V.hash());
  return Text.data();
}

void printText(const Vocabulary &V, const std::vector<TokenId> &Shown) {
  const Facts F = countFacts(V);
  std::printf("size: %u\n", F.Size);
  std::printf("ordinary: %u\nadded: %u\nspecial: %u\ngaps: %u\n", F.Ordinary, F.Added, F.Special,
              F.Gaps);
  std::printf("without bytes: %u\nshared texts: %u\nnot utf-8 alone: %u\n", F.Empty, F.SharedTexts,
              F.BrokenUtf8);
  std::printf("stop tokens:");
  for (TokenId Id : V.stopTokens())
    std::printf(" %u %s", Id, quoted(V.name(Id)).c_str());
  std::printf("%s\n", V.stopTokens().empty() ? " none" : "");
  std::printf("longest token: %u bytes, %u characters, %u blanks in a row\n", V.maxTokenBytes(),
              V.maxTokenChars(), V.maxBlankRun());
  const TerminalView &T = V.terminals();
  std::printf("terminal library: ");
  if (T.empty())
    std::printf("none\n");
  else
    std::printf("%zu tables\n", T.Entries.size() + T.Counted.size() + T.Subtrees.size());
  std::printf("trie nodes: %u\nimage bytes: %zu\nhash: %s\n", V.trie().size(), V.image().size(),
              hashText(V).c_str());
  for (TokenId Id : Shown)
    std::printf("token %u: %s %s\n", Id, std::string(tokenKindName(V.kind(Id))).c_str(),
                quoted(nameOrBytes(V, Id)).c_str());
}

void printJson(const Vocabulary &V, const std::vector<TokenId> &Shown) {
  const Facts F = countFacts(V);
  const TerminalView &T = V.terminals();
  std::printf("{\"size\": %u, \"ordinary\": %u, \"added\": %u, \"special\": %u, \"gaps\": %u, "
              "\"without_bytes\": %u, \"shared_texts\": %u, \"not_utf8_alone\": %u, \"stop\": [",
              F.Size, F.Ordinary, F.Added, F.Special, F.Gaps, F.Empty, F.SharedTexts, F.BrokenUtf8);
  const char *Separator = "";
  for (TokenId Id : V.stopTokens()) {
    std::printf("%s%u", Separator, Id);
    Separator = ", ";
  }
  std::printf("], \"max_token_bytes\": %u, \"max_token_chars\": %u, \"max_blank_run\": %u, "
              "\"terminal_tables\": %zu, \"trie_nodes\": %u, \"image_bytes\": %zu, "
              "\"hash\": \"%s\", \"tokens\": [",
              V.maxTokenBytes(), V.maxTokenChars(), V.maxBlankRun(),
              T.Entries.size() + T.Counted.size() + T.Subtrees.size(), V.trie().size(),
              V.image().size(), hashText(V).c_str());
  Separator = "";
  for (TokenId Id : Shown) {
    std::printf("%s{\"id\": %u, \"kind\": \"%s\", \"bytes\": [", Separator, Id,
                std::string(tokenKindName(V.kind(Id))).c_str());
    Separator = ", ";
    const char *Comma = "";
    for (uint8_t Byte : V.bytes(Id)) {
      std::printf("%s%u", Comma, Byte);
      Comma = ", ";
    }
    std::string Name;
    appendJsonString(Name, V.name(Id));
    std::printf("], \"name\": %s}", Name.c_str());
  }
  std::printf("]}\n");
}

} // namespace

int main(int Argc, char **Argv) {
  ToolSession Tool("weir-vocab", "Builds and describes vocabulary images\n\n"
                                 "  weir-vocab build V -o F.wvoc\n"
                                 "  weir-vocab info V\n");
  namespace cl = llvm::cl;
  cl::opt<std::string> Command(cl::Positional, cl::desc("build|info"), cl::Required,
                               Tool.category());
  cl::opt<std::string> Input(cl::Positional, cl::desc("V"), cl::Required, Tool.category());
  cl::opt<std::string> Output("o", cl::desc("Where to write the image"), cl::value_desc("F.wvoc"),
                              Tool.category());
  cl::list<unsigned> Stops("stop", cl::desc("Stop tokens besides those of the vocabulary"),
                           cl::value_desc("ID,…"), cl::CommaSeparated, Tool.category());
  cl::list<unsigned> Shown("token", cl::desc("With info: tokens to show"), cl::value_desc("ID,…"),
                           cl::CommaSeparated, Tool.category());
  cl::opt<OutputFormat> Format("format", cl::desc("With info: the form of the output"),
                               cl::values(clEnumValN(OutputFormat::Text, "text", "for reading"),
                                          clEnumValN(OutputFormat::Json, "json", "one object")),
                               cl::init(OutputFormat::Text), Tool.category());
  if (!Tool.parse(Argc, Argv))
    return Tool.finish(ExitUsage);
  const bool Build = Command == "build";
  if (!Build && Command != "info") {
    Tool.Diags.report({}, DiagId::Usage)
        << "unknown command '" + printable(Command, 40) + "': expected 'build' or 'info'";
    return Tool.finish(ExitUsage);
  }
  if (Build == Output.empty()) {
    Tool.Diags.report({}, DiagId::Usage)
        << (Build ? "'build' needs -o F.wvoc" : "'info' writes no file: -o belongs to 'build'");
    return Tool.finish(ExitUsage);
  }
  if (Build && (!Shown.empty() || Format.getNumOccurrences() != 0)) {
    Tool.Diags.report({}, DiagId::Usage) << "--token and --format belong to 'info'";
    return Tool.finish(ExitUsage);
  }

  VocabularyOptions Options;
  Options.Stops.assign(Stops.begin(), Stops.end());
  Options.UnpackXz = unpackXz;
  const VocabularyRef V = readVocabulary(Input, Tool.Diags, Options);
  if (!V)
    return Tool.finish(ExitUsage);
  if (Build) {
    const Result<std::vector<uint8_t>> Image = imageWithTerminals(V);
    if (!Image) {
      Tool.Diags.report({}, DiagId::FileUnwritable) << quoted(Output) << Image.error().Message;
      return Tool.finish(ExitUsage);
    }
    Tool.writeOutput(Output, {reinterpret_cast<const char *>(Image->data()), Image->size()});
    return Tool.finish(ExitYes);
  }
  const std::vector<TokenId> Ids(Shown.begin(), Shown.end());
  for (TokenId Id : Ids)
    if (!V->contains(Id)) {
      Tool.Diags.report({}, DiagId::VocabTokenId) << std::to_string(Id) << uint64_t(V->size() - 1);
      return Tool.finish(ExitUsage);
    }
  if (Format == OutputFormat::Json)
    printJson(*V, Ids);
  else
    printText(*V, Ids);
  return Tool.finish(ExitYes);
}
