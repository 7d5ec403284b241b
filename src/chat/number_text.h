// Numbers in strings, as Python's int() and float() read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace ashlar::chat {

// Nothing when the text is no integer of that base (2 to 36; 0 goes by the prefix). One that needs
// more than 64 bits is ErrorKind::unsupported.
Result<std::optional<std::int64_t>> read_integer(std::string_view text, std::int64_t base);

std::optional<double> read_float(std::string_view text);

}  // namespace ashlar::chat
