#include "grammar/keyword_table.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "grammar/keyword_reader.h"

namespace ashlar::grammar {
namespace {

using D = Draft;
using C = Children;

// Core, applicators and validation of each draft; where a keyword changed, it has two rows.
constexpr Keyword kKeywords[] = {
    {"$id", D::d6, D::d2020_12, kCore, C::none, read_name},
    {"$anchor", D::d2019_09, D::d2020_12, kCore, C::none, read_name},
    {"$dynamicAnchor", D::d2020_12, D::d2020_12, kCore, C::none, read_name},
    {"$schema", D::d4, D::d2020_12, kCore, C::none, read_name},
    {"$ref", D::d4, D::d2020_12, kCore, C::none, read_reference},
    {"$dynamicRef", D::d2020_12, D::d2020_12, kCore, C::none, read_dynamic_reference},
    {"$recursiveRef", D::d2019_09, D::d2019_09, kCore, C::none, read_recursive_reference},
    {"$defs", D::d2019_09, D::d2020_12, kCore, C::map, read_definitions},
    {"definitions", D::d4, D::d2020_12, kCore, C::map, read_definitions},

    {"allOf", D::d4, D::d2020_12, kApplicator, C::list, read_alternatives},
    {"anyOf", D::d4, D::d2020_12, kApplicator, C::list, read_alternatives},
    {"oneOf", D::d4, D::d2020_12, kApplicator, C::list, read_alternatives},
    {"not", D::d4, D::d2020_12, kApplicator, C::one, read_conditional},
    {"if", D::d7, D::d2020_12, kApplicator, C::one, read_conditional},
    {"then", D::d7, D::d2020_12, kApplicator, C::one, read_conditional},
    {"else", D::d7, D::d2020_12, kApplicator, C::one, read_conditional},

    {"prefixItems", D::d2020_12, D::d2020_12, kApplicator, C::list, read_prefix_items},
    {"items", D::d4, D::d2019_09, kApplicator, C::one_or_list, read_items},
    {"items", D::d2020_12, D::d2020_12, kApplicator, C::one, read_items},
    {"additionalItems", D::d4, D::d2019_09, kApplicator, C::one, read_additional_items},
    {"contains", D::d6, D::d2020_12, kApplicator, C::one, read_contains},
    {"unevaluatedItems", D::d2019_09, D::d2020_12, kUnevaluated, C::one, read_unevaluated_items},

    {"properties", D::d4, D::d2020_12, kApplicator, C::map, read_properties},
    {"patternProperties", D::d4, D::d2020_12, kApplicator, C::map, read_pattern_properties},
    {"additionalProperties", D::d4, D::d2020_12, kApplicator, C::one, read_one_of_object},
    {"propertyNames", D::d6, D::d2020_12, kApplicator, C::one, read_one_of_object},
    {"unevaluatedProperties", D::d2019_09, D::d2020_12, kUnevaluated, C::one, read_one_of_object},
    {"dependentSchemas", D::d2019_09, D::d2020_12, kApplicator, C::map, read_dependent_schemas},
    // Later drafts keep it for schemas that were written before.
    {"dependencies", D::d4, D::d2020_12, kApplicator, C::map_or_names, read_dependencies},

    {"type", D::d4, D::d2020_12, kValidation, C::none, read_type},
    {"enum", D::d4, D::d2020_12, kValidation, C::none, read_enum},
    {"const", D::d6, D::d2020_12, kValidation, C::none, read_const},
    {"multipleOf", D::d4, D::d2020_12, kValidation, C::none, read_multiple_of},
    {"minimum", D::d4, D::d4, kValidation, C::none, read_bound_of_draft_4},
    {"maximum", D::d4, D::d4, kValidation, C::none, read_bound_of_draft_4},
    {"exclusiveMinimum", D::d4, D::d4, kValidation, C::none, read_exclusive_of_draft_4},
    {"exclusiveMaximum", D::d4, D::d4, kValidation, C::none, read_exclusive_of_draft_4},
    {"minimum", D::d6, D::d2020_12, kValidation, C::none, read_bound},
    {"maximum", D::d6, D::d2020_12, kValidation, C::none, read_bound},
    {"exclusiveMinimum", D::d6, D::d2020_12, kValidation, C::none, read_bound},
    {"exclusiveMaximum", D::d6, D::d2020_12, kValidation, C::none, read_bound},
    {"minLength", D::d4, D::d2020_12, kValidation, C::none, read_length},
    {"maxLength", D::d4, D::d2020_12, kValidation, C::none, read_length},
    {"pattern", D::d4, D::d2020_12, kValidation, C::none, read_pattern},
    {"minItems", D::d4, D::d2020_12, kValidation, C::none, read_item_count},
    {"maxItems", D::d4, D::d2020_12, kValidation, C::none, read_item_count},
    {"minContains", D::d2019_09, D::d2020_12, kValidation, C::none, read_item_count},
    {"maxContains", D::d2019_09, D::d2020_12, kValidation, C::none, read_item_count},
    {"uniqueItems", D::d4, D::d2020_12, kValidation, C::none, read_unique_items},
    {"minProperties", D::d4, D::d2020_12, kValidation, C::none, read_property_count},
    {"maxProperties", D::d4, D::d2020_12, kValidation, C::none, read_property_count},
    {"required", D::d4, D::d2020_12, kValidation, C::none, read_required},
    {"dependentRequired", D::d2019_09, D::d2020_12, kValidation, C::none, read_dependent_required},
    {"format", D::d4, D::d2020_12, kFormat, C::none, read_format},
    {"contentSchema", D::d2019_09, D::d2020_12, kContent, C::one, nullptr},
};

}  // namespace

const Keyword* find_keyword(std::string_view name, const Dialect& dialect) {
  static const auto rows = [] {
    std::unordered_multimap<std::string_view, const Keyword*> map;
    for (const Keyword& keyword : kKeywords) map.emplace(keyword.name, &keyword);
    return map;
  }();
  const auto [begin, end] = rows.equal_range(name);
  for (auto row = begin; row != end; ++row) {
    const Keyword& keyword = *row->second;
    if (keyword.first <= dialect.draft && dialect.draft <= keyword.last &&
        (dialect.vocabularies & keyword.vocabulary))
      return &keyword;
  }
  return nullptr;
}

}  // namespace ashlar::grammar
