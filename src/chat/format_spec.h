// One field of a formatted string: how % and str.format pad and print a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "chat/value.h"

namespace ashlar::chat {

struct FormatSpec {
  std::string fill = " ";
  char align = 0;   // < > ^ =, or 0: numbers right, others left
  char sign = '-';  // '+', '-' or ' '
  char group = 0;   // ',' or '_' between thousands
  bool alternate = false;
  std::int64_t width = 0;
  std::optional<std::int64_t> precision;
  char type = 0;  // d x X o b c e E f F g G % n s, or 0

  bool is_empty() const { return *this == FormatSpec{}; }
  bool operator==(const FormatSpec&) const = default;
};

// A letter that doesn't fit the value's type is an error as in Python.
Result<Text> format_value(Evaluator& evaluator, const Value& value, const FormatSpec& spec);

}  // namespace ashlar::chat
