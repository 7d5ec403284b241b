// What is wrong with a spec as a whole, as far as its text tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "prompt/spec.h"

namespace ashlar::prompt {

struct Finding {
  std::string_view rule;  // "unused-variable"
  bool breaks;            // an error: what the spec asks for can't be done as written
  std::string message, where, mend;
};

// undeclared-variable, example-variables and example-schema break; untrusted-in-system and
// unused-variable warn. In the spec's order; the examples
// behind 1,000 findings aren't looked at.
std::vector<Finding> lint(const PromptSpec& spec);

// prompt-too-long: `tokens` of the prompt leave no room in a context of so many; a warning where
// they leave less than the answer may take.
std::optional<Finding> lint_length(std::uint64_t tokens, std::uint64_t context,
                                   std::optional<std::uint64_t> most_answer_tokens);

// What the spec's sampling says of max_tokens.
std::optional<std::uint64_t> most_answer_tokens(const PromptSpec& spec);

// {rule, level: "error" or "warning", message, where, mend}
base::Json json_of(const Finding& finding);

}  // namespace ashlar::prompt
