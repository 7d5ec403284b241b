// The items of OpenAI's responses: what goes in, checked and made whole, and as the messages that
// a template reads.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::server {

// `input` is a text or a list of message items. They come out as the official type has them:
//   {"id", "type": "message", "status", "role", "content": [{"type": "input_text", "text"}]}
// with output_text for the assistant. Everything else is refused, with its JSON pointer.
Result<base::Json> parse_items(const base::Json& input);

// {"role", "content": text}; REQUIRES: an item from parse_items(), or of an answer.
base::Json message_of(const base::Json& item);

// {"type": "output_text", …}, and the item that holds it. `status` as the official type has it.
base::Json output_text(std::string_view text, base::Json logprobs);
base::Json output_item(std::string_view id, std::string_view status, base::Json content);

}  // namespace ashlar::server
