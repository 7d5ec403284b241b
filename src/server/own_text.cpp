// Text and ids, as the model has them: /tokenize, /detokenize, /apply-template; and /v1/score.
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <memory>

#include "base/utf8.h"
#include "llm/answer_json.h"
#include "llm/request_json.h"
#include "llm/score_pair.h"
#include "server/endpoints.h"
#include "server/model_names.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;
using tokenizer::TokenId;

const std::array kTokenizeFields = {
    kModel,
    shared("prompt"),
    shared("messages"),
    Field{"add_special_tokens", Fate::used, FieldShape::flag, "BOS and EOS as the model has them",
          [](const Json& value, Asked& asked) { asked.add_special = value.get<bool>(); }},
    shared("parse_special"),
    kAddGenerationPrompt,
    Field{"return_token_strs", Fate::used, FieldShape::flag, "the tokens as text too",
          [](const Json& value, Asked& asked) { asked.token_texts = value.get<bool>(); }},
};

const std::array kDetokenizeFields = {
    kModel,
    Field{"tokens", Fate::used, FieldShape::counts, "token ids",
          [](const Json& value, Asked& asked) {
            asked.prompt = value.is_array() ? value : Json::array({value});
          }},
};

const std::array kTemplateFields = {kModel, shared("messages"), kAddGenerationPrompt};

// For a reader: llm::parse_score_request() reads them.
const std::array kScoreFields = {
    kModel,
    Field{"prompt", Fate::used, FieldShape::text, "what stands before"},
    Field{"completion", Fate::used, FieldShape::text, "what is scored"},
    shared("adapter"),
};

Result<std::vector<TokenId>> ids_of(const llm::Llm& model, const Asked& asked) {
  if (asked.draft.messages && asked.draft.prompt)
    return fail(ErrorKind::bad_input, "both prompt and messages are given", "/prompt",
                "send one of the two");
  if (asked.draft.messages) {
    ASHLAR_ASSIGN(const Json messages, messages_of(asked));
    ASHLAR_ASSIGN(llm::RenderedChat chat, model.render(messages, {}, asked.add_generation_prompt));
    return std::move(chat.ids);
  }
  if (!asked.draft.prompt)
    return fail(ErrorKind::bad_input, "neither prompt nor messages is given", "/prompt",
                "send one of the two");
  return model.tokenizer().encode(
      *asked.draft.prompt,
      {.add_special = asked.add_special, .parse_special = asked.draft.parse_special});
}

// Both may be named where the one is for the other.
Result<ServedModel> scoring_model(Services& services, const Call& call, const std::string& name,
                                  const std::string& adapter) {
  if (name.empty() || adapter.empty()) return find_model(services, call, name + adapter);
  ASHLAR_ASSIGN(const ServedModel model, find_model(services, call, name));
  ASHLAR_ASSIGN(ServedModel adapted, find_model(services, call, adapter));
  if (adapted.adapter && adapted.llm == model.llm &&
      (!model.adapter || model.adapter == adapted.adapter))
    return adapted;
  return fail(ErrorKind::bad_input, fmt::format("'{}' is no adapter of '{}'", adapter, name),
              "/adapter", "leave one of the two out");
}

}  // namespace

std::span<const Field> tokenize_fields() {
  return kTokenizeFields;
}
std::span<const Field> detokenize_fields() {
  return kDetokenizeFields;
}
std::span<const Field> score_fields() {
  return kScoreFields;
}
std::span<const Field> template_fields() {
  return kTemplateFields;
}

Status tokenize(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kTokenizeFields));
  ASHLAR_ASSIGN(const ServedModel model, find_model(services, *call, asked.model));
  ASHLAR_ASSIGN(const auto ids, ids_of(*model.llm, asked));
  Json answer = {{"count", ids.size()}, {"max_model_len", model.llm->context()}, {"tokens", ids}};
  if (asked.token_texts) {
    answer["token_strs"] = Json::array();
    for (const TokenId id : ids)
      answer["token_strs"].push_back(base::repair_utf8(model.llm->tokenizer().bytes_of(id)).text);
  }
  call->answer(answer);
  return {};
}

Status detokenize(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kDetokenizeFields));
  ASHLAR_ASSIGN(const ServedModel model, find_model(services, *call, asked.model));
  if (!asked.prompt.is_array())
    return fail(ErrorKind::bad_input, "tokens are missing", "/tokens", "send an array of ids");
  llm::Prompt prompt;
  prompt.ids = asked.prompt.get<std::vector<TokenId>>();
  auto text = text_of(*model.llm, prompt);
  if (!text) {
    text.error().where = "/tokens";
    return tl::unexpected(std::move(text.error()));
  }
  call->answer(Json{{"prompt", std::move(*text)}});
  return {};
}

Status apply_template(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kTemplateFields));
  ASHLAR_ASSIGN(const ServedModel model, find_model(services, *call, asked.model));
  ASHLAR_ASSIGN(const Json messages, messages_of(asked));
  ASHLAR_ASSIGN(const auto chat, model.llm->render(messages, {}, asked.add_generation_prompt));
  call->answer(Json{{"prompt", chat.text}, {"tokens", chat.ids}});
  return {};
}

Status score(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(Json body, asked_body(services, *call));
  for (auto it = body.begin(); it != body.end();)
    it = it.value().is_null() ? body.erase(it) : std::next(it);
  std::string name;
  if (const auto at = body.find("model"); at != body.end()) {
    ASHLAR_TRY(llm::check_shape("model", FieldShape::text, *at));
    name = at->get<std::string>();
    body.erase("model");
  }
  ASHLAR_ASSIGN(const llm::ScoreRequest request, llm::parse_score_request(body));
  ASHLAR_ASSIGN(const ServedModel model, scoring_model(services, *call, name, request.adapter));
  ASHLAR_ASSIGN(llm::ScorePair pair,
                llm::encode_pair(model.llm->tokenizer(), request.prompt, request.completion));
  const std::size_t tokens = pair.ids.size();
  call->account->note([&](Account& account) { account.prompt_tokens = tokens; });
  auto ticket = Ticket::get(model.lane, 1);
  if (!ticket) return call->refused(std::move(ticket.error()));
  std::stop_source stop;
  call->exchange->on_gone([stop]() mutable { stop.request_stop(); });
  const auto late = std::make_shared<std::atomic<bool>>(false);
  const auto deadline = std::make_shared<Deadline>(call->limit([stop, late]() mutable {
    *late = true;
    stop.request_stop();
  }));
  return model.llm->start(
      llm::TokenScoreRequest{.tokens = std::move(pair.ids),
                             .from = pair.from,
                             .adapter = model.adapter,
                             .stop = stop.get_token()},
      [call, model, late, deadline, ticket = std::move(*ticket)](const engine::Event& event) {
        if (!event.error && !event.choices) return;
        if (*late)
          call->fail(call->late_error());
        else if (event.error)
          call->fail(*event.error);
        else
          call->answer(llm::json_of(llm::score_of(event.choices->outputs.front())));
      });
}

}  // namespace ashlar::server
