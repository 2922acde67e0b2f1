//===- JSONSchema.h - JSON Schema as grammar IR -----------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A schema becomes the grammar of exactly the JSON texts whose value it accepts,
// within a presentation the caller chooses:
//
//   text ─JSON─▶ document ─keywords─▶ normal form ─emptiness─▶ productive part ─▶ IR
//
// Presentation narrows how a value may be written, never which values there are.
// What cannot be expressed is an error with the keyword's place and pointer; in a
// lenient compilation a warning, and the place is listed as unenforced.
//
// docs/JSONSchema.md says what is supported, and how values may be spelled.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_FRONTEND_JSONSCHEMA_JSONSCHEMA_H
#define WEIR_FRONTEND_JSONSCHEMA_JSONSCHEMA_H

#include "weir/Diag/Diagnostics.h"
#include "weir/IR/Module.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::jsonschema {

/// Auto: a schema that names no draft, or one that is not known, is read as 2020-12,
/// with the array form of `items` and the boolean bounds of older drafts understood.
enum class Draft : uint8_t { Auto, Draft4, Draft6, Draft7, Draft201909, Draft202012 };

///  Compact:  none.
///  Single:   one space after ':' and ','.
///  Indent:   one member or element a line, `IndentWidth` spaces a level, one
///            space after ':'; empty containers as {} and [].
///  Flexible: at each structural place nothing or one space; after '{' '[' ','
///            and before '}' ']' also a line break and up to 8 blanks a level.
enum class Whitespace : uint8_t { Compact, Single, Indent, Flexible };

///  OpenAIStrict: what OpenAI documents for its structured outputs in strict mode.
enum class Profile : uint8_t { None, OpenAIStrict };

struct Options {
  ir::KeyOrder KeyOrder = ir::KeyOrder::Declared;
  ir::Escapes Escapes = ir::Escapes::Canonical;
  /// What is not printable ASCII is written \uxxxx only, in strings and keys. With the
  /// canonical escapes that is what Python's `json.dumps` writes.
  bool EscapeNonAscii = false;
  Whitespace Space = Whitespace::Flexible;
  uint32_t IndentWidth = 2; ///< at most 64
  /// Between members and elements, and between a key and its value, instead of what
  /// `Space` says there; empty: as it says. One ',' or ':' and up to 64 blanks.
  std::string ItemSeparator, KeySeparator;
  /// Whether `format` is a constraint; otherwise it is an annotation.
  bool AssertFormats = true;
  /// Of schemas that name none.
  Draft DefaultDraft = Draft::Auto;
  /// What cannot be enforced is a warning.
  bool Lenient = false;
  /// Texts of documents that references may name, by absolute URI without fragment, or,
  /// beginning with '/', by the path of any URI. Nothing is ever fetched.
  std::map<std::string, std::string> Remotes;

  /// What the schema must keep to beside the specification; only checked.
  Profile TheProfile = Profile::None;

  /// How strings and keys are spelled.
  ir::Escapes spelling() const {
    if (!EscapeNonAscii)
      return Escapes;
    return isAnySpelling(Escapes) ? ir::Escapes::AnyAscii : ir::Escapes::Ascii;
  }

  // Budgets. They count the same on every machine.
  uint32_t MaxBytes = UINT32_C(1) << 28; ///< of one document
  uint32_t MaxDepth = 4'000;             ///< nesting of one document
  uint32_t MaxNodes = 150'000;           ///< distinct conjunctions of schemas
  uint32_t MaxWork = 8'000'000;          ///< members, elements and values combined
  uint32_t MaxAlternatives = 4'096;      ///< of one type, where unions meet in a conjunction
};

/// Returns the grammar of the schema, or none after at least one error in `Diags`; all
/// problems that are reached are reported. Under `Lenient`, the places of what is not
/// enforced are added to `Unenforced`.
///
/// The result is a module as frontends leave it: its start rule derives one JSON
/// text without white space around it.
std::optional<ir::Module> compileSchema(SourceManager &Sources, FileId File, const Options &Opts,
                                        DiagnosticEngine &Diags,
                                        std::vector<ir::Origin> &Unenforced);

/// Something of a schema that is not enforced, and whether it is refused for that.
struct Limitation {
  DiagId Id;
  bool Refused; ///< otherwise it is left out, with a warning or a note
  ir::Origin Place;
  std::string Message;
};

/// The same; adds to `Partly` what is enforced but for something that no grammar can say,
/// which is no diagnostic.
std::optional<ir::Module> compileSchema(SourceManager &Sources, FileId File, const Options &Opts,
                                        DiagnosticEngine &Diags,
                                        std::vector<ir::Origin> &Unenforced,
                                        std::vector<Limitation> &Partly);

/// What the diagnostics of a compilation and `Partly` say, in the order of the text. Notes
/// about formats that are not known are among them; what is said of drafts, of names that are no
/// keywords and of `x-weir` below the root is not.
std::vector<Limitation> limitations(const DiagnosticEngine &Diags, std::vector<Limitation> Partly);

enum class OptionResult : uint8_t { Ok, UnknownName, BadValue };

/// Sets an option by its name under the keyword `x-weir` of a schema's root, which is
/// also how command lines name it: keyOrder, whitespace, escapes, nonAscii, format,
/// profile, itemSeparator, keySeparator.
OptionResult setOption(Options &O, std::string_view Name, std::string_view Value);
/// What values the option takes, to follow "must be". Empty for an unknown name.
std::string_view optionValues(std::string_view Name);

/// What of a schema the frontend refuses or leaves unenforced under the options; empty
/// when it accepts the schema and enforces all of it. What only shows when automata are
/// made is in weir::schemaCapabilities.
std::vector<Limitation> capabilities(SourceManager &Sources, FileId File, const Options &Opts);

} // namespace weir::jsonschema

#endif // WEIR_FRONTEND_JSONSCHEMA_JSONSCHEMA_H
