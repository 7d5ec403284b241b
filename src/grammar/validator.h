// Whether a value is what a schema asks for, and where it isn't. Work and depth are bounded,
// whatever schema and instance are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/schema.h"

namespace ashlar::grammar {

// Subschemas applied, members and items looked at; a second or two.
inline constexpr std::uint64_t kMostSteps = 20'000'000;
// Subschemas applied inside one another.
inline constexpr int kMostNesting = 2'048;
// Errors beyond these are left out.
inline constexpr std::size_t kMostErrors = 1'000, kMostErrorBytes = 1u << 20;

struct ValidationError {
  std::string instance;  // JSON pointer of the value
  std::string schema;    // JSON pointer of the keyword that it fails
  std::string keyword;
  std::string message;
};

struct Verdict {
  bool valid = true;
  std::vector<ValidationError> errors;  // empty when valid
};

// Errors: too_large when the work is over a limit, which the message names. Any number of threads
// may use one schema.
Result<Verdict> validate(const Schema& schema, const Value& instance);

}  // namespace ashlar::grammar
