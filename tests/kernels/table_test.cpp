// Every kernel of every table of this machine (and AVX-512's logic, emulated where the machine
// lacks it) against the scalar reference bit for bit, and the reference against f64 or integers.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <iostream>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "kernels/kernel_table.h"
#include "tensor/codec.h"
#include "tests/kernels/matrices.h"

namespace ashlar::kernels {

extern const KernelTable avx512_emulated_table;  // tests/kernels/avx512_emulated.cpp

namespace {

using tensor::Dtype;
using test::pack;
using test::Packed;
using test::Quantized;

float noise(std::uint64_t i, float range = 1) {
  return static_cast<float>((base::uniform(7, 0, i) * 2 - 1) * range);
}

std::vector<float> noisy(std::size_t size, float range = 1, std::uint64_t from = 0) {
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = noise(from + i, range);
  return values;
}

// A matrix as a file would hold it: random bytes with sane scales.
std::vector<std::byte> random_matrix(Dtype dtype, std::uint32_t rows, std::uint32_t width) {
  const tensor::Codec& codec = tensor::codec_of(dtype);
  std::vector<std::byte> bytes(codec.bytes_for(width) * rows);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(base::uniform(9, 1, i) * 256);
  const auto put16 = [&](std::size_t at, std::uint16_t v) { std::memcpy(&bytes[at], &v, 2); };
  for (std::size_t at = 0; at < bytes.size(); at += codec.block_bytes) {
    const bool super = codec.block_elements == 256;  // whose scales multiply others
    const float range = super ? 0.001f : 0.1f, v = noise(at, range);
    if (dtype == Dtype::f32)
      std::memcpy(&bytes[at], &v, 4);
    else if (dtype == Dtype::bf16)
      put16(at, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(v) >> 16));
    else
      put16(dtype == Dtype::q6_k ? at + 208 : at, tensor::f32_to_f16(v));
    if (dtype == Dtype::q4_1 || dtype == Dtype::q4_k)
      put16(at + 2, tensor::f32_to_f16(noise(at + 1, range)));
  }
  return bytes;
}

std::vector<const KernelTable*> tables() {
  std::vector<const KernelTable*> all(available().begin(), available().end());
  all.push_back(&avx512_emulated_table);
  return all;
}

class EveryTable : public testing::TestWithParam<const KernelTable*> {
 protected:
  const KernelTable& table = *GetParam();
  const KernelTable& reference = *available().front();
};
INSTANTIATE_TEST_SUITE_P(Kernels, EveryTable, testing::ValuesIn(tables()),
                         [](const auto& info) { return std::string(info.param->name); });

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

constexpr Dtype kInt8Types[] = {Dtype::q4_0, Dtype::q4_1, Dtype::q8_0, Dtype::q4_k, Dtype::q6_k};
constexpr Dtype kAllTypes[] = {Dtype::f32,  Dtype::f16,  Dtype::bf16, Dtype::q4_0,
                               Dtype::q4_1, Dtype::q8_0, Dtype::q4_k, Dtype::q6_k};

// The least width of whole blocks that is not under the one given.
std::uint32_t whole(Dtype dtype, std::uint32_t width) {
  const std::uint32_t block = tensor::codec_of(dtype).block_elements;
  return (width + block - 1) / block * block;
}

TEST_P(EveryTable, QuantizeRoundsToNearestAndSums) {
  const std::vector<float> x = noisy(96, 3);
  Quantized ours(1, 96), expected(1, 96);
  table.quantize({x.data(), ours.rows.width, 1, ours.rows.width}, ours.rows, 0, 0);
  reference.quantize({x.data(), expected.rows.width, 1, expected.rows.width}, expected.rows, 0, 0);
  EXPECT_EQ(ours.q, expected.q);
  EXPECT_EQ(ours.sums, expected.sums);
  EXPECT_TRUE(same_bits(ours.scale, expected.scale));
  EXPECT_TRUE(same_bits(ours.scaled_sum, expected.scaled_sum));
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_LE(std::abs(x[i] - ours.q[i] * ours.scale[i / 32]), ours.scale[i / 32] * 0.5001f);
}

// Some columns of some rows, more blocks than go into a group: each is what it is alone, and no
// other block is touched.
TEST_P(EveryTable, QuantizeTakesATileOfRows) {
  constexpr std::uint32_t rows = 37, stride = 200, columns = 96, width = 160, column = 32;
  const std::vector<float> x = noisy(rows * stride, 4);
  Quantized ours(rows + 1, width), expected(rows + 1, width);
  table.quantize({x.data(), stride, rows, columns}, ours.rows, 1, column);
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t k = 0; k < columns; k += 32)
      reference.quantize({x.data() + r * stride + k, stride, 1, 32}, expected.rows, r + 1,
                         column + k);
  EXPECT_EQ(ours.q, expected.q);
  EXPECT_EQ(ours.sums, expected.sums);
  EXPECT_TRUE(same_bits(ours.scale, expected.scale));
  EXPECT_TRUE(same_bits(ours.scaled_sum, expected.scaled_sum));
  for (std::size_t i = 0; i < ours.sums.size(); ++i)
    EXPECT_EQ(ours.sums[i],
              std::accumulate(ours.q.begin() + 16 * i, ours.q.begin() + 16 * i + 16, 0));
}

TEST_P(EveryTable, QuantizeOfZerosIsZero) {
  const std::vector<float> x(32, 0.0f);
  Quantized ours(1, 32);
  table.quantize({x.data(), ours.rows.width, 1, ours.rows.width}, ours.rows, 0, 0);
  EXPECT_EQ(ours.scale[0], 0.0f);
  EXPECT_EQ(ours.sums[0], 0);
}

TEST_P(EveryTable, Int8TileEqualsTheReferenceForAnyNumberOfRows) {
  constexpr std::uint32_t rows = 32;
  for (const Dtype dtype : kInt8Types) {
    const std::uint32_t width = whole(dtype, 160);
    const std::vector<float> x = noisy(rows * width, 2);
    Quantized q(rows, width);
    reference.quantize({x.data(), width, rows, width}, q.rows, 0, 0);
    const auto type = static_cast<std::size_t>(dtype);
    for (std::uint32_t tiles = 1; tiles <= table.int8_tiles; ++tiles) {
      const std::uint32_t outputs = 16 * tiles;
      const Packed w = pack(dtype, outputs, width, random_matrix(dtype, outputs, width));
      std::vector<float> expected(rows * outputs), ours(expected);
      // A row and a tile at a time: however many there are, they have one order.
      for (std::uint32_t r = 0; r < rows; ++r)
        for (std::uint32_t t = 0; t < tiles; ++t)
          reference.int8[type](w.bytes.data() + t * w.matrix.tile_bytes(), 1, q.rows, r, 1,
                               {expected.data() + r * outputs + 16 * t, outputs});
      for (const std::uint32_t count : {1u, 2u, 3u, 7u, rows}) {
        ours.assign(ours.size(), 0);
        for (std::uint32_t r = 0; r < rows; r += count)
          table.int8[type](w.bytes.data(), tiles, q.rows, r, std::min(count, rows - r),
                           {ours.data() + r * outputs, outputs});
        EXPECT_TRUE(same_bits(ours, expected))
            << tensor::codec_of(dtype).name << ", " << tiles << " tiles, " << count << " rows";
      }
    }
  }
}

TEST_P(EveryTable, Int8TileIsTheMatrixProductOfWhatWasDecoded) {
  for (const Dtype dtype : kInt8Types) {
    const std::uint32_t width = whole(dtype, 512);
    const tensor::Codec& codec = tensor::codec_of(dtype);
    const std::vector<float> x = noisy(width, 2);
    Quantized q(1, width);
    table.quantize({x.data(), q.rows.width, 1, q.rows.width}, q.rows, 0, 0);
    const std::vector<std::byte> source = random_matrix(dtype, 16, width);
    const Packed w = pack(dtype, 16, width, source);
    std::vector<float> decoded(16 * width), ours(16);
    codec.dequantize(source.data(), decoded.data(), decoded.size() / codec.block_elements);
    table.int8[static_cast<std::size_t>(dtype)](w.bytes.data(), 1, q.rows, 0, 1, {ours.data(), 16});
    for (std::uint32_t r = 0; r < 16; ++r) {
      double expected = 0, size = 0;
      for (std::uint32_t k = 0; k < width; ++k) {
        expected += double{decoded[r * width + k]} * q.at(0, k);
        size += std::abs(double{decoded[r * width + k]} * q.at(0, k));
      }
      EXPECT_NEAR(ours[r], expected, 1e-6 * size) << codec.name << " row " << r;
    }
  }
}

// The sums are the same in every table, and those of three passes three times those of one.
TEST_P(EveryTable, Int8PeakMakesTheDotsThatItCounts) {
  constexpr std::uint32_t rows = kRowTile;
  for (const Dtype dtype : kInt8Types) {
    const std::uint32_t width = whole(dtype, 64);
    const std::vector<float> x = noisy(rows * width, 2);
    Quantized q(rows, width);
    reference.quantize({x.data(), width, rows, width}, q.rows, 0, 0);
    const auto type = static_cast<std::size_t>(dtype);
    const std::uint32_t outputs = 16 * std::max(table.int8_tiles, reference.int8_tiles);
    const Packed w = pack(dtype, outputs, width, random_matrix(dtype, outputs, width));
    std::vector<float> once(kRowTile * kTileRows), thrice(once), expected(once);
    const std::uint64_t made = table.int8_peak[type](w.bytes.data(), q.rows, 1, once.data());
    EXPECT_EQ(table.int8_peak[type](w.bytes.data(), q.rows, 3, thrice.data()), 3 * made);
    EXPECT_EQ(made % (kTileRows * width), 0u);
    reference.int8_peak[type](w.bytes.data(), q.rows, 1, expected.data());
    for (std::size_t row = 0; row < 2; ++row)  // rows that every table takes
      for (std::size_t i = 0; i < kTileRows; ++i) {
        const std::size_t at = row * kTileRows * table.int8_tiles + i;
        EXPECT_EQ(once[at], expected[row * kTileRows * reference.int8_tiles + i]) << i;
        EXPECT_NEAR(thrice[at], 3 * once[at], 4) << i;  // rounded once, to f32
      }
  }
}

TEST_P(EveryTable, F32TileEqualsTheReferenceForAnyNumberOfRows) {
  for (const std::uint32_t least : {96u, 256u, 608u})
    for (const Dtype dtype : kAllTypes) {
      const std::uint32_t width = whole(dtype, least);
      constexpr std::uint32_t rows = 27;
      const std::vector<float> x = noisy(rows * width);
      const Packed w = pack(dtype, 16, width, random_matrix(dtype, 16, width));
      const auto type = static_cast<std::size_t>(dtype);
      std::vector<float> expected(rows * 16), ours(rows * 16);
      for (std::uint32_t r = 0; r < rows; ++r)
        reference.f32[type](w.bytes.data(), width, x.data() + r * width, width, 1,
                            {expected.data() + r * 16, 16});
      table.f32[type](w.bytes.data(), width, x.data(), width, rows, {ours.data(), 16});
      EXPECT_TRUE(same_bits(ours, expected)) << tensor::codec_of(dtype).name << " " << width;
    }
}

TEST_P(EveryTable, F32TileIsTheMatrixProductOfTheDequantizedWeights) {
  for (const Dtype dtype : kAllTypes) {
    const std::uint32_t width = whole(dtype, 320);
    const std::vector<float> x = noisy(width);
    const std::vector<std::byte> source = random_matrix(dtype, 16, width);
    const Packed w = pack(dtype, 16, width, source);
    std::vector<float> dequantized(16 * width), ours(16);
    const tensor::Codec& codec = tensor::codec_of(dtype);
    codec.dequantize(source.data(), dequantized.data(), 16 * width / codec.block_elements);
    table.f32[static_cast<std::size_t>(dtype)](w.bytes.data(), width, x.data(), width, 1,
                                               {ours.data(), 16});
    for (std::uint32_t r = 0; r < 16; ++r) {
      double expected = 0;
      for (std::uint32_t k = 0; k < width; ++k)
        expected += double{dequantized[r * width + k]} * x[k];
      EXPECT_NEAR(ours[r], expected, 1e-4) << codec.name << " row " << r;
    }
  }
}

// All-extreme weights and activations against 64-bit integers: no kernel saturates.
TEST_P(EveryTable, ExtremeValuesDontSaturate) {
  constexpr std::uint32_t width = 64;
  for (const Dtype dtype : {Dtype::q4_0, Dtype::q4_1, Dtype::q8_0})
    for (const int weight_byte : {0x00, 0x80, 0x7f, 0xff, 0x0f, 0xf0})
      for (const int activation : {-127, 127}) {
        std::vector<std::byte> source(tensor::codec_of(dtype).bytes_for(width) * 16,
                                      static_cast<std::byte>(weight_byte));
        const std::uint32_t block_bytes = tensor::codec_of(dtype).block_bytes;
        const std::uint16_t one = tensor::f32_to_f16(1), zero = 0;
        for (std::size_t at = 0; at < source.size(); at += block_bytes) {
          std::memcpy(&source[at], &one, 2);
          if (dtype == Dtype::q4_1) std::memcpy(&source[at + 2], &zero, 2);
        }
        const Packed w = pack(dtype, 16, width, source);
        Quantized x(1, width);
        for (auto& q : x.q) q = static_cast<std::int8_t>(activation);
        for (std::size_t b = 0; b < x.scale.size(); ++b) {
          x.scale[b] = 1;
          x.sums[2 * b] = x.sums[2 * b + 1] = 16 * activation;
          x.scaled_sum[b] = static_cast<float>(32 * activation);
        }
        std::vector<float> ours(16);
        table.int8[static_cast<std::size_t>(dtype)](w.bytes.data(), 1, x.rows, 0, 1,
                                                    {ours.data(), 16});
        std::int64_t expected = 0;
        for (std::uint32_t k = 0; k < width; ++k) {
          const int low = weight_byte & 15, high = weight_byte >> 4;
          const int nibble = k % 32 < 16 ? low : high;
          const int weight = dtype == Dtype::q8_0   ? static_cast<std::int8_t>(weight_byte)
                             : dtype == Dtype::q4_0 ? nibble - 8
                                                    : nibble;
          expected += std::int64_t{weight} * activation;
        }
        for (const float v : ours)
          ASSERT_EQ(static_cast<std::int64_t>(v), expected)
              << tensor::codec_of(dtype).name << " byte " << weight_byte << " x " << activation;
      }
}

// Random extremes, so that signs mix within a pair and within a lane.
TEST_P(EveryTable, MixedExtremesAreExact) {
  constexpr std::uint32_t width = 32;
  for (std::uint64_t round = 0; round < 200; ++round) {
    std::vector<std::byte> source(34 * 16);
    Quantized x(1, width);
    for (std::size_t i = 0; i < source.size(); ++i)
      source[i] = static_cast<std::byte>(base::uniform(round, 1, i) < 0.5 ? 0x80 : 0x7f);
    const std::uint16_t one = tensor::f32_to_f16(1);
    for (std::size_t at = 0; at < source.size(); at += 34) std::memcpy(&source[at], &one, 2);
    x.scale[0] = 1;
    for (std::uint32_t k = 0; k < width; ++k) {
      x.q[k] = base::uniform(round, 2, k) < 0.5 ? -127 : 127;
      x.sums[k / 16] += x.q[k];
    }
    const Packed w = pack(Dtype::q8_0, 16, width, source);
    std::vector<float> ours(16);
    table.int8[static_cast<std::size_t>(Dtype::q8_0)](w.bytes.data(), 1, x.rows, 0, 1,
                                                      {ours.data(), 16});
    for (std::uint32_t r = 0; r < 16; ++r) {
      std::int64_t expected = 0;
      for (std::uint32_t k = 0; k < width; ++k)
        expected += std::int64_t{static_cast<std::int8_t>(source[r * 34 + 2 + k])} * x.q[k];
      ASSERT_EQ(static_cast<std::int64_t>(ours[r]), expected) << "round " << round << " row " << r;
    }
  }
}

TEST_P(EveryTable, RmsNormSiluAddRopeEqualTheReference) {
  for (const std::uint32_t width : {64u, 576u, 100u}) {
    const std::vector<float> x = noisy(width, 4), y = noisy(width, 8, 1000);
    std::vector<float> ours(width), expected(width);
    table.rms_norm(x.data(), y.data(), width, 1e-5f, ours.data());
    reference.rms_norm(x.data(), y.data(), width, 1e-5f, expected.data());
    EXPECT_TRUE(same_bits(ours, expected)) << "rms_norm " << width;
    double square = 0;
    for (const float v : x) square += double{v} * v;
    EXPECT_NEAR(ours[3], x[3] * y[3] / std::sqrt(square / width + 1e-5), 1e-5);

    ours = expected = x;
    table.silu_multiply(ours.data(), y.data(), width);
    reference.silu_multiply(expected.data(), y.data(), width);
    EXPECT_TRUE(same_bits(ours, expected)) << "silu " << width;
    EXPECT_NEAR(ours[5], x[5] / (1 + std::exp(-x[5])) * y[5], 1e-5);

    ours = expected = x;
    table.add(ours.data(), y.data(), width);
    reference.add(expected.data(), y.data(), width);
    EXPECT_TRUE(same_bits(ours, expected)) << "add " << width;
  }
  std::vector<float> ours = noisy(128), expected = ours;
  const std::vector<float> cos = noisy(32, 1, 50), sin = noisy(32, 1, 90);
  table.rope(ours.data(), cos.data(), sin.data(), 2, 64);
  reference.rope(expected.data(), cos.data(), sin.data(), 2, 64);
  EXPECT_TRUE(same_bits(ours, expected));
}

// Every half, as an output of a matrix of one column times one, and what the codec makes of it.
TEST_P(EveryTable, HalvesAreWidenedAsTheCodecWidensThem) {
  const float one = 1;
  for (std::uint32_t first = 0; first < 65536; first += kTileRows) {
    std::vector<std::byte> source(2 * kTileRows);
    for (std::uint32_t i = 0; i < kTileRows; ++i) {
      const auto half = static_cast<std::uint16_t>(first + i);
      std::memcpy(&source[2 * i], &half, 2);
    }
    const Packed w = pack(Dtype::f16, kTileRows, 1, source);
    float ours[kTileRows];
    table.f32[static_cast<std::size_t>(Dtype::f16)](w.bytes.data(), 1, &one, 1, 1,
                                                    {ours, kTileRows});
    for (std::uint32_t i = 0; i < kTileRows; ++i) {
      const float expected = tensor::f16_to_f32(static_cast<std::uint16_t>(first + i));
      ASSERT_TRUE(ours[i] == expected || (std::isnan(ours[i]) && std::isnan(expected)))
          << first + i;
    }
  }
}

// Any bits of an f32, NaNs and denormals too, are stored as the codec rounds them.
TEST_P(EveryTable, KeysAndValuesAreRoundedToHalvesAsTheCodecRoundsThem) {
  constexpr std::uint32_t head_width = 16;
  const auto store = table.store_kv[static_cast<std::size_t>(Dtype::f16)];
  std::vector<std::uint16_t> k(head_width * kKvBlock), v(k.size());
  for (std::uint64_t round = 0; round < 5000; ++round) {
    float values[head_width];
    for (std::uint32_t i = 0; i < head_width; ++i)
      values[i] = std::bit_cast<float>(
          static_cast<std::uint32_t>(base::uniform(round, 6, i) * 4294967296.0));
    store(values, values, head_width, 0, k.data(), v.data());
    for (std::uint32_t i = 0; i < head_width; ++i) {
      ASSERT_EQ(v[i], tensor::f32_to_f16(values[i])) << std::bit_cast<std::uint32_t>(values[i]);
      ASSERT_EQ(k[i * kKvBlock], v[i]);
    }
  }
}

// Attention over blocks filled by store_kv, two chunks of them, against f64 on the values as
// stored.
TEST_P(EveryTable, AttentionEqualsTheReferenceAndF64) {
  constexpr std::uint32_t head_width = 64, heads = 3, positions = 300, rows = 60;
  constexpr std::uint32_t count = (positions + kKvBlock - 1) / kKvBlock;
  for (const Dtype type : {Dtype::f16, Dtype::f32, Dtype::q8_0}) {
    const std::size_t t = static_cast<std::size_t>(type);
    const std::size_t head_bytes = tensor::codec_of(type).bytes_for(head_width * kKvBlock);
    std::vector<std::vector<std::byte>> stored_blocks(count), reference_blocks(count);
    std::vector<const std::byte*> blocks;
    for (auto& block : stored_blocks) {
      block.resize(2 * head_bytes);
      blocks.push_back(block.data());
    }
    for (auto& block : reference_blocks) block.resize(2 * head_bytes);
    std::vector<std::vector<float>> keys, values;
    for (std::uint32_t p = 0; p < positions; ++p) {
      keys.push_back(noisy(head_width, 2, p * 64));
      values.push_back(noisy(head_width, 2, 100000 + p * 64));
      const auto store = [&](const KernelTable& kernels, std::vector<std::byte>& block) {
        kernels.store_kv[t](keys[p].data(), values[p].data(), head_width, p % kKvBlock,
                            block.data(), block.data() + head_bytes);
      };
      store(table, stored_blocks[p / kKvBlock]);
      store(reference, reference_blocks[p / kKvBlock]);
    }
    EXPECT_EQ(stored_blocks, reference_blocks);
    const std::vector<float> q = noisy(rows * heads * head_width, 2, 777);
    const auto run = [&](const KernelTable& kernels, std::uint32_t first, std::uint32_t n) {
      std::vector<float> out(n * heads * head_width), scratch(2 * head_width * kKvBlock);
      const AttentionTile tile{.q = q.data() + first * heads * head_width,
                               .out = out.data(),
                               .stride = heads * head_width,
                               .rows = n,
                               .heads = heads,
                               .head_width = head_width,
                               .start = positions - rows + first,
                               .blocks = blocks.data(),
                               .k_offset = 0,
                               .v_offset = head_bytes,
                               .scale = 0.125f,
                               .scratch = scratch.data()};
      std::vector<float> states(tile.queries() * tile.state_floats()), part(states.size());
      kernels.attend_chunk[t](tile, 0, states.data());
      for (std::uint32_t chunk = 1; chunk < tile.chunks(); ++chunk) {
        kernels.attend_chunk[t](tile, chunk, part.data());
        kernels.join_chunk(tile, part.data(), states.data());
      }
      kernels.finish_attention(tile, states.data());
      return out;
    };
    const std::vector<float> ours = run(table, 0, rows);
    EXPECT_TRUE(same_bits(ours, run(reference, 0, rows)));
    for (std::uint32_t r = 0; r < rows; ++r)  // a row alone equals the row in its tile
      EXPECT_TRUE(same_bits(std::span(ours).subspan(r * heads * head_width, heads * head_width),
                            run(table, r, 1)));
    const auto as_stored = [&](const std::vector<float>& x) {
      const tensor::Codec& codec = tensor::codec_of(type);
      std::vector<std::byte> bytes(codec.bytes_for(x.size()));
      std::vector<float> stored(x.size());
      codec.quantize(x.data(), nullptr, bytes.data(), x.size() / codec.block_elements);
      codec.dequantize(bytes.data(), stored.data(), x.size() / codec.block_elements);
      return stored;
    };
    std::ranges::transform(keys, keys.begin(), as_stored);
    std::ranges::transform(values, values.begin(), as_stored);
    for (std::uint32_t r = 0; r < rows; ++r)
      for (std::uint32_t h = 0; h < heads; ++h) {
        const std::uint32_t seen = positions - rows + r + 1;
        std::vector<double> weight(seen);
        double sum = 0;
        for (std::uint32_t p = 0; p < seen; ++p) {
          double score = 0;
          for (std::uint32_t e = 0; e < head_width; ++e)
            score += double{q[(r * heads + h) * head_width + e]} * keys[p][e];
          sum += weight[p] = std::exp(score * 0.125);
        }
        for (std::uint32_t e = 0; e < head_width; ++e) {
          double expected = 0;
          for (std::uint32_t p = 0; p < seen; ++p) expected += weight[p] / sum * values[p][e];
          ASSERT_NEAR(ours[(r * heads + h) * head_width + e], expected, 2e-5);
        }
      }
  }
}

// A q8_0 head in a block: the bytes of the type's encoder, which are PyPI gguf's
// (tests/oracle), only elsewhere.
TEST_P(EveryTable, Q8_0KvHasTheBytesOfTheType) {
  constexpr std::uint32_t head_width = 96, blocks = head_width / 32;
  constexpr std::size_t codes = head_width * kKvBlock, head_bytes = codes / 32 * 34;
  const tensor::Codec& codec = tensor::codec_of(Dtype::q8_0);
  std::vector<std::byte> k(head_bytes), v(head_bytes);
  for (std::uint32_t slot = 0; slot < kKvBlock; ++slot) {
    std::vector<float> key = noisy(head_width, 3, slot * 1000),
                       value = noisy(head_width, 0.1f, slot);
    std::fill_n(key.begin(), 32, 0.0f);
    for (std::uint32_t i = 32; i < 64; ++i)  // scale 1, and codes half way between two
      key[i] = i == 32 ? 127 : static_cast<float>(slot) - 32 + 0.5f;
    std::ranges::for_each(value, [&](float& x) { x *= slot == 7 ? 1e-41f : 1; });
    table.store_kv[static_cast<std::size_t>(Dtype::q8_0)](key.data(), value.data(), head_width,
                                                          slot, k.data(), v.data());
    std::vector<std::byte> expected(codec.bytes_for(head_width));
    const auto encode = [&](const std::vector<float>& x) {
      codec.quantize(x.data(), nullptr, expected.data(), blocks);
    };
    const auto half = [](const std::vector<std::byte>& head, std::size_t at) {
      return std::array{head[codes + 2 * at], head[codes + 2 * at + 1]};
    };
    encode(key);
    for (std::uint32_t b = 0; b < blocks; ++b) {
      EXPECT_EQ(half(k, b * kKvBlock + slot), (std::array{expected[b * 34], expected[b * 34 + 1]}));
      for (std::uint32_t i = 0; i < 32; ++i)
        ASSERT_EQ(k[(b * 32 + i) * kKvBlock + slot], expected[b * 34 + 2 + i]) << slot << " " << i;
    }
    encode(value);
    for (std::uint32_t b = 0; b < blocks; ++b) {
      EXPECT_EQ(half(v, slot * blocks + b), (std::array{expected[b * 34], expected[b * 34 + 1]}));
      for (std::uint32_t i = 0; i < 32; ++i)
        ASSERT_EQ(v[slot * head_width + b * 32 + i], expected[b * 34 + 2 + i]) << slot << " " << i;
    }
  }
}

TEST(Choose, NamesWhatRan) {
  for (const KernelTable* table : available())
    std::cout << "tested kernels: " << table->name << "\n";
  ::setenv("ASHLAR_ISA", "scalar", 1);
  EXPECT_EQ((*choose())->name, "scalar");
  ::setenv("ASHLAR_ISA", "mmx", 1);
  const auto unknown = choose();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::bad_input);
  EXPECT_NE(unknown.error().message.find("mmx"), std::string::npos);
  ::unsetenv("ASHLAR_ISA");
  EXPECT_EQ(*choose(), available().back());
}

}  // namespace
}  // namespace ashlar::kernels
