// The conversation of a response as the tokens that the model reads, cut where that was asked for.
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "llm/llm.h"
#include "server/response_request.h"

namespace ashlar::server {

struct ResponsePrompt {
  std::vector<tokenizer::TokenId> ids;
  std::uint64_t dropped_items = 0;  // the oldest
  std::uint64_t whole_tokens = 0;   // of all items
};

// Of the request's instructions and tools, and the items, all tokens, whether they fit or not.
Result<ResponsePrompt> whole_prompt(const llm::Llm& model, const ResponseRequest& request,
                                    const base::Json& items);

// The same with room left for an answer; request.truncate leaves out the oldest items for it, as
// few as do. Errors: too_large at /input, with both counts.
Result<ResponsePrompt> fitting_prompt(const llm::Llm& model, const ResponseRequest& request,
                                      const base::Json& items, std::uint32_t most_tokens);

}  // namespace ashlar::server
