#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/prompt_commands.h"
#include "cli/terminal.h"
#include "formats/document.h"
#include "prompt/identity.h"
#include "prompt/values.h"

namespace ashlar::cli {
namespace {

using base::Json;

Result<Json> values_of_file(const prompt::PromptSpec& spec, const std::string& file) {
  if (file.empty()) return Json::object();
  Json values;
  if (file == "-") {
    ASHLAR_ASSIGN(const std::string text, read_piped_stdin());
    ASHLAR_ASSIGN(values, formats::read_document(text, formats::DocumentKind::json, "stdin"));
  } else {
    ASHLAR_ASSIGN(values, formats::read_document(file));
  }
  Status fine = prompt::check_values(spec, values, "");
  if (fine) return values;
  fine.error().where = fmt::format("{}: {}", file, fine.error().where);
  return tl::unexpected<Error>(std::move(fine.error()));
}

// `where` is the variable's pointer; becomes the flag that gives its value.
Error as_variable_error(Error error) {
  error.where = "--var " + error.where.substr(1);
  return error;
}

// NAME=VALUE of --var into `values`.
Status take_variable(const prompt::PromptSpec& spec, const std::string& text,
                     std::set<std::string>& taken, Json& values) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(ErrorKind::bad_input, fmt::format("'{}' is not NAME=VALUE", text), "--var",
                "give the variable's name and its value");
  const std::string name = text.substr(0, equals);
  if (!taken.insert(name).second)
    return fail(ErrorKind::bad_input, fmt::format("the variable '{}' is given twice", name),
                "--var", "leave one of the two out");
  auto value = prompt::value_of_text(spec, name, text.substr(equals + 1));
  if (!value) return tl::unexpected<Error>(as_variable_error(std::move(value.error())));
  ASHLAR_TRY(prompt::check_value(name, spec.variables.at(name), *value, "--var " + name));
  values[name] = std::move(*value);
  return {};
}

}  // namespace

Status check_complete(const PromptInput& input) {
  const auto values = prompt::complete_values(input.spec, input.given);
  if (!values) return tl::unexpected<Error>(as_variable_error(values.error()));
  return {};
}

Result<Json> given_values(const prompt::PromptSpec& spec, const PromptOptions& options) {
  ASHLAR_ASSIGN(Json values, values_of_file(spec, options.variables_file));
  std::set<std::string> taken;
  for (const std::string& each : options.variables)
    ASHLAR_TRY(take_variable(spec, each, taken, values));
  return values;
}

std::string line_of(const prompt::Finding& finding) {
  return fmt::format("{}: {}: {} ({}); {}", finding.breaks ? "error" : "warning", finding.rule,
                     finding.message, finding.where, finding.mend);
}

Json json_of(const std::vector<prompt::Finding>& findings) {
  Json list = Json::array();
  for (const prompt::Finding& each : findings) list.push_back(prompt::json_of(each));
  return list;
}

Json identity_of(const prompt::PromptSpec& spec) {
  return {{"name", spec.name}, {"version", spec.version}, {"hash", prompt::content_hash(spec)}};
}

Result<PromptInput> read_prompt(const PromptOptions& options) {
  PromptInput input;
  ASHLAR_ASSIGN(input.spec, prompt::read_spec(options.spec));
  input.findings = prompt::lint(input.spec);
  const auto breaks = std::ranges::find_if(input.findings, &prompt::Finding::breaks);
  if (breaks != input.findings.end())
    return fail(ErrorKind::bad_input, fmt::format("{}: {}", breaks->rule, breaks->message),
                fmt::format("{}: {}", options.spec, breaks->where), breaks->mend);
  ASHLAR_ASSIGN(input.given, given_values(input.spec, options));
  if (!options.json && !options.jsonl)
    for (const prompt::Finding& each : input.findings) say("ashlar: " + line_of(each));
  return input;
}

}  // namespace ashlar::cli
