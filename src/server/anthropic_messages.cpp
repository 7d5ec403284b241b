// POST /v1/messages and /v1/messages/count_tokens.
#include "llm/request_json.h"
#include "server/anthropic_answer.h"
#include "server/anthropic_request.h"
#include "server/endpoints.h"

namespace ashlar::server {
namespace {

using base::Json;
using Ids = std::vector<tokenizer::TokenId>;

// A prefill is text behind the generation prompt, and both are tokenized as one: what the model
// would have read had it said so itself.
Result<Ids> prompt_ids(const llm::Llm& model, const AnthropicRequest& request) {
  ASHLAR_ASSIGN(llm::RenderedChat chat, model.render(request.messages, true));
  if (request.prefill.empty()) return std::move(chat.ids);
  const std::size_t begin = chat.text.size();
  chat.text += request.prefill;
  chat.input.push_back({begin, chat.text.size()});
  return model.tokenizer().encode(
      chat.text, {.add_special = false, .parse_special = true, .literal = chat.input});
}

}  // namespace

Status anthropic_messages(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(AnthropicRequest request, parse_anthropic(body, false));
  ASHLAR_ASSIGN(ServedModel model, services.models.find(*call, request.asked.model));
  ASHLAR_ASSIGN(Ids ids, prompt_ids(*model.llm, request));
  Asked asked = std::move(request.asked);
  asked.draft.messages = Json::array();  // a chat: the report names the template
  const auto prompt_tokens = static_cast<std::uint32_t>(ids.size());
  PromptRequest prompt{request_of(asked, {.text = {}, .ids = std::move(ids)})};
  auto teller = std::make_unique<AnthropicTeller>(call, model, std::move(asked), prompt_tokens);
  return Answering::start(call, std::move(model), {std::move(prompt)}, std::move(teller));
}

Status anthropic_count_tokens(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(const AnthropicRequest request, parse_anthropic(body, true));
  ASHLAR_ASSIGN(const ServedModel model, services.models.find(*call, request.asked.model));
  ASHLAR_ASSIGN(const Ids ids, prompt_ids(*model.llm, request));
  call->answer(Json{{"input_tokens", ids.size()}});
  return {};
}

}  // namespace ashlar::server
