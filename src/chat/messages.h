// A conversation as callers send it, checked, and as templates see it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "chat/tools.h"

namespace ashlar::chat {

struct Conversation {
  // [{"role", "content", "name"?, "tool_calls"?, "tool_call_id"?}, …], content always a string, the
  // arguments of calls always objects
  base::Json messages;
  std::vector<Tool> tools = {};
};

// Takes [{"role": "system"|"developer"|"user"|"assistant"|"tool", "content": string or
// [{"type": "text", "text": string}, …], "name"?: string, "tool_calls"?: as parse_tool_calls() does
// (assistant), "tool_call_id"?: string (tool)}, …]; the parts of a list are put together, a message
// with calls needs no content, and null stands for what was left out. Everything else is an error
// whose `where` is `pointer` and the JSON pointer below it: nothing is dropped in silence.
Result<Conversation> parse_messages(const base::Json& json, std::string_view pointer = "/messages");

// The variables that Transformers' apply_chat_template passes: messages, tools (null where there
// are none), documents as null, add_generation_prompt.
base::Json template_variables(const Conversation& conversation, bool add_generation_prompt);

// The names under which templates know a tokenizer's special tokens ("bos_token" …) with their
// spellings: what Template::render takes as `trusted`.
base::Json special_token_variables(
    const std::vector<std::pair<std::string_view, std::string_view>>& tokens);

}  // namespace ashlar::chat
