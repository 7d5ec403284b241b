#include "server/openai_json.h"

#include <algorithm>

#include "base/utf8.h"
#include "llm/answer_json.h"

namespace ashlar::server {
namespace {

using base::Json;

// `token` is text for a person, U+FFFD where it is part of a character; `bytes` is exact.
Json plain_logprob(tokenizer::TokenId id, double logprob, const tokenizer::Tokenizer& tokenizer) {
  const std::string_view spelling = tokenizer.bytes_of(id);
  return {{"token", base::repair_utf8(spelling).text},
          {"logprob", logprob},
          {"bytes", llm::json_of_bytes(spelling)}};
}

Json ranked(double logprob, Json rank, tokenizer::TokenId id,
            const tokenizer::Tokenizer& tokenizer) {
  return {{"logprob", logprob},
          {"rank", std::move(rank)},
          {"decoded_token", base::repair_utf8(tokenizer.bytes_of(id)).text}};
}

}  // namespace

Json chat_logprob(const engine::TokenLogprob& token, const tokenizer::Tokenizer& tokenizer) {
  Json json = plain_logprob(token.id, token.logprob, tokenizer);
  json["top_logprobs"] = Json::array();
  for (const auto& [id, logprob] : token.top)
    json["top_logprobs"].push_back(plain_logprob(id, logprob, tokenizer));
  return json;
}

Json prompt_logprobs_json(const Told& told, const tokenizer::Tokenizer& tokenizer) {
  Json list = Json::array({nullptr});
  for (const engine::TokenLogprob& token : told.prompt_scores) {
    Json entry = Json::object();
    for (std::size_t i = 0; i < token.top.size(); ++i)
      entry[std::to_string(token.top[i].first)] =
          ranked(token.top[i].second, i + 1, token.top[i].first, tokenizer);
    // Its rank isn't known where it isn't among the likeliest.
    if (!entry.contains(std::to_string(token.id)))
      entry[std::to_string(token.id)] = ranked(token.logprob, nullptr, token.id, tokenizer);
    list.push_back(std::move(entry));
  }
  return list;
}

Json usage_json(const std::vector<Told>& told) {
  std::uint64_t prompt = 0, completion = 0, cached = 0;
  for (const Told& each : told) {
    prompt += each.choices.outputs.front().prompt_tokens;
    cached += each.choices.outputs.front().cached_tokens;
    completion += each.choices.completion_tokens;
  }
  return {{"prompt_tokens", prompt},
          {"completion_tokens", completion},
          {"total_tokens", prompt + completion},
          {"prompt_tokens_details", {{"cached_tokens", cached}}}};
}

std::string_view finish_reason(const engine::Output& output) {
  return engine::name_of(output.finish_reason);
}

std::string sse(const Json& data) {
  return "data: " + base::write_json(data) + "\n\n";
}

net::Headers sse_headers() {
  return {{"content-type", "text/event-stream; charset=utf-8"},
          {"cache-control", "no-store"},
          {"x-accel-buffering", "no"}};
}

}  // namespace ashlar::server
