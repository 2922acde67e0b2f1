//===- llama_sampler.cpp - Weir as a sampler of llama.cpp -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// llama.cpp has no masks: a sampler sets logits of candidates to minus infinity. It
// samples first and asks about the one token chosen, and only when that is refused
// does it have all candidates filtered. So apply() asks token by token for short
// arrays, which needs no mask, and reads a mask for long ones.
//
// A lazy grammar allows anything until a trigger: a token, or a word that the text contains
// then. The grammar's text begins with the trigger, so what was written of it is read again.
//
// The second half of the file is an engine of forty lines, to see it run.
//
//===----------------------------------------------------------------------===//
#include "stand-ins/llama.h"
#include "weir-c/weir.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace {

struct Triggers {
  std::vector<llama_token> Tokens;
  std::vector<std::string> Words;
};

struct WeirSampler {
  weirpp::Matcher Matcher;
  weirpp::Vocabulary V;
  uint32_t Size;
  std::vector<uint32_t> Row;
  Triggers Lazy;        ///< none: the grammar holds from the beginning
  bool Awaiting;        ///< no trigger came yet
  std::string Seen;     ///< the text until then
  bool Refused = false; ///< what stood behind the trigger's beginning was none of the grammar
};

WeirSampler *of(const llama_sampler *S) { return static_cast<WeirSampler *>(S->ctx); }

const char *name(const llama_sampler *) { return "weir"; }

void accept(llama_sampler *S, llama_token Token) {
  WeirSampler &W = *of(S);
  if (!W.Awaiting) {
    W.Matcher.accept(uint32_t(Token));
    return;
  }
  if (std::count(W.Lazy.Tokens.begin(), W.Lazy.Tokens.end(), Token)) {
    W.Awaiting = false;
    W.Refused = W.Matcher.accept(uint32_t(Token)) != WEIR_OK;
    return;
  }
  W.Seen += W.V.tokenBytes(uint32_t(Token));
  size_t First = W.Seen.npos;
  for (const std::string &Word : W.Lazy.Words)
    First = std::min(First, W.Seen.find(Word));
  if (First == W.Seen.npos)
    return;
  // The token may reach over the trigger: all from its beginning on is the grammar's.
  W.Awaiting = false;
  W.Refused = W.Matcher.acceptBytes(std::string_view(W.Seen).substr(First)) != WEIR_OK;
}

void apply(llama_sampler *S, llama_token_data_array *Candidates) {
  WeirSampler &W = *of(S);
  if (W.Awaiting)
    return;
  auto refuse = [](llama_token_data &D) { D.logit = -INFINITY; };
  if (W.Refused) { // never open for an error
    std::for_each(Candidates->data, Candidates->data + Candidates->size, refuse);
    return;
  }
  constexpr size_t Few = 16;
  if (Candidates->size <= Few) {
    for (size_t I = 0; I < Candidates->size; ++I)
      if (!W.Matcher.tokenAllowed(uint32_t(Candidates->data[I].id)))
        refuse(Candidates->data[I]);
    return;
  }
  // A mask over budget is zeros: nothing may come then, never anything.
  W.Matcher.fillMask(W.Row.data(), W.Row.size(), W.Size);
  for (size_t I = 0; I < Candidates->size; ++I) {
    const uint32_t Id = uint32_t(Candidates->data[I].id);
    if (Id >= W.Size || !(W.Row[Id / 32] >> (Id % 32) & 1))
      refuse(Candidates->data[I]);
  }
}

void reset(llama_sampler *S) {
  WeirSampler &W = *of(S);
  W.Matcher.reset();
  W.Awaiting = !W.Lazy.Tokens.empty() || !W.Lazy.Words.empty();
  W.Seen.clear();
  W.Refused = false;
}

llama_sampler *clone(const llama_sampler *S);

void release(llama_sampler *S) { delete of(S); }

constexpr llama_sampler_i Interface = {name, accept, apply, reset, clone, release};

llama_sampler *clone(const llama_sampler *S) {
  const WeirSampler &W = *of(S);
  return llama_sampler_init(&Interface, new WeirSampler{W.Matcher.fork(), W.V, W.Size, W.Row,
                                                        W.Lazy, W.Awaiting, W.Seen, W.Refused});
}

/// Null for a specification that does not compile, with the reason in `Why`.
llama_sampler *samplerInit(const weirpp::Compiler &Compiler, const weirpp::Vocabulary &V,
                           const weirpp::Tables &Tables, weir_language Language,
                           std::string_view Spec, std::string *Why, Triggers Lazy = {}) {
  weir_compile_options Options = weirpp::compileOptions();
  Options.whitespace = WEIR_WHITESPACE_SINGLE;
  weirpp::Grammar G = Compiler.compile(Language, Spec, Options, Why);
  if (!G)
    return nullptr;
  weirpp::Matcher M(G, V, Tables, Why);
  if (!M)
    return nullptr;
  llama_sampler *S = llama_sampler_init(
      &Interface, new WeirSampler{std::move(M),
                                  V,
                                  V.size(),
                                  std::vector<uint32_t>(weir_row_words(V.size())),
                                  std::move(Lazy),
                                  false,
                                  {}});
  reset(S);
  return S;
}

/// The likeliest candidate.
llama_token best(const llama_token_data_array &A) {
  size_t Best = 0;
  for (size_t I = 1; I < A.size; ++I)
    if (A.data[I].logit > A.data[Best].logit)
      Best = I;
  return std::isinf(A.data[Best].logit) ? -1 : A.data[Best].id;
}

/// Samples as llama.cpp does: first without the grammar, then only what it allows.
llama_token sample(llama_sampler *S, std::vector<llama_token_data> Candidates, size_t *Masks) {
  llama_token_data_array All = {Candidates.data(), Candidates.size(), -1, false};
  const llama_token First = best(All);
  llama_token_data One = {First, 1.0F, 0.0F};
  llama_token_data_array Single = {&One, 1, -1, false};
  S->iface->apply(S, &Single);
  if (!std::isinf(One.logit))
    return First;
  ++*Masks;
  S->iface->apply(S, &All);
  return best(All);
}

/// A model that writes `Text` if it may, byte by byte.
std::string follow(llama_sampler *S, const weirpp::Vocabulary &V, std::string_view Text) {
  std::string Out;
  for (const char C : Text) {
    llama_token_data All[] = {{C, 1.0F, 0}, {'#', 0.5F, 0}};
    llama_token_data_array A = {All, 2, -1, false};
    S->iface->apply(S, &A);
    const llama_token Token = best(A);
    if (Token < 0)
      break;
    S->iface->accept(S, Token);
    Out += V.tokenBytes(uint32_t(Token));
  }
  return Out;
}

/// Tools are called in a form; what is written before a call is free.
bool runLazy(const weirpp::Compiler &Compiler, const weirpp::Vocabulary &V,
             const weirpp::Tables &Tables) {
  std::string Why;
  llama_sampler *S =
      samplerInit(Compiler, V, Tables, WEIR_REGEX, "<call>[a-z]+\\(#*\\)", &Why, {{}, {"<call>"}});
  if (!S)
    return false;
  bool Good = follow(S, V, "1 < 2 <call>add(12)") == "1 < 2 <call>add(##)";
  S->iface->reset(S);
  Good = Good && follow(S, V, "9 <call") == "9 <call";
  // A clone goes on from there, and is constrained when the trigger is whole.
  llama_sampler *Twin = S->iface->clone(S);
  Good = Good && follow(Twin, V, ">7") == ">" && follow(S, V, "7") == "7";
  for (llama_sampler *Each : {S, Twin}) {
    Each->iface->free(Each);
    delete Each;
  }
  return Good;
}

} // namespace

int main() {
  weirpp::Compiler Compiler;
  weirpp::Vocabulary V = weirpp::Vocabulary::demo();
  weirpp::Tables Tables(V);
  std::string Why;
  if (samplerInit(Compiler, V, Tables, WEIR_REGEX, "(", &Why) || Why.empty())
    return 1;
  if (!runLazy(Compiler, V, Tables))
    return 1;
  llama_sampler *S = samplerInit(Compiler, V, Tables, WEIR_JSON_SCHEMA,
                                 R"({"type": "object", "properties": {"ok": {"type": "boolean"}},
                                     "required": ["ok"], "additionalProperties": false})",
                                 &Why);
  if (!S)
    return 1;
  std::string Text;
  size_t Masks = 0;
  for (int Step = 0; Step < 60; ++Step) {
    // A model that likes long tokens, and the letter x best of all.
    std::vector<llama_token_data> Candidates;
    for (uint32_t T = 0; T < V.size(); ++T)
      Candidates.push_back(
          {llama_token(T), T == 'x' ? 99.0F : float(V.tokenBytes(T).size()) / 9, 0});
    llama_sampler *Twin = S->iface->clone(S);
    const llama_token Token = sample(S, Candidates, &Masks);
    if (Token < 0 || Token != sample(Twin, Candidates, &Masks))
      return 1;
    Twin->iface->free(Twin);
    delete Twin;
    S->iface->accept(S, Token);
    if (V.tokenBytes(uint32_t(Token)).empty())
      break; // a stop token
    Text += V.tokenBytes(uint32_t(Token));
  }
  std::printf("%s: %s, masks were needed %s\n", S->iface->name(S), Text.c_str(),
              Masks ? "sometimes" : "never");
  S->iface->reset(S);
  S->iface->free(S);
  delete S;
  return 0;
}
