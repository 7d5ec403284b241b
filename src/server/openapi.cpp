// GET /openapi.json: OpenAPI 3.1, made from the table of routes and the tables of fields.
#include <fmt/format.h>

#include <algorithm>

#include "server/routes.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json whole(double least, double most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json schema_of(FieldShape shape) {
  const Json text = {{"type", "string"}}, number = {{"type", "number"}};
  const Json count = whole(0, 4294967295.0);
  switch (shape) {
    case FieldShape::flag: return {{"type", "boolean"}};
    case FieldShape::number: return number;
    case FieldShape::count: return count;
    case FieldShape::integer: return whole(-2147483648.0, 2147483647.0);
    case FieldShape::seed: return {{"type", "integer"}, {"minimum", 0}};
    case FieldShape::text: return text;
    case FieldShape::texts: return {{"anyOf", {text, list_of(text)}}};
    case FieldShape::counts: return {{"anyOf", {count, list_of(count)}}};
    case FieldShape::biases:
      return {{"type", "object"},
              {"propertyNames", {{"pattern", "^[0-9]{1,9}$"}}},
              {"additionalProperties", number}};
    case FieldShape::messages:
      return list_of({{"type", "object"}, {"required", {"role", "content"}}});
    case FieldShape::object: return {{"type", "object"}};
    case FieldShape::any: break;
  }
  return Json::object();
}

// A refused field is described as never there: what the server would answer is 400.
Json body_of(std::span<const Field> fields) {
  Json properties = Json::object();
  for (const Field& field : fields) {
    if (field.fate == Fate::refused) continue;
    Json schema = schema_of(field.shape);
    schema["description"] = field.fate == Fate::ignored
                                ? fmt::format("ignored, and reported: {}", field.note)
                                : std::string(field.note);
    properties[std::string(field.name)] = std::move(schema);
  }
  return {{"required", true},
          {"content",
           {{"application/json",
             {{"schema", {{"type", "object"}, {"properties", std::move(properties)}}}}}}}};
}

Json operation_of(const Route& route) {
  Json operation = {{"summary", route.summary},
                    {"responses",
                     {{"200", {{"description", "the answer"}}},
                      {"default", {{"description", "an error, in the dialect's shape"}}}}}};
  if (route.path.find('*') != std::string_view::npos)
    operation["parameters"] = Json::array(
        {{{"name", "name"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}}});
  if (route.fields) operation["requestBody"] = body_of(route.fields());
  return operation;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

Status openapi(Services& services, const SharedCall& call) {
  Json paths = Json::object();
  for (const Route& route : routes()) {
    std::string path(route.path);
    if (const auto star = path.find('*'); star != std::string::npos)
      path.replace(star, 1, "{name}");
    paths[path][lower(route.method)] = operation_of(route);
  }
  call->answer(Json{{"openapi", "3.1.0"},
                    {"info", {{"title", "Ashlar"}, {"version", services.version}}},
                    {"paths", std::move(paths)}});
  return {};
}

}  // namespace ashlar::server
