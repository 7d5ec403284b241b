// score: log-probabilities of completions, as evaluation harnesses want them.
#include <span>

#include "cli/arguments.h"
#include "cli/jsonl.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "llm/answer_json.h"
#include "llm/request_json.h"

namespace ashlar::cli {
namespace {

using base::Json;
using llm::ScoreRequest;

std::vector<Result<Json>> score_all(llm::Llm& model, std::span<const ScoreRequest> requests,
                                    const Interrupt& interrupt) {
  std::vector<Result<Json>> lines;
  for (const auto& score : model.score_all(requests, interrupt.token()))
    lines.push_back(score ? Result<Json>(llm::json_of(*score))
                          : tl::unexpected(llm::with_pointer(score.error())));
  return lines;
}

int score_lines(llm::Llm& model, const Json& defaults) {
  const auto parse = [&](const Json& line) {
    return llm::parse_score_request(llm::with_defaults(line, defaults));
  };
  return run_jsonl<ScoreRequest>(parse,
                                 [&](std::vector<ScoreRequest>& requests, Interrupt& interrupt) {
                                   return score_all(model, requests, interrupt);
                                 });
}

constexpr const char* kFooter = R"(
Each line of stdin is {"prompt": TEXT, "completion": TEXT}, perhaps with "adapter", and gives
{"logprob": sum, "greedy": every token was the likeliest, "tokens": [{"id", "logprob"}]}, in order;
logarithms are natural. Prompt and completion are tokenized together and cut at the prompt's own
length; trailing spaces of a prompt go to the completion; an empty prompt stands for BOS.
Exit: 0 fine, 1 failed or interrupted, 2 bad input, also of a single line.)";

}  // namespace

int score_verb(int argc, char** argv) {
  CLI::App app("Log-probabilities of completions given their prompts.", "ashlar score");
  app.footer(kFooter);
  ModelOptions options;
  add_model_option(app, options);
  add_compute_options(app, options);
  add_chunk_option(app, options);
  add_adapter_option(app, options);
  RequestFlags flags(app, std::span(llm::find_field("adapter"), 1));
  bool jsonl = true;
  app.add_flag("--jsonl", jsonl, "read JSONL from stdin, which is the only way so far");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  const auto defaults = flags.value();
  if (!defaults) return report(defaults.error(), true);
  auto model = open_model(options);
  if (!model) return report(model.error(), true);
  return score_lines(**model, *defaults);
}

}  // namespace ashlar::cli
