// Counter-based random numbers: a draw is a pure function of its key, so it doesn't depend on batch
// or history. Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11).
#pragma once

#include <array>
#include <cstdint>

namespace ashlar::base {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// Uniform in [0, 1) with 53 bits, for one (seed, stream, position).
double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t position);

// A seed from the operating system.
std::uint64_t fresh_seed();

}  // namespace ashlar::base
