// Packing is a permutation: every row comes back as the file holds it.
#include "kernels/packing.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/kernels/matrices.h"

namespace ashlar::kernels {
namespace {

TEST(Packing, EveryRowComesBack) {
  constexpr std::uint32_t kRows = 37, kWidth = 512;  // the last tile is not full
  for (const tensor::Codec& codec : tensor::codecs()) {
    const std::size_t row_bytes = codec.bytes_for(kWidth);
    std::vector<std::byte> source(kRows * row_bytes);
    for (std::size_t i = 0; i < source.size(); ++i) source[i] = std::byte(i * 131 % 251);
    const test::Packed packed = test::pack(codec.dtype, kRows, kWidth, source);
    std::vector<std::byte> back(source.size());
    for (std::uint32_t row = 0; row < kRows; ++row)
      unpack_row(packed.matrix, row, back.data() + row * row_bytes);
    EXPECT_EQ(back, source) << codec.name;
  }
}

}  // namespace
}  // namespace ashlar::kernels
