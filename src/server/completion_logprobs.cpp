#include "server/completion_logprobs.h"

#include <algorithm>

#include "base/utf8.h"

namespace ashlar::server {

using base::Json;

std::string CompletionLogprobs::add_token(tokenizer::TokenId id) {
  std::string text = base::repair_utf8(tokenizer_.bytes_of(id)).text;
  tokens_.push_back(text);
  offsets_.push_back(offset_);
  offset_ += static_cast<std::size_t>(
      std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; }));
  return text;
}

void CompletionLogprobs::add_prompt(const Told& told) {
  add_token(told.prompt.front());
  logprobs_.push_back(nullptr);
  top_.push_back(nullptr);
  for (const engine::TokenLogprob& token : told.prompt_scores) add(token);
}

void CompletionLogprobs::add(const engine::TokenLogprob& token) {
  const std::string text = add_token(token.id);
  logprobs_.push_back(token.logprob);
  Json top = Json::object();
  // Two tokens may look alike as text: the likelier one is told.
  for (const auto& [id, logprob] : token.top) {
    const std::string other = base::repair_utf8(tokenizer_.bytes_of(id)).text;
    if (!top.contains(other)) top[other] = logprob;
  }
  if (!top.contains(text)) top[text] = token.logprob;
  top_.push_back(std::move(top));
}

Json CompletionLogprobs::json() const {
  return {{"tokens", tokens_},
          {"token_logprobs", logprobs_},
          {"top_logprobs", top_},
          {"text_offset", offsets_}};
}

}  // namespace ashlar::server
