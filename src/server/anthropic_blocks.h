// What a message of Anthropic's holds: text, calls of tools, their results.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::server {

struct AnthropicTurn {
  std::string text;
  base::Json calls = base::Json::array();    // as OpenAI's tool_calls
  base::Json results = base::Json::array();  // as OpenAI's messages of the role "tool"
};

// Hears of each block that may have a cache_control, and where it is. Errors end the parsing.
using OnAnthropicBlock = std::function<Status(const base::Json& block, const std::string& where)>;

// A text, or a list of blocks: of text; tool_use for the assistant; tool_result, whose content is a
// text or text blocks, for the user. A result with is_error begins with "Error: ". Errors carry the
// JSON pointer.
Result<AnthropicTurn> parse_anthropic_content(const base::Json& content, std::string_view role,
                                              const std::string& where,
                                              const OnAnthropicBlock& on_block);

}  // namespace ashlar::server
