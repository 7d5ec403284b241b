// ashlar prompt run: a spec's request answered, and the answer held against the spec's schema.
#include <fmt/format.h>

#include "cli/jsonl.h"
#include "cli/one_answer.h"
#include "cli/prompt_commands.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "llm/request_json.h"
#include "prompt/render.h"
#include "prompt/values.h"

namespace ashlar::cli {
namespace {

using base::Json;

Result<llm::GenerateRequest> request_of(const PromptInput& input, const Json& given,
                                        const Json& flags) {
  ASHLAR_ASSIGN(Json object, prompt::request_of(input.spec, given));
  object.update(flags);
  return llm::parse_request(object);
}

// `text` of a choice becomes `answer`, `parsed`, what is in it, and `valid`, whether that is what
// the schema asks for; null where there is none.
Json choice_of(const prompt::PromptSpec& spec, const Json& choice) {
  Json json = Json::object();
  for (const auto& [name, value] : choice.items()) {
    if (name != "text") {
      json[name] = value;
      continue;
    }
    const auto parsed = prompt::parsed_answer(spec, value.get<std::string>());
    json["answer"] = value;
    json["parsed"] = parsed ? *parsed : Json(nullptr);
    json["valid"] = spec.schema ? Json(parsed.has_value()) : Json(nullptr);
  }
  return json;
}

Json object_of(const prompt::PromptSpec& spec, const Json& answer) {
  Json object = identity_of(spec);
  object.update(choice_of(spec, answer));
  if (object.contains("choices"))
    for (Json& choice : object["choices"]) choice = choice_of(spec, choice);
  return object;
}

// The error of the first answer that isn't what the schema asks for.
Status check_answers(const prompt::PromptSpec& spec, const llm::Answer& answer) {
  ASHLAR_TRY(prompt::parsed_answer(spec, answer.output.text));
  for (const engine::Output& output : answer.others)
    ASHLAR_TRY(prompt::parsed_answer(spec, output.text));
  return {};
}

// Says, before a long wait, that the answer will have less room than it may ask for.
void warn_of_length(const PromptOptions& options, const llm::Llm& model,
                    const llm::GenerateRequest& request) {
  const auto ids = model.encode(request.prompt);
  if (!ids || options.json) return;  // the engine says what is wrong
  const auto finding =
      prompt::lint_length(ids->size(), model.context(), request.sampling.max_tokens);
  if (finding && !finding->breaks) say("ashlar: " + line_of(*finding));
}

int run_once(const PromptOptions& options, const PromptInput& input, const Json& flags) {
  if (const Status complete = check_complete(input); !complete)
    return report(complete.error(), options.json);
  auto request = request_of(input, input.given, flags);
  if (!request) return report(as_flag_error(std::move(request.error())), options.json);
  auto model = open_model_for(options.model, *request);
  if (!model) return report(model.error(), options.json);
  warn_of_length(options, **model, *request);
  const AnswerObject as_object = [&](const llm::Llm& llm, const llm::GenerateRequest& asked,
                                     const llm::Answer& answer) {
    Json object = object_of(input.spec, answer_object(llm, asked, answer));
    object["findings"] = json_of(input.findings);
    return object;
  };
  const auto answer =
      answer_and_print(**model, *request, options.json ? as_object : AnswerObject());
  if (!answer) return report(as_flag_error(answer.error()), options.json);
  const Status valid = check_answers(input.spec, *answer);
  if (!valid && !options.json) report(valid.error(), false);
  const bool cancelled = answer->output.finish_reason == engine::FinishReason::cancelled;
  return cancelled || !valid ? kExitFailed : kExitFine;
}

// A line gives values of variables over those of the command line.
int run_lines(const PromptOptions& options, const PromptInput& input, const Json& flags) {
  auto model = open_model(options.model);
  if (!model) return report(model.error(), true);
  const auto parse = [&](const Json& line) -> Result<llm::GenerateRequest> {
    ASHLAR_TRY(prompt::check_values(input.spec, line, ""));
    Json given = input.given;
    given.update(line);
    return request_of(input, given, flags);
  };
  const auto answer_all = [&](std::vector<llm::GenerateRequest>& requests, Interrupt& interrupt) {
    for (auto& request : requests) request.stop = interrupt.token();
    const auto answers = (*model)->generate_all(requests);
    std::vector<Result<Json>> lines;
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (answers[i])
        lines.push_back(object_of(input.spec, answer_object(**model, requests[i], *answers[i])));
      else
        lines.emplace_back(tl::unexpect, answers[i].error());
    return lines;
  };
  return run_jsonl<llm::GenerateRequest>(parse, answer_all);
}

}  // namespace

int prompt_run(const PromptOptions& options, const Json& flags) {
  const auto input = read_prompt(options);
  if (!input) return report(input.error(), options.json || options.jsonl);
  return options.jsonl ? run_lines(options, *input, flags) : run_once(options, *input, flags);
}

}  // namespace ashlar::cli
