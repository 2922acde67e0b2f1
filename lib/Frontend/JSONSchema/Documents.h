//===- Documents.h - Schemas by place and by name ---------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A compilation reads one document, and others when a reference leads there and the
// caller supplied them. Each is scanned once for what names its schemas: identifiers,
// which begin a *resource* with a base URI and perhaps a draft of its own, and
// anchors. The scan follows the places that hold schemas and no others, so that an
// `$id` inside of `enum` or of an unknown keyword is data.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_JSONSCHEMA_DOCUMENTS_H
#define WEIR_LIB_FRONTEND_JSONSCHEMA_DOCUMENTS_H

#include "Keywords.h"

#include "weir/JSON/Value.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace weir::jsonschema {

using DocId = Id<struct DocTag>;

/// A value of one of the documents.
struct Location {
  DocId Doc;
  json::ValueId Value;
  uint64_t key() const { return uint64_t(Doc.index()) << 32 | Value.index(); }
  friend bool operator==(const Location &, const Location &) = default;
};

class Documents {
public:
  Documents(SourceManager &Sources, const Options &Opts, DiagnosticEngine &Diags)
      : Sources(Sources), Opts(Opts), Diags(&Diags) {}

  /// Where errors go from now on. Returns where they went.
  DiagnosticEngine &redirect(DiagnosticEngine &To) { return *std::exchange(Diags, &To); }
  SourceManager &sources() const { return Sources; }
  /// The value of a pointer in the document read from a file; none when there is no such.
  std::optional<Location> find(FileId File, std::string_view Pointer) const;

  /// Reads and scans a document. None after errors. `Uri` is where it was found.
  std::optional<Location> load(FileId File, const std::string &Uri);

  const json::Document &doc(Location L) const { return Docs[L.Doc.index()]; }
  /// Of all documents read so far.
  uint64_t numValues() const { return Values; }
  Location at(Location Near, json::ValueId V) const { return {Near.Doc, V}; }
  /// The draft of the resource a value belongs to. O(depth).
  Draft draft(Location L) const { return Resources[resourceOf(L)].TheDraft; }

  /// The schema a reference in the schema `From` names, or none after an error at
  /// `Place`, which is the reference's string.
  std::optional<Location> resolve(Location From, Location Place);

  // Dynamic anchors; `$recursiveAnchor` is one without a name.
  using Anchors = std::vector<std::pair<std::string, Location>>;
  bool hasDynamicAnchors() const { return AnyDynamic; }
  /// Of the resource a schema belongs to.
  const Anchors &dynamicAnchors(Location L) const { return Resources[resourceOf(L)].Dynamic; }
  bool isDynamicAnchor(Location Schema, std::string_view Name) const;
  /// The plain name that a reference ends with, if it does.
  static std::optional<std::string> anchorOf(std::string_view Reference);

  SourceRange range(Location L) const { return doc(L).range(L.Value); }
  /// Costs a copy of the pointer and a few dozen steps, however deep: the pointers of some
  /// places on the way are kept.
  std::string pointer(Location L) const;

private:
  struct Resource {
    std::string Uri;
    Location Root;
    Draft TheDraft;
    Anchors Dynamic;
    /// Where references lead that were followed since a document was last read.
    std::unordered_map<std::string_view, Location> Known = {};
  };

  /// What a name names; given twice it names nothing.
  struct NamedSchema {
    Location Schema;
    bool Twice = false;
  };

  std::optional<Location> follow(uint32_t Resource, Location Place);
  uint32_t resourceOf(Location L) const;
  void scan(Location Root, const std::string &Uri);
  void name(Location L, uint32_t &Current, bool IsRoot);
  void addName(const std::string &Uri, Location Schema);
  std::optional<Draft> namedDraft(Location Schema, bool Report);
  void checkVocabulary(Location Place, const std::string &Uri);
  const NamedSchema *find(const std::string &Uri);

  SourceManager &Sources;
  const Options &Opts;
  DiagnosticEngine *Diags;
  std::deque<json::Document> Docs;
  uint64_t Values = 0; ///< of all of them
  std::deque<Resource> Resources;
  bool AnyDynamic = false;                                     ///< a resource has dynamic anchors
  std::unordered_map<uint64_t, uint32_t> ResourceAt;           ///< by Location::key of its root
  mutable std::unordered_map<uint64_t, std::string> PointerAt; ///< of some, by Location::key
  mutable std::vector<json::ValueId> PointerPath;              ///< memory of `pointer`
  std::map<std::string, NamedSchema, std::less<>> Named;       ///< "uri" and "uri#anchor"
  std::map<std::string, bool, std::less<>> Tried;              ///< remote documents read or failed
};

} // namespace weir::jsonschema

#endif // WEIR_LIB_FRONTEND_JSONSCHEMA_DOCUMENTS_H
