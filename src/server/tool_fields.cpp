#include "server/tool_fields.h"

#include <fmt/format.h>

#include <array>

#include "chat/tools.h"
#include "llm/request_json.h"

namespace ashlar::server {
namespace {

using base::Json;

Json name_schema() {
  return {{"type", "string"},
          {"pattern", fmt::format("^[A-Za-z0-9_-]{{1,{}}}$", chat::kMostToolName)}};
}

Json parameters_schema() {
  return {{"type", "object"},
          {"properties", {{"type", {{"const", "object"}}}, {"properties", {{"type", "object"}}}}},
          {"required", Json::array({"type"})}};
}

}  // namespace

// As OpenAI's chats have it, beside which Anthropic's and MCP's are taken.
Json chat_tools_schema() {
  const Json function = {{"type", "object"},
                         {"properties",
                          {{"name", name_schema()},
                           {"description", {{"type", "string"}}},
                           {"parameters", parameters_schema()},
                           {"strict", {{"type", "boolean"}}}}},
                         {"required", Json::array({"name"})},
                         {"additionalProperties", false}};
  const Json tool = {{"type", "object"},
                     {"properties", {{"type", {{"const", "function"}}}, {"function", function}}},
                     {"required", Json::array({"type", "function"})},
                     {"additionalProperties", false}};
  return {{"type", "array"}, {"items", tool}};
}

std::span<const Field> tool_fields() {
  static const std::array fields = {
      with_schema(shared("tools"), chat_tools_schema),
      with_schema(shared("tool_choice"), choice_word_schema),
      shared("parallel_tool_calls"),
      shared("tool_syntax"),
  };
  return fields;
}

// A call can be required where there are tools, and named where there is one of that name.
Json choice_word_schema() {
  return {{"enum", Json::array({"none", "auto"})}};
}

Json flat_tools_schema() {
  Json schema = chat_tools_schema();
  Json tool = schema["items"]["properties"]["function"];
  tool["properties"]["type"] = {{"const", "function"}};
  tool["required"].push_back("type");
  schema["items"] = std::move(tool);
  return schema;
}

Json anthropic_tools_schema() {
  return {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"name", name_schema()},
              {"description", {{"type", "string"}}},
              {"input_schema", parameters_schema()}}},
            {"required", Json::array({"name", "input_schema"})},
            {"additionalProperties", false}}}};
}

Json anthropic_choice_schema() {
  return {{"type", "object"},
          {"properties", {{"type", {{"enum", Json::array({"none", "auto"})}}}}},
          {"required", Json::array({"type"})},
          {"additionalProperties", false}};
}

Status settle_tools(Asked& asked) {
  ASHLAR_ASSIGN(asked.tools, llm::tools_of(asked.draft));
  return {};
}

}  // namespace ashlar::server
