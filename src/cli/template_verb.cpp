// ashlar template render, template show: chat templates without a model's weights.
#include <fmt/format.h>

#include "base/clock.h"
#include "chat/template.h"
#include "cli/arguments.h"
#include "cli/iso_time.h"
#include "cli/line_answers.h"
#include "cli/template_show.h"
#include "cli/verb.h"

namespace ashlar::cli {
namespace {

class FixedClock final : public base::Clock {
 public:
  explicit FixedClock(std::chrono::system_clock::time_point time) : time_(time) {}
  std::chrono::system_clock::time_point now() const override { return time_; }

 private:
  std::chrono::system_clock::time_point time_;
};

Result<base::Json> object_field(const base::Json& line, const char* name) {
  const auto field = line.find(name);
  if (field == line.end() || field->is_null()) return base::Json::object();
  if (field->is_object()) return *field;
  return fail(ErrorKind::bad_input, fmt::format("{} is {}", name, field->type_name()),
              fmt::format("/{}", name), "send an object");
}

Result<std::unique_ptr<base::Clock>> clock_of(const base::Json& line) {
  const auto now = line.find("now");
  if (now == line.end() || now->is_null()) return std::make_unique<base::SystemClock>();
  ASHLAR_ASSIGN(const auto time, time_of(*now, "/now"));
  return std::make_unique<FixedClock>(time);
}

Result<base::Json> render_line(const base::Json& line) {
  for (const auto& [name, value] : line.items())
    if (name != "template" && name != "variables" && name != "special_tokens" && name != "now")
      return fail(ErrorKind::bad_input, fmt::format("no field '{}'", name), "/" + name,
                  "send template, variables, special_tokens, now");
  const auto source = line.find("template");
  if (source == line.end() || !source->is_string())
    return fail(ErrorKind::bad_input, "no template", "/template", "send the template's source");
  ASHLAR_ASSIGN(const base::Json variables, object_field(line, "variables"));
  ASHLAR_ASSIGN(const base::Json special_tokens, object_field(line, "special_tokens"));
  ASHLAR_ASSIGN(const auto clock, clock_of(line));
  ASHLAR_ASSIGN(const chat::Template compiled,
                chat::Template::compile(source->get_ref<const std::string&>(), "template"));
  ASHLAR_ASSIGN(const chat::Rendered rendered, compiled.render(variables, special_tokens, *clock));
  return base::Json{{"output", rendered.text}};
}

void declare_render(CLI::App& render, bool& jsonl) {
  render.add_flag("--jsonl", jsonl, "read a JSON object a line, answer each")->required();
  render.footer(
      "A line is {\"template\":source, \"variables\":{...}, \"special_tokens\":{...}, "
      "\"now\":...};\n"
      "now is \"2025-07-10T12:00:00\" (local time) or seconds since 1970, and else the clock's.\n"
      "The answer is {\"output\":...} or {\"error\":...}; the exit code is 2 when any line "
      "failed.");
}

void declare_show(CLI::App& show, ShowOptions& options) {
  show.add_option("-m,--model", options.model, "a GGUF file or a model's name")->required();
  show.add_option("--messages", options.messages, "a JSON file of messages, or - for stdin")
      ->type_name("FILE");
  show.add_flag("--no-generation-prompt", options.no_generation_prompt,
                "don't open the assistant's turn at the end");
  show.add_flag("--json", options.json, "text, input ranges, ids and tokens as JSON");
  show.footer("Without --messages a sample conversation is shown.");
}

}  // namespace

int template_verb(int argc, char** argv) {
  CLI::App app("Renders chat templates.", "ashlar template");
  app.require_subcommand(1);
  bool jsonl = false;
  ShowOptions options;
  CLI::App* render = app.add_subcommand("render", "render templates given on stdin");
  CLI::App* show = app.add_subcommand("show", "what a model makes of a conversation");
  declare_render(*render, jsonl);
  declare_show(*show, options);
  if (const auto done = parse_arguments(app, argc, argv)) return *done;
  if (render->parsed()) return answer_lines(render_line);
  const Status shown = show_template(options);
  return shown ? kExitFine : report(shown.error(), options.json);
}

}  // namespace ashlar::cli
