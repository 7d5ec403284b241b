// The tools of a request, in whatever dialect: chat::parse_tools() knows their shapes.
#pragma once

#include <span>

#include "base/json.h"
#include "server/fields.h"

namespace ashlar::server {

// tools, tool_choice, parallel_tool_calls, tool_syntax.
std::span<const Field> tool_fields();

// For /openapi.json: tools as OpenAI's chats and Ollama's have them, and as responses do; OpenAI's
// choice; what Anthropic's hold.
base::Json chat_tools_schema();
base::Json choice_word_schema();
base::Json flat_tools_schema();
base::Json anthropic_tools_schema();
base::Json anthropic_choice_schema();

// What the fields say, into asked.tools. Errors: llm::tools_of()'s; a structure beside them.
Status settle_tools(Asked& asked);

}  // namespace ashlar::server
