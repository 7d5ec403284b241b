// Keywords about objects (JSON Schema Core, sections 10.2.2.4, 10.3.2 and 11.3; Validation, section
// 6.5).
#include "base/json_pointer.h"
#include "grammar/keyword_reader.h"

namespace ashlar::grammar {

Status read_properties(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const Object* map, reader.map(value));
  ObjectLimits& limits = reader.properties();
  for (const auto& [name, child] : map->members) {
    limits.properties.push_back({name, reader.subschema(child)});
    limits.by_name[name] = reader.subschema(child);
  }
  return {};
}

Status read_pattern_properties(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const Object* map, reader.map(value));
  for (const auto& [text, child] : map->members) {
    ASHLAR_ASSIGN(const PatternId pattern, reader.pattern(text));
    reader.properties().patterns.push_back({pattern, reader.subschema(child)});
  }
  return {};
}

Status read_one_of_object(KeywordReader& reader, const Value& value) {
  ObjectLimits& limits = reader.properties();
  const NodeId child = reader.subschema(value);
  if (reader.keyword() == "additionalProperties")
    limits.additional = child;
  else if (reader.keyword() == "propertyNames")
    limits.names = child;
  else
    limits.unevaluated = child;
  return {};
}

Status read_property_count(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::uint64_t count, reader.count(value));
  ObjectLimits& limits = reader.properties();
  (reader.keyword() == "minProperties" ? limits.min_properties : limits.max_properties) = count;
  return {};
}

Status read_required(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(reader.properties().required, reader.names(value));
  return {};
}

Status read_dependencies(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const Object* map, reader.map(value));
  ObjectLimits& limits = reader.properties();
  for (const auto& [name, child] : map->members) {
    if (child.array()) {
      ASHLAR_ASSIGN(auto names, reader.names(child));
      limits.dependent_required.push_back({name, std::move(names), "dependencies"});
    } else {
      limits.dependent_schemas.push_back({name, reader.subschema(child), "dependencies"});
    }
  }
  return {};
}

Status read_dependent_required(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const Object* map, reader.map(value));
  for (const auto& [name, child] : map->members) {
    ASHLAR_ASSIGN(auto names, reader.names(child));
    reader.properties().dependent_required.push_back({name, std::move(names), "dependentRequired"});
  }
  return {};
}

Status read_dependent_schemas(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const Object* map, reader.map(value));
  for (const auto& [name, child] : map->members)
    reader.properties().dependent_schemas.push_back(
        {name, reader.subschema(child), "dependentSchemas"});
  return {};
}

}  // namespace ashlar::grammar
