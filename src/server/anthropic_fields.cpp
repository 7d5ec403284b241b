// The fields of Anthropic's requests, beside what its messages hold.
#include <array>

#include "server/anthropic_request.h"
#include "server/endpoints.h"
#include "server/tool_fields.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

// Read from the body by parse_anthropic(): what is in them takes more than a shape.
void read_later(const Json&, Asked&) {}

const Field kMessages{"messages", Fate::used, FieldShape::any,
                      "turns of user and assistant, as text or text blocks", read_later};
const Field kSystem{"system", Fate::used, FieldShape::any, "a text or text blocks", read_later};
const Field kCacheControl{"cache_control", Fate::used, FieldShape::any,
                          R"({"type":"ephemeral"}; prompts are cached without it too)", read_later};
const Field kTools = with_schema(shared("tools"), anthropic_tools_schema);
const Field kToolChoice = with_schema(shared("tool_choice"), anthropic_choice_schema);
const Field kToolSyntax = shared("tool_syntax");
const Field kThinking = refused("thinking", kLater, R"({"type":"disabled"})");
const Field kOutputConfig = refused("output_config", kLater, "{}");
const Field kMcpServers = refused("mcp_servers", kLater, "[]");
const Field kContextManagement = refused("context_management", kLater);
const Field kSpeed = refused("speed", "there is one", R"("standard")");

const std::array kFields = {
    kModel,
    kMessages,
    kSystem,
    kCacheControl,
    shared("max_tokens"),
    Field{"stream", Fate::used, FieldShape::flag, "send the answer as it comes",
          [](const Json& value, Asked& asked) { asked.stream = value.get<bool>(); }},
    shared("temperature"),
    shared("top_p"),
    shared("top_k"),
    shared("stop_sequences", "stop"),
    shared("seed"),
    shared("min_p"),
    shared("typical_p"),
    shared("presence_penalty"),
    shared("frequency_penalty"),
    shared("repetition_penalty"),
    kTools,
    kToolChoice,
    kToolSyntax,
    kThinking,
    kOutputConfig,
    kMcpServers,
    kContextManagement,
    kSpeed,
    refused("container", "nothing is run here"),
    ignored("metadata", "all users are alike"),
    ignored("service_tier", "there is one"),
    ignored("inference_geo", "it is computed here"),
};

const std::array kCountFields = {
    kModel,    kMessages,     kSystem,     kCacheControl,      kTools, kToolChoice, kToolSyntax,
    kThinking, kOutputConfig, kMcpServers, kContextManagement, kSpeed,
};

}  // namespace

std::span<const Field> anthropic_fields() {
  return kFields;
}

std::span<const Field> anthropic_count_fields() {
  return kCountFields;
}

}  // namespace ashlar::server
