// What the fields hold, as JSON Schema 2020-12. Held to what the server takes by the full check's
// schemathesis.
#include "server/openapi_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "server/endpoints.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::uint64_t kCountMax = std::numeric_limits<std::uint32_t>::max();

// Beside what the shape says; by llm's own name of the field, else by its own.
struct Bounds {
  std::string_view name;
  double least, most;
};
constexpr Bounds kBounds[] = {
    {"temperature", 0, 1000},
    {"top_p", 0, 1},
    {"min_p", 0, 1},
    {"typical_p", 0, 1},
    {"repetition_penalty", 0.01, 100},
    {"presence_penalty", -100, 100},
    {"frequency_penalty", -100, 100},
    {"n", 1, kMostChoices},
    {"best_of", 1, kMostChoices},
    {"logprobs", 0, kMostLogprobs},
    {"prompt_logprobs", 0, kMostLogprobs},
};

Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json filled_list_of(Json items) {
  Json list = list_of(std::move(items));
  list["minItems"] = 1;
  return list;
}

Json any_of(std::initializer_list<Json> schemas) {
  return {{"anyOf", Json(schemas)}};
}

Json count() {
  return {{"type", "integer"}, {"minimum", 0}, {"maximum", kCountMax}};
}

Json biases() {
  const Json bias = {{"type", "number"}, {"minimum", -100}, {"maximum", 100}};
  const Json pair = {{"type", "array"},
                     {"prefixItems", Json::array({count(), bias})},
                     {"minItems", 2},
                     {"maxItems", 2}};
  return any_of({{{"type", "object"},
                  {"propertyNames", {{"pattern", "^[0-9]{1,9}$"}}},
                  {"additionalProperties", bias}},
                 list_of(pair)});
}

Json messages() {
  const Json text = {{"type", "string"}};
  const Json part = {{"type", "object"},
                     {"properties", {{"type", {{"const", "text"}}}, {"text", text}}},
                     {"required", {"type", "text"}},
                     {"additionalProperties", false}};
  return filled_list_of(
      {{"type", "object"},
       {"properties",
        {{"role", {{"enum", {"system", "developer", "user", "assistant", "tool"}}}},
         {"content", any_of({text, list_of(part)})},
         {"name", {{"type", {"string", "null"}}}}}},
       {"required", {"role", "content"}},
       {"additionalProperties", {{"type", "null"}}}});
}

// A text, ids, or a list of either.
Json prompts() {
  const Json text = {{"type", "string"}, {"minLength", 1}}, ids = filled_list_of(count());
  return any_of({text, ids, filled_list_of(any_of({text, ids}))});
}

Json schema_of(FieldShape shape) {
  using Integers = std::numeric_limits<std::int32_t>;
  const Json text = {{"type", "string"}}, filled = {{"type", "string"}, {"minLength", 1}};
  switch (shape) {
    case FieldShape::flag: return {{"type", "boolean"}};
    case FieldShape::number: return {{"type", "number"}};
    case FieldShape::count: return count();
    case FieldShape::integer:
      return {{"type", "integer"}, {"minimum", Integers::min()}, {"maximum", Integers::max()}};
    case FieldShape::seed: return schema_of_whole();
    case FieldShape::text:
    case FieldShape::file: return text;
    case FieldShape::texts: return any_of({filled, list_of(filled)});
    case FieldShape::list: return list_of(filled);
    case FieldShape::counts: return any_of({count(), list_of(count())});
    case FieldShape::biases: return biases();
    case FieldShape::messages: return messages();
    case FieldShape::schema: return {{"type", Json::array({"object", "boolean"})}};
    case FieldShape::object: return {{"type", "object"}};
    case FieldShape::tools: return list_of({{"type", "object"}});
    case FieldShape::any: break;
  }
  return Json::object();
}

Json schema_of(const Field& field) {
  if (field.fate == Fate::ignored) return Json::object();
  if (field.schema) return field.schema();
  if (field.name == "prompt" && field.shape == FieldShape::any) return prompts();
  Json schema = schema_of(field.shape);
  if (field.name == "name" || field.name == "alias") schema["pattern"] = kNamePattern;
  const auto& name = field.of.empty() ? field.name : field.of;
  const auto* bounds = std::ranges::find(kBounds, name, &Bounds::name);
  if (bounds == std::end(kBounds) || field.shape == FieldShape::flag) return schema;
  schema["minimum"] = bounds->least;
  schema["maximum"] = bounds->most;
  return schema;
}

// null stands for a field that was left out.
Json or_null(Json schema) {
  if (schema.contains("type")) schema["type"] = Json::array({schema["type"], "null"});
  for (const char* cases : {"anyOf", "oneOf"})
    if (schema.contains(cases)) schema[cases].push_back({{"type", "null"}});
  return schema;
}

const Field& named(std::span<const Field> fields, std::string_view name) {
  return *std::ranges::find(fields, name, &Field::name);
}

// Just one of the fields is there; null is not.
Json one_of_them(std::span<const Field> fields, std::string_view names) {
  Json cases = Json::array();
  while (!names.empty()) {
    const std::string name(names.substr(0, names.find('|')));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    cases.push_back({{"required", Json::array({name})},
                     {"properties", {{name, schema_of(named(fields, name))}}}});
  }
  return cases;
}

// Of a field that bars others: it asks for nothing, or they hold nothing.
Json one_side_of(const Field& field) {
  const Json null = {{"type", "null"}}, nothing = {{"type", {"array", "null"}}, {"maxItems", 0}};
  const Json idle =
      field.harmless.empty() ? null : any_of({null, {{"const", Json::parse(field.harmless)}}});
  Json others = Json::object();
  for (const std::string_view name : words_of(field.bars)) others[std::string(name)] = nothing;
  return any_of({{{"properties", {{field.name, idle}}}}, {{"properties", std::move(others)}}});
}

// The body's part that says what must be there.
void require(Json& body, std::span<const Field> fields, std::string_view name) {
  if (name.find('|') != std::string_view::npos) {
    body["oneOf"] = one_of_them(fields, name);
    return;
  }
  const bool filled = name.ends_with('+');
  if (filled) name.remove_suffix(1);
  body["required"].push_back(name);
  Json& property = body["properties"][std::string(name)];
  const Json description = property["description"];
  property = schema_of(named(fields, name));
  if (filled) property["minLength"] = 1;
  property["description"] = description;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    words.push_back(list.substr(0, list.find(' ')));
    list.remove_prefix(std::min(list.size(), words.back().size() + 1));
  }
  return words;
}

Json schema_of_whole() {
  return {
      {"type", "integer"}, {"minimum", 0}, {"maximum", std::numeric_limits<std::uint64_t>::max()}};
}

// A refused field is described as never there: what the server would answer is 400.
Json schema_of_body(std::span<const Field> fields, std::string_view required, bool closed) {
  Json properties = Json::object();
  for (const Field& field : fields) {
    if (field.fate == Fate::refused) continue;
    Json schema = or_null(schema_of(field));
    schema["description"] = field.fate == Fate::ignored
                                ? fmt::format("ignored, and reported: {}", field.note)
                                : std::string(field.note);
    properties[std::string(field.name)] = std::move(schema);
  }
  Json body = {{"type", "object"}, {"properties", std::move(properties)}};
  for (const std::string_view name : words_of(required)) require(body, fields, name);
  for (const Field& field : fields)
    if (!field.bars.empty()) body["allOf"].push_back(one_side_of(field));
  if (closed) body["additionalProperties"] = false;
  return body;
}

}  // namespace ashlar::server
