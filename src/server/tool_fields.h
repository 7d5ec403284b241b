// The tools of a request to one of OpenAI's or our own endpoints.
#pragma once

#include <span>

#include "base/json.h"
#include "server/fields.h"

namespace ashlar::server {

// tools, tool_choice, parallel_tool_calls, tool_syntax.
std::span<const Field> tool_fields();

// What the fields say, into asked.tools. Errors: llm::tools_of()'s; a structure beside them.
Status settle_tools(Asked& asked);

}  // namespace ashlar::server
