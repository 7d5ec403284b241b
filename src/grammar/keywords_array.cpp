// Keywords about arrays (JSON Schema Core, sections 10.3.1 and 11.2; Validation, section 6.4).
#include "grammar/keyword_reader.h"

namespace ashlar::grammar {

Status read_prefix_items(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(reader.array().prefix, reader.subschemas(value));
  return {};
}

// An array of schemas, until 2019-09, is what prefixItems became.
Status read_items(KeywordReader& reader, const Value& value) {
  if (value.array()) {
    reader.array().prefix_keyword = "items";
    return read_prefix_items(reader, value);
  }
  reader.array().rest = reader.subschema(value);
  return {};
}

// Without an array in `items` it means nothing.
Status read_additional_items(KeywordReader& reader, const Value& value) {
  const Value* items = reader.object().find("items");
  if (!items || !items->array()) return {};
  reader.array().rest = reader.subschema(value);
  reader.array().rest_keyword = "additionalItems";
  return {};
}

Status read_contains(KeywordReader& reader, const Value& value) {
  reader.array().contains = reader.subschema(value);
  reader.array().contains_evaluates = reader.dialect().draft >= Draft::d2020_12;
  return {};
}

Status read_item_count(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::uint64_t count, reader.count(value));
  ArrayLimits& limits = reader.array();
  const std::string_view keyword = reader.keyword();
  if (keyword == "minItems")
    limits.min_items = count;
  else if (keyword == "maxItems")
    limits.max_items = count;
  else if (keyword == "minContains")
    limits.min_contains = count;
  else
    limits.max_contains = count;
  return {};
}

Status read_unique_items(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(reader.array().unique, reader.boolean(value));
  return {};
}

Status read_unevaluated_items(KeywordReader& reader, const Value& value) {
  reader.array().unevaluated = reader.subschema(value);
  return {};
}

}  // namespace ashlar::grammar
