// The extent of a tensor, innermost dimension first as GGUF stores it: extent[0] is a row's length.
#pragma once

#include <array>
#include <cstdint>

namespace ashlar::tensor {

struct Shape {
  std::array<std::uint64_t, 4> extent{1, 1, 1, 1};
  std::uint32_t rank = 0;

  std::uint64_t row() const { return extent[0]; }
  std::uint64_t rows() const { return extent[1] * extent[2] * extent[3]; }
  std::uint64_t elements() const { return row() * rows(); }
  bool operator==(const Shape&) const = default;
};

}  // namespace ashlar::tensor
