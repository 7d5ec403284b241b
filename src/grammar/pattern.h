// A regular expression of JSON Schema's `pattern`: ECMA-262 with the u flag, searched without
// anchors (section 6.4 of the specification). References back are refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::grammar {

// How many automata may yet be kept from one search to the next, by all patterns that share it.
struct PatternMemory {
  static constexpr std::size_t kBytesOfOne = std::size_t{512} << 10;  // a larger one isn't kept
  std::atomic<std::uint32_t> left = 128;
};

class Pattern {
 public:
  // unsupported for references back, bad_input for what is no regular expression, too_large over a
  // limit; `where` names the keyword.
  static Result<Pattern> compile(
      std::string_view text, std::string_view where,
      std::shared_ptr<PatternMemory> memory = std::make_shared<PatternMemory>());

  // Whether it matches anywhere in `text`, which is valid UTF-8. too_large when finding that out
  // takes more memory than the limit. `steps`, if given, is how many it took. Any number of threads
  // may search at once.
  Result<bool> search(std::string_view text, std::uint64_t* steps = nullptr) const;

  const std::string& text() const { return text_; }

 private:
  struct Kept;

  std::string text_;
  std::shared_ptr<Kept> kept_;
};

}  // namespace ashlar::grammar
