//===- MatcherFuzzer.cpp - Calls in any order, against a simple model -----===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is a program for the C interface: the first byte chooses a specification,
// the second how the tables are kept, then comes one operation a byte with its
// arguments in the bytes after it. The model of a matcher is
//
//   the list of steps taken, each with the oracle's state and the mask seen after it
//
// so rolling back is dropping entries, forking is copying the list, and a mask seen
// twice at one place must be the same. What an operation answers follows from the
// mask: bit set <=> token_allowed <=> kept by filter <=> counted by validate <=>
// accept succeeds. Sampled bits are compared with the oracle. At the end every matcher
// is held against a new one that was given the same steps over empty tables.
//
//===----------------------------------------------------------------------===//
#include "../Fuzzing.h"

#include "weir-c/Compiler.h"
#include "weir/CAPIRuntime/Handles.h"
#include "weir/Oracle/Recognizer.h"
#include "weir/Support/Escape.h"

#include <algorithm>
#include <memory>

using namespace weir;
using namespace weir::fuzz;
using oracle::Answer;

namespace {

struct SpecText {
  weir_language Language;
  SpecLanguage Same;
  const char *Text;
};

// Each with something of its own to remember, undo or share.
const SpecText Specs[] = {
    {WEIR_REGEX, SpecLanguage::Regex, "(?:a|aa|ab){0,7}b?"},
    {WEIR_REGEX, SpecLanguage::Regex, "[^]*"},
    {WEIR_REGEX, SpecLanguage::Regex, "(?:a{2,5}){1,300}c|a*b"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema, "true"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema,
     R"({"type":"object","properties":{"a":{"const":1},"ab":{"enum":["x","y",null]}},
         "required":["ab"],"additionalProperties":{"type":"integer"}})"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema,
     R"({"type":"array","items":{"type":"integer","minimum":0,"maximum":12},
         "uniqueItems":true,"minItems":2,"maxItems":4})"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema,
     R"({"type":"object","patternProperties":{"^a":{"type":"string","maxLength":3}},
         "additionalProperties":false,"minProperties":1,"maxProperties":3})"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema,
     R"({"anyOf":[{"type":"string","minLength":2,"maxLength":5,"pattern":"^(ab)*c?$"},
         {"type":"object","properties":{"a":{"const":"a"},"b":{"type":"null"}},"required":["a"]},
         {"type":"object","properties":{"a":{"const":"b"}},"required":["a"]}]})"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema,
     R"({"$defs":{"t":{"type":"object","properties":{"a":{"type":"number","multipleOf":0.5},
         "b":{"type":"array","items":{"$ref":"#/$defs/t"}}},"additionalProperties":false}},
         "$ref":"#/$defs/t"})"},
    {WEIR_JSON_SCHEMA, SpecLanguage::JsonSchema,
     R"({"type":"array","contains":{"const":"ab"},"minContains":1,"maxContains":2,
         "items":{"type":"string","maxLength":4}})"},
    {WEIR_WIR, SpecLanguage::Wir,
     "start @r\nrule @r = alt(lit \"a\", seq(lit \"(\", call @r, lit \")\"), "
     "seq(call @r, lit \"12\"))\n"},
    {WEIR_WIR, SpecLanguage::Wir,
     "start @r\nrule @r = seq(repeat<0,*>(alt(token \"<tool>\", lit \"ab\")), "
     "alt(token \"<stop>\", any_token_except(\"<tool>\", \"<end>\")))\n"},
    {WEIR_WIR, SpecLanguage::Wir,
     "start @r\nrule @r = seq(repeat<0,40>(class [a-b]), repeat<0,40>(class [b-c]), "
     "repeat<3,9>(lit \"aa\"))\n"},
};

template <typename T, void (*Free)(T *)>
struct Release {
  void operator()(T *P) const { Free(P); }
};
using MatcherHandle = std::unique_ptr<weir_matcher, Release<weir_matcher, weir_matcher_destroy>>;
using TablesHandle = std::unique_ptr<weir_tables, Release<weir_tables, weir_tables_release>>;

/// What is made of a specification, once.
struct Prepared {
  weir_grammar *Grammar = nullptr;
  std::optional<ir::Module> Module;
};

Prepared &prepared(size_t I) {
  static Prepared All[std::size(Specs)];
  Prepared &P = All[I];
  if (P.Grammar)
    return P;
  weir_compiler *Compiler = nullptr;
  require(weir_compiler_create(&Compiler) == WEIR_OK, "there is a compiler");
  std::string_view Text = Specs[I].Text;
  weir_diagnostics *Diagnostics = nullptr;
  weir_status Status = weir_compile(Compiler, Specs[I].Language, Text.data(), Text.size(), nullptr,
                                    &P.Grammar, &Diagnostics);
  if (Status != WEIR_OK) {
    const char *Why = nullptr;
    size_t Size = 0;
    weir_diagnostics_text(Diagnostics, &Why, &Size);
    std::fwrite(Why, 1, Size, stderr);
  }
  require(Status == WEIR_OK, "the specifications compile");
  weir_diagnostics_destroy(Diagnostics);
  weir_compiler_destroy(Compiler);

  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  CompileOptions Options;
  Options.Language = Specs[I].Same;
  P.Module = parseSpec(FrontendRegistry(), Sources, Sources.add("spec", std::string(Text)), Options,
                       Diags);
  require(P.Module.has_value(), "and have a module");
  return P;
}

weir_vocabulary *vocabulary() {
  static weir_vocabulary *const Made = new weir_vocabulary(smallVocabulary());
  return Made;
}

/// The input, read as numbers; zeros after its end.
class Program {
public:
  Program(const uint8_t *Data, size_t Size) : Next(Data), End(Data + Size) {}
  bool atEnd() const { return Next == End; }
  uint8_t byte() { return Next == End ? uint8_t(0) : *Next++; }
  /// An id, now and then of none.
  uint32_t token() {
    unsigned B = byte();
    if (B < 230)
      return B;
    return B < 250 ? 200 + byte() : 0xffffff00U + byte();
  }

private:
  const uint8_t *Next, *End;
};

using Row = std::vector<uint32_t>;

struct Step {
  bool IsToken = false;
  uint32_t Token = 0;
  std::string Bytes;
  /// After the step, while it can be told.
  std::optional<oracle::State> Oracle;
  bool Terminated = false;
  /// The mask after the step, once seen.
  Row Mask;
};

class Model {
public:
  Model(MatcherHandle M, oracle::Recognizer &O) : M(std::move(M)), O(&O) {
    Steps.emplace_back().Oracle = O.start();
  }
  Model(Model &&) = default;
  Model &operator=(Model &&) = default;

  Model fork() const {
    weir_matcher *Copy = nullptr;
    require(weir_matcher_fork(M.get(), &Copy) == WEIR_OK, "a matcher can be forked");
    Model Out(MatcherHandle(Copy), *O);
    Out.Steps = Steps;
    return Out;
  }

  weir_matcher *handle() const { return M.get(); }
  bool terminated() const { return Steps.back().Terminated; }

  /// The mask here: seen before, or asked for and compared with the oracle.
  const Row &mask() {
    Step &Here = Steps.back();
    Row Got(weir_row_words(Bits), 0xdeadbeefU);
    int All = 7;
    weir_status Status = weir_matcher_fill_mask(M.get(), Got.data(), Got.size(), Bits, &All);
    if (Status != WEIR_OK)
      require(false,
              ("a mask is made after " + text() + ", not " + weir_status_name(Status)).c_str());
    require(All == 0, "gaps are never allowed");
    require(viewed() == Got, "a view shows what the mask says");
    require(Here.Mask.empty() || Here.Mask == Got, "the mask of a place stays the same");
    if (Here.Mask.empty()) {
      Here.Mask = std::move(Got);
      compareWithOracle();
    }
    return Here.Mask;
  }

  /// The row that a view of the mask shows.
  Row viewed() {
    weir_mask_view View = {};
    View.struct_size = sizeof(View);
    require(weir_matcher_view_mask(M.get(), Bits, &View) == WEIR_OK, "a mask can be viewed");
    require(View.all_allowed == 0, "gaps are never allowed");
    Row Out(weir_row_words(Bits));
    require(weir_mask_view_write(&View, Out.data(), Out.size(), Bits) == WEIR_OK,
            "a view is a row");
    return Out;
  }

  bool bit(uint32_t T) {
    const Row &R = mask();
    return T < Bits && (R[T / 32] >> (T % 32) & 1);
  }

  /// After termination the mask shows the stop tokens, and nothing is accepted.
  bool acceptable(uint32_t T) { return !terminated() && bit(T); }

  void accept(uint32_t T) {
    bool Want = acceptable(T);
    weir_status Got = weir_matcher_accept(M.get(), T);
    require(Got == (Want           ? WEIR_OK
                    : terminated() ? WEIR_TERMINATED
                                   : WEIR_REJECTED),
            "accept answers as the mask does");
    if (Want)
      push(T);
    checkState();
  }

  void acceptTokens(const std::vector<uint32_t> &Tokens) {
    size_t Before = Steps.size(), Count = 99, Validated = 99;
    require(weir_matcher_validate(M.get(), Tokens.data(), Tokens.size(), &Validated) == WEIR_OK,
            "tokens can be validated");
    checkState();
    weir_status Got = weir_matcher_accept_tokens(M.get(), Tokens.data(), Tokens.size(), &Count);
    require(Count == Validated, "accept takes what validate counts");
    require((Got == WEIR_OK) == (Count == Tokens.size()), "and says when it stopped");
    // One by one on a matcher that stands where this one stood.
    Model Slow = replayed();
    for (size_t I = 0; I < Count; ++I) {
      Slow.accept(Tokens[I]);
      require(Slow.Steps.size() == Before + I + 1, "each of them is accepted alone");
    }
    if (Count < Tokens.size())
      require(!Slow.acceptable(Tokens[Count]), "the next one is not");
    Steps = std::move(Slow.Steps);
    checkState();
  }

  void acceptBytes(const std::string &Bytes) {
    weir_status Got = weir_matcher_accept_bytes(M.get(), Bytes.data(), Bytes.size());
    if (terminated()) {
      require(Got == WEIR_TERMINATED, "nothing comes after the end");
    } else {
      require(Got == WEIR_OK || Got == WEIR_REJECTED, "bytes are accepted or refused");
      Step New;
      New.Bytes = Bytes;
      if (Steps.back().Oracle) {
        New.Oracle = O->stepAll(*Steps.back().Oracle, Bytes);
        Answer Viable = O->isViable(*New.Oracle);
        if (Viable == Answer::GaveUp)
          New.Oracle.reset();
        else
          require((Got == WEIR_OK) == (Viable == Answer::Yes), "bytes as the oracle says");
      }
      if (Got == WEIR_OK)
        Steps.push_back(std::move(New));
    }
    checkState();
  }

  void rollback(size_t N) {
    bool Want = N < Steps.size();
    require(weir_matcher_rollback(M.get(), N) == (Want ? WEIR_OK : WEIR_INVALID_ARGUMENT),
            "as many steps as there are can be taken back");
    if (Want)
      Steps.resize(Steps.size() - N);
    checkState();
    mask();
  }

  void reset() {
    require(weir_matcher_reset(M.get()) == WEIR_OK, "a matcher can be reset");
    Steps.resize(1);
    checkState();
    mask();
  }

  void filter(std::vector<uint32_t> Tokens) {
    std::vector<uint32_t> Want;
    const Row Mask = mask();
    for (uint32_t T : Tokens)
      if (T < Bits && (Mask[T / 32] >> (T % 32) & 1))
        Want.push_back(T);
    size_t Count = Tokens.size();
    require(weir_matcher_filter(M.get(), Tokens.data(), &Count) == WEIR_OK, "ids can be filtered");
    Tokens.resize(Count);
    require(Tokens == Want, "filter keeps what the mask allows");
  }

  void fillOtherWidth(uint32_t MaskBits) {
    const Row Whole = mask();
    Row Got(weir_row_words(MaskBits) + 1, 0xdeadbeefU);
    require(weir_matcher_fill_mask(M.get(), Got.data(), Got.size() - 1, MaskBits, nullptr) ==
                WEIR_OK,
            "a mask of another width is made");
    require(Got.back() == 0xdeadbeefU, "nothing is written past the row");
    for (uint32_t T = 0; T < (Got.size() - 1) * 32; ++T) {
      bool Want = T < MaskBits && T < Bits && (Whole[T / 32] >> (T % 32) & 1);
      require((Got[T / 32] >> (T % 32) & 1) == Want, "it has the same bits, and zeros past them");
    }
  }

  /// What can be asked at any time, against the model.
  void checkState() {
    require(weir_matcher_history(M.get()) == Steps.size() - 1, "history counts the steps");
    require(weir_matcher_is_terminated(M.get()) == int(terminated()), "it ends when told");
    if (!terminated() && Steps.back().Oracle) {
      Answer Want = O->isAccepting(*Steps.back().Oracle);
      require(Want == Answer::GaveUp ||
                  weir_matcher_is_accepting(M.get()) == int(Want == Answer::Yes),
              "a text is complete when the oracle says so");
    }
  }

  /// What was written, for messages; tokens that are no text as ids.
  std::string text() const {
    std::string Out;
    for (const Step &S : Steps) {
      std::span<const uint8_t> B;
      if (S.IsToken)
        B = vocabulary()->Value->bytes(S.Token);
      Out += S.Bytes + std::string(B.begin(), B.end());
      if (S.IsToken && B.empty())
        Out += "<[" + std::to_string(S.Token) + "]>";
    }
    return quoted(Out);
  }

  /// The same steps on a new matcher over empty tables.
  Model replayed() const;

private:
  void push(uint32_t T) {
    const Vocabulary &V = *vocabulary()->Value;
    Step New;
    New.IsToken = true;
    New.Token = T;
    New.Terminated = weir_matcher_is_terminated(M.get()) != 0;
    require(!New.Terminated || V.isStop(T), "only a stop token ends");
    if (Steps.back().Oracle && !New.Terminated) {
      oracle::State S = *Steps.back().Oracle;
      std::span<const uint8_t> B = V.bytes(T);
      oracle::State AsSymbol = O->step(S, oracle::Symbol::token(T));
      oracle::State AsBytes =
          O->stepAll(S, std::string_view(reinterpret_cast<const char *>(B.data()), B.size()));
      bool Symbol = O->isViable(AsSymbol) == Answer::Yes;
      bool Text = V.isText(T) && O->isViable(AsBytes) == Answer::Yes;
      if (Symbol != Text) // both at once is no single state of the oracle
        New.Oracle = Symbol ? AsSymbol : AsBytes;
    }
    Steps.push_back(std::move(New));
  }

  void compareWithOracle() {
    Step &Here = Steps.back();
    const Vocabulary &V = *vocabulary()->Value;
    if (Here.Terminated) {
      for (uint32_t T = 0; T < Bits; ++T)
        require((Here.Mask[T / 32] >> (T % 32) & 1) == V.isStop(T), "the end is stop tokens");
      return;
    }
    require(std::any_of(Here.Mask.begin(), Here.Mask.end(), [](uint32_t W) { return W != 0; }),
            "every text can be completed");
    if (!Here.Oracle)
      return;
    // A few ids, others at each place.
    for (uint32_t I = 0; I < 12; ++I) {
      uint32_t T = uint32_t((Steps.size() * 29 + I * 83) % V.size());
      Answer Want = Answer::No;
      if (V.isText(T) || V.isSpecial(T))
        Want = O->isViable(O->step(*Here.Oracle, oracle::Symbol::token(T)));
      std::span<const uint8_t> B = V.bytes(T);
      Answer Text = V.isStop(T) ? O->isAccepting(*Here.Oracle)
                    : V.isText(T)
                        ? O->isViable(O->stepAll(
                              *Here.Oracle,
                              std::string_view(reinterpret_cast<const char *>(B.data()), B.size())))
                        : Answer::No;
      // The oracle knows no stop tokens, which any_token_except leaves out.
      if (Want == Answer::GaveUp || Text == Answer::GaveUp || (V.isStop(T) && Want == Answer::Yes))
        continue;
      require((Here.Mask[T / 32] >> (T % 32) & 1) == (Want == Answer::Yes || Text == Answer::Yes),
              "the mask is what the oracle says");
    }
  }

  static constexpr uint32_t Bits = 320; // of smallVocabulary
  MatcherHandle M;
  oracle::Recognizer *O;
  std::vector<Step> Steps; ///< the first is the beginning

public:
  weir_grammar *Grammar = nullptr;
};

MatcherHandle newMatcher(weir_grammar *G, weir_tables *Tables) {
  weir_matcher *Made = nullptr;
  require(weir_matcher_create(G, vocabulary(), Tables, nullptr, &Made, {nullptr, 0}) == WEIR_OK,
          "a matcher is made");
  return MatcherHandle(Made);
}

Model Model::replayed() const {
  Model Out(newMatcher(Grammar, nullptr), *O);
  Out.Grammar = Grammar;
  for (size_t I = 1; I < Steps.size(); ++I) {
    weir_status Got =
        Steps[I].IsToken
            ? weir_matcher_accept(Out.M.get(), Steps[I].Token)
            : weir_matcher_accept_bytes(Out.M.get(), Steps[I].Bytes.data(), Steps[I].Bytes.size());
    require(Got == WEIR_OK, "steps that were taken can be taken again");
  }
  Out.Steps = Steps;
  return Out;
}

constexpr size_t MaxMatchers = 5, MaxOperations = 48, MaxReplays = 6;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Program P(Data, Size);
  Prepared &Spec = prepared(P.byte() % std::size(Specs));
  TablesHandle Tables;
  if (unsigned Kind = P.byte() % 3) {
    weir_tables *Made = nullptr;
    // So small that entries are dropped all the time, or as usual.
    require(weir_tables_create(vocabulary(), Kind == 1 ? 4096 : 0, &Made) == WEIR_OK,
            "tables are made");
    Tables.reset(Made);
  }
  oracle::Recognizer O(*Spec.Module, {1U << 16, 1U << 15, 1U << 10, 300, 100},
                       tokenNames(*smallVocabulary()));
  std::vector<Model> All;
  All.emplace_back(newMatcher(Spec.Grammar, Tables.get()), O).Grammar = Spec.Grammar;
  size_t Now = 0, Replays = 0;

  auto Tokens = [&] {
    std::vector<uint32_t> Out(P.byte() % 6);
    for (uint32_t &T : Out)
      T = P.token();
    return Out;
  };
  for (size_t Done = 0; Done < MaxOperations && !P.atEnd(); ++Done) {
    Model &M = All[Now];
    switch (P.byte() % 16) {
    case 0:
    case 1:
    case 2: {                    // one that is allowed, so that walks get somewhere
      const Row Mask = M.mask(); // each call asks the matcher anew, so once is enough
      std::vector<uint32_t> Allowed;
      for (uint32_t T = 0; T < Mask.size() * 32; ++T)
        if (Mask[T / 32] >> (T % 32) & 1)
          Allowed.push_back(T);
      M.accept(Allowed[P.byte() % Allowed.size()]);
      break;
    }
    case 3:
      M.accept(P.token());
      break;
    case 4:
      if (++Replays <= MaxReplays)
        M.acceptTokens(Tokens());
      break;
    case 5:
      M.mask();
      break;
    case 6:
      M.rollback(P.byte() % 6);
      break;
    case 7:
      if (All.size() < MaxMatchers) {
        Model Copy = M.fork();
        Copy.Grammar = Spec.Grammar;
        All.push_back(std::move(Copy)); // M is not used after this
      }
      break;
    case 8:
      Now = P.byte() % All.size();
      break;
    case 9:
      if (All.size() > 1) {
        All.erase(All.begin() + long(Now));
        Now = 0;
      }
      break;
    case 10:
      M.reset();
      break;
    case 11:
      M.fillOtherWidth(P.byte() * 2U);
      break;
    case 12: {
      uint32_t T = P.token();
      require(weir_matcher_token_allowed(M.handle(), T) == int(M.bit(T)),
              "token_allowed answers as the mask does");
      break;
    }
    case 13:
      M.filter(Tokens());
      break;
    case 14: {
      std::string Bytes(P.byte() % 5, 0);
      for (char &C : Bytes)
        C = char(P.byte());
      M.acceptBytes(Bytes);
      break;
    }
    default:
      if (P.byte() % 2)
        weir_tables_clear(Tables.get());
      else
        M.accept(smallVocabulary()->stopTokens()[P.byte() % 2]);
    }
  }
  for (Model &M : All) {
    M.checkState();
    Row Mask = M.mask();
    if (++Replays <= MaxReplays)
      require(M.replayed().mask() == Mask, "a new matcher says the same");
  }
  return 0;
}
