#include "prompt/lint.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/json_pointer.h"
#include "chat/template.h"
#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"
#include "prompt/values.h"

namespace ashlar::prompt {
namespace {

using Names = std::set<std::string>;

constexpr std::size_t kMostFindings = 1'000;  // of the examples

// REQUIRES: it compiles, as parse_spec() has seen; else it reads nothing.
Names names_in(const std::optional<std::string>& source, const char* where) {
  if (!source) return {};
  const auto compiled = chat::Template::compile(*source, where);
  return compiled ? compiled->names() : Names();
}

Finding of_error(std::string_view rule, Error error) {
  return {rule, true, std::move(error.message), std::move(error.where), std::move(error.mend)};
}

void find_undeclared(const PromptSpec& spec, const Names& names, const char* where,
                     std::vector<Finding>& findings) {
  for (const std::string& name : names)
    if (!spec.variables.contains(name))
      findings.push_back({"undeclared-variable", true,
                          fmt::format("'{}' is read and no variable is called so", name), where,
                          "declare it under variables"});
}

void find_untrusted(const PromptSpec& spec, const Names& names, std::vector<Finding>& findings) {
  for (const std::string& name : names) {
    const auto found = spec.variables.find(name);
    if (found == spec.variables.end() || found->second.trusted) continue;
    findings.push_back(
        {"untrusted-in-system", false,
         fmt::format("the untrusted variable '{}' stands in the system message", name), "/system",
         "move it to the user's message, or say trusted = true where only you set it"});
  }
}

void find_unused(const PromptSpec& spec, const Names& system, const Names& user,
                 std::vector<Finding>& findings) {
  for (const auto& [name, variable] : spec.variables)
    if (!system.contains(name) && !user.contains(name))
      findings.push_back({"unused-variable", false,
                          fmt::format("no template reads the variable '{}'", name),
                          "/variables" + base::pointer_step(name), "use it, or leave it out"});
}

void check_answer(const grammar::Schema& schema, const base::Json& answer, const std::string& where,
                  std::vector<Finding>& findings) {
  const auto value = grammar::read_json(base::write_json(answer), where);
  const auto verdict = value ? grammar::validate(schema, *value)
                             : Result<grammar::Verdict>(tl::unexpected(value.error()));
  if (!verdict) {
    findings.push_back(of_error("example-schema", verdict.error()));
    return;
  }
  for (const grammar::ValidationError& error : verdict->errors)
    findings.push_back({"example-schema", true,
                        fmt::format("the example's answer isn't what /schema{} asks for: {}",
                                    error.schema, error.message),
                        where + error.instance, "correct the answer, or the schema"});
}

void check_examples(const PromptSpec& spec, const Names& user, std::vector<Finding>& findings) {
  std::optional<grammar::Schema> schema;
  if (spec.schema && !spec.examples.empty())
    if (auto loaded = grammar::load_schema(base::write_json(*spec.schema)))
      schema = std::move(*loaded);
  for (std::size_t i = 0; i < spec.examples.size() && findings.size() < kMostFindings; ++i) {
    const Example& example = spec.examples[i];
    const std::string where = fmt::format("/examples/{}", i);
    if (!example.user)
      if (auto values = example_values(spec, user, example.variables, where + "/variables");
          !values)
        findings.push_back(of_error("example-variables", std::move(values.error())));
    if (schema) check_answer(*schema, example.answer, where + "/answer", findings);
  }
}

}  // namespace

std::vector<Finding> lint(const PromptSpec& spec) {
  const Names system = names_in(spec.system, "/system"), user = names_in(spec.user, "/user");
  std::vector<Finding> findings;
  find_undeclared(spec, system, "/system", findings);
  find_untrusted(spec, system, findings);
  find_undeclared(spec, user, "/user", findings);
  find_unused(spec, system, user, findings);
  check_examples(spec, user, findings);
  return findings;
}

std::optional<Finding> lint_length(std::uint64_t tokens, std::uint64_t context,
                                   std::optional<std::uint64_t> most_answer_tokens) {
  constexpr std::string_view kRule = "prompt-too-long";
  if (tokens >= context)
    return Finding{kRule, true,
                   fmt::format("the prompt has {} tokens, the context holds {}", tokens, context),
                   "/", "shorten it, leave examples out, or take a model with a longer context"};
  if (!most_answer_tokens || tokens + *most_answer_tokens <= context) return std::nullopt;
  return Finding{
      kRule, false,
      fmt::format("the prompt has {} tokens of the context's {}: an answer ends after {}, "
                  "max_tokens says {}",
                  tokens, context, context - tokens, *most_answer_tokens),
      "/sampling/max_tokens", "shorten the prompt, or lower max_tokens"};
}

std::optional<std::uint64_t> most_answer_tokens(const PromptSpec& spec) {
  const auto found = spec.sampling.find("max_tokens");
  if (found == spec.sampling.end()) return std::nullopt;
  return found->get<std::uint64_t>();
}

base::Json json_of(const Finding& finding) {
  return {{"rule", finding.rule},
          {"level", finding.breaks ? "error" : "warning"},
          {"message", finding.message},
          {"where", finding.where},
          {"mend", finding.mend}};
}

}  // namespace ashlar::prompt
