// ashlar prompt render, run, diff, lint: prompts that are objects in files.
#include <span>
#include <vector>

#include "cli/arguments.h"
#include "cli/options.h"
#include "cli/prompt_commands.h"
#include "cli/verb.h"
#include "llm/request_fields.h"

namespace ashlar::cli {
namespace {

void declare_spec(CLI::App& app, PromptOptions& options) {
  app.add_option("SPEC", options.spec, "a prompt's spec: a .toml, .yaml or .json file")->required();
  app.add_flag("--json", options.json, "one JSON object, or an error as one");
}

void declare_variables(CLI::App& app, PromptOptions& options) {
  app.add_option("--var", options.variables,
                 "a variable's value: text, or JSON where its type is no string; may be repeated")
      ->type_name("NAME=VALUE")
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false);
  app.add_option("--vars", options.variables_file,
                 "a .json, .toml or .yaml file with values by name, or - for JSON on stdin")
      ->type_name("FILE");
}

void declare_optional_model(CLI::App& app, PromptOptions& options, const char* help) {
  app.add_option("-m,--model", options.model.model, help)->type_name("MODEL");
}

// What a spec's sampling may say, a flag may say too; and which adapter answers.
std::span<const llm::RequestField> run_fields() {
  static const std::vector<llm::RequestField> fields = [] {
    std::vector<llm::RequestField> all{*llm::find_field("adapter")};
    for (const auto some : {llm::sampling_fields(), llm::answer_fields()})
      for (const llm::RequestField& field : some)
        if (prompt::is_sampling_field(field.name)) all.push_back(field);
    return all;
  }();
  return fields;
}

void declare_run(CLI::App& app, PromptOptions& options) {
  declare_spec(app, options);
  declare_variables(app, options);
  add_model_option(app, options.model);
  add_compute_options(app, options.model);
  add_engine_options(app, options.model);
  add_adapter_option(app, options.model);
  app.add_flag("--jsonl", options.jsonl,
               "values of variables a line from stdin, over --var and --vars; an answer a line");
  app.footer(
      "Flags go before what the spec says of sampling; its schema is the answer's.\n"
      "With --json: {name, version, hash, answer, parsed, valid, ids, logprobs, finish_reason, "
      "usage,\ntimings, speculation, seed, model, findings}; with --n over 1 the first four of an "
      "answer in choices.\n"
      "Exit: 0 fine, 1 failed, interrupted or not what the schema asks for, 2 bad input.");
}

}  // namespace

int prompt_verb(int argc, char** argv) {
  CLI::App app("Prompts as objects: templates, variables, examples, a schema.", "ashlar prompt");
  app.require_subcommand(1);
  PromptOptions options;
  CLI::App* render =
      app.add_subcommand("render", "the messages that a spec makes of its variables");
  CLI::App* run = app.add_subcommand("run", "a model's answer to a spec");
  CLI::App* diff = app.add_subcommand("diff", "where two specs differ: exit 0 equal, 1 different");
  CLI::App* lint = app.add_subcommand("lint", "what is wrong with a spec: exit 0 nothing, 1 some");
  declare_spec(*render, options);
  declare_variables(*render, options);
  declare_optional_model(*render, options, "show what this model is sent, and count its tokens");
  declare_run(*run, options);
  const RequestFlags flags(*run, run_fields());
  declare_spec(*diff, options);
  diff->add_option("OTHER", options.other, "the spec to hold it against")->required();
  declare_spec(*lint, options);
  declare_variables(*lint, options);
  declare_optional_model(*lint, options, "count the prompt's tokens against this model's context");
  if (const auto done = parse_arguments(app, argc, argv)) return *done;
  if (render->parsed()) return prompt_render(options);
  if (diff->parsed()) return prompt_diff(options);
  if (lint->parsed()) return prompt_lint(options);
  const auto given = flags.value();
  return given ? prompt_run(options, *given) : report(given.error(), options.json || options.jsonl);
}

}  // namespace ashlar::cli
