// The calls in a message of the assistant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::chat {

struct ToolCall {
  std::optional<std::string> id = {};
  std::string name;
  std::string arguments;  // JSON text of an object
};

// The arguments as an object; an empty one where they were cut off.
base::Json arguments_object(const ToolCall& call);

// A message's field "tool_calls" as OpenAI has it:
//   [{"id"?, "type"?: "function", "function": {"name", "arguments": JSON text or object}}, …],
// or Ollama, which has no types and "index" in a function.
// Errors: `where` is `pointer` and the JSON pointer below it.
Result<std::vector<ToolCall>> parse_tool_calls(const base::Json& json, std::string_view pointer);

// As templates know it: arguments as an object.
base::Json tool_calls_json(const std::vector<ToolCall>& calls);

}  // namespace ashlar::chat
