// POST /v1/completions.
#include <fmt/format.h>

#include "server/answer_structure.h"
#include "server/completion_logprobs.h"
#include "server/endpoints.h"
#include "server/model_names.h"
#include "server/openai_json.h"
#include "server/openai_teller.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::uint32_t kDefaultTokens = 16;  // as OpenAI has it

const std::vector<Field> kFields = joined(
    structure_fields(),
    joined(
        sampler_fields(),
        {
            kModel,
            Field{"prompt", Fate::used, FieldShape::any, "a text, token ids, or a list of either",
                  [](const Json& value, Asked& asked) { asked.prompt = value; }},
            Field{"echo", Fate::used, FieldShape::flag, "begin the answer with the prompt",
                  [](const Json& value, Asked& asked) { asked.echo = value.get<bool>(); }},
            kStream,
            kStreamOptions,
            shared("max_tokens"),
            shared("n"),
            shared("best_of"),
            shared("logprobs"),
            kPromptLogprobs,
            refused("suffix", "the model has no infill tokens", R"("")"),
            ignored("user", "all users are alike"),
        }));

// A prompt, or a list of them.
Result<std::vector<llm::Prompt>> prompts_of(const Json& prompt) {
  const auto wrong = [](const std::string& where) {
    return fail(ErrorKind::bad_input, "the prompt is neither a text nor token ids", where,
                "send a string, an array of token ids, or an array of either");
  };
  const auto is_ids = [](const Json& list) {
    return list.is_array() && !list.empty() &&
           llm::check_shape("prompt", FieldShape::counts, list).has_value();
  };
  const auto one = [&](const Json& value) -> std::optional<llm::Prompt> {
    llm::Prompt prompt;
    if (value.is_string())
      prompt.text = value.get<std::string>();
    else if (is_ids(value))
      prompt.ids = value.get<std::vector<tokenizer::TokenId>>();
    else
      return std::nullopt;
    return prompt;
  };
  if (auto single = one(prompt)) return std::vector{std::move(*single)};
  if (!prompt.is_array() || prompt.empty()) return wrong("/prompt");
  std::vector<llm::Prompt> prompts;
  for (std::size_t i = 0; i < prompt.size(); ++i) {
    auto each = one(prompt[i]);
    if (!each) return wrong(fmt::format("/prompt/{}", i));
    prompts.push_back(std::move(*each));
  }
  return prompts;
}

class CompletionTeller : public OpenAiTeller {
 public:
  CompletionTeller(SharedCall call, ServedModel model, Asked asked, std::vector<std::string> echoes)
      : OpenAiTeller(std::move(call), std::move(model), std::move(asked),
                     {"text_completion", "text_completion"}, fresh_id("cmpl-")),
        echoes_(std::move(echoes)) {}

  void begin() override {
    if (!asked_.stream) return;
    begin_stream();
    if (!asked_.echo || wants_logprobs()) return;
    for (std::uint32_t prompt = 0; prompt < echoes_.size(); ++prompt) echo(prompt, nullptr);
  }

  void scored(std::uint32_t prompt, const Told& told) override {
    if (!asked_.stream || !asked_.echo || !wants_logprobs()) return;
    CompletionLogprobs logprobs(model_.llm->tokenizer());
    logprobs.add_prompt(told);
    echo(prompt, logprobs.json());
  }

  void event(std::uint32_t prompt, const llm::Event& event) override {
    using Kind = engine::Event::Kind;
    if (!asked_.stream) return;
    Json logprobs = nullptr;
    if (event.logprob) {
      CompletionLogprobs one(model_.llm->tokenizer());
      one.add(*event.logprob);
      logprobs = one.json();
    }
    Json reason = event.kind == Kind::ended ? Json(finish_reason(*event.output)) : Json(nullptr);
    if (event.text.empty() && logprobs.is_null() && reason.is_null()) return;
    send_text(index_of(prompt, event.choice), event.text, std::move(logprobs), std::move(reason));
  }

 private:
  bool wants_logprobs() const { return asked_.draft.sampling.logprobs.has_value(); }
  std::uint32_t choices() const { return asked_.draft.sampling.n; }
  std::uint32_t index_of(std::uint32_t prompt, std::uint32_t choice) const {
    return prompt * choices() + choice;
  }

  void echo(std::uint32_t prompt, const Json& logprobs) {
    for (std::uint32_t i = 0; i < choices(); ++i)
      send_text(index_of(prompt, i), echoes_[prompt], logprobs, nullptr);
  }

  void send_text(std::uint32_t index, const std::string& text, Json logprobs, Json reason) const {
    send(chunk({{"index", index},
                {"text", text},
                {"logprobs", std::move(logprobs)},
                {"finish_reason", std::move(reason)}}));
  }

  Json choice_json(std::uint32_t index, const Told& told, const engine::Output& output) const {
    Json logprobs = nullptr;
    if (wants_logprobs()) {
      CompletionLogprobs all(model_.llm->tokenizer());
      if (asked_.echo) all.add_prompt(told);
      for (const auto& token : output.logprobs) all.add(token);
      logprobs = all.json();
    }
    const std::string& echo = echoes_[index / choices()];
    Json choice = {{"index", index},
                   {"text", asked_.echo ? echo + output.text : output.text},
                   {"logprobs", std::move(logprobs)},
                   {"finish_reason", finish_reason(output)}};
    if (asked_.prompt_logprobs)
      choice["prompt_logprobs"] = prompt_logprobs_json(told, model_.llm->tokenizer());
    return choice;
  }

  Json choices_of(const std::vector<Told>& told) const override {
    Json choices = Json::array();
    for (const Told& each : told)
      for (const engine::Output& output : each.choices.outputs)
        choices.push_back(choice_json(static_cast<std::uint32_t>(choices.size()), each, output));
    return choices;
  }

  std::vector<std::string> echoes_;  // the prompts as text
};

Status check_size(const Asked& asked, std::size_t prompts) {
  const std::uint64_t choices =
      std::uint64_t{asked.draft.sampling.candidates()} * std::uint64_t{prompts};
  if (choices <= kMostChoices) return {};
  return fail(
      ErrorKind::too_large,
      fmt::format("{} prompts with {} answers each", prompts, asked.draft.sampling.candidates()),
      "/n", fmt::format("at most {} answers are given at once", kMostChoices));
}

}  // namespace

std::span<const Field> completion_fields() {
  return kFields;
}

Status completions(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const bool forwarded, forward(services, call, body, "/completions"));
  if (forwarded) return {};
  ASHLAR_ASSIGN(Asked asked, read_fields(body, kFields));
  ASHLAR_TRY(named(settle_answer(body, asked), kFields));
  ASHLAR_TRY(check_prompt_logprobs(asked));
  ASHLAR_ASSIGN(ServedModel model, find_model(services, *call, asked.model));
  ASHLAR_ASSIGN(std::vector<llm::Prompt> prompts, prompts_of(asked.prompt));
  ASHLAR_TRY(check_size(asked, prompts.size()));
  if (!body.contains("max_tokens")) asked.draft.sampling.max_tokens = kDefaultTokens;
  auto& logprobs = asked.draft.sampling.logprobs;
  if (logprobs && *logprobs > kMostLogprobs)
    return fail(ErrorKind::bad_input, fmt::format("logprobs is {}", *logprobs), "/logprobs",
                fmt::format("give at most {}", kMostLogprobs));
  std::vector<PromptRequest> requests;
  std::vector<std::string> echoes;
  for (llm::Prompt& prompt : prompts) {
    if (asked.echo) {
      ASHLAR_ASSIGN(std::string text, text_of(*model.llm, prompt));
      echoes.push_back(std::move(text));
    } else {
      echoes.emplace_back();
    }
    auto scores = asked.prompt_logprobs;
    if (asked.echo && logprobs) scores = std::max(scores.value_or(0), *logprobs);
    requests.push_back({request_of(asked, std::move(prompt)), scores});
  }
  auto teller =
      std::make_unique<CompletionTeller>(call, model, std::move(asked), std::move(echoes));
  return Answering::start(call, std::move(model), std::move(requests), std::move(teller));
}

}  // namespace ashlar::server
