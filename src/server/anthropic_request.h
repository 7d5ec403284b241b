// A request to POST /v1/messages as a conversation for the model's template. Pure: no model, no
// call. Knowledge: Anthropic's Messages API, version 2023-06-01, and the types of its client.
#pragma once

#include <span>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "server/fields.h"

namespace ashlar::server {

struct AnthropicRequest {
  Asked asked;
  // As chat::parse_messages() takes them, with the system prompt first and the turns of one role
  // joined; without the prefill.
  base::Json messages;
  std::string prefill;   // the last turn, where it is the assistant's: the answer goes on from it
  std::size_t kept = 0;  // messages up to and with the last that has a cache_control
};

// Errors carry the field's JSON pointer. `counting`: the request is one to count_tokens, which asks
// for no answer.
Result<AnthropicRequest> parse_anthropic(const base::Json& body, bool counting);

std::span<const Field> anthropic_fields();
std::span<const Field> anthropic_count_fields();

}  // namespace ashlar::server
