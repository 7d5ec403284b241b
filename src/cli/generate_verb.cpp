// generate: one request from flags, or many from JSONL, with every parameter of the sampler.
#include "cli/arguments.h"
#include "cli/jsonl.h"
#include "cli/one_answer.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "llm/request_json.h"

namespace ashlar::cli {
namespace {

using base::Json;

// -p -, or no -p at all with something piped in, is stdin byte for byte.
Status take_prompt_from_stdin(Json& object) {
  const bool dash = object.contains("prompt") && object["prompt"] == "-";
  if (object.contains("prompt") && !dash) return {};
  if (!dash && !has_piped_stdin())
    return fail(ErrorKind::bad_input, "no prompt", "--prompt", "give -p TEXT, or pipe it in");
  ASHLAR_ASSIGN(const std::string text, read_piped_stdin());
  ASHLAR_ASSIGN(object["prompt"], llm::json_of_flag(*llm::find_field("prompt"), std::vector{text}));
  return {};
}

// Flags that are wrong on their own fail once, before the model is loaded.
Status check_defaults(const Json& flags) {
  if (flags.contains("prompt"))
    return fail(ErrorKind::bad_input, "--jsonl takes its prompts from stdin", "--prompt",
                "leave --prompt out");
  Json whole = flags;
  whole["prompt"] = "";
  if (auto request = llm::parse_request(whole); !request)
    return tl::unexpected(as_flag_error(std::move(request.error())));
  return {};
}

int generate_lines(const ModelOptions& options, const Json& flags) {
  if (const auto status = check_defaults(flags); !status) return report(status.error(), true);
  auto model = open_model(options);
  if (!model) return report(model.error(), true);
  const auto answer_all = [&](std::vector<llm::GenerateRequest>& requests, Interrupt& interrupt) {
    for (auto& request : requests) request.stop = interrupt.token();
    const auto answers = (*model)->generate_all(requests);
    std::vector<Result<Json>> lines;
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (answers[i])
        lines.push_back(answer_object(**model, requests[i], *answers[i]));
      else
        lines.push_back(tl::unexpected(llm::with_pointer(answers[i].error())));
    return lines;
  };
  return run_jsonl<llm::GenerateRequest>(
      [&](const Json& line) { return llm::parse_request(llm::with_defaults(line, flags)); },
      answer_all);
}

constexpr const char* kFooter = R"(
Defaults: max_tokens 256, temperature 1, everything else off; the seed is drawn and reported.

With --json: {text, ids, logprobs, finish_reason, usage: {prompt_tokens, completion_tokens,
cached_tokens}, timings: {load_ms, prefill_ms, decode_ms}, speculation: {guessed, accepted,
jumped}, seed, model: {name, sha256}}, and with --tools tool_calls: [{type, function: {name,
arguments}}] and tools: {syntax, shown_by}, with --lenient given_up: [{pointer, keyword,
message}]; with --n over 1 instead of the first four choices: [{index, text, ids, logprobs,
finish_reason}].
With --jsonl each line of stdin is {"prompt" or "messages", and the names above with _ for -};
flags are defaults for the lines; answers come in order, an error in its line's place.
Exit: 0 fine, 1 failed or interrupted, 2 bad input, also of a single line.)";

}  // namespace

int generate_verb(int argc, char** argv) {
  CLI::App app("Completes a prompt, or answers it as a chat with --chat.", "ashlar generate");
  app.footer(kFooter);
  ModelOptions options;
  add_model_option(app, options);
  RequestFlags prompt(app, llm::prompt_fields()), sampling(app, llm::sampling_fields()),
      answers(app, llm::answer_fields());
  add_compute_options(app, options);
  add_engine_options(app, options);
  app.add_option("--sequences", options.engine.max_sequences,
                 "lines of --jsonl that run at once; changes no answer")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096).description(""));
  add_adapter_option(app, options);
  bool json = false, jsonl = false;
  app.add_flag("--json", json, "one JSON object, or an error as one");
  app.add_flag("--jsonl", jsonl, "a request a line from stdin, an answer a line");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;

  auto flags = prompt.value();
  for (auto more : {sampling.value(), answers.value()}) {
    if (flags && more) flags->update(*more);
    if (!more) flags = std::move(more);
  }
  if (!flags) return report(flags.error(), json || jsonl);
  if (jsonl) return generate_lines(options, *flags);
  if (const auto status = take_prompt_from_stdin(*flags); !status)
    return report(status.error(), json);
  return answer_once(options, *flags, json);
}

}  // namespace ashlar::cli
