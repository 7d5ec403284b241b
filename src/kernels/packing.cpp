#include "kernels/packing.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/kernel_table.h"

namespace ashlar::kernels {
namespace {

// A file block as its fields: so many 2-byte values, then so many 4-byte groups, and what is left
// as one. In the order of tensor::Dtype.
struct Fields {
  std::uint32_t halves, quads;
};
constexpr std::array<Fields, kDtypes> kFields = {{{0, 1},
                                                  {1, 0},
                                                  {1, 0},
                                                  {1, 4},
                                                  {2, 4},
                                                  {1, 8},
                                                  {0, 0},
                                                  {0, 0},
                                                  {2, 35},
                                                  {0, 0},
                                                  {0, 52},
                                                  {0, 0}}};

// Calls copy(at, in_packed, bytes) for each field of row r's block: its place in the file's block
// and in the packed one.
template <class Copy>
void each_field(const tensor::Codec& codec, std::uint32_t r, Copy copy) {
  const Fields fields = kFields[static_cast<std::size_t>(codec.dtype)];
  std::uint32_t at = 0;
  const auto field = [&](std::uint32_t bytes) {
    copy(at, at * kTileRows + r * bytes, bytes);
    at += bytes;
  };
  for (std::uint32_t i = 0; i < fields.halves; ++i) field(2);
  for (std::uint32_t i = 0; i < fields.quads; ++i) field(4);
  if (at < codec.block_bytes) field(codec.block_bytes - at);
}

// One block of a row of a tile, as a file holds it.
void unpack_block(const tensor::Codec& codec, const std::byte* packed, std::uint32_t r,
                  std::byte* out) {
  each_field(codec, r, [&](std::uint32_t at, std::uint32_t in_packed, std::uint32_t bytes) {
    std::memcpy(out + at, packed + in_packed, bytes);
  });
}

constexpr std::uint32_t kLargestBlock = 256;  // elements, and bytes

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
  const std::size_t row_bytes = codec.bytes_for(shape.width);
  const std::uint32_t first = tile * kTileRows;
  const std::uint32_t rows = std::min(kTileRows, shape.rows - first);
  for (std::uint32_t r = 0; r < rows; ++r) {
    const std::byte* from = source + (first + r) * row_bytes;
    std::byte* block = out;
    for (std::uint32_t b = 0; b < shape.width / codec.block_elements; ++b) {
      each_field(codec, r, [&](std::uint32_t at, std::uint32_t in_packed, std::uint32_t bytes) {
        std::memcpy(block + in_packed, from + at, bytes);
      });
      from += codec.block_bytes;
      block += kTileRows * codec.block_bytes;
    }
  }
}

void unpack_row(const PackedMatrix& matrix, std::uint32_t row, std::byte* out) {
  const tensor::Codec& codec = tensor::codec_of(matrix.dtype);
  const std::byte* block = matrix.tiles + row / kTileRows * matrix.tile_bytes();
  for (std::uint32_t b = 0; b < matrix.width / codec.block_elements; ++b) {
    unpack_block(codec, block, row % kTileRows, out);
    out += codec.block_bytes;
    block += kTileRows * codec.block_bytes;
  }
}

void dequantize_tile(const PackedMatrix& matrix, std::uint32_t tile, std::uint32_t first,
                     std::uint32_t length, float* out) {
  const tensor::Codec& codec = tensor::codec_of(matrix.dtype);
  const std::byte* packed =
      matrix.tiles + tile * matrix.tile_bytes() + codec.bytes_for(first) * kTileRows;
  std::byte block[kLargestBlock];
  float values[kLargestBlock];
  for (std::uint32_t k = 0; k < length; k += codec.block_elements) {
    for (std::uint32_t r = 0; r < kTileRows; ++r) {
      unpack_block(codec, packed, r, block);
      codec.dequantize(block, values, 1);
      for (std::uint32_t i = 0; i < codec.block_elements; ++i)
        out[(k + i) * kTileRows + r] = values[i];
    }
    packed += kTileRows * codec.block_bytes;
  }
}

}  // namespace ashlar::kernels
