//===- RunSession.cpp - What the commands of weir-run share ---------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "RunSession.h"

#include "weir/Driver/RulePlaces.h"
#include "weir/Dump/GrammarText.h"
#include "weir/Support/Escape.h"
#include "weir/Support/File.h"

#include <algorithm>
#include <cstdio>

namespace weir {

namespace cl = llvm::cl;

static constexpr CommandInfo Table[] = {
    {"check", "SPEC FILE...", 2, SIZE_MAX},
    {"mask", "SPEC [--vocab=V] [--after=TEXT | --after-file=F | --after-tokens=ID,...]", 1, 1},
    {"explain", "SPEC --token=ID [--vocab=V] [--after...]", 1, 1},
    {"sample", "SPEC [--vocab=V] [--seed=N] [--count=K]", 1, 1},
};

RunSession::RunSession()
    : Tool("weir-run", "Runs a grammar\n\n"
                       "  weir-run check SPEC FILE...      is each file's text in the language?\n"
                       "  weir-run mask SPEC               which tokens may come next?\n"
                       "  weir-run explain SPEC --token=ID why may this token come or not?\n"
                       "  weir-run sample SPEC             texts of the language, at random\n"),
      Spec(Tool, {"text", "json", "jsonl"}), Vocab(Tool), TheCommands(Tool, Table),
      After("after", cl::desc("The text so far"), cl::value_desc("text"), Tool.category()),
      AfterFile("after-file", cl::desc("A file with the text so far"), cl::value_desc("file"),
                Tool.category()),
      AfterTokens("after-tokens", cl::desc("The tokens so far"), cl::value_desc("ID,..."),
                  cl::CommaSeparated, Tool.category()),
      MaxShown("max-shown", cl::desc("mask: show at most so many tokens as text (50)"),
               cl::init(50), cl::value_desc("N"), Tool.category()),
      Token("token", cl::desc("explain: the token"), cl::value_desc("ID"), Tool.category()),
      Seed("seed", cl::desc("sample: the first text's seed; each later one's is one more (1)"),
           cl::init(1), cl::value_desc("N"), Tool.category()),
      Count("count", cl::desc("sample: how many texts (1)"), cl::init(1), cl::value_desc("K"),
            Tool.category()),
      Random("random",
             cl::desc("sample: so many first tokens are chosen uniformly, the rest by a rule "
                      "that ends the text soon (64)"),
             cl::init(64), cl::value_desc("N"), Tool.category()),
      Steer("steer",
            cl::desc("sample: so many of 100 tokens chosen at random are steered to rare "
                     "branches (0)"),
            cl::init(0), cl::value_desc("P"), Tool.category()),
      MaxTokens("max-tokens", cl::desc("sample: give up after so many tokens (4096)"),
                cl::init(4096), cl::value_desc("N"), Tool.category()) {
  TheCommands.restrict(After, {"mask", "explain"});
  TheCommands.restrict(AfterFile, {"mask", "explain"});
  TheCommands.restrict(AfterTokens, {"mask", "explain"});
  TheCommands.restrict(MaxShown, {"mask"});
  TheCommands.restrict(Token, {"explain"});
  TheCommands.restrict(Seed, {"sample"});
  TheCommands.restrict(Count, {"sample"});
  TheCommands.restrict(Random, {"sample"});
  TheCommands.restrict(Steer, {"sample"});
  TheCommands.restrict(MaxTokens, {"sample"});
}

const CommandInfo *RunSession::start(int Argc, char **Argv) {
  if (!Tool.parse(Argc, Argv) || !Spec.resolve(Tool))
    return nullptr;
  const CommandInfo *C = TheCommands.choose(Tool);
  if (!C)
    return nullptr;
  bool Reads = Spec.outputFormat() == "text" ||
               (C->Name == "mask" && Spec.outputFormat() == "json") ||
               (C->Name == "sample" && Spec.outputFormat() == "jsonl");
  if (!Reads)
    Tool.Diags.report({}, DiagId::Usage)
        << "'" + std::string(C->Name) + "' has no --format=" + std::string(Spec.outputFormat());
  if (After.getNumOccurrences() + AfterFile.getNumOccurrences() +
          (AfterTokens.getNumOccurrences() != 0) >
      1)
    Tool.Diags.report({}, DiagId::Usage)
        << "give one of --after, --after-file and --after-tokens, once";
  if (C->Name == "explain" && Token.getNumOccurrences() == 0)
    Tool.Diags.report({}, DiagId::Usage) << "'explain' needs --token=ID";
  if (Steer > 100)
    Tool.Diags.report({}, DiagId::Usage) << "--steer takes a percentage, 0 to 100";
  if (Tool.Diags.hasErrors())
    return nullptr;

  Compiled = Spec.compile(Tool, operands()[0]);
  V = Vocab.load(Tool);
  if (!Compiled || !V)
    return nullptr;
  Tables = TableCache::create(V);
  return C;
}

std::optional<Matcher> RunSession::matcher() {
  Result<Matcher> M = Matcher::create(Compiled->TheGrammar, V, Tables);
  if (M)
    return std::move(*M);
  Tool.Diags.report({}, DiagId::MatcherFailed) << M.error().Message << statusName(M.error().Code);
  return std::nullopt;
}

bool RunSession::reportFailure(const Matcher &M) {
  if (M.lastError() == Status::Ok)
    return false;
  Tool.Diags.report({}, DiagId::MatcherFailed) << M.lastErrorText() << statusName(M.lastError());
  return true;
}

void RunSession::reportLimit(Status Code) {
  Tool.Diags.report({}, DiagId::MatcherFailed)
      << "the text needs more than the matcher's limits allow" << statusName(Code);
}

void RunSession::reportRefusal(std::string_view Unit, size_t At, std::string_view Why,
                               const std::string &Sentence) {
  if (Spec.outputFormat() != "json") {
    std::printf("%s\n", Sentence.c_str());
    return;
  }
  std::string Out = "{\"refused\": true, \"" + std::string(Unit) + "\": " + std::to_string(At);
  if (!Why.empty()) {
    Out += ", \"why\": ";
    appendJsonString(Out, Why);
  }
  std::printf("%s}\n", Out.c_str());
}

int RunSession::moveAfter(Matcher &M) {
  if (AfterTokens.getNumOccurrences() != 0) {
    std::vector<TokenId> Ids(AfterTokens.begin(), AfterTokens.end());
    for (TokenId T : Ids)
      if (T >= V->size()) {
        Tool.Diags.report({}, DiagId::VocabTokenId) << std::to_string(T) << uint64_t(V->size() - 1);
        return ExitUsage;
      }
    size_t Taken = M.accept(Ids);
    if (Taken == Ids.size())
      return ExitYes;
    if (reportFailure(M))
      return ExitUsage;
    reportRefusal("token", Taken, {},
                  "token " + std::to_string(Ids[Taken]) + " (number " + std::to_string(Taken + 1) +
                      " of --after-tokens) is refused");
    return ExitNo;
  }
  std::string_view Text = After.getValue();
  if (AfterFile.getNumOccurrences() != 0) {
    std::optional<FileId> File = Tool.readFile(AfterFile);
    if (!File)
      return ExitUsage;
    Text = Tool.Sources.text(*File);
  }
  std::optional<Refusal> R = findRefusal(M, Text, false);
  if (reportFailure(M))
    return ExitUsage;
  if (R) {
    reportRefusal("byte", R->Byte, R->Why,
                  "the text so far is refused at byte " + std::to_string(R->Byte) + ": " + R->Why);
    return ExitNo;
  }
  return ExitYes;
}

std::string RunSession::placesOf(std::string_view Rule) const {
  ir::RuleId R = Compiled->Module.lookup(Rule);
  return R ? placesText(Compiled->Module.rule(R).Origins, Tool.Sources)
           : std::string(Compiled->TheGrammar->placesOf(Rule));
}

std::string RunSession::openRules(const Matcher &M) const {
  std::vector<std::string> Names = M.openRules();
  std::reverse(Names.begin(), Names.end());
  std::string Out;
  for (const std::string &Name : Names) {
    const std::string Places = placesOf(Name);
    Out += "  in rule @" + Name + (Places.empty() ? "" : " (" + Places + ")") + "\n";
  }
  return Out;
}

/// What may come where the matcher stands: "expected … or the end".
static std::string expectation(Matcher &M) {
  ByteSet Next = M.nextBytes();
  bool MayEnd = M.isAccepting();
  if (Next.empty())
    return MayEnd ? "expected the end of the text" : "nothing but a special token may come";
  return "expected " + printByteSet(Next) + (MayEnd ? " or the end of the text" : "");
}

std::optional<Refusal> findRefusal(Matcher &M, std::string_view Text, bool WholeText) {
  // In pieces: what is only tried is read anew wherever it must differ from something.
  static constexpr size_t PieceSize = 256;
  size_t Read = 0;
  for (bool Whole = true; Whole && Read < Text.size();) {
    const std::string_view Piece = Text.substr(Read, PieceSize);
    const size_t Taken = M.validateBytes(Piece);
    // Budgets are those of one call. No refusal: the caller asks for the error.
    const bool Undecided = M.lastError() != Status::Ok;
    if (Undecided && Taken == 0)
      return Refusal{Read, {}};
    // The part that is readable is read, so that the matcher stands where it stops.
    if (Taken != 0 && !M.acceptBytes(Piece.substr(0, Taken)))
      return Refusal{Read, "the matcher contradicts itself"};
    Read += Taken;
    Whole = Undecided || Taken == Piece.size();
  }
  if (Read == Text.size()) {
    if (!WholeText || M.isAccepting())
      return std::nullopt;
    return Refusal{Read, "the text ends too early, " + expectation(M)};
  }
  std::string_view Rest = Text.substr(Read);
  if (WholeText && M.isAccepting() && (Rest == "\n" || Rest == "\r\n"))
    return Refusal{Read, "only the final newline is refused"};
  std::vector<std::string> Rules = M.openRules();
  std::string Where = Rules.empty() ? "" : " in rule @" + Rules.back();
  return Refusal{Read,
                 quoted(Rest.substr(0, 1)) + " is not allowed" + Where + ", " + expectation(M)};
}

} // namespace weir
