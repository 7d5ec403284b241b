#pragma once

#include <bitset>

namespace ashlar::grammar {

using ByteSet = std::bitset<256>;

}  // namespace ashlar::grammar
