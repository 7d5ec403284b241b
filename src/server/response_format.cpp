#include "server/response_format.h"

#include <fmt/format.h>

#include "base/json_pointer.h"
#include "grammar/language.h"
#include "grammar/structure.h"
#include "llm/request_json.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

tl::unexpected<Error> wrong(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

bool given(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && !at->is_null();
}

Result<std::string> type_of(const Json& format, const std::string& pointer) {
  if (!given(format, "type") || !format["type"].is_string())
    return wrong("the format has no type", pointer + "/type",
                 R"(send "text", "json_object" or "json_schema")");
  return format["type"].get<std::string>();
}

// {"name", "schema", "strict", "description"}; strict changes nothing, as every schema is held to.
Status settle_named_schema(const Json& named, const std::string& pointer, Asked& asked) {
  if (!given(named, "schema"))
    return wrong("the schema is missing", pointer + "/schema", "send a JSON Schema");
  const Json& schema = named["schema"];
  if (!schema.is_object() && !schema.is_boolean())
    return wrong(fmt::format("the schema is {}", schema.type_name()), pointer + "/schema",
                 "send a JSON Schema");
  return settle_schema(schema, pointer + "/schema", asked);
}

Json schema_of_response_format() {
  const auto typed = [](const char* type) {
    return Json{{"type", "object"},
                {"properties", {{"type", {{"const", type}}}}},
                {"required", Json::array({"type"})}};
  };
  Json with_schema = typed("json_schema");
  with_schema["properties"]["json_schema"] = {
      {"type", "object"},
      {"properties", {{"name", {{"type", "string"}}}, {"schema", some_schema()}}},
      {"required", Json::array({"schema"})}};
  with_schema["required"].push_back("json_schema");
  return {{"oneOf", Json::array({typed("text"), typed("json_object"), std::move(with_schema)})}};
}

}  // namespace

Json some_schema() {
  return {{"anyOf", Json::array({{{"type", "object"}}, {{"const", true}}})}};
}

constinit const Field kResponseFormat = {
    .name = "response_format",
    .fate = Fate::used,
    .shape = FieldShape::object,
    .note = "the JSON that the answer must be: json_object, or json_schema with its schema",
    .set = [](const Json&, Asked&) {},
    .harmless = R"({"type":"text"})",
    .schema = schema_of_response_format,
    .bars = "stop stop_token_ids structured_outputs"};

Status settle_schema(const Json& schema, std::string_view pointer, Asked& asked) {
  if (!grammar::is_free(asked.structure))
    return wrong("two structures are asked for", std::string(pointer), "an answer has one");
  asked.draft.schema = base::write_json(schema);
  ASHLAR_ASSIGN(asked.structure, llm::structure_of(asked.draft));
  auto language = grammar::language_of(asked.structure, grammar::ByteSet().set());
  if (language) return {};
  Error error = std::move(language.error());
  if (error.where.starts_with("schema")) error.where.replace(0, 6, pointer);
  return tl::unexpected(std::move(error));
}

Status settle_response_format(const Json& body, Asked& asked) {
  if (!given(body, "response_format")) return {};
  const Json& format = body["response_format"];
  ASHLAR_ASSIGN(const std::string type, type_of(format, "/response_format"));
  if (type == "text") return {};
  if (type == "json_object") return settle_schema({{"type", "object"}}, "/response_format", asked);
  if (type != "json_schema")
    return wrong(fmt::format("no format '{}'", type), "/response_format/type",
                 "send text, json_object or json_schema");
  const std::string pointer = "/response_format/json_schema";
  if (!given(format, "json_schema") || !format["json_schema"].is_object())
    return wrong("the schema is missing", pointer, R"(send {"name":…, "schema":…})");
  return settle_named_schema(format["json_schema"], pointer, asked);
}

Status settle_text_format(const Json& format, Asked& asked) {
  ASHLAR_ASSIGN(const std::string type, type_of(format, "/text/format"));
  if (type == "text") return {};
  if (type == "json_object") return settle_schema({{"type", "object"}}, "/text/format", asked);
  if (type == "json_schema") return settle_named_schema(format, "/text/format", asked);
  return wrong(fmt::format("no format '{}'", type), "/text/format/type",
               "send text, json_object or json_schema");
}

Status settle_ollama_format(const Json& body, Asked& asked) {
  if (!given(body, "format") || body["format"] == "") return {};
  const Json& format = body["format"];
  if (format == "json") return settle_schema({{"type", "object"}}, "/format", asked);
  if (format.is_object() || format.is_boolean()) return settle_schema(format, "/format", asked);
  return wrong("the format is neither json nor a schema", "/format",
               R"(send "json" or a JSON Schema)");
}

}  // namespace ashlar::server
