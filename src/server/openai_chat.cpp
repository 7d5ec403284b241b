// POST /v1/chat/completions.
#include <fmt/format.h>

#include <array>

#include "server/endpoints.h"
#include "server/openai_json.h"
#include "server/report.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

const std::array kFields = {
    kModel,
    shared("messages"),
    Field{"stream", Fate::used, FieldShape::flag, "send the answer as it comes",
          [](const Json& value, Asked& asked) { asked.stream = value.get<bool>(); }},
    kStreamOptions,
    shared("max_completion_tokens", "max_tokens"),
    shared("max_tokens"),
    shared("temperature"),
    shared("top_p"),
    shared("top_k"),
    shared("min_p"),
    shared("typical_p"),
    shared("n"),
    shared("seed"),
    shared("stop"),
    shared("stop_token_ids", "stop_ids"),
    shared("presence_penalty"),
    shared("frequency_penalty"),
    shared("repetition_penalty"),
    shared("logit_bias"),
    shared("priority"),
    Field{"logprobs", Fate::used, FieldShape::flag, "log-probability of each token",
          [](const Json& value, Asked& asked) { asked.with_logprobs = value.get<bool>(); }},
    shared("top_logprobs", "logprobs"),
    kPromptLogprobs,
    refused("tools", kLater, "[]"),
    refused("tool_choice", kLater, R"("none")"),
    refused("functions", kLater, "[]"),
    refused("function_call", kLater, R"("none")"),
    refused("response_format", kLater, R"({"type":"text"})"),
    refused("structured_outputs", kLater),
    refused("reasoning_effort", kLater, R"("none")"),
    refused("audio", kNever),
    refused("modalities", kNever, R"(["text"])"),
    refused("prediction", kLater),
    refused("web_search_options", kNever),
    refused("store", "only responses are stored", "false"),
    ignored("parallel_tool_calls", "there are no tools"),
    ignored("metadata", "nothing is stored"),
    ignored("user", "all users are alike"),
    ignored("safety_identifier", "all users are alike"),
    ignored("prompt_cache_key", "prompts are found by their tokens"),
    ignored("service_tier", "there is one"),
};

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

class ChatTeller : public Teller {
 public:
  ChatTeller(SharedCall call, ServedModel model, Asked asked)
      : call_(std::move(call)),
        model_(std::move(model)),
        asked_(std::move(asked)),
        id_(fresh_id("chatcmpl-")) {}

  void begin() override {
    if (!asked_.stream) return;
    call_->begin(sse_headers(), std::string(kSseProbe));
    for (std::uint32_t i = 0; i < asked_.draft.sampling.n; ++i)
      send({{"role", "assistant"}, {"content", ""}}, i);
  }

  void event(std::uint32_t, const engine::Event& event) override {
    using Kind = engine::Event::Kind;
    if (!asked_.stream || (event.text.empty() && !event.logprob && event.kind != Kind::ended))
      return;
    if (!event.text.empty() || event.logprob)
      send({{"content", event.text}}, event.choice, logprobs_of(event));
    if (event.kind == Kind::ended)
      send(Json::object(), event.choice, nullptr, finish_reason(*event.output));
  }

  void finish(const std::vector<Told>& told) override {
    if (!asked_.stream) return call_->answer(whole(told));
    if (asked_.include_usage) {
      Json last = frame("chat.completion.chunk");
      last["choices"] = Json::array();
      last["usage"] = usage_json(told);
      last["ashlar"] = report_of(asked_, model_, told);
      call_->exchange->write(sse(last));
    }
    call_->exchange->write(std::string(kSseDone));
    call_->exchange->end();
  }

  void fail(const Error& error) override {
    if (!asked_.stream) return call_->fail(error);
    call_->exchange->write(sse(error_body(Dialect::openai, status_for(error), error, call_->id)));
    call_->exchange->end();
  }

 private:
  Json frame(std::string_view object) const {
    return {{"id", id_}, {"object", object}, {"created", call_->created}, {"model", model_.id}};
  }

  Json logprobs_of(const engine::Event& event) const {
    if (!event.logprob) return nullptr;
    return {{"content", Json::array({chat_logprob(*event.logprob, model_.llm->tokenizer())})},
            {"refusal", nullptr}};
  }

  void send(Json delta, std::uint32_t choice, Json logprobs = nullptr, Json reason = nullptr) {
    const bool first = delta.contains("role");
    Json chunk = frame("chat.completion.chunk");
    chunk["choices"] = Json::array({{{"index", choice},
                                     {"delta", std::move(delta)},
                                     {"logprobs", std::move(logprobs)},
                                     {"finish_reason", std::move(reason)}}});
    if (asked_.include_usage) chunk["usage"] = nullptr;
    // So that an answer that is broken off can be asked for again.
    if (first) chunk["ashlar"] = {{"seed", asked_.draft.sampling.seed}};
    call_->exchange->write(sse(chunk));
  }

  Json choice_json(std::size_t index, const engine::Output& output) const {
    Json logprobs = nullptr;
    if (asked_.with_logprobs) {
      logprobs = {{"content", Json::array()}, {"refusal", nullptr}};
      for (const auto& token : output.logprobs)
        logprobs["content"].push_back(chat_logprob(token, model_.llm->tokenizer()));
    }
    return {{"index", index},
            {"message", {{"role", "assistant"}, {"content", output.text}, {"refusal", nullptr}}},
            {"logprobs", std::move(logprobs)},
            {"finish_reason", finish_reason(output)}};
  }

  Json whole(const std::vector<Told>& told) const {
    Json answer = frame("chat.completion");
    answer["choices"] = Json::array();
    for (const engine::Output& output : told.front().choices.outputs)
      answer["choices"].push_back(choice_json(answer["choices"].size(), output));
    answer["usage"] = usage_json(told);
    if (asked_.prompt_logprobs)
      answer["prompt_logprobs"] = prompt_logprobs_json(told.front(), model_.llm->tokenizer());
    answer["ashlar"] = report_of(asked_, model_, told);
    return answer;
  }

  SharedCall call_;
  ServedModel model_;
  Asked asked_;
  std::string id_;
};

}  // namespace

std::span<const Field> chat_fields() {
  return kFields;
}

Status chat_completions(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(const bool forwarded, forward(services, call, body, "/chat/completions"));
  if (forwarded) return {};
  ASHLAR_ASSIGN(Asked asked, read_fields(body, kFields));
  ASHLAR_TRY(settle_logprobs(asked));
  ASHLAR_TRY(check_prompt_logprobs(asked));
  ASHLAR_ASSIGN(ServedModel model, services.models.find(*call, asked.model));
  ASHLAR_ASSIGN(Json messages, messages_of(asked));
  if (!body.contains("max_tokens") && !body.contains("max_completion_tokens"))
    asked.draft.sampling.max_tokens = model.llm->context();
  PromptRequest request{request_of(asked, {.text = {}, .messages = std::move(messages)}),
                        asked.prompt_logprobs};
  auto teller = std::make_unique<ChatTeller>(call, model, std::move(asked));
  return Answering::start(call, std::move(model), {std::move(request)}, std::move(teller));
}

}  // namespace ashlar::server
