#include "kernels/packing.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/kernel_table.h"

namespace ashlar::kernels {
namespace {

// A file block as its fields: so many 2-byte values, then so many 4-byte groups. In the order of
// tensor::Dtype.
struct Fields {
  std::uint32_t halves, quads;
};
constexpr std::array<Fields, kDtypes> kFields = {{{0, 1}, {1, 0}, {1, 0}, {1, 4}, {2, 4}, {1, 8}}};

}  // namespace

std::size_t PackedMatrix::tile_bytes() const {
  return tensor::codec_of(dtype).bytes_for(width) * kTileRows;
}

std::uint32_t PackedMatrix::tile_count() const {
  return (rows + kTileRows - 1) / kTileRows;
}

std::size_t packed_bytes(tensor::Dtype dtype, std::uint32_t rows, std::uint32_t width) {
  const PackedMatrix shape{dtype, rows, width, nullptr};
  return shape.tile_bytes() * shape.tile_count();
}

void pack_tile(const PackedMatrix& shape, const std::byte* source, std::uint32_t tile,
               std::byte* out) {
  const tensor::Codec& codec = tensor::codec_of(shape.dtype);
  const Fields fields = kFields[static_cast<std::size_t>(shape.dtype)];
  const std::size_t row_bytes = codec.bytes_for(shape.width);
  const std::uint32_t first = tile * kTileRows;
  const std::uint32_t rows = std::min(kTileRows, shape.rows - first);
  for (std::uint32_t r = 0; r < rows; ++r) {
    const std::byte* from = source + (first + r) * row_bytes;
    std::byte* block = out;
    for (std::uint32_t b = 0; b < shape.width / codec.block_elements; ++b) {
      for (std::uint32_t i = 0; i < fields.halves; ++i, from += 2)
        std::memcpy(block + (i * kTileRows + r) * 2, from, 2);
      std::byte* quads = block + fields.halves * kTileRows * 2;
      for (std::uint32_t i = 0; i < fields.quads; ++i, from += 4)
        std::memcpy(quads + (i * kTileRows + r) * 4, from, 4);
      block += kTileRows * codec.block_bytes;
    }
  }
}

void unpack_row(const PackedMatrix& matrix, std::uint32_t row, std::byte* out) {
  const tensor::Codec& codec = tensor::codec_of(matrix.dtype);
  const Fields fields = kFields[static_cast<std::size_t>(matrix.dtype)];
  const std::uint32_t r = row % kTileRows;
  const std::byte* block = matrix.tiles + row / kTileRows * matrix.tile_bytes();
  for (std::uint32_t b = 0; b < matrix.width / codec.block_elements; ++b) {
    for (std::uint32_t i = 0; i < fields.halves; ++i, out += 2)
      std::memcpy(out, block + (i * kTileRows + r) * 2, 2);
    const std::byte* quads = block + fields.halves * kTileRows * 2;
    for (std::uint32_t i = 0; i < fields.quads; ++i, out += 4)
      std::memcpy(out, quads + (i * kTileRows + r) * 4, 4);
    block += kTileRows * codec.block_bytes;
  }
}

}  // namespace ashlar::kernels
