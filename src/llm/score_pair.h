// The ids that score a completion after a prompt, as EleutherAI's lm-evaluation-harness cuts them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {

struct ScorePair {
  std::vector<tokenizer::TokenId> ids;
  std::uint32_t from;  // ids[from …] are the completion's; at least one precedes, one follows
};

// White space at the prompt's end goes to the completion, as word-initial tokens hold their space.
// Then both are tokenized as one text, and the completion's ids are those past as many as the
// prompt has by itself. An empty prompt is conditioned on BOS, or EOS in a vocabulary without one.
// Errors: bytes that aren't UTF-8; a completion that adds no token.
Result<ScorePair> encode_pair(const tokenizer::Tokenizer& tokenizer, std::string_view prompt,
                              std::string_view completion);

}  // namespace ashlar::llm
