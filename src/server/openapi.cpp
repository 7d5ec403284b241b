// GET /openapi.json: OpenAPI 3.1, made from the table of routes, the fields and the notes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/openapi_notes.h"
#include "server/openapi_schema.h"
#include "server/routes.h"

namespace ashlar::server {
namespace {

using base::Json;

constexpr std::string_view kAbout =
    "A request that breaks off, is too slow or too large is answered 400, 408, 413 or 431; a path "
    "that isn't there 404, a method that it doesn't take 405. HEAD is served where GET is.";

bool has_field(const Route& route, std::string_view name) {
  if (!route.fields) return false;
  const auto fields = route.fields();
  return std::ranges::find(fields, name, &Field::name) != fields.end();
}

bool is_open(const Route& route) {
  return route.path.find('*') != std::string_view::npos;
}

// What may go wrong: 5XX where models are used.
std::set<std::string> failures_of(const Route& route, const RouteNote& note) {
  std::set<std::string> statuses;
  if (note.also >= 400) statuses.insert(std::to_string(note.also));
  if (route.fields || is_open(route)) statuses.insert("400");
  if (is_open(route) || has_field(route, "model")) statuses.insert("404");
  if (!note.query.empty() || has_field(route, "expected_generation")) statuses.insert("409");
  if (route.fields) statuses.merge(std::set<std::string>{"413", "5XX"});
  if (route.group != Group::open) statuses.merge(std::set<std::string>{"401", "403", "429"});
  return statuses;
}

Json content_of(std::string_view media, Json schema) {
  return {{std::string(media), {{"schema", std::move(schema)}}}};
}

Json success_of(const Route& route, const RouteNote& note) {
  Json content = Json::object();
  for (const std::string_view media : words_of(note.media)) {
    Json schema = {{"type", media == "application/json" ? "object" : "string"}};
    if (!note.answer.empty()) schema["required"] = words_of(note.answer);
    content.update(content_of(media, std::move(schema)));
  }
  const bool lines = route.dialect == Dialect::ollama;
  if (has_field(route, "stream"))
    content.update(
        content_of(lines ? "application/x-ndjson" : "text/event-stream", Json::object()));
  return {{"description", "the answer"}, {"content", std::move(content)}};
}

std::string_view name_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::openai: return "openai_error";
    case Dialect::anthropic: return "anthropic_error";
    case Dialect::ollama: return "ollama_error";
    case Dialect::own: break;
  }
  return "error";
}

Json responses_of(const Route& route, const RouteNote& note) {
  Json responses = {{"200", success_of(route, note)}};
  if (note.also == 201) responses["201"] = {{"description", "kept"}};
  if (note.also == 304) responses["304"] = {{"description", "as it was"}};
  const Json schema = {{"$ref", fmt::format("#/components/schemas/{}", name_of(route.dialect))}};
  for (const std::string& status : failures_of(route, note))
    responses[status] = {{"description", "an error, in the dialect's shape"},
                         {"content", content_of("application/json", schema)}};
  return responses;
}

Json parameters_of(const Route& route, const RouteNote& note) {
  Json parameters = Json::array();
  if (is_open(route))
    parameters.push_back({{"name", "name"},
                          {"in", "path"},
                          {"required", true},
                          {"schema", {{"type", "string"}, {"pattern", kNamePattern}}}});
  for (const std::string_view name : words_of(note.query))
    parameters.push_back({{"name", name}, {"in", "query"}, {"schema", schema_of_whole()}});
  return parameters;
}

Json operation_of(const Route& route) {
  const RouteNote& note = note_of(route.method, route.path);
  Json operation = {{"summary", route.summary}, {"responses", responses_of(route, note)}};
  if (Json parameters = parameters_of(route, note); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  if (route.fields)
    operation["requestBody"] = {
        {"required", true},
        {"content", content_of("application/json",
                               schema_of_body(route.fields(), note.required, note.closed))}};
  return operation;
}

Json object_of(Json properties) {
  Json schema = {{"type", "object"}, {"required", Json::array()}};
  for (const auto& [name, each] : properties.items()) schema["required"].push_back(name);
  schema["properties"] = std::move(properties);
  return schema;
}

// error_body() in dialect.cpp makes them.
Json error_schemas() {
  const Json text = {{"type", "string"}}, perhaps = {{"type", {"string", "null"}}};
  const auto wrapped = [](Json error) { return object_of({{"error", std::move(error)}}); };
  return {
      {name_of(Dialect::own),
       wrapped(object_of({{"kind", text}, {"message", text}, {"where", text}, {"mend", text}}))},
      {name_of(Dialect::openai),
       wrapped(
           object_of({{"message", text}, {"type", text}, {"param", perhaps}, {"code", perhaps}}))},
      {name_of(Dialect::anthropic),
       object_of({{"type", {{"const", "error"}}},
                  {"error", object_of({{"type", text}, {"message", text}})},
                  {"request_id", text}})},
      {name_of(Dialect::ollama), wrapped(text)}};
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
  call->answer(
      Json{{"openapi", "3.1.0"},
           {"info", {{"title", "Ashlar"}, {"version", services.version}, {"description", kAbout}}},
           {"paths", std::move(paths)},
           {"components", {{"schemas", error_schemas()}}}});
  return {};
}

}  // namespace ashlar::server
