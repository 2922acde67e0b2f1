//===- IdnHostname.cpp - The format `idn-hostname` ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A host name is labels between dots, of which IDNA has four. A label is
//
//   LDH      letters, digits and hyphens, without hyphens at places 3 and 4
//   A-label  xn-- and Punycode
//   U-label  characters that RFC 5892 calls PVALID, at least one of them beyond ASCII,
//            and those of its contextual rules where the rule holds
//
// and where one label of a name is written from right to left, all satisfy the rule of
// RFC 5893. All of this is regular: the sets come from the Unicode Character Database,
// the rules are said one by one and meet under `and`.
//
// What is left out is said in Formats.def. The length of a U-label, and so of a name, is that of
// its Punycode, and what an A-label stands for shows when it is decoded: neither is regular.
// Of A-labels the grammar is here, and that the first code point decoded is none of the
// first 36 beyond ASCII, since none of them is PVALID. Normal form C is regular, but pairs of
// letters and accents would make the automaton a hundred times as large; so would lengths in
// characters, which are not what counts.
//
//===----------------------------------------------------------------------===//
#include "IdnHostname.h"

#include "weir/Frontend/Regex/Regex.h"
#include "weir/Frontend/Regex/UnicodeProperties.h"

namespace weir {
namespace {

using ir::ExprId;

CodePointSet property(std::string_view Name, std::optional<std::string_view> Value = {}) {
  std::optional<CodePointSet> Set = regex::unicodeProperty(Name, Value);
  assert(Set && "a property of the tables");
  return Set.value_or(CodePointSet());
}

CodePointSet setOf(std::initializer_list<CodePointRange> Ranges) {
  CodePointSet Set;
  for (CodePointRange R : Ranges)
    Set.add(R.First, R.Last);
  return Set;
}

constexpr uint32_t MiddleDot = 0xB7, Keraia = 0x375, KatakanaDot = 0x30FB;
constexpr uint32_t NonJoiner = 0x200C, Joiner = 0x200D;

/// RFC 5892, sections 2 and 3: PVALID beyond ASCII.
CodePointSet validBeyondAscii() {
  CodePointSet Set;
  for (std::string_view Category : {"Ll", "Lu", "Lo", "Nd", "Lm", "Mn", "Mc"})
    Set = Set.unionWith(property(Category));
  // Unstable, IgnorableProperties, IgnorableBlocks, OldHangulJamo, and of the exceptions
  // those with a rule and those that are DISALLOWED.
  for (std::string_view Name : {"Changes_When_NFKC_Casefolded", "Default_Ignorable_Code_Point",
                                "White_Space", "Noncharacter_Code_Point"})
    Set = Set.minus(property(Name));
  Set = Set.minus(setOf({{0x20D0, 0x20FF},
                         {0x1D100, 0x1D1FF},
                         {0x1D200, 0x1D24F},
                         {0x1100, 0x11FF},
                         {0xA960, 0xA97C},
                         {0xD7B0, 0xD7FB},
                         {MiddleDot, MiddleDot},
                         {Keraia, Keraia},
                         {0x5F3, 0x5F4},
                         {KatakanaDot, KatakanaDot},
                         {0x660, 0x669},
                         {0x6F0, 0x6F9},
                         {0x640, 0x640},
                         {0x7FA, 0x7FA},
                         {0x302E, 0x302F},
                         {0x3031, 0x3035},
                         {0x303B, 0x303B}}));
  Set = Set.unionWith(
      setOf({{0xDF, 0xDF}, {0x3C2, 0x3C2}, {0x6FD, 0x6FE}, {0xF0B, 0xF0B}, {0x3007, 0x3007}}));
  return Set.minus(CodePointSet::range(0, 0x7F));
}

class Names {
public:
  explicit Names(ir::Module &M) : M(M), Any(M.anyText()) {}
  ExprId write();

private:
  ExprId one(const CodePointSet &Set) { return M.cls(Set); }
  ExprId one(uint32_t C) { return M.cls(CodePointSet::of(C)); }
  ExprId none(const CodePointSet &Set) { return M.star(M.cls(Set.complement())); }
  ExprId pattern(std::string_view Text);
  /// Every text whose characters of `Which` all stand behind one of `Before`.
  ExprId onlyBehind(const CodePointSet &Which, const CodePointSet &Before);
  /// Every text whose characters of `Which` all stand before one of `After`.
  ExprId onlyBefore(const CodePointSet &Which, const CodePointSet &After);
  ExprId nonJoiners(const CodePointSet &Virama);
  ExprId uLabel();
  ExprId hosts(ExprId Label);

  ir::Module &M;
  ExprId Any;
};

ExprId Names::pattern(std::string_view Text) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  regex::RegexOptions Options;
  Options.Mode = regex::RegexOptions::Match::Whole;
  auto Nowhere = [](uint32_t, uint32_t) { return SourceRange(); };
  ExprId E = regex::parseRegex(M, Text, Nowhere, Options, Diags);
  assert(E && "the patterns of this file are right");
  return E;
}

ExprId Names::onlyBehind(const CodePointSet &Which, const CodePointSet &Before) {
  ExprId Other = M.optional(M.seq({Any, one(Before.complement())}));
  return M.neg(M.seq({Other, one(Which), Any}));
}

ExprId Names::onlyBefore(const CodePointSet &Which, const CodePointSet &After) {
  ExprId Other = M.optional(M.seq({one(After.complement()), Any}));
  return M.neg(M.seq({Any, one(Which), Other}));
}

/// RFC 5892, appendix A.1: behind a virama, or between letters that are joined.
ExprId Names::nonJoiners(const CodePointSet &Virama) {
  CodePointSet Dual = regex::internalProperty("Joining_Type=D");
  ExprId Transparent = M.star(one(regex::internalProperty("Joining_Type=T")));
  ExprId Left =
      M.seq({Any, one(regex::internalProperty("Joining_Type=L").unionWith(Dual)), Transparent});
  ExprId Right =
      M.seq({Transparent, one(regex::internalProperty("Joining_Type=R").unionWith(Dual)), Any});
  ExprId Before = M.optional(M.seq({Any, one(Virama.complement())}));
  return M.neg(M.alt({M.seq({M.conj({Before, M.neg(Left)}), one(NonJoiner), Any}),
                      M.seq({Before, one(NonJoiner), M.neg(Right)})}));
}

/// U-labels but for the rule of RFC 5893.
ExprId Names::uLabel() {
  const CodePointSet Valid = validBeyondAscii();
  const CodePointSet Ascii = setOf({{'a', 'z'}, {'0', '9'}, {'-', '-'}});
  const CodePointSet Contextual = setOf({{MiddleDot, MiddleDot},
                                         {Keraia, Keraia},
                                         {0x5F3, 0x5F4},
                                         {KatakanaDot, KatakanaDot},
                                         {0x660, 0x669},
                                         {0x6F0, 0x6F9},
                                         {NonJoiner, Joiner}});
  const CodePointSet All = Valid.unionWith(Ascii).unionWith(Contextual);
  const CodePointSet Hyphen = CodePointSet::of('-'), Virama = regex::internalProperty("Virama");
  const CodePointSet Kana = property("Script", "Hiragana")
                                .unionWith(property("Script", "Katakana"))
                                .unionWith(property("Script", "Han"));
  const CodePointSet Mark = property("M");
  ExprId NotHyphen = one(Hyphen.complement());
  return M.conj({
      M.plus(one(All)),
      M.seq({Any, one(All.minus(Ascii)), Any}),
      // RFC 5891, section 4.2.3: hyphens, and what begins a label.
      M.seq({one(Mark.unionWith(Hyphen).complement()), Any}),
      M.seq({Any, NotHyphen}),
      M.neg(M.seq({M.repeat(one(CodePointSet::all()), 2, 2), M.lit("--"), Any})),
      // RFC 5892, appendix A.
      nonJoiners(Virama),
      onlyBehind(CodePointSet::of(Joiner), Virama),
      onlyBehind(CodePointSet::of(MiddleDot), CodePointSet::of('l')),
      onlyBefore(CodePointSet::of(MiddleDot), CodePointSet::of('l')),
      onlyBefore(CodePointSet::of(Keraia), property("Script", "Greek")),
      onlyBehind(CodePointSet::range(0x5F3, 0x5F4), property("Script", "Hebrew")),
      M.alt({none(CodePointSet::of(KatakanaDot)), M.seq({Any, one(Kana), Any})}),
      M.alt({none(CodePointSet::range(0x660, 0x669)), none(CodePointSet::range(0x6F0, 0x6F9))}),
  });
}

ExprId Names::hosts(ExprId Label) {
  const CodePointSet Dots =
      setOf({{'.', '.'}, {0x3002, 0x3002}, {0xFF0E, 0xFF0E}, {0xFF61, 0xFF61}});
  return M.seq({Label, M.star(M.seq({one(Dots), Label}))});
}

ExprId Names::write() {
  // Punycode without the deltas that only decoding tells: what the first one is worth shows
  // in three digits and more, and the last digit of any is a letter.
  ExprId ALabel = pattern("(?=[^]{1,63}$)[Xx][Nn]--(?:[A-Za-z0-9-]+-)?"
                          "[B-Zb-z0-9]{2}[0-9]*[A-Za-z](?:[A-Za-z0-9]*[A-Za-z])?");
  ExprId Ldh = pattern("(?![^]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  ExprId ULabel = uLabel();

  // RFC 5893, section 2. A label of ASCII begins with a letter and ends with no hyphen.
  auto Bidi = [](const char *Class) {
    return regex::internalProperty(std::string("Bidi_Class=") + Class);
  };
  const CodePointSet L = Bidi("L"), R = Bidi("R").unionWith(Bidi("AL")), AN = Bidi("AN"),
                     EN = Bidi("EN"), NSM = Bidi("NSM");
  CodePointSet Neutral = NSM;
  for (const char *Class : {"ES", "CS", "ET", "ON", "BN"})
    Neutral = Neutral.unionWith(Bidi(Class));
  ExprId Marks = M.star(one(NSM));
  ExprId LeftToRight = M.conj({
      M.seq({one(L), Any}),
      M.star(one(L.unionWith(EN).unionWith(Neutral))),
      M.seq({Any, one(L.unionWith(EN)), Marks}),
  });
  ExprId RightToLeft = M.conj({
      M.seq({one(R), Any}),
      M.star(one(R.unionWith(AN).unionWith(EN).unionWith(Neutral))),
      M.seq({Any, one(R.unionWith(EN).unionWith(AN)), Marks}),
      M.alt({none(EN), none(AN)}),
  });
  ExprId OneWay = M.alt({Ldh, ALabel, M.conj({ULabel, none(R.unionWith(AN))})});
  ExprId BothWays =
      M.alt({ALabel, M.conj({M.alt({Ldh, ULabel}), M.alt({LeftToRight, RightToLeft})})});
  return M.alt({hosts(OneWay), hosts(BothWays)});
}

} // namespace

ExprId idnHostnames(ir::Module &M) { return Names(M).write(); }

} // namespace weir
