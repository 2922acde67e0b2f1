//===- Documents.cpp - Schemas by place and by name -----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "Documents.h"

#include "UnknownKeywords.h"
#include "Uri.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>

namespace weir::jsonschema {

using json::Member;
using json::ValueId;

std::optional<Location> Documents::load(FileId File, const std::string &Uri) {
  json::ParseOptions Json;
  Json.MaxBytes = Opts.MaxBytes;
  Json.MaxDepth = Opts.MaxDepth;
  std::optional<json::Document> Doc = json::parse(File, *Diags, Json);
  if (!Doc)
    return std::nullopt;
  Docs.push_back(std::move(*Doc));
  Values += Docs.back().size();
  // Names may come to mean something else.
  for (Resource &R : Resources)
    R.Known.clear();
  Location Root{DocId(uint32_t(Docs.size() - 1)), Docs.back().root()};
  scan(Root, Uri);
  return Root;
}

std::string Documents::pointer(Location L) const {
  // A pointer is kept each so many steps; those of deep values begin with one.
  constexpr size_t Stretch = 32;
  const json::Document &D = doc(L);
  std::vector<ValueId> &Path = PointerPath;
  Path.clear();
  std::string Out;
  for (ValueId V = L.Value; D.parent(V); V = D.parent(V)) {
    if (Path.size() >= Stretch && !PointerAt.empty())
      if (auto It = PointerAt.find(Location{L.Doc, V}.key()); It != PointerAt.end()) {
        Out = It->second;
        break;
      }
    Path.push_back(V);
  }
  Out.reserve(Out.size() + 10 * Path.size());
  size_t Steps = 0;
  for (auto It = Path.rbegin(); It != Path.rend(); ++It) {
    D.appendPointerStep(Out, *It);
    if (++Steps % Stretch == 0)
      PointerAt.try_emplace(Location{L.Doc, *It}.key(), Out);
  }
  return Out;
}

std::optional<Location> Documents::find(FileId File, std::string_view Pointer) const {
  for (size_t I = 0; I < Docs.size(); ++I)
    if (Docs[I].file() == File)
      if (ValueId V = Docs[I].resolve(Docs[I].root(), Pointer))
        return Location{DocId(uint32_t(I)), V};
  return std::nullopt;
}

uint32_t Documents::resourceOf(Location L) const {
  const json::Document &D = doc(L);
  // Where no schema within a document names itself, the document is one.
  if (ResourceAt.size() == 1)
    return 0;
  for (ValueId V = L.Value;; V = D.parent(V)) {
    auto It = ResourceAt.find(Location{L.Doc, V}.key());
    if (It != ResourceAt.end())
      return It->second;
  }
}

std::optional<Draft> Documents::namedDraft(Location S, bool Report) {
  const json::Document &D = doc(S);
  const Member *M = D.isObject(S.Value) ? D.find(S.Value, "$schema") : nullptr;
  if (!M || !D.isString(M->Value)) {
    if (Report && Opts.DefaultDraft == Draft::Auto && D.isObject(S.Value))
      Diags->report(D.range(S.Value), DiagId::SchemaDraftAssumed).pointer(D.pointer(S.Value))
          << "there is no '$schema'";
    return std::nullopt;
  }
  std::string_view Uri = D.string(M->Value);
  while (Uri.ends_with('#'))
    Uri.remove_suffix(1);
  if (Uri.starts_with("http://"))
    Uri.remove_prefix(7);
  else if (Uri.starts_with("https://"))
    Uri.remove_prefix(8);
  static constexpr std::pair<std::string_view, Draft> Known[] = {
      {"json-schema.org/draft-04/schema", Draft::Draft4},
      {"json-schema.org/draft-06/schema", Draft::Draft6},
      {"json-schema.org/draft-07/schema", Draft::Draft7},
      {"json-schema.org/draft/2019-09/schema", Draft::Draft201909},
      {"json-schema.org/draft/2020-12/schema", Draft::Draft202012},
  };
  for (auto [Name, Which] : Known)
    if (Uri == Name)
      return Which;
  checkVocabulary({S.Doc, M->Value}, std::string(D.string(M->Value)));
  if (Report && Opts.DefaultDraft == Draft::Auto)
    Diags->report(D.range(M->Value), DiagId::SchemaDraftAssumed).pointer(D.pointer(M->Value))
        << "the value of '$schema' is not known";
  return std::nullopt;
}

/// A meta-schema of the caller's own may leave vocabularies out, whose keywords then
/// mean nothing; that is not supported.
void Documents::checkVocabulary(Location Place, const std::string &Uri) {
  auto Remote = Opts.Remotes.find(Uri);
  if (Remote == Opts.Remotes.end())
    return;
  DiagnosticEngine Own(Sources);
  std::optional<json::Document> Meta = json::parse(Sources.add(Uri, Remote->second), Own);
  const Member *V =
      Meta && Meta->isObject(Meta->root()) ? Meta->find(Meta->root(), "$vocabulary") : nullptr;
  if (!V || !Meta->isObject(V->Value))
    return;
  for (std::string_view Needed : {"/vocab/applicator", "/vocab/validation"}) {
    bool Has = false;
    for (const Member &M : Meta->members(V->Value))
      Has |= M.Key.ends_with(Needed);
    if (!Has) {
      Diags->report(range(Place), DiagId::SchemaVocabulary).pointer(pointer(Place))
          << Uri << Needed;
      return;
    }
  }
}

/// The text of the meta-schema of that identifier; of `https` too, as people write it.
static std::string_view metaSchema(std::string_view Uri) {
  static constexpr std::pair<std::string_view, std::string_view> Known[] = {
#define META_SCHEMA(Identifier, Text) {Identifier, Text},
#include "MetaSchemas.def"
  };
  for (std::string_view Scheme : {"http://", "https://"})
    if (Uri.starts_with(Scheme)) {
      Uri.remove_prefix(Scheme.size());
      break;
    }
  for (auto [Identifier, Text] : Known)
    if (Uri == Identifier)
      return Text;
  return {};
}

void Documents::addName(const std::string &Uri, Location Schema) {
  auto [It, New] = Named.try_emplace(Uri, NamedSchema{Schema});
  It->second.Twice |= !New && It->second.Schema != Schema;
}

/// Registers what the schema object `L` says about its own name; a new resource
/// becomes `Current`.
void Documents::name(Location L, uint32_t &Current, bool IsRoot) {
  const json::Document &D = doc(L);
  // Few say anything.
  const auto Members = D.members(L.Value);
  if (std::none_of(Members.begin(), Members.end(),
                   [](const Member &M) { return M.Key.starts_with('$') || M.Key == "id"; }))
    return;
  Draft Outer = Resources[Current].TheDraft;
  // A resource may have a draft of its own, which decides how its name is written.
  Draft Inner = Outer;
  bool HasId = D.find(L.Value, "$id") || D.find(L.Value, "id");
  if (HasId && !IsRoot)
    Inner = namedDraft(L, false).value_or(Outer);
  if (refHidesSiblings(Inner) && D.find(L.Value, "$ref"))
    return;
  const Member *Id = D.find(L.Value, Inner == Draft::Draft4 ? "id" : "$id");
  if (Id && D.isString(Id->Value)) {
    auto [Base, Fragment] = splitFragment(D.string(Id->Value));
    if (!Base.empty() || !Fragment || Fragment->empty()) {
      std::string Uri = resolveUri(Resources[Current].Uri, Base);
      addName(Uri, L);
      if (IsRoot) {
        Resources[Current].Uri = std::move(Uri);
      } else {
        Current = uint32_t(Resources.size());
        Resources.push_back({std::move(Uri), L, Inner, {}});
        ResourceAt[L.key()] = Current;
      }
    }
    // Up to draft 7 an identifier that is a fragment is an anchor.
    if (Fragment && !Fragment->empty() && draftNumber(Inner) <= 7)
      addName(Resources[Current].Uri + "#" + std::string(*Fragment), L);
  }
  for (std::string_view Key : {"$anchor", "$dynamicAnchor"})
    if (lookupKeyword(Key, Resources[Current].TheDraft))
      if (const Member *A = D.find(L.Value, Key); A && D.isString(A->Value))
        addName(Resources[Current].Uri + "#" + std::string(D.string(A->Value)), L);
  if (lookupKeyword("$dynamicAnchor", Resources[Current].TheDraft))
    if (const Member *A = D.find(L.Value, "$dynamicAnchor"); A && D.isString(A->Value))
      Resources[Current].Dynamic.emplace_back(D.string(A->Value), L);
  if (lookupKeyword("$recursiveAnchor", Resources[Current].TheDraft) &&
      Resources[Current].Root == L)
    if (const Member *A = D.find(L.Value, "$recursiveAnchor"); A && D.isTrue(A->Value))
      Resources[Current].Dynamic.emplace_back("", L);
  AnyDynamic |= !Resources[Current].Dynamic.empty();
}

bool Documents::isDynamicAnchor(Location Schema, std::string_view Name) const {
  for (const auto &[Anchor, Place] : dynamicAnchors(Schema))
    if (Anchor == Name && Place == Schema)
      return true;
  return false;
}

std::optional<std::string> Documents::anchorOf(std::string_view Reference) {
  auto [Base, Fragment] = splitFragment(Reference);
  std::optional<std::string> Name;
  if (Fragment && !Fragment->empty())
    Name = percentDecode(*Fragment);
  if (Name && Name->starts_with('/'))
    Name.reset();
  return Name;
}

void Documents::scan(Location Root, const std::string &Uri) {
  uint32_t First = uint32_t(Resources.size());
  Resources.push_back({Uri, Root, namedDraft(Root, First == 0).value_or(Opts.DefaultDraft), {}});
  ResourceAt[Root.key()] = First;
  Named.try_emplace(Uri, NamedSchema{Root});
  const json::Document &D = doc(Root);

  struct Item {
    ValueId Schema;
    uint32_t Resource;
  };
  std::vector<Item> Todo{{Root.Value, First}};
  UnknownKeywords Unknown;
  while (!Todo.empty() && spendWork()) {
    auto [V, Current] = Todo.back();
    Todo.pop_back();
    if (!D.isObject(V))
      continue;
    name({Root.Doc, V}, Current, V == Root.Value);
    for (const Member &M : D.members(V)) {
      if (!pollWork())
        return;
      const KeywordInfo *K = lookupKeyword(M.Key, Resources[Current].TheDraft);
      if (!K) {
        Unknown.see(D, M, Resources[Current].TheDraft, V == Root.Value);
        continue;
      }
      bool List = D.isArray(M.Value), Map = D.isObject(M.Value);
      switch (K->Subschemas) {
      case Holds::Nothing:
      case Holds::Data:
        break;
      case Holds::Schema:
        Todo.push_back({M.Value, Current});
        break;
      case Holds::SchemaOrSchemas:
        if (!List)
          Todo.push_back({M.Value, Current});
        [[fallthrough]];
      case Holds::Schemas:
        if (List)
          for (ValueId E : D.elements(M.Value))
            Todo.push_back({E, Current});
        break;
      case Holds::SchemaMap:
      case Holds::Dependencies:
        if (Map)
          for (const Member &S : D.members(M.Value))
            Todo.push_back({S.Value, Current});
        break;
      }
    }
  }
  Unknown.report(D, *Diags);
}

const Documents::NamedSchema *Documents::find(const std::string &Uri) {
  auto It = Named.find(Uri);
  if (It != Named.end())
    return &It->second;
  auto Remote = Opts.Remotes.find(Uri);
  if (Remote == Opts.Remotes.end())
    if (size_t Host = Uri.find("://"); Host != std::string::npos)
      if (size_t Path = Uri.find('/', Host + 3); Path != std::string::npos)
        Remote = Opts.Remotes.find(Uri.substr(Path));
  const std::string_view Text =
      Remote == Opts.Remotes.end() ? metaSchema(Uri) : std::string_view(Remote->second);
  if (Text.empty() || !Tried.try_emplace(Uri, true).second)
    return nullptr;
  if (!load(Sources.add(Uri, std::string(Text)), Uri))
    return nullptr;
  return &Named.find(Uri)->second;
}

std::optional<Location> Documents::resolve(Location From, Location Place) {
  const uint32_t R = resourceOf(From);
  const std::string_view Text = doc(Place).string(Place.Value);
  if (auto It = Resources[R].Known.find(Text); It != Resources[R].Known.end())
    return It->second;
  const std::optional<Location> To = follow(R, Place);
  if (To)
    Resources[R].Known.emplace(Text, *To);
  return To;
}

std::optional<Location> Documents::follow(uint32_t Resource, Location Place) {
  std::string_view Text = doc(Place).string(Place.Value);
  auto Fail = [&](DiagId Id) -> DiagBuilder {
    DiagBuilder B = Diags->report(range(Place), Id);
    B.pointer(pointer(Place)) << Text;
    return B;
  };
  auto [Base, Fragment] = splitFragment(Text);
  std::string Uri = resolveUri(Resources[Resource].Uri, Base);
  const NamedSchema *Found = find(Uri);
  if (!Found) {
    // What was supplied and is no JSON has its errors.
    if (!Tried.contains(Uri))
      Fail(DiagId::SchemaRemoteRef) << Uri;
    return std::nullopt;
  }
  if (Found->Twice) {
    Fail(DiagId::SchemaDuplicateId);
    return std::nullopt;
  }
  Location Target = Found->Schema;
  if (!Fragment || Fragment->empty())
    return Target;
  std::optional<std::string> Decoded = percentDecode(*Fragment);
  if (!Decoded) {
    Fail(DiagId::SchemaInvalidUri);
    return std::nullopt;
  }
  if ((*Decoded)[0] == '/') {
    ValueId V = doc(Target).resolve(Target.Value, *Decoded);
    if (V)
      return Location{Target.Doc, V};
  } else if (auto It = Named.find(Resources[resourceOf(Target)].Uri + "#" + *Decoded);
             It != Named.end()) {
    if (!It->second.Twice)
      return It->second.Schema;
    Fail(DiagId::SchemaDuplicateId);
    return std::nullopt;
  }
  Fail(DiagId::SchemaUnresolvedRef);
  return std::nullopt;
}

} // namespace weir::jsonschema
