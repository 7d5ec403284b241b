#include "prompt/identity.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace ashlar::prompt {
namespace {

using base::Json;

using Member = std::pair<std::string_view, const Json*>;

std::vector<Member> sorted_members(const Json& object) {
  std::vector<Member> members;
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>())
    members.emplace_back(name, &value);
  std::ranges::sort(members, {}, &Member::first);
  return members;
}

// operator[] looks through all names before. REQUIRES: a new one.
void append(Json& object, std::string_view name, Json value) {
  object.get_ref<Json::object_t&>().emplace_back(std::string(name), std::move(value));
}

// A schema's members may stand in any order, but for those of `properties`: answers have that one.
// What holds instances stays as it is.
Json canonical_schema(const Json& schema) {
  if (schema.is_array()) {
    Json list = Json::array();
    for (const Json& each : schema) list.push_back(canonical_schema(each));
    return list;
  }
  if (!schema.is_object()) return schema;
  Json members = Json::object();
  for (const auto& [name, value] : sorted_members(schema)) {
    if (name == "const" || name == "enum" || name == "default" || name == "examples") {
      append(members, name, *value);
    } else if (name == "properties" && value->is_object()) {
      Json properties = Json::object();
      for (const auto& [property, each] : value->get_ref<const Json::object_t&>())
        append(properties, property, canonical_schema(each));
      append(members, name, std::move(properties));
    } else {
      append(members, name, canonical_schema(*value));
    }
  }
  return members;
}

// 1.0 and 1 set a field to the same.
Json canonical_number(const Json& value) {
  if (!value.is_number_float()) return value;
  const double number = value.get<double>();
  constexpr double kWhole = 9007199254740992;  // 2^53
  if (std::trunc(number) != number || number < -kWhole || number > kWhole) return value;
  return static_cast<std::int64_t>(number);
}

Json canonical_sampling(const Json& sampling) {
  Json fields = Json::object();
  for (const auto& [name, value] : sorted_members(sampling))
    append(fields, name, canonical_number(*value));
  return fields;
}

Json json_of_variable(const Variable& variable, bool described) {
  Json json = {{"type", canonical_schema(variable.schema)}, {"trusted", variable.trusted}};
  if (variable.fallback) json["default"] = *variable.fallback;
  if (described && !variable.description.empty()) json["description"] = variable.description;
  return json;
}

Json json_of_example(const Example& example) {
  Json json = Json::object();
  if (example.user) {
    json["user"] = *example.user;
  } else {
    json["variables"] = Json::object();
    for (const auto& [name, value] : sorted_members(example.variables))
      append(json["variables"], name, *value);
  }
  json["answer"] = example.answer;
  return json;
}

Json content_of(const PromptSpec& spec, bool described) {
  Json json = Json::object();
  if (spec.system) json["system"] = *spec.system;
  json["user"] = spec.user;
  json["variables"] = Json::object();
  for (const auto& [name, variable] : spec.variables)
    json["variables"][name] = json_of_variable(variable, described);
  json["examples"] = Json::array();
  for (const Example& example : spec.examples) json["examples"].push_back(json_of_example(example));
  if (spec.schema) json["schema"] = canonical_schema(*spec.schema);
  json["sampling"] = canonical_sampling(spec.sampling);
  return json;
}

}  // namespace

Json json_of(const PromptSpec& spec) {
  Json json = {{"name", spec.name}, {"version", spec.version}};
  if (!spec.description.empty()) json["description"] = spec.description;
  json.update(content_of(spec, true));
  return json;
}

std::string content_hash(const PromptSpec& spec) {
  const std::string text = base::write_json(content_of(spec, false));
  return base::hex(base::hash_of(std::as_bytes(std::span(text))));
}

}  // namespace ashlar::prompt
