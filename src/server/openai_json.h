// What OpenAI's answers are made of: log-probabilities, usage, the pieces of a stream.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "engine/request.h"
#include "server/answering.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::server {

// {"token", "logprob", "bytes", "top_logprobs": [...]}, as chats have it.
base::Json chat_logprob(const engine::TokenLogprob& token, const tokenizer::Tokenizer& tokenizer);

// vLLM's prompt_logprobs: null, then of each token {id: {"logprob", "rank", "decoded_token"}}.
base::Json prompt_logprobs_json(const Told& told, const tokenizer::Tokenizer& tokenizer);

// {"prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details"} over all prompts.
base::Json usage_json(const std::vector<Told>& told);

// "stop", "length" or "tool_calls"; "cancelled" of an answer that was ended from outside.
std::string_view finish_reason(const engine::Output& output);

// An event of a stream of server-sent events.
std::string sse(const base::Json& data);
inline constexpr std::string_view kSseDone = "data: [DONE]\n\n";
inline constexpr std::string_view kSseProbe = ":\n\n";  // a comment
net::Headers sse_headers();

}  // namespace ashlar::server
