// What the model gave, as JSON: the answer of `generate` and the score of `score`.
#pragma once

#include <string_view>

#include "base/json.h"
#include "llm/llm.h"

namespace ashlar::llm {

// {text, ids, logprobs, finish_reason, usage, timings, speculation, seed, model}, or, of several
// choices, {choices: [{index, text, ids, logprobs, finish_reason}], usage, timings, …}. logprobs
// is null unless they were asked for. Times in milliseconds, logarithms natural. Where there are
// tools, text is what stands beside calls, and there are tool_calls too, and tools.
base::Json json_of(const Answer& answer, bool with_logprobs, const ModelInfo& model,
                   const tokenizer::Tokenizer& tokenizer);

// [{id?, type: "function", function: {name, arguments: text}}, …], as OpenAI has it.
base::Json json_of(const std::vector<chat::ToolCall>& calls);
// [{pointer, keyword, message}, …]
base::Json json_of(const std::vector<grammar::GivenUp>& given_up);
// {syntax, shown_by: "template", or "text" where the template never reads tools}
base::Json json_of(const ToolManner& manner);

// The bytes of a token as a list of numbers.
base::Json json_of_bytes(std::string_view bytes);

// {logprob, greedy, tokens: [{id, logprob}]}
base::Json json_of(const Score& score);

}  // namespace ashlar::llm
