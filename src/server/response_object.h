// The response object of OpenAI's responses, as it grows from the request to the whole answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "engine/request.h"
#include "server/response_prompt.h"
#include "server/response_request.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::server {

// With every field that the official type has, in progress, without output.
base::Json new_response(std::string_view id, std::int64_t created, std::string_view model,
                        const ResponseRequest& request, const ResponsePrompt& prompt);

// The log-probabilities as output_text holds them.
base::Json response_logprobs(const engine::Output& output, const tokenizer::Tokenizer& tokenizer);

// Puts the answer in: completed, incomplete where it was cut, cancelled where it was stopped.
void set_answer(base::Json& response, const engine::Output& output, base::Json item,
                std::int64_t now);

// "completed" or "incomplete", of the item of an answer.
std::string_view item_status(const engine::Output& output);

}  // namespace ashlar::server
