// POST /v1/messages and /v1/messages/count_tokens.
#include <algorithm>

#include "llm/request_json.h"
#include "server/anthropic_answer.h"
#include "server/anthropic_request.h"
#include "server/endpoints.h"
#include "server/foreign_chat.h"
#include "server/model_names.h"

namespace ashlar::server {
namespace {

using base::Json;
using Ids = std::vector<tokenizer::TokenId>;

// A prefill is text behind the generation prompt, and both are tokenized as one: what the model
// would have read had it said so itself.
Result<Ids> prompt_ids(const llm::Llm& model, const AnthropicRequest& request) {
  ASHLAR_ASSIGN(llm::RenderedChat chat, model.render(request.messages, request.asked.tools));
  if (request.prefill.empty()) return std::move(chat.ids);
  const std::size_t begin = chat.text.size();
  chat.text += request.prefill;
  chat.input.push_back({begin, chat.text.size()});
  return model.tokenizer().encode(
      chat.text, {.add_special = false, .parse_special = true, .literal = chat.input});
}

// The prompt's tokens up to the last cache_control. A template that can't end there has the whole
// prompt kept, as the cache does anyway.
std::uint32_t kept_tokens(const llm::Llm& model, const AnthropicRequest& request,
                          std::uint32_t all) {
  if (request.kept == 0) return 0;
  if (request.kept >= request.messages.size()) return all;
  Json head = Json::array();
  for (std::size_t i = 0; i < request.kept; ++i) head.push_back(request.messages[i]);
  const auto chat = model.render(head, request.asked.tools, false);
  return chat ? std::min(static_cast<std::uint32_t>(chat->ids.size()), all) : all;
}

}  // namespace

Status anthropic_messages(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(AnthropicRequest request, parse_anthropic(body, false));
  ASHLAR_ASSIGN(auto upstream, upstream_of(services, *call, request.asked.model));
  if (upstream) {
    ASHLAR_ASSIGN(ForeignChat chat, foreign_chat(call, body, std::move(request)));
    services.upstreams.forward(std::move(upstream), call, std::move(chat.body), chat.path,
                               std::move(chat.relay));
    return {};
  }
  ASHLAR_ASSIGN(ServedModel model, find_model(services, *call, request.asked.model));
  ASHLAR_ASSIGN(Ids ids, prompt_ids(*model.llm, request));
  const auto prompt_tokens = static_cast<std::uint32_t>(ids.size());
  const std::uint32_t kept = kept_tokens(*model.llm, request, prompt_tokens);
  Asked asked = std::move(request.asked);
  asked.draft.messages = Json::array();  // a chat: the report names the template
  PromptRequest prompt{request_of(asked, {.text = {}, .ids = std::move(ids)})};
  auto teller =
      std::make_unique<AnthropicTeller>(call, model, std::move(asked), prompt_tokens, kept);
  return Answering::start(call, std::move(model), {std::move(prompt)}, std::move(teller));
}

Status anthropic_count_tokens(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const AnthropicRequest request, parse_anthropic(body, true));
  ASHLAR_ASSIGN(const ServedModel model, find_model(services, *call, request.asked.model));
  ASHLAR_ASSIGN(const Ids ids, prompt_ids(*model.llm, request));
  call->answer(Json{{"input_tokens", ids.size()}});
  return {};
}

}  // namespace ashlar::server
