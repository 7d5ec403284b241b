// The tools of a request, in whatever dialect: chat::parse_tools() knows their shapes.
#pragma once

#include <span>

#include "base/json.h"
#include "server/fields.h"

namespace ashlar::server {

// tools, tool_choice, parallel_tool_calls, tool_syntax.
std::span<const Field> tool_fields();

// What Anthropic's tools and tool_choice hold, for /openapi.json.
base::Json anthropic_tools_schema();
base::Json anthropic_choice_schema();

// What the fields say, into asked.tools. Errors: llm::tools_of()'s; a structure beside them.
Status settle_tools(Asked& asked);

}  // namespace ashlar::server
