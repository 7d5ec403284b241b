#pragma once

#include <cstdint>

namespace ashlar::grammar {

using StateId = std::uint32_t;       // of a language
inline constexpr StateId kDead = 0;  // no text goes on from there

}  // namespace ashlar::grammar
