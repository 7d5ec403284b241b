// The response object of OpenAI's responses, as it grows from the request to the whole answer.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "engine/request.h"
#include "server/answering.h"
#include "server/response_prompt.h"
#include "server/response_request.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::server {

// With every field that the official type has, in progress, without output.
base::Json new_response(std::string_view id, std::int64_t created, const ServedModel& model,
                        const ResponseRequest& request, const ResponsePrompt& prompt);

// The log-probabilities as output_text holds them.
base::Json response_logprobs(const engine::Output& output, const tokenizer::Tokenizer& tokenizer);

// Puts the answer in: completed, incomplete where it was cut, cancelled where it was stopped.
void set_answer(base::Json& response, const engine::Output& output, base::Json items,
                std::int64_t now);

// The `ashlar` object, of what was told by now.
void set_report(base::Json& response, const ResponseRequest& request, const ServedModel& model,
                const std::vector<Told>& told);

// "completed" or "incomplete", of the last item of an answer.
std::string_view item_status(const engine::Output& output);

}  // namespace ashlar::server
