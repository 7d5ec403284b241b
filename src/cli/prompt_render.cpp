// ashlar prompt render: the messages of a spec, and what a model is sent of them.
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

// Adds {text, tokens, context} and perhaps a finding.
Status add_rendered(const std::string& model, PromptInput& input, Json& object) {
  ASHLAR_ASSIGN(const OpenChatPrompt open, open_chat_prompt(model));
  ASHLAR_ASSIGN(const auto config, model::Config::from_gguf(open.file));
  ASHLAR_ASSIGN(const llm::RenderedChat chat, open.prompt.render(object["messages"], {}, true));
  object["text"] = chat.text;
  object["tokens"] = chat.ids.size();
  object["context"] = config.context;
  const auto finding =
      prompt::lint_length(chat.ids.size(), config.context, prompt::most_answer_tokens(input.spec));
  if (finding && finding->breaks)
    return fail(ErrorKind::too_large, finding->message, "prompt", finding->mend);
  if (finding) input.findings.push_back(*finding);
  return {};
}

Result<Json> rendered(const PromptOptions& options, PromptInput& input) {
  Json object = identity_of(input.spec);
  ASHLAR_TRY(check_complete(input));
  ASHLAR_ASSIGN(object["messages"], prompt::render_messages(input.spec, input.given));
  if (!options.model.model.empty()) ASHLAR_TRY(add_rendered(options.model.model, input, object));
  object["findings"] = json_of(input.findings);
  return object;
}

std::string text_of(const Json& json) {
  return json.get<std::string>();
}

void print_for_people(const Json& object, const std::vector<prompt::Finding>& findings) {
  std::string out = fmt::format("{} {} · {}\n", text_of(object["name"]), text_of(object["version"]),
                                text_of(object["hash"]));
  for (const Json& message : object["messages"])
    out += fmt::format("\n[{}]\n{}\n", text_of(message["role"]), text_of(message["content"]));
  if (object.contains("text"))
    out += fmt::format("\n[{} tokens of {}]\n{}\n", object["tokens"].get<std::uint64_t>(),
                       object["context"].get<std::uint64_t>(), text_of(object["text"]));
  put_answer(out);
  if (!findings.empty() && findings.back().rule == "prompt-too-long")  // the others were said
    say("ashlar: " + line_of(findings.back()));
}

}  // namespace

int prompt_render(const PromptOptions& options) {
  auto input = read_prompt(options);
  if (!input) return report(input.error(), options.json);
  const auto object = rendered(options, *input);
  if (!object) return report(object.error(), options.json);
  if (options.json)
    put(base::write_json(*object) + "\n");
  else
    print_for_people(*object, input->findings);
  return kExitFine;
}

}  // namespace ashlar::cli
