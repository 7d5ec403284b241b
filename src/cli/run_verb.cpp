// run: a model by name, and either one answer or a chat.
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/chat_loop.h"
#include "cli/one_answer.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "llm/request_json.h"

namespace ashlar::cli {
namespace {

using base::Json;

// What suits a small chat model; flags override them, and --help says them.
Json chat_defaults() {
  return {{"max_tokens", 1024}, {"temperature", 0.3}, {"top_p", 0.95}, {"repetition_penalty", 1.1}};
}

std::string without_last_newlines(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

// The argument, then what is piped in; nothing when there is neither.
Result<std::optional<std::string>> prompt_of(std::optional<std::string> argument) {
  if (!has_piped_stdin()) return argument;
  ASHLAR_ASSIGN(std::string piped, read_piped_stdin());
  piped = without_last_newlines(std::move(piped));
  if (!argument || piped.empty()) return argument.value_or(piped);
  return *argument + "\n\n" + piped;
}

int chat(const ModelOptions& options, Json parameters) {
  std::optional<std::string> system;
  if (parameters.contains("system")) system = parameters["system"].get<std::string>();
  parameters.erase("system");
  ChatSession session(std::move(parameters));
  session.set_system(std::move(system));
  if (auto request = session.ask(""); !request)
    return report(as_flag_error(std::move(request.error())), false);
  auto model = open_model(options);
  if (!model) return report(model.error(), false);
  return chat_loop(**model, std::move(session));
}

bool blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

int run(const ModelOptions& options, std::optional<std::string> argument, Json parameters,
        bool json) {
  const bool at_terminal = is_terminal(STDIN_FILENO) && is_terminal(STDOUT_FILENO);
  if (!argument && at_terminal && !json) return chat(options, std::move(parameters));
  const auto prompt = prompt_of(std::move(argument));
  if (!prompt) return report(prompt.error(), json);
  if (blank(prompt->value_or("")))
    return report(Error{ErrorKind::bad_input, "the prompt is empty", "PROMPT",
                        "give one, pipe it in, or chat from a terminal"},
                  json);
  auto text = llm::json_of_flag(*llm::find_field("prompt"), std::vector{**prompt});
  if (!text) {
    text.error().where = "PROMPT";
    return report(text.error(), json);
  }
  parameters["prompt"] = std::move(*text);
  parameters["chat"] = true;
  return answer_once(options, parameters, json);
}

constexpr const char* kFooter = R"(
With a PROMPT, or something piped in (both: the argument first), gives one answer on stdout and its
figures on stderr; without, chats until Ctrl-D (/help lists the commands).
The conversation goes through the model's own template.

Defaults for a chat: max_tokens 1024, temperature 0.3, top_p 0.95, repetition_penalty 1.1,
everything else off; the seed is drawn and reported.
Exit: 0 fine, 1 failed or interrupted, 2 bad input.)";

}  // namespace

int run_verb(int argc, char** argv) {
  CLI::App app("Chats with a model, or gets one answer.", "ashlar run");
  app.footer(kFooter);
  ModelOptions options;
  std::string prompt;
  bool json = false;
  app.add_option("MODEL", options.model, "a catalogue name or the path of a GGUF file")->required();
  CLI::Option* argument = app.add_option("PROMPT", prompt, "what to ask");
  RequestFlags system(app, std::span(llm::find_field("system"), 1)),
      adapter(app, std::span(llm::find_field("adapter"), 1)), sampling(app, llm::sampling_fields());
  add_compute_options(app, options);
  add_engine_options(app, options);
  add_adapter_option(app, options);
  app.add_flag("--json", json, "one answer as a JSON object, as generate gives it");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  options.engine.max_sequences = 1;  // the KV cache is planned for one conversation

  Json parameters = chat_defaults();
  for (const RequestFlags* flags : {&system, &adapter, &sampling}) {
    auto given = flags->value();
    if (!given) return report(given.error(), json);
    parameters.update(*given);
  }
  std::optional<std::string> given;
  if (argument->count() > 0) given = std::move(prompt);
  return run(options, std::move(given), std::move(parameters), json);
}

}  // namespace ashlar::cli
