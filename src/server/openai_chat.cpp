// POST /v1/chat/completions.
#include <fmt/format.h>

#include "llm/answer_json.h"
#include "server/answer_structure.h"
#include "server/endpoints.h"
#include "server/model_names.h"
#include "server/openai_json.h"
#include "server/openai_teller.h"
#include "server/tool_fields.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

const std::vector<Field> kOwnFields = joined(
    sampler_fields(),
    {
        kModel,
        shared("messages"),
        kStream,
        kStreamOptions,
        shared("max_completion_tokens", "max_tokens"),
        shared("max_tokens"),
        shared("n"),
        Field{"logprobs", Fate::used, FieldShape::flag, "log-probability of each token",
              [](const Json& value, Asked& asked) { asked.with_logprobs = value.get<bool>(); }},
        shared("top_logprobs", "logprobs"),
        kPromptLogprobs,
        refused("functions", "send tools", "[]"),
        refused("function_call", "send tool_choice", R"("none")"),
        refused("reasoning_effort", kLater, R"("none")"),
        refused("audio", kNever),
        refused("modalities", kNever, R"(["text"])"),
        refused("prediction", kLater),
        refused("web_search_options", kNever),
        refused("store", "only responses are stored", "false"),
        ignored("metadata", "nothing is stored"),
        ignored("user", "all users are alike"),
        ignored("safety_identifier", "all users are alike"),
        ignored("prompt_cache_key", "prompts are found by their tokens"),
        ignored("service_tier", "there is one"),
    });
const std::vector<Field> kFields = joined(structure_fields(), joined(tool_fields(), kOwnFields));

// The logprobs that the fields ask for together.
Status settle_logprobs(Asked& asked) {
  auto& logprobs = asked.draft.sampling.logprobs;
  if (logprobs && !asked.with_logprobs)
    return fail(ErrorKind::bad_input, "top_logprobs needs logprobs", "/top_logprobs",
                "send \"logprobs\": true too");
  if (asked.with_logprobs && !logprobs) logprobs = 0;
  if (logprobs && *logprobs > kMostLogprobs)
    return fail(ErrorKind::bad_input, fmt::format("top_logprobs is {}", *logprobs), "/top_logprobs",
                fmt::format("give at most {}", kMostLogprobs));
  return {};
}

class ChatTeller : public OpenAiTeller {
 public:
  ChatTeller(SharedCall call, ServedModel model, Asked asked)
      : OpenAiTeller(std::move(call), std::move(model), std::move(asked),
                     {"chat.completion", "chat.completion.chunk"}, fresh_id("chatcmpl-")) {}

  void begin() override {
    if (!asked_.stream) return;
    begin_stream();
    for (std::uint32_t i = 0; i < asked_.draft.sampling.n; ++i) {
      Json first = delta({{"role", "assistant"}, {"content", ""}}, i);
      // So that an answer that is broken off can be asked for again.
      first["ashlar"] = {{"seed", asked_.draft.sampling.seed}};
      send(first);
    }
  }

  void event(std::uint32_t, const llm::Event& event) override {
    if (!asked_.stream) return;
    Json logprobs = logprobs_of(event);
    for (const llm::AnswerPart& part : event.parts)
      if (part.kind != llm::AnswerPart::Kind::end)
        send(delta(delta_of(part), event.choice, std::exchange(logprobs, nullptr)));
    if (!logprobs.is_null()) send(delta({{"content", ""}}, event.choice, std::move(logprobs)));
    if (event.kind == engine::Event::Kind::ended)
      send(delta(Json::object(), event.choice, nullptr, finish_reason(*event.output)));
  }

 private:
  Json logprobs_of(const engine::Event& event) const {
    if (!event.logprob) return nullptr;
    return {{"content", Json::array({chat_logprob(*event.logprob, model_.llm->tokenizer())})},
            {"refusal", nullptr}};
  }

  Json delta(Json delta, std::uint32_t choice, Json logprobs = nullptr,
             Json reason = nullptr) const {
    return chunk({{"index", choice},
                  {"delta", std::move(delta)},
                  {"logprobs", std::move(logprobs)},
                  {"finish_reason", std::move(reason)}});
  }

  static Json delta_of(const llm::AnswerPart& part) {
    if (part.kind == llm::AnswerPart::Kind::text) return {{"content", part.text}};
    Json call = {{"index", part.call}};
    if (part.kind == llm::AnswerPart::Kind::begin) {
      call["id"] = part.id;
      call["type"] = "function";
      call["function"] = {{"name", part.text}, {"arguments", ""}};
    } else {
      call["function"] = {{"arguments", part.text}};
    }
    return {{"tool_calls", Json::array({std::move(call)})}};
  }

  static Json message_json(const llm::AnswerMessage& message) {
    Json json = {{"role", "assistant"}, {"content", message.text}, {"refusal", nullptr}};
    if (message.calls.empty()) return json;
    if (message.text.empty()) json["content"] = nullptr;
    json["tool_calls"] = llm::json_of(message.calls);
    return json;
  }

  Json choice_json(std::size_t index, const engine::Output& output,
                   const llm::AnswerMessage& message) const {
    Json logprobs = nullptr;
    if (asked_.with_logprobs) {
      logprobs = {{"content", Json::array()}, {"refusal", nullptr}};
      for (const auto& token : output.logprobs)
        logprobs["content"].push_back(chat_logprob(token, model_.llm->tokenizer()));
    }
    return {{"index", index},
            {"message", message_json(message)},
            {"logprobs", std::move(logprobs)},
            {"finish_reason", finish_reason(output)}};
  }

  Json choices_of(const std::vector<Told>& told) const override {
    Json choices = Json::array();
    for (const engine::Output& output : told.front().choices.outputs)
      choices.push_back(choice_json(choices.size(), output, told.front().messages[choices.size()]));
    return choices;
  }

  void add_more(Json& answer, const std::vector<Told>& told) const override {
    if (asked_.prompt_logprobs)
      answer["prompt_logprobs"] = prompt_logprobs_json(told.front(), model_.llm->tokenizer());
  }
};

}  // namespace

std::span<const Field> chat_fields() {
  return kFields;
}

Status chat_completions(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const bool forwarded, forward(services, call, body, "/chat/completions"));
  if (forwarded) return {};
  ASHLAR_ASSIGN(Asked asked, read_fields(body, kFields));
  ASHLAR_TRY(settle_logprobs(asked));
  ASHLAR_TRY(named(settle_answer(body, asked), kFields));
  ASHLAR_TRY(check_prompt_logprobs(asked));
  ASHLAR_ASSIGN(ServedModel model, find_model(services, *call, asked.model));
  ASHLAR_ASSIGN(Json messages, messages_of(asked));
  if (!body.contains("max_tokens") && !body.contains("max_completion_tokens"))
    asked.draft.sampling.max_tokens = model.llm->context();
  PromptRequest request{request_of(asked, {.text = {}, .messages = std::move(messages)}),
                        asked.prompt_logprobs};
  auto teller = std::make_unique<ChatTeller>(call, model, std::move(asked));
  return Answering::start(call, std::move(model), {std::move(request)}, std::move(teller));
}

}  // namespace ashlar::server
