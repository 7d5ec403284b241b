// ashlar prompt lint: what is wrong with a spec. Exit 0 where nothing is, 1 where something is.
#include <fmt/format.h>

#include "cli/open_chat_prompt.h"
#include "cli/prompt_commands.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "model/config.h"
#include "prompt/render.h"

namespace ashlar::cli {
namespace {

using base::Json;

// How long the prompt is, or at least is: variables without value print as nothing.
Status measure(const PromptOptions& options, const prompt::PromptSpec& spec,
               std::vector<prompt::Finding>& findings, Json& object) {
  ASHLAR_ASSIGN(const OpenChatPrompt open, open_chat_prompt(options.model.model));
  ASHLAR_ASSIGN(const auto config, model::Config::from_gguf(open.file));
  ASHLAR_ASSIGN(const Json given, given_values(spec, options));
  const auto messages = prompt::render_outline(spec, given);
  if (!messages) {
    findings.push_back({"prompt-unmeasured", false,
                        "without values its length can't be told: " + messages.error().message,
                        messages.error().where, "give values with --var"});
    return {};
  }
  ASHLAR_ASSIGN(const llm::RenderedChat chat, open.prompt.render(*messages, {}, true));
  object["tokens"] = chat.ids.size();
  object["context"] = config.context;
  object["unset"] = Json::array();
  for (const auto& [name, variable] : spec.variables)
    if (!variable.fallback && !given.contains(name)) object["unset"].push_back(name);
  if (const auto finding =
          prompt::lint_length(chat.ids.size(), config.context, prompt::most_answer_tokens(spec)))
    findings.push_back(*finding);
  return {};
}

void print_for_people(const Json& object, const std::vector<prompt::Finding>& findings) {
  for (const prompt::Finding& each : findings) put_answer(line_of(each) + "\n");
  if (!object.contains("tokens")) return;
  std::string unset;
  for (const Json& name : object["unset"])
    unset += (unset.empty() ? " without " : ", ") + name.get<std::string>();
  note(fmt::format("{} tokens of {}{}", object["tokens"].get<std::uint64_t>(),
                   object["context"].get<std::uint64_t>(), unset));
}

}  // namespace

int prompt_lint(const PromptOptions& options) {
  const auto spec = prompt::read_spec(options.spec);
  if (!spec) return report(spec.error(), options.json);
  std::vector<prompt::Finding> findings = prompt::lint(*spec);
  Json object = identity_of(*spec);
  if (!options.model.model.empty())
    if (const Status measured = measure(options, *spec, findings, object); !measured)
      return report(measured.error(), options.json);
  object["findings"] = json_of(findings);
  if (options.json)
    put(base::write_json(object) + "\n");
  else
    print_for_people(object, findings);
  return findings.empty() ? kExitFine : kExitFailed;
}

}  // namespace ashlar::cli
