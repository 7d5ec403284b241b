// The log-probabilities of a completion as OpenAI's completions have them: lists side by side.
#pragma once

#include "base/json.h"
#include "server/answering.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::server {

class CompletionLogprobs {
 public:
  explicit CompletionLogprobs(const tokenizer::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  void add_prompt(const Told& told);  // the first token has no probability
  void add(const engine::TokenLogprob& token);

  // {"tokens", "token_logprobs", "top_logprobs", "text_offset"}; offsets in code points, from the
  // first token that was added.
  base::Json json() const;

 private:
  std::string add_token(tokenizer::TokenId id);

  const tokenizer::Tokenizer& tokenizer_;
  base::Json tokens_ = base::Json::array(), logprobs_ = base::Json::array(),
             top_ = base::Json::array(), offsets_ = base::Json::array();
  std::size_t offset_ = 0;
};

}  // namespace ashlar::server
