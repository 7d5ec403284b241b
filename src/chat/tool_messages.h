// A conversation with calls and their results, for a template that never reads tools.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "chat/tool_syntax.h"

namespace ashlar::chat {

// tools_text() joins the system message, calls what the assistant said; results are turns of the
// user, those one behind the other one turn. Takes messages as parse_messages() gives them, some
// with "tool_calls" or "tool_call_id". Errors: those of parse_tool_calls().
Result<base::Json> messages_as_text(const base::Json& messages, const ToolSyntax& syntax,
                                    const std::vector<Tool>& tools,
                                    std::string_view pointer = "/messages");

}  // namespace ashlar::chat
