//===- PipelineText.cpp - Pipelines as text -------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nested fixpoints are kept on an explicit stack. After a mistake reading goes on
// at the next comma, so that all mistakes of a pipeline are reported at once.
//
//===----------------------------------------------------------------------===//
#include "weir/Transforms/PassManager.h"

#include "weir/Support/Escape.h"

#include <algorithm>
#include <array>

namespace weir {

static constexpr uint64_t DefaultRounds = 16, MaxRounds = 10000;
static constexpr size_t MaxNesting = 64;

std::span<const PassInfo> allPasses() {
  // One entry more than there are passes: the list may be empty.
  static constexpr PassInfo Passes[] = {
#define PASS(Class, Argument, Summary) {Argument, Summary, create##Class##Pass},
#include "weir/Transforms/Passes.def"
      {{}, {}, nullptr}};
  return std::span(Passes).first(std::size(Passes) - 1);
}

static constexpr std::array<std::string_view, 4> LevelTexts = {
#define PIPELINE(Level, Text) Text,
#include "weir/Transforms/Pipelines.def"
};

//===- Parsing ------------------------------------------------------------===//

namespace {

class PipelineParser {
public:
  PipelineParser(FileId File, DiagnosticEngine &Diags, std::span<const PassInfo> Table)
      : File(File), Diags(Diags), Table(Table), Text(Diags.sources().text(File)) {}
  std::optional<Pipeline> run();

private:
  struct Word {
    uint32_t Begin, End;
    std::string_view Text;
  };
  void skipBlanks();
  bool take(char C);
  bool at(char C);
  Word word();
  bool unexpected(std::string_view Expected);
  bool parseElement(std::vector<Pipeline::Element> &Out, bool &Opens);
  bool parseOptions(std::string_view Pass, const std::vector<PassOption> &Options);
  void recover();
  bool isLevel(std::string_view Name) const {
    return Name.size() == 2 && Name[0] == 'O' && Name[1] >= '0' && Name[1] <= '3';
  }

  FileId File;
  DiagnosticEngine &Diags;
  std::span<const PassInfo> Table;
  std::string_view Text;
  uint32_t Pos = 0;
};

void PipelineParser::skipBlanks() {
  while (Pos < Text.size() && (Text[Pos] == ' ' || Text[Pos] == '\t' || Text[Pos] == '\n'))
    ++Pos;
}

bool PipelineParser::at(char C) {
  skipBlanks();
  return Pos < Text.size() && Text[Pos] == C;
}

bool PipelineParser::take(char C) {
  if (!at(C))
    return false;
  ++Pos;
  return true;
}

PipelineParser::Word PipelineParser::word() {
  skipBlanks();
  uint32_t Begin = Pos;
  while (Pos < Text.size() &&
         ((Text[Pos] >= 'a' && Text[Pos] <= 'z') || (Text[Pos] >= 'A' && Text[Pos] <= 'Z') ||
          (Text[Pos] >= '0' && Text[Pos] <= '9') || Text[Pos] == '-' || Text[Pos] == '_'))
    ++Pos;
  return {Begin, Pos, Text.substr(Begin, Pos - Begin)};
}

bool PipelineParser::unexpected(std::string_view Expected) {
  skipBlanks();
  uint32_t Begin = Pos;
  Word W = word();
  std::string Found;
  if (W.Begin != W.End)
    Found = W.Text;
  else if (Pos < Text.size())
    Found = Text[Pos];
  Pos = Begin;
  uint32_t End = std::min(uint32_t(Text.size()), Begin + std::max(1U, W.End - W.Begin));
  Diags.report({File, Begin, End}, DiagId::PipelineSyntax)
      << Expected << (Found.empty() ? std::string("the end") : "'" + printable(Found) + "'");
  return false;
}

/// Moves to the next comma or parenthesis outside of angle brackets.
void PipelineParser::recover() {
  bool Inside = false;
  for (; Pos < Text.size() && (Inside || (Text[Pos] != ',' && Text[Pos] != ')')); ++Pos)
    Inside = Text[Pos] == '<' || (Inside && Text[Pos] != '>');
}

/// Between the angle brackets, after `<`. False when the text cannot be followed; wrong
/// names and values are only reported.
bool PipelineParser::parseOptions(std::string_view Pass, const std::vector<PassOption> &Options) {
  do {
    Word Name = word();
    if (Name.Text.empty())
      return unexpected("an option's name");
    const PassOption *Found = nullptr;
    std::vector<std::string_view> Names;
    for (const PassOption &O : Options) {
      Names.push_back(O.Name);
      if (O.Name == Name.Text)
        Found = &O;
    }
    bool HasValue = take('=');
    Word Value = HasValue ? word() : Word{Name.Begin, Name.End, "1"};
    if (HasValue && Value.Text.empty())
      return unexpected("a number");
    if (!Found) {
      Diags.report({File, Name.Begin, Name.End}, DiagId::PipelineUnknownOption)
              .didYouMean(Name.Text, Names)
          << Name.Text << Pass;
      continue;
    }
    uint64_t Number = 0;
    bool IsNumber = Value.Text.size() <= 18 && (HasValue || Found->Max == 1);
    for (char C : Value.Text) {
      IsNumber = IsNumber && C >= '0' && C <= '9';
      Number = Number * 10 + uint64_t(C - '0');
    }
    if (!IsNumber || Number < Found->Min || Number > Found->Max) {
      Diags.report({File, Value.Begin, Value.End}, DiagId::PipelineOptionValue)
          << Found->Name << Pass << Found->Min << Found->Max;
      continue;
    }
    Found->Value = Number;
  } while (take(','));
  return take('>') || unexpected("',' or '>'");
}

/// One pass, or the head of a fixpoint, whose parenthesis is then taken (`Opens`).
bool PipelineParser::parseElement(std::vector<Pipeline::Element> &Out, bool &Opens) {
  Word Name = word();
  if (Name.Text.empty())
    return unexpected("the name of a pass");
  Pipeline::Element New;
  if (Name.Text == "fixpoint") {
    New.MaxRounds = DefaultRounds;
    std::vector<PassOption> Options{{"max", New.MaxRounds, 1, MaxRounds, "rounds at most"}};
    if (take('<') && !parseOptions("fixpoint", Options))
      return false;
    if (!take('('))
      return unexpected("'('");
    Out.push_back(std::move(New));
    Opens = true;
    return true;
  }
  if (isLevel(Name.Text)) {
    Pipeline Level = pipelineForLevel(unsigned(Name.Text[1] - '0'));
    for (Pipeline::Element &E : Level.Elements)
      Out.push_back(std::move(E));
    return true;
  }
  std::vector<std::string_view> Names;
  for (const PassInfo &P : Table) {
    Names.push_back(P.Argument);
    if (P.Argument != Name.Text)
      continue;
    New.ThePass = P.Create();
    assert(New.ThePass->name() == P.Argument && "a pass has the name its table gives it");
    if (take('<') && !parseOptions(P.Argument, New.ThePass->options()))
      return false;
    Out.push_back(std::move(New));
    return true;
  }
  Names.push_back("fixpoint");
  Diags.report({File, Name.Begin, Name.End}, DiagId::PipelineUnknownPass)
          .didYouMean(Name.Text, Names)
      << Name.Text;
  return false;
}

std::optional<Pipeline> PipelineParser::run() {
  unsigned Before = Diags.errorCount();
  Pipeline Result;
  // The lists being filled: of the whole, and of each open fixpoint. A list does not
  // move while one inside its last element is being filled.
  std::vector<std::vector<Pipeline::Element> *> Lists{&Result.Elements};
  skipBlanks();
  bool WantsElement = Pos < Text.size();
  while (WantsElement || Pos < Text.size()) {
    if (WantsElement) {
      bool Opens = false;
      if (!parseElement(*Lists.back(), Opens))
        recover();
      WantsElement = false;
      if (Opens) {
        if (Lists.size() > MaxNesting) {
          Diags.report({File, Pos - 1, Pos}, DiagId::NestingTooDeep) << uint64_t(MaxNesting);
          return std::nullopt;
        }
        Lists.push_back(&Lists.back()->back().Body);
        WantsElement = !at(')');
      }
      skipBlanks();
      continue;
    }
    if (take(',')) {
      WantsElement = true;
    } else if (Lists.size() > 1 && take(')')) {
      Lists.pop_back();
    } else {
      if (Diags.errorCount() == Before)
        unexpected(Lists.size() > 1 ? "',' or ')'" : "',' or the end");
      break;
    }
    skipBlanks();
  }
  if (Lists.size() > 1 && Diags.errorCount() == Before)
    unexpected("')'");
  if (Diags.errorCount() != Before)
    return std::nullopt;
  return Result;
}

} // namespace

std::optional<Pipeline> parsePipeline(FileId File, DiagnosticEngine &Diags,
                                      std::span<const PassInfo> Table) {
  return PipelineParser(File, Diags, Table).run();
}

/// The pipeline of a text that only names passes, which every compilation at the usual level asks
/// for; none for another text.
static std::optional<Pipeline> plainPipeline(std::string_view Text) {
  Pipeline P;
  for (size_t Begin = 0; Begin <= Text.size();) {
    const size_t End = std::min(Text.find(',', Begin), Text.size());
    const std::string_view Name = Text.substr(Begin, End - Begin);
    const std::span<const PassInfo> Table = allPasses();
    const auto Info = std::find_if(Table.begin(), Table.end(),
                                   [&](const PassInfo &I) { return I.Argument == Name; });
    if (Info == Table.end())
      return std::nullopt;
    P.Elements.emplace_back().ThePass = Info->Create();
    Begin = End + 1;
  }
  return P;
}

Pipeline pipelineForLevel(unsigned Level) {
  if (std::optional<Pipeline> P = plainPipeline(LevelTexts[Level < 3 ? Level : 3]))
    return std::move(*P);
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  FileId File = Sources.add("<pipeline>", std::string(LevelTexts[Level < 3 ? Level : 3]));
  std::optional<Pipeline> P = parsePipeline(File, Diags);
  assert(P && "the pipelines of Pipelines.def parse");
  return P ? std::move(*P) : Pipeline();
}

//===- Printing -----------------------------------------------------------===//

std::string passText(Pass &P) {
  std::string Out(P.name());
  std::unique_ptr<Pass> Fresh;
  for (const PassInfo &I : allPasses())
    if (I.Argument == P.name())
      Fresh = I.Create();
  std::vector<PassOption> Options = P.options();
  std::vector<PassOption> Defaults = Fresh ? Fresh->options() : std::vector<PassOption>();
  bool First = true;
  for (size_t I = 0; I < Options.size(); ++I) {
    if (I < Defaults.size() && Defaults[I].Value == Options[I].Value)
      continue;
    Out += First ? "<" : ",";
    First = false;
    Out += std::string(Options[I].Name) + "=" + std::to_string(Options[I].Value);
  }
  return First ? Out : Out + ">";
}

/// Depth is bounded by the parser's.
static std::string elementsText(const std::vector<Pipeline::Element> &Elements) {
  std::string Out;
  for (const Pipeline::Element &E : Elements) {
    Out += Out.empty() ? "" : ",";
    if (E.ThePass) {
      Out += passText(*E.ThePass);
      continue;
    }
    Out += "fixpoint";
    if (E.MaxRounds != DefaultRounds)
      Out += "<max=" + std::to_string(E.MaxRounds) + ">";
    Out += "(" + elementsText(E.Body) + ")";
  }
  return Out;
}

std::string Pipeline::text() const { return elementsText(Elements); }

} // namespace weir
