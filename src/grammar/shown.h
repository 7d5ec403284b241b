// Texts of others in our messages, cut where they are long.
#pragma once

#include <string>
#include <string_view>

namespace ashlar::grammar {

// At most 80 bytes of it, whole code points, and an ellipsis for the rest. REQUIRES: UTF-8.
std::string shown(std::string_view text);

}  // namespace ashlar::grammar
