// The protocols that are spoken, and what an error looks like in each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "net/http_message.h"

namespace ashlar::server {

enum class Dialect : std::uint8_t { openai, anthropic, ollama, own };

// The HTTP status of an error: 400 for what the caller sent, 403, 404, 503 where something ran out,
// 500 for what is broken on this side.
unsigned status_for(const Error& error);

// A JSON pointer as OpenAI names fields: "/messages/0/content" is "messages[0].content".
std::string field_path(std::string_view pointer);

// And as Anthropic does: "messages.0.content". REQUIRES: not empty.
std::string dotted_path(std::string_view pointer);

// The body of an error:
//   openai     {"error": {"message", "type", "param", "code"}}
//   anthropic  {"type": "error", "error": {"type", "message"}, "request_id"}
//   ollama     {"error": message}
//   own        {"error": {"kind", "message", "where", "mend"}}, as the verbs print it
base::Json error_body(Dialect dialect, unsigned status, const Error& error,
                      std::string_view request_id);

net::Response json_response(unsigned status, const base::Json& body);

}  // namespace ashlar::server
