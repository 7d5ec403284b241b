#include "cli/answer_json.h"

#include "base/utf8.h"

namespace ashlar::cli {
namespace {

using base::Json;

// `token` is text for a person, U+FFFD where it is part of a character; `bytes` is exact.
Json json_of_token(tokenizer::TokenId id, double logprob, const tokenizer::Tokenizer& tokenizer) {
  const std::string_view spelling = tokenizer.bytes_of(id);
  Json bytes = Json::array();
  for (const char c : spelling) bytes.push_back(static_cast<unsigned char>(c));
  return {{"id", id},
          {"token", base::repair_utf8(spelling).text},
          {"bytes", std::move(bytes)},
          {"logprob", logprob}};
}

Json json_of_logprobs(const std::vector<engine::TokenLogprob>& logprobs,
                      const tokenizer::Tokenizer& tokenizer) {
  Json array = Json::array();
  for (const engine::TokenLogprob& each : logprobs) {
    Json token = json_of_token(each.id, each.logprob, tokenizer);
    token["top"] = Json::array();
    for (const auto& [id, logprob] : each.top)
      token["top"].push_back(json_of_token(id, logprob, tokenizer));
    array.push_back(std::move(token));
  }
  return array;
}

}  // namespace

Json json_of(const llm::Answer& answer, bool with_logprobs, const llm::ModelInfo& model,
             const tokenizer::Tokenizer& tokenizer) {
  const engine::Output& output = answer.output;
  Json logprobs = with_logprobs ? json_of_logprobs(output.logprobs, tokenizer) : Json(nullptr);
  return {{"text", output.text},
          {"ids", output.ids},
          {"logprobs", std::move(logprobs)},
          {"finish_reason", engine::name_of(output.finish_reason)},
          {"usage",
           {{"prompt_tokens", output.prompt_tokens},
            {"completion_tokens", output.ids.size()},
            {"cached_tokens", output.cached_tokens}}},
          {"timings",
           {{"load_ms", model.load_ms},
            {"prefill_ms", output.timings.prefill_ms},
            {"decode_ms", output.timings.decode_ms}}},
          {"seed", answer.seed},
          {"model", {{"name", model.name}, {"sha256", model.sha256}}}};
}

Json json_of(const llm::Score& score) {
  Json tokens = Json::array();
  for (const engine::TokenLogprob& each : score.tokens)
    tokens.push_back({{"id", each.id}, {"logprob", each.logprob}});
  return {{"logprob", score.logprob}, {"greedy", score.greedy}, {"tokens", std::move(tokens)}};
}

}  // namespace ashlar::cli
