// The tools that a model may call, as OpenAI, Anthropic and MCP describe them, and the choice among
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::chat {

inline constexpr std::size_t kMostToolName = 64;  // characters of [A-Za-z0-9_-]

struct Tool {
  std::string name;
  std::optional<std::string> description = {};
  std::string parameters;  // JSON text of a schema; its root says "type": "object" or has a $ref
  bool strict = false;
  std::string pointer = {};  // to the schema, in what was parsed
};

// Takes a list of
//   {"type": "function", "function": {"name", "description"?, "parameters"?, "strict"?}}  (OpenAI),
//   {"type": "function", "name", "description"?, "parameters"?, "strict"?}     (OpenAI's
//   responses),
//   {"name", "description"?, "input_schema", "type"?: "custom", "strict"?}            (Anthropic),
//   {"name", "description"?, "inputSchema", …}                                              (MCP);
// of MCP's the fields that are for people and programs, not for the model, are passed over, and so
// is Anthropic's cache_control, as it changes no answer.
// Everything else is an error whose `where` is `pointer` and the JSON pointer below it.
Result<std::vector<Tool>> parse_tools(const base::Json& json, std::string_view pointer = "/tools");

// As templates know it: OpenAI's shape.
base::Json tool_json(const Tool& tool);

struct ToolChoice {
  enum class Kind { none, automatic, required } kind = Kind::automatic;
  std::string name = {};  // required: this one; empty: any
  bool parallel = true;   // several calls in one answer
};

// What a conversation has of tools.
struct ToolUse {
  std::vector<Tool> tools = {};
  ToolChoice choice = {};
  std::string syntax = {};  // a family's name; empty: that of the model's template

  // Those that may be called.
  bool offers() const { return !tools.empty() && choice.kind != ToolChoice::Kind::none; }
};

// Takes OpenAI's "none", "auto", "required", {"type": "function", "function": {"name"}} and
// {"type": "function", "name"}, and Anthropic's {"type": "none"|"auto"|"any"|"tool", "name"?,
// "disable_parallel_tool_use"?}. A call can be required only of one of the tools.
Result<ToolChoice> parse_tool_choice(const base::Json& json, const std::vector<Tool>& tools,
                                     std::string_view pointer = "/tool_choice");

// In OpenAI's words.
base::Json tool_choice_json(const ToolChoice& choice);

}  // namespace ashlar::chat
