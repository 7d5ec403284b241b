#include "cli/one_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/answer_stream.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "llm/answer_json.h"
#include "llm/request_json.h"

namespace ashlar::cli {
namespace {

// Texts can't be told apart while they stream, so several come when all are done.
void put_choices(const llm::Answer& answer) {
  put(answer.output.text + "\n");
  for (const engine::Output& output : answer.others) put(output.text + "\n");
  note(fmt::format("{} tokens in, {} out in {} choices · seed {}", answer.output.prompt_tokens,
                   answer.completion_tokens, answer.others.size() + 1, answer.seed));
}

std::string closing_line(const llm::Answer& answer) {
  return fmt::format("{} · {} · seed {}", speed_line(answer.output),
                     engine::name_of(answer.output.finish_reason), answer.seed);
}

void note_given_up(const llm::GenerateRequest& request) {
  const auto* given_up = grammar::given_up_of(request.structure);
  if (!given_up) return;
  for (const auto& [pointer, keyword, message] : *given_up)
    note(fmt::format("not held to: {} ({})", pointer, message));
}

}  // namespace

base::Json answer_object(const llm::Llm& model, const llm::GenerateRequest& request,
                         const llm::Answer& answer) {
  base::Json json =
      llm::json_of(answer, request.sampling.logprobs.has_value(), model.info(), model.tokenizer());
  if (const auto* given_up = grammar::given_up_of(request.structure))
    json["given_up"] = llm::json_of(*given_up);
  return json;
}

Result<llm::Answer> answer_and_print(llm::Llm& model, llm::GenerateRequest& request,
                                     const AnswerObject& as_object) {
  Interrupt interrupt;
  request.stop = interrupt.token();
  const bool whole = as_object || request.sampling.n > 1;
  auto answer = whole ? model.generate(request) : stream_answer(model, request, interrupt);
  if (!answer) return answer;
  if (as_object) {
    put(base::write_json(as_object(model, request, *answer)) + "\n");
  } else if (whole) {
    put_choices(*answer);
  } else {
    put("\n");
    note(closing_line(*answer));
    note_given_up(request);
    if (answer->tools && answer->tools->as_text)
      note(fmt::format("the model's template knows no tools; they were shown as text, calls are {}",
                       answer->tools->syntax->name));
    if (answer->output.finish_reason == engine::FinishReason::length &&
        !grammar::is_free(request.structure))
      note("the structure is cut off; --finish N closes it with up to N more tokens");
  }
  return answer;
}

Result<std::unique_ptr<llm::Llm>> open_model_for(const ModelOptions& options,
                                                 const llm::GenerateRequest& request) {
  ModelOptions sized = options;
  sized.engine.max_sequences =
      std::min(request.sampling.candidates(), engine::EngineOptions{}.max_sequences);
  return open_model(sized);
}

int answer_once(const ModelOptions& options, const base::Json& object, bool json) {
  auto request = llm::parse_request(object);
  if (!request) return report(as_flag_error(std::move(request.error())), json);
  auto model = open_model_for(options, *request);
  if (!model) return report(model.error(), json);
  const auto answer = answer_and_print(**model, *request, json ? answer_object : AnswerObject());
  if (!answer) return report(as_flag_error(answer.error()), json);
  const bool cancelled = answer->output.finish_reason == engine::FinishReason::cancelled;
  return cancelled ? kExitFailed : kExitFine;
}

}  // namespace ashlar::cli
