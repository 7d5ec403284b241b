// The ranges that SamplingParams may hold. Wide enough for every server's API, narrow enough that
// arithmetic on finite logits stays finite.
#include "engine/sampling.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace ashlar::engine {
namespace {

constexpr std::size_t kMaxStops = 64, kMaxStopBytes = 1024;
constexpr std::uint32_t kMaxChoices = 128;  // as OpenAI's n

// NaN is in no range.
Status in_range(double value, double low, double high, std::string_view field) {
  if (value >= low && value <= high) return {};
  return fail(ErrorKind::bad_input, fmt::format("{} is {}", field, value), std::string(field),
              fmt::format("give a number from {} to {}", low, high));
}

Status known_id(TokenId id, std::size_t vocabulary, std::string field) {
  if (id < vocabulary) return {};
  return fail(ErrorKind::bad_input, fmt::format("token id {} is not in the vocabulary", id),
              std::move(field), fmt::format("give an id below {}", vocabulary));
}

Status validate_stops(const std::vector<std::string>& stops) {
  if (stops.size() > kMaxStops)
    return fail(ErrorKind::too_large, fmt::format("{} stop strings", stops.size()), "stop",
                fmt::format("give at most {}", kMaxStops));
  for (std::size_t i = 0; i < stops.size(); ++i) {
    const std::string where = fmt::format("stop[{}]", i);
    if (stops[i].empty())
      return fail(ErrorKind::bad_input, "a stop string is empty", where, "leave it out");
    if (stops[i].size() > kMaxStopBytes)
      return fail(ErrorKind::too_large, fmt::format("a stop string of {} bytes", stops[i].size()),
                  where, fmt::format("give at most {} bytes", kMaxStopBytes));
    if (!base::is_utf8(stops[i]))
      return fail(ErrorKind::bad_input, "a stop string is not UTF-8", where,
                  "the text that it is compared with is always UTF-8");
  }
  return {};
}

Status validate_bias(const std::vector<std::pair<TokenId, double>>& bias, std::size_t vocabulary) {
  std::vector<TokenId> ids;
  for (const auto& [id, value] : bias) {
    ASHLAR_TRY(known_id(id, vocabulary, "logit_bias"));
    ASHLAR_TRY(in_range(value, -100, 100, "logit_bias"));
    ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end()) return {};
  return fail(ErrorKind::bad_input, fmt::format("token id {} is biased twice", *twice),
              "logit_bias", "give each id once");
}

Status validate_choices(std::uint32_t n, std::uint32_t candidates) {
  if (n == 0 || n > kMaxChoices)
    return fail(ErrorKind::bad_input, fmt::format("n is {}", n), "n",
                fmt::format("give a number from 1 to {}", kMaxChoices));
  if (candidates < n || candidates > kMaxChoices)
    return fail(ErrorKind::bad_input, fmt::format("best_of is {}, n is {}", candidates, n),
                "best_of", fmt::format("give a number from n to {}", kMaxChoices));
  return {};
}

}  // namespace

Status SamplingParams::validate(std::size_t vocabulary) const {
  ASHLAR_TRY(validate_choices(n, candidates()));
  ASHLAR_TRY(in_range(temperature, 0, 1000, "temperature"));
  ASHLAR_TRY(in_range(top_p, 0, 1, "top_p"));
  ASHLAR_TRY(in_range(min_p, 0, 1, "min_p"));
  ASHLAR_TRY(in_range(typical_p, 0, 1, "typical_p"));
  ASHLAR_TRY(in_range(repetition_penalty, 0.01, 100, "repetition_penalty"));
  ASHLAR_TRY(in_range(presence_penalty, -100, 100, "presence_penalty"));
  ASHLAR_TRY(in_range(frequency_penalty, -100, 100, "frequency_penalty"));
  ASHLAR_TRY(validate_bias(logit_bias, vocabulary));
  ASHLAR_TRY(validate_stops(stop));
  for (const TokenId id : stop_ids) ASHLAR_TRY(known_id(id, vocabulary, "stop_ids"));
  if (logprobs && *logprobs > vocabulary)
    return fail(ErrorKind::too_large, fmt::format("{} alternatives a token", *logprobs), "logprobs",
                fmt::format("the vocabulary has {}", vocabulary));
  return {};
}

std::string_view name_of(FinishReason reason) {
  switch (reason) {
    case FinishReason::stop: return "stop";
    case FinishReason::length: return "length";
    case FinishReason::tool_calls: return "tool_calls";
    case FinishReason::cancelled: return "cancelled";
  }
  return "stop";
}

}  // namespace ashlar::engine
