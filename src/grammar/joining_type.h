// How letters of cursive scripts join (Unicode's ArabicShaping.txt).
#pragma once

#include <cstdint>

namespace ashlar::grammar {

enum class JoiningType : std::uint8_t { none, left, right, dual, transparent };

JoiningType joining_type(char32_t c);

}  // namespace ashlar::grammar
