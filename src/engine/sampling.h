// How a token is drawn from logits, as the caller asks for it. A field at its default is off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

using tokenizer::TokenId;

struct SamplingParams {
  double temperature = 1;   // 0: greedy
  std::uint32_t top_k = 0;  // 0: all
  double top_p = 1;
  double min_p = 0;
  double typical_p = 1;
  double repetition_penalty = 1;  // over prompt and output (Keskar et al. 2019)
  double presence_penalty = 0;    // over output
  double frequency_penalty = 0;   // over output
  std::vector<std::pair<TokenId, double>> logit_bias;
  std::uint64_t seed = 0;
  std::uint32_t choice = 0;               // of the first one: part of the generator's key
  std::uint32_t n = 1;                    // answers, drawn as choice, choice + 1, …
  std::optional<std::uint32_t> best_of;   // so many are drawn, the n likeliest given; absent: n
  std::uint32_t finish = 0;               // tokens behind max_tokens that may close a structure
  std::uint32_t max_tokens = 256;         // 0: the prompt is computed, nothing is sampled
  std::vector<std::string> stop;          // the text ends before the first of them
  std::vector<TokenId> stop_ids;          // besides the model's own end tokens
  std::optional<std::uint32_t> logprobs;  // per token, with that many alternatives

  std::uint32_t candidates() const { return best_of.value_or(n); }  // answers that are drawn

  // Ranges, ids < vocabulary; the error's `where` names the field.
  Status validate(std::size_t vocabulary) const;
};

struct TokenLogprob {
  TokenId id = 0;
  double logprob = 0;  // natural, of the model's own distribution before any of the above
  std::vector<std::pair<TokenId, double>> top;  // the likeliest, best first, ties by lower id
  bool operator==(const TokenLogprob&) const = default;
};

enum class FinishReason : std::uint8_t { stop, length, tool_calls, cancelled };
std::string_view name_of(FinishReason reason);

}  // namespace ashlar::engine
