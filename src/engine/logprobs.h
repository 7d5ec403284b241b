// What the model itself says, before any sampling parameter: log-probabilities, argmax, and whether
// the logits are numbers at all.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "engine/sampling.h"

namespace ashlar::engine {

// Every logit must be a finite number: NaN or infinity is ErrorKind::corrupt, with the token's id.
Status check_finite(std::span<const float> logits);

// The highest, ties by lower id. REQUIRES: not empty, no NaN.
TokenId argmax(std::span<const float> logits);

// log softmax(logits)[id], and the `top` likeliest. REQUIRES: finite, id < size, top ≤ size.
TokenLogprob logprob_of(std::span<const float> logits, TokenId id, std::uint32_t top);

}  // namespace ashlar::engine
