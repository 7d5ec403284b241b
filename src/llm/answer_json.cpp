#include "llm/answer_json.h"

#include <algorithm>

#include "base/utf8.h"

namespace ashlar::llm {
namespace {

using base::Json;

// `token` is text for a person, U+FFFD where it is part of a character; `bytes` is exact.
Json json_of_token(tokenizer::TokenId id, double logprob, const tokenizer::Tokenizer& tokenizer) {
  const std::string_view spelling = tokenizer.bytes_of(id);
  return {{"id", id},
          {"token", base::repair_utf8(spelling).text},
          {"bytes", json_of_bytes(spelling)},
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

// text, ids, logprobs, finish_reason; tool_calls where there are tools.
Json json_of_output(const engine::Output& output, const AnswerMessage* message, bool with_logprobs,
                    const tokenizer::Tokenizer& tokenizer) {
  Json logprobs = with_logprobs ? json_of_logprobs(output.logprobs, tokenizer) : Json(nullptr);
  Json json = {{"text", message ? message->text : output.text},
               {"ids", output.ids},
               {"logprobs", std::move(logprobs)},
               {"finish_reason", engine::name_of(output.finish_reason)}};
  if (message) json["tool_calls"] = json_of(message->calls);
  return json;
}

Json json_of_choices(const Answer& answer, bool with_logprobs,
                     const tokenizer::Tokenizer& tokenizer) {
  Json choices = Json::array();
  const auto add = [&](const engine::Output& output) {
    Json choice = {{"index", choices.size()}};
    const AnswerMessage* message =
        answer.messages.empty() ? nullptr : &answer.messages[choices.size()];
    choice.update(json_of_output(output, message, with_logprobs, tokenizer));
    choices.push_back(std::move(choice));
  };
  add(answer.output);
  for (const engine::Output& output : answer.others) add(output);
  return choices;
}

// To the last token of the choice that took longest.
double decode_ms(const Answer& answer) {
  double longest = answer.output.timings.decode_ms;
  for (const engine::Output& output : answer.others)
    longest = std::max(longest, output.timings.decode_ms);
  return longest;
}

// Over all choices.
Json json_of_speculation(const Answer& answer) {
  std::uint64_t guessed = answer.output.guessed_tokens, accepted = answer.output.accepted_tokens,
                jumped = answer.output.jumped_tokens;
  for (const engine::Output& output : answer.others) {
    guessed += output.guessed_tokens;
    accepted += output.accepted_tokens;
    jumped += output.jumped_tokens;
  }
  return {{"guessed", guessed}, {"accepted", accepted}, {"jumped", jumped}};
}

}  // namespace

Json json_of(const std::vector<chat::ToolCall>& calls) {
  Json list = Json::array();
  for (const chat::ToolCall& call : calls) {
    Json one = {{"type", "function"},
                {"function", {{"name", call.name}, {"arguments", call.arguments}}}};
    if (call.id) one["id"] = *call.id;
    list.push_back(std::move(one));
  }
  return list;
}

Json json_of(const std::vector<grammar::GivenUp>& given_up) {
  Json list = Json::array();
  for (const auto& [pointer, keyword, message] : given_up)
    list.push_back({{"pointer", pointer}, {"keyword", keyword}, {"message", message}});
  return list;
}

Json json_of(const ToolManner& manner) {
  return {{"syntax", manner.syntax->name}, {"shown_by", manner.as_text ? "text" : "template"}};
}

Json json_of_bytes(std::string_view bytes) {
  Json list = Json::array();
  for (const char c : bytes) list.push_back(static_cast<unsigned char>(c));
  return list;
}

Json json_of(const Answer& answer, bool with_logprobs, const ModelInfo& model,
             const tokenizer::Tokenizer& tokenizer) {
  const engine::Output& output = answer.output;
  Json json =
      answer.others.empty()
          ? json_of_output(output, answer.messages.empty() ? nullptr : answer.messages.data(),
                           with_logprobs, tokenizer)
          : Json{{"choices", json_of_choices(answer, with_logprobs, tokenizer)}};
  json["usage"] = {{"prompt_tokens", output.prompt_tokens},
                   {"completion_tokens", answer.completion_tokens},
                   {"cached_tokens", output.cached_tokens}};
  json["timings"] = {{"load_ms", model.load_ms},
                     {"prefill_ms", output.timings.prefill_ms},
                     {"decode_ms", decode_ms(answer)}};
  json["speculation"] = json_of_speculation(answer);
  if (answer.tools) json["tools"] = json_of(*answer.tools);
  json["seed"] = answer.seed;
  json["model"] = {{"name", model.name}, {"sha256", model.sha256}};
  return json;
}

Json json_of(const Score& score) {
  Json tokens = Json::array();
  for (const engine::TokenLogprob& each : score.tokens)
    tokens.push_back({{"id", each.id}, {"logprob", each.logprob}});
  return {{"logprob", score.logprob}, {"greedy", score.greedy}, {"tokens", std::move(tokens)}};
}

}  // namespace ashlar::llm
