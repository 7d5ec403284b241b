#include "grammar/schema_loader.h"

#include "grammar/json_reader.h"
#include "grammar/keyword_reader.h"
#include "grammar/keyword_table.h"
#include "grammar/reference_loops.h"
#include "grammar/schema_index.h"

namespace ashlar::grammar {
namespace {

Status read_keyword(KeywordReader& reader, const std::string& name, const Value& value,
                    const Dialect& dialect) {
  const Keyword* keyword = find_keyword(name, dialect);
  if (!keyword || !keyword->read) return {};
  reader.turn_to(keyword->name);
  return keyword->read(reader, value);
}

Status read_node(KeywordReader& reader, Schema& schema, const Value& value, NodeId id) {
  if (value.boolean()) {
    schema.nodes[id].literal = *value.boolean();
    return {};
  }
  reader.turn_to(id, *value.object());
  const Dialect dialect = reader.dialect();
  const Value* reference = value.object()->find("$ref");
  if (reference && dialect.draft <= Draft::d7)  // what stands beside it means nothing there
    return read_keyword(reader, "$ref", *reference, dialect);
  for (const auto& [name, member] : value.object()->members)
    ASHLAR_TRY(read_keyword(reader, name, member, dialect));
  return {};
}

}  // namespace

Result<Schema> load_schema(std::string_view text, const LoadOptions& options) {
  ASHLAR_ASSIGN(Value document,
                read_json(text, "schema", {.bytes = kMostSchemaBytes, .depth = kMostSchemaDepth}));
  return load_schema(std::move(document), options);
}

Result<Schema> load_schema(Value document, const LoadOptions& options) {
  for (const std::string& pointer : options.without) remove_member(document, pointer);
  Schema schema;
  SchemaIndex index(schema, options);
  ASHLAR_TRY(index.add_root(std::move(document)));
  PatternIds patterns;
  KeywordReader reader(schema, index, patterns, options.assert_formats);
  // References take in more nodes, which the loop comes to in turn.
  for (NodeId id = 0; id < schema.nodes.size(); ++id)
    ASHLAR_TRY(read_node(reader, schema, index.value_of(id), id));
  ASHLAR_TRY(refuse_loops(schema));
  return schema;
}

}  // namespace ashlar::grammar
