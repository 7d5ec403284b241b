#include "grammar/keyword_reader.h"

#include <fmt/format.h>

#include "base/json_pointer.h"

namespace ashlar::grammar {

std::string KeywordReader::where() const {
  return schema_.pointer(id_) + base::pointer_step(keyword_);
}

tl::unexpected<Error> KeywordReader::wrong(std::string message, ErrorKind kind) const {
  return fail(kind, std::move(message), where(), "mend the schema");
}

tl::unexpected<Error> KeywordReader::not_a(std::string_view wanted) const {
  return wrong(fmt::format("{} is not {}", keyword_, wanted));
}

Result<bool> KeywordReader::boolean(const Value& value) const {
  if (!value.boolean()) return not_a("a boolean");
  return *value.boolean();
}

Result<Decimal> KeywordReader::decimal(const Value& value) const {
  if (!value.number()) return not_a("a number");
  return Decimal::of(value.number()->literal);
}

Result<std::uint64_t> KeywordReader::count(const Value& value) const {
  const auto count = value.number() ? Decimal::of(value.number()->literal).count() : std::nullopt;
  if (!count) return not_a("a whole number of at least 0");
  return *count;
}

Result<std::string> KeywordReader::text(const Value& value) const {
  if (!value.string()) return not_a("a string");
  return *value.string();
}

Result<std::vector<std::string>> KeywordReader::names(const Value& value) const {
  std::vector<std::string> names;
  if (!value.array()) return not_a("an array of strings");
  for (const Value& name : *value.array()) {
    if (!name.string()) return not_a("an array of strings");
    names.push_back(*name.string());
  }
  return names;
}

Result<const Object*> KeywordReader::map(const Value& value) const {
  if (!value.object()) return not_a("an object");
  return value.object();
}

Result<std::vector<NodeId>> KeywordReader::subschemas(const Value& value) const {
  std::vector<NodeId> nodes;
  if (!value.array()) return not_a("an array of schemas");
  for (const Value& item : *value.array()) nodes.push_back(subschema(item));
  return nodes;
}

Result<PatternId> KeywordReader::pattern(const std::string& text) {
  const auto known = patterns_.find(text);
  if (known != patterns_.end()) return known->second;
  auto compiled = Pattern::compile(text, "", schema_.pattern_memory);
  if (!compiled) return tl::unexpected(placed(std::move(compiled.error()), where()));
  const auto id = static_cast<PatternId>(schema_.patterns.size());
  schema_.patterns.push_back(std::move(*compiled));
  patterns_[text] = id;
  return id;
}

Result<NodeId> KeywordReader::target(std::string_view reference) {
  auto node = index_.resolve(id_, reference);
  if (!node) return tl::unexpected(placed(std::move(node.error()), where()));
  return node;
}

}  // namespace ashlar::grammar
