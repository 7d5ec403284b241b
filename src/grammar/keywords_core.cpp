// References and what is applied in place (JSON Schema Core, sections 8.2 and 10.2).
#include <fmt/format.h>

#include "grammar/keyword_reader.h"
#include "grammar/uri.h"

namespace ashlar::grammar {

// Identifiers did their work in the index; here only their type is looked at.
Status read_name(KeywordReader& reader, const Value& value) {
  const auto text = reader.text(value);
  return text ? Status{} : tl::unexpected(text.error());
}

Status read_definitions(KeywordReader& reader, const Value& value) {
  const auto map = reader.map(value);
  return map ? Status{} : tl::unexpected(map.error());
}

Status read_reference(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::string reference, reader.text(value));
  ASHLAR_ASSIGN(const NodeId target, reader.target(reference));
  reader.node().reference = target;
  return {};
}

Status read_dynamic_reference(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::string reference, reader.text(value));
  ASHLAR_ASSIGN(const NodeId target, reader.target(reference));
  std::string anchor = percent_decoded(split_fragment(reference).fragment);
  const Schema& schema = reader.schema();
  const auto& anchors = schema.resources[schema.nodes[target].resource].dynamic_anchors;
  const auto at = anchors.find(anchor);
  const bool dynamic = at != anchors.end() && at->second == target;
  reader.node().dynamic_reference = std::make_unique<DynamicReference>(
      DynamicReference{target, std::move(anchor), dynamic, "$dynamicRef"});
  return {};
}

Status read_recursive_reference(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::string reference, reader.text(value));
  if (reference != "#") return reader.not_a("\"#\"");
  ASHLAR_ASSIGN(const NodeId target, reader.target(reference));
  const Schema& schema = reader.schema();
  const bool dynamic = schema.resources[schema.nodes[target].resource].dynamic_anchors.contains("");
  reader.node().dynamic_reference =
      std::make_unique<DynamicReference>(DynamicReference{target, "", dynamic, "$recursiveRef"});
  return {};
}

Status read_alternatives(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(auto nodes, reader.subschemas(value));
  if (nodes.empty()) return reader.wrong(fmt::format("{} is empty", reader.keyword()));
  Node& node = reader.node();
  (reader.keyword() == "allOf"   ? node.all_of
   : reader.keyword() == "anyOf" ? node.any_of
                                 : node.one_of) = std::move(nodes);
  return {};
}

Status read_conditional(KeywordReader& reader, const Value& value) {
  Node& node = reader.node();
  const std::string_view keyword = reader.keyword();
  (keyword == "not"    ? node.negated
   : keyword == "if"   ? node.condition
   : keyword == "then" ? node.consequence
                       : node.alternative) = reader.subschema(value);
  return {};
}

}  // namespace ashlar::grammar
