// datetime.now().strftime(format) in the C locale.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::chat {

// Local time. A directive we don't know is ErrorKind::unsupported.
Result<std::string> format_time(std::string_view format,
                                std::chrono::system_clock::time_point time);

}  // namespace ashlar::chat
