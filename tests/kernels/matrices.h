// What kernels read, with the room that it takes: packed weights and quantized rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/kernel_table.h"
#include "kernels/packing.h"

namespace ashlar::test {

struct Packed {
  std::vector<std::byte> bytes;
  kernels::PackedMatrix matrix;
};

// `source` holds [rows][width] as a file does.
inline Packed pack(tensor::Dtype dtype, std::uint32_t rows, std::uint32_t width,
                   const std::vector<std::byte>& source) {
  Packed p{std::vector<std::byte>(kernels::packed_bytes(dtype, rows, width)),
           {dtype, rows, width, nullptr}};
  p.matrix.tiles = p.bytes.data();
  for (std::uint32_t t = 0; t < p.matrix.tile_count(); ++t)
    kernels::pack_tile(p.matrix, source.data(), t, p.bytes.data() + t * p.matrix.tile_bytes());
  return p;
}

// Room for the int8 form of some rows.
struct Quantized {
  std::vector<std::int8_t> q;
  std::vector<float> scale, scaled_sum;
  std::vector<std::int32_t> sums;
  kernels::Int8Rows rows;

  Quantized(std::uint32_t height, std::uint32_t width)
      : q(std::size_t{height} * width),
        scale(q.size() / kernels::kBlock),
        scaled_sum(scale.size()),
        sums(2 * scale.size()),
        rows{q.data(), scale.data(), scaled_sum.data(), sums.data(), width} {}
  double at(std::uint32_t r, std::uint32_t c) const {
    const std::size_t i = std::size_t{r} * rows.width + c;
    return double{scale[i / kernels::kBlock]} * q[i];
  }
};

}  // namespace ashlar::test
