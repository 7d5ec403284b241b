// The escapes of a string literal. Source: jinja2 decodes literals with Python's unicode-escape.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::chat {

// `body` is what stands between the quotes. \N{name} and lone surrogates are refused.
Result<std::string> unescape(std::string_view body);

}  // namespace ashlar::chat
