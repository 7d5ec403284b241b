// The operations of a forward pass against their definitions in f64, with every table of this
// machine, on one thread and on three.
#include "kernels/ops.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <vector>

#include "base/random.h"
#include "tests/kernels/matrices.h"

namespace ashlar::kernels {
namespace {

using tensor::Dtype;

constexpr float kGuard = 12345;  // behind every buffer that is written

// f32 rows of noise in -1 … 1, or of one value.
struct Grid {
  std::uint32_t height, width;
  std::vector<float> values;

  Grid(std::uint32_t rows, std::uint32_t columns, float fill = 0)
      : height(rows), width(columns), values(std::size_t{rows} * columns + 16, fill) {
    std::fill_n(values.end() - 16, 16, kGuard);
  }
  static Grid noise(std::uint32_t rows, std::uint32_t columns, std::uint64_t seed) {
    Grid grid(rows, columns);
    for (std::size_t i = 0; i < std::size_t{rows} * columns; ++i)
      grid.values[i] = static_cast<float>(base::uniform(seed, 3, i) * 2 - 1);
    return grid;
  }
  Rows rows() { return {values.data(), height, width}; }
  float* row(std::uint32_t r) { return values.data() + std::size_t{r} * width; }
  float at(std::uint32_t r, std::uint32_t c) const { return values[std::size_t{r} * width + c]; }
  bool intact() const { return std::count(values.end() - 16, values.end(), kGuard) == 16; }
};

// A matrix [rows][width] as a file holds it, packed, and as numbers.
struct Weight {
  std::vector<std::byte> source;
  std::vector<float> plain;
  test::Packed form;

  Weight(Dtype dtype, std::uint32_t rows, std::uint32_t width, std::uint64_t seed) {
    const tensor::Codec& codec = tensor::codec_of(dtype);
    source.resize(codec.bytes_for(width) * rows);
    for (std::size_t at = 0; at < source.size(); at += codec.block_bytes) encode(at, codec, seed);
    plain.resize(std::size_t{rows} * width);
    codec.dequantize(source.data(), plain.data(), plain.size() / codec.block_elements);
    form = test::pack(dtype, rows, width, source);
  }
  // Any bytes are good quants behind a half that is a sane scale.
  void encode(std::size_t at, const tensor::Codec& codec, std::uint64_t seed) {
    for (std::uint32_t i = 0; i < codec.block_bytes; ++i)
      source[at + i] = static_cast<std::byte>(base::uniform(seed, 4, at + i) * 256);
    const auto value = static_cast<float>(base::uniform(seed, 5, at) - 0.5);
    const std::uint16_t half = tensor::f32_to_f16(value / 64);
    if (codec.dtype == Dtype::f32)
      std::memcpy(&source[at], &value, 4);
    else
      std::memcpy(&source[at], &half, 2);
    if (codec.dtype == Dtype::q4_k) std::memcpy(&source[at + 2], &half, 2);
  }
  float at(std::uint32_t r, std::uint32_t c) const {
    return plain[std::size_t{r} * form.matrix.width + c];
  }
};

double ulps(float ours, long double reference) {
  const auto near = static_cast<float>(std::abs(reference));
  const float step = std::nextafter(near, std::numeric_limits<float>::infinity()) - near;
  return static_cast<double>(std::abs(ours - reference) / step);
}

class Ops : public testing::TestWithParam<std::tuple<const KernelTable*, unsigned>> {
 protected:
  base::ThreadPool pool{std::get<1>(GetParam())};
  Device device{std::get<0>(GetParam()), &pool};
};
INSTANTIATE_TEST_SUITE_P(Kernels, Ops,
                         testing::Combine(testing::ValuesIn(available().begin(), available().end()),
                                          testing::Values(1u, 3u)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)->name) + "_" +
                                  std::to_string(std::get<1>(info.param)) + "_threads";
                         });

TEST_P(Ops, BandsAreAllRowsOnceAndHaveAPartOfTheDeviceEach) {
  for (const std::uint32_t rows : {1u, 16u, 95u, 96u, 190u, 512u, 513u}) {
    const std::vector<Band> bands = bands_of(device, rows);
    EXPECT_EQ(bands.size() > 1, pool.size() > 1 && rows >= 96) << rows;
    std::uint32_t covered = 0;
    for (const Band& band : bands) {
      EXPECT_EQ(band.first, covered);
      covered += band.rows;
    }
    EXPECT_EQ(covered, rows);
    std::vector<int> calls(bands.size());
    each_band(device, bands.size(), [&](const Device& part, std::size_t band) {
      ++calls[band];
      EXPECT_EQ(part.pool->size(), bands.size() == 1 ? pool.size() : 1u);
      EXPECT_EQ(part.kernels, device.kernels);
    });
    EXPECT_EQ(calls, std::vector<int>(bands.size(), 1)) << rows;
  }
}

TEST_P(Ops, LinearIsEveryWeightTimesTheSameRows) {
  constexpr std::uint32_t width = 64;
  // Last tiles that are not full; 16 is whole.
  const Weight a(Dtype::f32, 40, width, 1), b(Dtype::q4_0, 16, width, 2),
      c(Dtype::q8_0, 3, width, 3);
  for (const std::uint32_t height : {1u, 33u, 150u}) {  // past a row tile of 32, a task of 128 rows
    Grid x = Grid::noise(height, width, height);
    std::vector<Grid> out = {Grid(height, 40), Grid(height, 16), Grid(height, 3)};
    linear(device, {x.rows(), {}},
           std::vector<Linear>{{&a.form.matrix, out[0].rows()},
                               {&b.form.matrix, out[1].rows()},
                               {&c.form.matrix, out[2].rows()}});
    for (const auto& [grid, weight] : {std::pair{&out[0], &a}, {&out[1], &b}, {&out[2], &c}}) {
      EXPECT_TRUE(grid->intact());
      for (std::uint32_t r = 0; r < height; ++r)
        for (std::uint32_t o = 0; o < grid->width; ++o) {
          double expected = 0;
          for (std::uint32_t k = 0; k < width; ++k)
            expected += double{x.at(r, k)} * weight->at(o, k);
          ASSERT_NEAR(grid->at(r, o), expected, 2e-5) << "row " << r << " output " << o;
        }
    }
  }
}

// A type without a kernel of its own gives the bits of the same matrix in f32, past a chain of 256.
TEST_P(Ops, LinearOfATypeWithoutAKernelIsThatOfItsF32) {
  constexpr std::uint32_t width = 768, outputs = 40;
  for (const Dtype dtype : {Dtype::q5_0, Dtype::q4_k, Dtype::iq4_nl}) {
    const Weight weight(dtype, outputs, width, 8);
    const auto bytes = std::as_bytes(std::span(weight.plain));
    const test::Packed plain = test::pack(Dtype::f32, outputs, width, {bytes.begin(), bytes.end()});
    for (const std::uint32_t height : {1u, 150u}) {
      Grid x = Grid::noise(height, width, height), ours(height, outputs), f32(height, outputs);
      linear(device, {x.rows(), {}}, std::vector<Linear>{{&weight.form.matrix, ours.rows()}});
      linear(device, {x.rows(), {}}, std::vector<Linear>{{&plain.matrix, f32.rows()}});
      EXPECT_TRUE(ours.intact());
      EXPECT_EQ(ours.values, f32.values) << tensor::codec_of(dtype).name << " " << height;
    }
  }
}

// A residual: the same products, added to what is there.
TEST_P(Ops, LinearAddsToItsOutput) {
  constexpr std::uint32_t width = 768, outputs = 40, height = 35;
  for (const Dtype dtype : {Dtype::f32, Dtype::q8_0, Dtype::q5_0}) {
    const Weight weight(dtype, outputs, width, 11);
    Grid x = Grid::noise(height, width, 12), product(height, outputs);
    Grid sum = Grid::noise(height, outputs, 13);
    const Grid before = sum;
    linear(device, {x.rows(), {}}, std::vector<Linear>{{&weight.form.matrix, product.rows()}});
    linear(device, {x.rows(), {}}, std::vector<Linear>{{&weight.form.matrix, sum.rows(), true}});
    EXPECT_TRUE(sum.intact());
    for (std::uint32_t i = 0; i < height * outputs; ++i)
      ASSERT_EQ(sum.values[i], before.values[i] + product.values[i]);
  }
}

// Quantized types read the int8 rows, the others the f32 rows beside them.
TEST_P(Ops, LinearTakesInt8WhereTheTypeHasAKernelForIt) {
  constexpr std::uint32_t width = 96, height = 35;
  const Weight q8(Dtype::q8_0, 20, width, 4), f32(Dtype::f32, 20, width, 5);
  Grid x = Grid::noise(height, width, 6);
  test::Quantized int8(height, width);
  device.kernels->quantize({x.row(0), width, height, width}, int8.rows, 0, 0);
  for (std::uint32_t r = 0; r < height; ++r)
    for (std::uint32_t k = 0; k < width; ++k)  // half a step of 1/127 at most
      ASSERT_NEAR(int8.at(r, k), x.at(r, k), 0.5001 / 127);
  Grid zeros(height, width), from_int8(height, 20), from_f32(height, 20);
  linear(device, {zeros.rows(), int8.rows},
         std::vector<Linear>{{&q8.form.matrix, from_int8.rows()}});
  linear(device, {x.rows(), int8.rows}, std::vector<Linear>{{&f32.form.matrix, from_f32.rows()}});
  for (std::uint32_t r = 0; r < height; ++r)
    for (std::uint32_t o = 0; o < 20; ++o) {
      double quantized = 0, plain = 0;
      for (std::uint32_t k = 0; k < width; ++k) {
        quantized += int8.at(r, k) * q8.at(o, k);
        plain += double{x.at(r, k)} * f32.at(o, k);
      }
      ASSERT_NEAR(from_int8.at(r, o), quantized, 2e-5);
      ASSERT_NEAR(from_f32.at(r, o), plain, 2e-5);
    }
}

TEST_P(Ops, EmbedAndSelectCopyTheRowsNamed) {
  const Weight table(Dtype::q4_1, 50, 64, 7);
  const std::vector<std::uint32_t> ids = {49, 0, 16, 16, 3, 31, 32, 48, 1, 2};
  Grid out(10, 64), picked(2, 64);
  embed(device, table.form.matrix, ids, out.rows());
  for (std::uint32_t r = 0; r < ids.size(); ++r)
    EXPECT_EQ(std::memcmp(out.row(r), &table.plain[ids[r] * 64], 64 * sizeof(float)), 0) << r;
  const std::vector<std::uint32_t> indices = {9, 2};
  select_rows(device, out.rows(), indices, picked.rows());
  EXPECT_EQ(std::memcmp(picked.row(0), out.row(9), 64 * sizeof(float)), 0);
  EXPECT_EQ(std::memcmp(picked.row(1), out.row(2), 64 * sizeof(float)), 0);
  EXPECT_TRUE(out.intact() && picked.intact());
}

TEST_P(Ops, RmsNormIsWithinFourUlps) {
  for (const std::uint32_t width : {32u, 576u, 100u, 7u}) {  // 100 and 7: a tail, no int8
    Grid x = Grid::noise(20, width, width), weight = Grid::noise(1, width, 8), out(20, width);
    test::Quantized int8(20, (width + 31) / 32 * 32);
    std::fill_n(x.row(19), width, 0.0f);  // epsilon alone keeps this one finite
    rms_norm(device, x.rows(), {weight.row(0), width}, 1e-5f,
             {out.rows(), width % 32 == 0 ? int8.rows : Int8Rows{}});
    EXPECT_TRUE(out.intact());
    for (std::uint32_t r = 0; r < 20; ++r) {
      long double square = 0;
      for (std::uint32_t i = 0; i < width; ++i) square += powl(x.at(r, i), 2);
      const long double scale = 1 / sqrtl(square / width + 1e-5f);
      for (std::uint32_t i = 0; i < width; ++i) {
        ASSERT_LE(ulps(out.at(r, i), x.at(r, i) * scale * weight.at(0, i)), 4) << width;
        if (width % 32 == 0) {
          ASSERT_NEAR(int8.at(r, i), out.at(r, i), 0.02);
        }
      }
    }
  }
}

TEST_P(Ops, SiluMultiply) {
  constexpr std::uint32_t height = 18, width = 608;
  Grid gate(height, width), up = Grid::noise(height, width, 9);
  for (std::uint32_t i = 0; i < height * width; ++i)  // -85.5 … 85.5 in steps of 1/64
    gate.values[i] = (static_cast<float>(i) - height * width / 2) / 64;
  const Grid before = gate;
  test::Quantized int8(height, width);
  silu_multiply(device, {gate.rows(), int8.rows}, up.rows());
  for (std::uint32_t r = 0; r < height; ++r)
    for (std::uint32_t i = 0; i < width; ++i) {
      const long double g = before.at(r, i);
      ASSERT_LE(ulps(gate.at(r, i), g / (1 + expl(-g)) * up.at(r, i)), 5) << before.at(r, i);
      ASSERT_NEAR(int8.at(r, i), gate.at(r, i), 90.0 / 254);
    }
  EXPECT_TRUE(gate.intact());
}

// The products, the activation and the quantization in one pass have the bits of one after another.
TEST_P(Ops, GatedLinearIsItsStepsInOnePass) {
  constexpr std::uint32_t width = 256, outputs = 160;
  const auto compare = [&](const Weight& gate, const Weight& up, std::uint32_t height, bool int8) {
    Grid x = Grid::noise(height, width, 21);
    test::Quantized x8(height, width), ours8(height, outputs), expected8(height, outputs);
    device.kernels->quantize({x.row(0), width, height, width}, x8.rows, 0, 0);
    const auto with = [&](Grid& grid, const test::Quantized& form) {
      return Activations{grid.rows(), int8 ? form.rows : Int8Rows{}};
    };
    Grid ours(height, outputs), expected(height, outputs), other(height, outputs);
    gated_linear(device, with(x, x8), gate.form.matrix, up.form.matrix, other.rows(),
                 with(ours, ours8));
    linear(
        device, with(x, x8),
        std::vector<Linear>{{&gate.form.matrix, expected.rows()}, {&up.form.matrix, other.rows()}});
    silu_multiply(device, with(expected, expected8), other.rows());
    EXPECT_TRUE(ours.intact());
    EXPECT_EQ(ours.values, expected.values);
    EXPECT_EQ(ours8.q, expected8.q);
    EXPECT_EQ(ours8.scaled_sum, expected8.scaled_sum);
    EXPECT_EQ(ours8.sums, expected8.sums);
  };
  const Weight q4(Dtype::q4_0, outputs, width, 22), q8(Dtype::q8_0, outputs, width, 23),
      q5(Dtype::q5_0, outputs, width, 24);
  for (const std::uint32_t height : {1u, 33u, 150u}) {
    compare(q4, q8, height, true);
    compare(q8, q8, height, false);
    compare(q5, q4, height, true);  // without a kernel of its own
  }
}

TEST_P(Ops, GatedLinearOfColumnsThatFillNoBlock) {
  constexpr std::uint32_t width = 64, outputs = 72, height = 5;
  const Weight gate(Dtype::f32, outputs, width, 25), up(Dtype::f32, outputs, width, 26);
  Grid x = Grid::noise(height, width, 27);
  Grid ours(height, outputs), expected(height, outputs), other(height, outputs);
  gated_linear(device, {x.rows(), {}}, gate.form.matrix, up.form.matrix, other.rows(),
               {ours.rows(), {}});
  linear(
      device, {x.rows(), {}},
      std::vector<Linear>{{&gate.form.matrix, expected.rows()}, {&up.form.matrix, other.rows()}});
  silu_multiply(device, {expected.rows(), {}}, other.rows());
  EXPECT_TRUE(ours.intact());
  EXPECT_EQ(ours.values, expected.values);
}

// The far ends: nothing overflows into a NaN, and what is left of a large negative gate is nothing.
TEST_P(Ops, SiluOfExtremesIsFinite) {
  Grid gate(1, 4), up(1, 4, 1);
  const float far[] = {-1e30f, -100, 100, 1e30f};
  std::copy_n(far, 4, gate.row(0));
  silu_multiply(device, {gate.rows(), {}}, up.rows());
  EXPECT_NEAR(gate.at(0, 1), 0, 1e-30);
  EXPECT_TRUE(std::isfinite(gate.at(0, 0)));
  EXPECT_EQ(gate.at(0, 2), 100);
  EXPECT_EQ(gate.at(0, 3), 1e30f);
}

}  // namespace
}  // namespace ashlar::kernels
