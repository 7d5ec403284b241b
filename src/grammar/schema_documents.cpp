// Documents that references lead to: where their text comes from, and by which dialect it is read.
#include <fmt/format.h>

#include "grammar/json_reader.h"
#include "grammar/schema_index.h"
#include "grammar/shown.h"
#include "grammar/uri.h"

namespace ashlar::grammar {
namespace {

constexpr int kMostMetaschemas = 8;  // one described by another

const Metaschema* built_in(std::string_view uri) {
  for (const Metaschema& metaschema : metaschemas()) {
    const std::string_view rest = metaschema.uri.substr(metaschema.uri.find(':'));
    if (uri == metaschema.uri || uri == "http" + std::string(rest) ||
        uri == "https" + std::string(rest))
      return &metaschema;
  }
  return nullptr;
}

// The vocabularies that a metaschema turns on.
Status read_vocabularies(const Object& listed, Dialect& dialect, std::string_view uri) {
  dialect.vocabularies = kCore;
  for (const auto& [name, needed] : listed.members) {
    const VocabularyUri* known = nullptr;
    for (const VocabularyUri& row : vocabularies())
      if (row.uri == name) known = &row;
    if (known) {
      dialect.vocabularies |= known->vocabulary;
      dialect.asserts_formats |= known->asserts_formats;
    } else if (needed.boolean() && *needed.boolean()) {
      return fail(ErrorKind::unsupported,
                  fmt::format("the metaschema '{}' needs the vocabulary '{}'", uri, name), {},
                  "write the schema without it");
    }
  }
  return {};
}

}  // namespace

Result<std::string> SchemaIndex::fetch(std::string_view uri) const {
  if (const Metaschema* metaschema = built_in(uri)) return std::string(metaschema->text);
  auto text = options_.library
                  ? options_.library(uri)
                  : fail(ErrorKind::not_found, fmt::format("no document '{}'", shown(uri)));
  if (text || text.error().kind != ErrorKind::not_found) return text;
  return fail(ErrorKind::not_found,
              fmt::format("'{}' is not among the given documents", shown(uri)), {},
              "give its place with --refs URI=DIR");
}

Result<Value> SchemaIndex::read_document(std::string_view text, const std::string& where) {
  if (documents_.size() >= kMostDocuments)
    return fail(ErrorKind::too_large, fmt::format("over the limit of {} documents", kMostDocuments),
                {}, "refer to fewer");
  document_bytes_ += text.size();
  if (document_bytes_ > kMostSchemaBytes)
    return fail(ErrorKind::too_large,
                fmt::format("documents over the limit of {} bytes together", kMostSchemaBytes), {},
                "refer to fewer");
  return read_json(text, where, {.bytes = kMostSchemaBytes, .depth = kMostSchemaDepth});
}

Result<NodeId> SchemaIndex::find_document(std::string_view uri, const Dialect& inherited) {
  const std::string key(uri);
  if (const auto at = named_.find(key); at != named_.end()) return at->second;
  ASHLAR_ASSIGN(const std::string text, fetch(uri));
  ASHLAR_ASSIGN(Value document, read_document(text, key));
  return add_document(key, std::move(document), inherited);
}

Result<NodeId> SchemaIndex::add_document(const std::string& uri, Value document,
                                         Dialect inherited) {
  const Object* object = document.object();
  const Value* metaschema = object ? object->find("$schema") : nullptr;
  if (metaschema && metaschema->string()) {
    auto named = dialect_of(*metaschema->string());
    if (!named) return tl::unexpected(placed(std::move(named.error()), uri + "#/$schema"));
    inherited = *named;
  }
  const auto id = static_cast<NodeId>(schema_.nodes.size());
  const auto number = static_cast<std::uint32_t>(schema_.documents.size());
  const auto resource = static_cast<ResourceId>(schema_.resources.size());
  documents_.push_back(std::move(document));
  schema_.documents.push_back(uri);
  schema_.resources.push_back({uri, number, inherited, {}});
  named_[uri] = id;
  ASHLAR_TRY(add({&documents_.back(), std::nullopt, "", resource}));
  return id;
}

Result<Dialect> SchemaIndex::dialect_of(std::string_view metaschema, int depth) {
  if (const auto draft = draft_of_metaschema(metaschema)) return Dialect{*draft};
  const std::string uri(split_fragment(metaschema).document);
  const auto text = fetch(uri);
  if (!text || depth >= kMostMetaschemas)
    return fail(ErrorKind::unsupported, fmt::format("no draft is called '{}'", shown(metaschema)),
                {}, "name draft 4, 6, 7, 2019-09 or 2020-12, or override it with --draft");
  ASHLAR_ASSIGN(const Value document, read_document(*text, uri));
  Dialect dialect;
  const Object* object = document.object();
  if (!object) return dialect;
  if (const Value* above = object->find("$schema"); above && above->string()) {
    ASHLAR_ASSIGN(dialect, dialect_of(*above->string(), depth + 1));
    dialect.vocabularies = kEveryVocabulary;
  }
  const Value* listed = object->find("$vocabulary");
  if (listed && listed->object() && dialect.draft >= Draft::d2019_09)
    ASHLAR_TRY(read_vocabularies(*listed->object(), dialect, uri));
  return dialect;
}

}  // namespace ashlar::grammar
