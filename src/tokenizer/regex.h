// A regular expression of a tokenizer.json, run by PCRE2 (with its JIT where the processor has
// one). Immutable and safe to share between threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tokenizer/split.h"

struct pcre2_real_code_8;

namespace ashlar::tokenizer {

// As Oniguruma, the reference's engine, understands it (regex_dialect.h); an expression that isn't
// understood is `unsupported`. A match that takes over ten million steps is `exhausted`.
class Regex final : public Pattern {
 public:
  static Result<std::unique_ptr<const Pattern>> compile(std::string_view expression,
                                                        const std::string& where);
  ~Regex() override;

  Status each_match(std::string_view text, const Found& found) const override;

 private:
  Regex(std::string expression, pcre2_real_code_8* code);

  std::string expression_;
  pcre2_real_code_8* code_;
};

}  // namespace ashlar::tokenizer
