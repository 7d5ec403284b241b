// The patterns by which PEFT's configurations name modules: Python's regular expressions, of which
// the part is taken that means the same everywhere and that can neither hang nor exhaust the stack.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::model {

class ModulePattern {
 public:
  enum class Covers : std::uint8_t {
    whole,   // the name
    suffix,  // the name, or its end behind a dot
  };

  // `where` names the pattern's place in errors.
  static Result<ModulePattern> compile(std::string_view pattern, Covers covers, std::string where);

  bool matches(std::string_view module) const;
  bool is_plain() const { return !regex_; }

 private:
  std::string text_;
  Covers covers_ = Covers::whole;
  std::optional<std::regex> regex_;  // none: a name, in which a dot stands for any character
};

}  // namespace ashlar::model
