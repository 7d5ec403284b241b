// A request for a response, read from its body and checked as far as that goes without a model.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "server/fields.h"

namespace ashlar::server {

struct ResponseRequest {
  Asked asked;
  base::Json items;  // of the input, whole
  std::optional<std::string> instructions = {};
  std::optional<std::string> previous = {};  // the response that it continues
  std::optional<std::uint32_t> most_tokens = {};
  base::Json metadata = base::Json::object();
  bool store = true, background = false, truncate = false;
  // What the response object repeats of the request and nothing else uses, by name.
  base::Json repeated = base::Json::object();
};

std::span<const Field> response_fields();
std::span<const Field> input_token_fields();

// Errors carry the JSON pointer of what is wrong.
Result<ResponseRequest> parse_response_request(const base::Json& body);
// The same for a count of tokens, which has fewer fields.
Result<ResponseRequest> parse_input_token_request(const base::Json& body);

// OpenAI's: at most 16 texts of 512 characters, by names of 64.
Status check_metadata(const base::Json& metadata);

}  // namespace ashlar::server
