// What this machine allows: how fast it reads memory and multiplies, and how near a kernel comes
// (Williams, Waterman and Patterson 2009, the roofline model). All figures are the best of some
// passes, with all threads of the device.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "kernels/ops.h"

namespace ashlar::kernels {

// Bytes a second of plain reading, far more than the caches hold.
Result<double> read_bandwidth(const Device& device);

// Multiplications a second of a type's inner loop on weights in the L1 cache: the integer dots
// alone where it has an int8 kernel, its f32 kernel else.
Result<double> peak(const Device& device, tensor::Dtype dtype);

// One matrix product over weights that no cache holds.
struct LinearTiming {
  std::uint64_t bytes;            // of weights read
  std::uint64_t multiplications;  // made
  double seconds;
};
Result<LinearTiming> time_linear(const Device& device, tensor::Dtype dtype, std::uint32_t outputs,
                                 std::uint32_t width, std::uint32_t rows);

}  // namespace ashlar::kernels
