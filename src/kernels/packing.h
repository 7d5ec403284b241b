// Weights as the kernels read them: tiles of 16 output rows, interleaved block by block. A lossless
// permutation of the file's bytes (docs/formats/tensor-types.md): in a packed block each field of
// the file's block (a 2-byte scale or minimum, 4 bytes of quants) stands for all 16 rows in turn.
// Types without a kernel of their own have one field: the whole block.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device.h"
#include "tensor/codec.h"

namespace ashlar::kernels {

struct PackedMatrix {
  tensor::Dtype dtype;
  std::uint32_t rows, width;  // outputs, K
  const std::byte* tiles;     // ⌈rows / 16⌉ tiles, the last filled with zero rows
  DeviceId device = DeviceId::host;

  std::size_t tile_bytes() const;
  std::uint32_t tile_count() const;
};

std::size_t packed_bytes(tensor::Dtype dtype, std::uint32_t rows, std::uint32_t width);

// Packs the tile that begins at row 16 × tile of `source`, rows × width as a file holds them. `out`
// has tile_bytes() zero bytes.
void pack_tile(const PackedMatrix& shape, const std::byte* source, std::uint32_t tile,
               std::byte* out);

// The other way round: one row as a file holds it.
void unpack_row(const PackedMatrix& matrix, std::uint32_t row, std::byte* out);

// K first … first + length of a tile, decoded as f32's kernel reads it: [length][16]. Rows that are
// missing from the last tile are as their zero bytes decode. REQUIRES: whole blocks.
void dequantize_tile(const PackedMatrix& matrix, std::uint32_t tile, std::uint32_t first,
                     std::uint32_t length, float* out);

}  // namespace ashlar::kernels
