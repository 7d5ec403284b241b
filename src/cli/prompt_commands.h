// The commands of `ashlar prompt`, one a file: prompt_render.cpp, prompt_run.cpp, prompt_diff.cpp,
// prompt_lint.cpp; and what they share, prompt_input.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/options.h"
#include "prompt/lint.h"
#include "prompt/spec.h"

namespace ashlar::cli {

struct PromptOptions {
  std::string spec = {}, other = {};        // files
  std::vector<std::string> variables = {};  // NAME=VALUE
  std::string variables_file = {};          // "-": JSON on stdin; empty: none
  ModelOptions model = {};                  // of render and lint only `model.model`, empty: none
  bool json = false, jsonl = false;
};

// Each prints and gives the exit code.
int prompt_render(const PromptOptions& options);
int prompt_diff(const PromptOptions& options);
int prompt_lint(const PromptOptions& options);
// `flags` go before what the spec says of sampling.
int prompt_run(const PromptOptions& options, const base::Json& flags);

// A spec that can be run, the values that the command line gives, and what is to be said of it.
struct PromptInput {
  prompt::PromptSpec spec;
  base::Json given;                       // checked; what is missing is found when it is needed
  std::vector<prompt::Finding> findings;  // warnings
};

// Errors: the spec's, the values', and the first finding that breaks it. Says warnings on stderr,
// with `json` nothing.
Result<PromptInput> read_prompt(const PromptOptions& options);

// The values of --vars and --var; the latter go before the former.
Result<base::Json> given_values(const prompt::PromptSpec& spec, const PromptOptions& options);

// "warning: unused-variable: MESSAGE (WHERE); MEND"
std::string line_of(const prompt::Finding& finding);

base::Json json_of(const std::vector<prompt::Finding>& findings);

// {name, version, hash}
base::Json identity_of(const prompt::PromptSpec& spec);

// Whether each variable has a value or a default; the error names the flag that would give it.
Status check_complete(const PromptInput& input);

}  // namespace ashlar::cli
