#include "formats/toml_document.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "formats/document_builder.h"

namespace ashlar::formats {
namespace {

using base::Json;

std::string at(std::string_view where, const toml::source_position& position) {
  return fmt::format("{}:{}:{}", where, position.line, position.column);
}

class Walker {
 public:
  Walker(DocumentBuilder& builder, std::string_view where) : builder_(builder), where_(where) {}

  Status walk(const toml::node& node) {
    if (const toml::table* table = node.as_table()) return walk_table(*table);
    if (const toml::array* array = node.as_array()) return walk_array(*array);
    ASHLAR_ASSIGN(Json value, scalar(node));
    return placed(builder_.value(std::move(value)), node.source().begin);
  }

 private:
  Status walk_array(const toml::array& array) {
    ASHLAR_TRY(placed(builder_.begin_array(), array.source().begin));
    for (const toml::node& each : array) ASHLAR_TRY(walk(each));
    builder_.end();
    return {};
  }

  // toml++ sorts members by name; the text's order is where their names stand.
  Status walk_table(const toml::table& table) {
    using Member = std::pair<const toml::key*, const toml::node*>;
    std::vector<Member> members;
    for (const auto& [key, node] : table) members.emplace_back(&key, &node);
    std::ranges::sort(members, {}, [](const Member& member) {
      const toml::source_position& begin = member.first->source().begin;
      return std::tuple(begin.line, begin.column);
    });
    ASHLAR_TRY(placed(builder_.begin_object(), table.source().begin));
    for (const auto& [key, node] : members) {
      ASHLAR_TRY(placed(builder_.name(std::string(key->str())), key->source().begin));
      ASHLAR_TRY(walk(*node));
    }
    builder_.end();
    return {};
  }

  Result<Json> scalar(const toml::node& node) const {
    if (const auto text = node.value_exact<std::string>()) return Json(*text);
    if (const auto flag = node.value_exact<bool>()) return Json(*flag);
    if (const auto count = node.value_exact<std::int64_t>()) return json_of_integer(*count);
    const auto number = node.value_exact<double>();
    if (number && std::isfinite(*number)) return Json(*number);
    return fail(ErrorKind::unsupported, number ? "a number that is not finite" : "a date or a time",
                at(where_, node.source().begin), "write it as a string");
  }

  Status placed(Status status, const toml::source_position& position) const {
    if (!status) status.error().where = at(where_, position);
    return status;
  }

  DocumentBuilder& builder_;
  std::string_view where_;
};

}  // namespace

bool has_endless_toml_key(std::string_view text) {
  int dots = 0;
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '"' || c == '\'' || c == ' ' || c == '\t';
    dots = c == '.' ? dots + 1 : word ? dots : 0;
    if (dots > kMostTomlKeyParts) return true;
  }
  return false;
}

Result<Json> read_toml_document(std::string_view text, std::string_view where) try {
  if (has_endless_toml_key(text))
    return fail(ErrorKind::too_large, fmt::format("a key of more than {} parts", kMostTomlKeyParts),
                std::string(where), "flatten the document");
  const toml::table root = toml::parse(text);
  DocumentBuilder builder;
  ASHLAR_TRY(Walker(builder, where).walk(root));
  return builder.take();
} catch (const toml::parse_error& error) {
  return fail(ErrorKind::bad_input, fmt::format("not TOML: {}", error.description()),
              at(where, error.source().begin), "write valid TOML 1.0");
}

}  // namespace ashlar::formats
