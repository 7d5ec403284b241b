// The items of OpenAI's responses: what goes in, checked and made whole, and as the messages that
// a template reads.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::server {

// `input` is a text or a list of messages, calls and their results. They come out as the official
// types have them:
//   {"id", "type": "message", "status", "role", "content": [{"type": "input_text", "text"}]},
// with output_text for the assistant,
//   {"id", "type": "function_call", "status", "call_id", "name", "arguments": text},
//   {"id", "type": "function_call_output", "status", "call_id", "output": text}.
// Everything else is refused, with its JSON pointer.
Result<base::Json> parse_items(const base::Json& input);

// Those from the item `from` on, as chat::parse_messages() takes them: calls are the message's that
// stands before them. REQUIRES: items from parse_items(), or of an answer.
base::Json messages_of_items(const base::Json& items, std::size_t from);
// Whether a conversation may begin with it: it is no answer of the model, and none to it.
bool may_begin(const base::Json& item);

// {"type": "output_text", …}, and the item that holds it. `status` as the official type has it.
base::Json output_text(std::string_view text, base::Json logprobs);
base::Json output_item(std::string_view id, std::string_view status, base::Json content);

}  // namespace ashlar::server
