#include "server/response_prompt.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/response_items.h"

namespace ashlar::server {
namespace {

using base::Json;

Result<std::vector<tokenizer::TokenId>> encode(const llm::Llm& model,
                                               const ResponseRequest& request, const Json& items,
                                               std::size_t from) {
  Json messages = messages_of_items(items, from);
  if (request.instructions)
    messages.insert(messages.begin(), Json{{"role", "system"}, {"content", *request.instructions}});
  return model.encode({.text = {}, .messages = std::move(messages), .tools = request.asked.tools});
}

tl::unexpected<Error> too_long(std::uint64_t tokens, std::uint32_t context, bool truncate) {
  return fail(
      ErrorKind::too_large,
      fmt::format("{} {} tokens, the context holds {}",
                  truncate ? "instructions and the last item have" : "input has", tokens, context),
      "/input", truncate ? "shorten them" : "send less, or \"truncation\": \"auto\"");
}

}  // namespace

Result<ResponsePrompt> whole_prompt(const llm::Llm& model, const ResponseRequest& request,
                                    const Json& items) {
  ResponsePrompt prompt;
  ASHLAR_ASSIGN(prompt.ids, encode(model, request, items, 0));
  prompt.whole_tokens = prompt.ids.size();
  return prompt;
}

Result<ResponsePrompt> fitting_prompt(const llm::Llm& model, const ResponseRequest& request,
                                      const Json& items, std::uint32_t most_tokens) {
  const std::uint32_t context = model.context();
  ASHLAR_ASSIGN(ResponsePrompt prompt, whole_prompt(model, request, items));
  if (prompt.ids.size() < context) return prompt;
  if (!request.truncate || items.size() < 2)
    return too_long(prompt.ids.size(), context, request.truncate);
  // An answer wants more room than a token, though not more than the conversation.
  const std::size_t most = context - std::clamp(most_tokens, 1U, context / 2);
  const std::size_t last = items.size() - 1;
  std::size_t low = 1, high = last;  // how many items are left out: the fewest that do
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    ASHLAR_ASSIGN(const auto ids, encode(model, request, items, middle));
    if (ids.size() <= most)
      high = middle;
    else
      low = middle + 1;
  }
  // A conversation begins with someone else than the model.
  while (low < last && !may_begin(items[low])) ++low;
  prompt.dropped_items = low;
  ASHLAR_ASSIGN(prompt.ids, encode(model, request, items, low));
  if (prompt.ids.size() >= context) return too_long(prompt.ids.size(), context, true);
  return prompt;
}

}  // namespace ashlar::server
