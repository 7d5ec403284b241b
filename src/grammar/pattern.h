// A regular expression of JSON Schema's `pattern`: ECMA-262 with the u flag, searched without
// anchors (section 6.4 of the specification). Lookaround and backreferences are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::grammar {

class Pattern {
 public:
  // unsupported for lookaround and backreferences, bad_input for what is no regular expression,
  // too_large over a limit; `where` names the keyword.
  static Result<Pattern> compile(std::string_view text, std::string_view where);

  // Whether it matches anywhere in `text`, which is valid UTF-8. too_large when finding that out
  // takes more steps than the limit. `steps`, if given, is how many it took. Any number of threads
  // may search at once.
  Result<bool> search(std::string_view text, std::uint64_t* steps = nullptr) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<void> code_;
};

}  // namespace ashlar::grammar
