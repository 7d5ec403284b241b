// Where two specs differ in what they say, not in how they are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "prompt/spec.h"

namespace ashlar::prompt {

enum class ChangeKind { added, removed, changed, reordered };
std::string_view name_of(ChangeKind kind);

struct Change {
  ChangeKind kind;
  std::string where;  // JSON pointer into json_of(); of an item removed, into the former spec
  // Absent where there is none; of `reordered` the members' names in their order.
  std::optional<base::Json> before = {}, after = {};
};

// Empty where the specs are equal, name, version and descriptions included. Items of lists that
// were put in or left out don't change those behind them.
std::vector<Change> diff(const PromptSpec& before, const PromptSpec& after);

// The lines of two texts, "-" before those that went, "+" before those that came, " " before those
// that stayed near them, and "…" for the others.
std::vector<std::string> diff_lines(std::string_view before, std::string_view after);

}  // namespace ashlar::prompt
