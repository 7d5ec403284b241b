// Low-rank updates against f64, and their sameness: a row's bits depend on its own input and pair.
#include "kernels/low_rank.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/random.h"
#include "tensor/codec.h"
#include "tests/kernels/matrices.h"

namespace ashlar::kernels {
namespace {

using tensor::Dtype;

std::vector<float> randoms(std::size_t count, std::uint64_t seed) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(base::uniform(seed, 3, i) - 0.5);
  return values;
}

// A pair of random matrices, as packed and as plain numbers.
struct Pair {
  std::uint32_t in, rank, out;
  std::vector<float> down, up;  // what the packed ones hold exactly
  test::Packed packed_down, packed_up;
  LowRank low_rank;

  Pair(Dtype dtype, std::uint32_t in_, std::uint32_t rank_, std::uint32_t out_, std::uint64_t seed)
      : in(in_), rank(rank_), out(out_) {
    packed_down = pack(dtype, rank, in, seed, down);
    packed_up = pack(dtype, out, rank, seed + 1, up);
    low_rank = {packed_down.matrix, packed_up.matrix, 1.5f};
  }
  static test::Packed pack(Dtype dtype, std::uint32_t rows, std::uint32_t width, std::uint64_t seed,
                           std::vector<float>& exact) {
    exact = randoms(std::size_t{rows} * width, seed);
    std::vector<std::byte> bytes(tensor::codec_of(dtype).bytes_for(exact.size()));
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const std::uint16_t half = tensor::f32_to_f16(exact[i]);
      if (dtype == Dtype::f16) exact[i] = tensor::f16_to_f32(half);
      if (dtype == Dtype::f16)
        std::memcpy(&bytes[2 * i], &half, 2);
      else
        std::memcpy(&bytes[4 * i], &exact[i], 4);
    }
    return test::pack(dtype, rows, width, bytes);
  }
  double expected(const float* x, std::uint32_t o) const {
    double sum = 0;
    for (std::uint32_t k = 0; k < rank; ++k) {
      double narrow = 0;
      for (std::uint32_t i = 0; i < in; ++i) narrow += double{down[k * in + i]} * x[i];
      sum += 1.5 * up[o * rank + k] * narrow;
    }
    return sum;
  }
};

std::vector<float> updated(const KernelTable& table, unsigned threads, const Pair& pair,
                           std::vector<float> x, std::vector<float> out) {
  base::ThreadPool pool(threads);
  const auto rows = static_cast<std::uint32_t>(x.size() / pair.in);
  const LowRankUpdate update{
      &pair.low_rank, {x.data(), rows, pair.in}, {out.data(), rows, pair.out}};
  add_low_rank({&table, &pool}, {&update, 1});
  return out;
}

TEST(LowRank, AddsWhatTheTwoMatricesMakeOfARow) {
  for (const Dtype dtype : {Dtype::f16, Dtype::f32})
    for (const auto& [rows, in, rank, width] :
         {std::tuple{1u, 48u, 8u, 32u}, {70u, 64u, 1u, 50u}, {33u, 300u, 40u, 16u}}) {
      const Pair pair(dtype, in, rank, width, 7);
      const auto x = randoms(std::size_t{rows} * in, 1), before = randoms(rows * width, 2);
      const auto after = updated(*available()[0], 2, pair, x, before);
      for (std::size_t r = 0; r < rows; ++r)
        for (std::uint32_t o = 0; o < width; ++o)
          ASSERT_NEAR(after[r * width + o] - before[r * width + o],
                      pair.expected(x.data() + r * in, o), 1e-4);
    }
}

TEST(LowRank, NeitherMatesNorThreadsNorInstructionSetsChangeABit) {
  const Pair pair(Dtype::f16, 96, 12, 80, 3);
  const auto x = randoms(70 * 96, 1), before = randoms(70 * 80, 2);
  const auto first = updated(*available()[0], 1, pair, x, before);
  for (const KernelTable* table : available())
    EXPECT_EQ(std::memcmp(updated(*table, 3, pair, x, before).data(), first.data(),
                          first.size() * sizeof(float)),
              0)
        << table->name;
  for (std::ptrdiff_t r = 0; r < 70; ++r) {
    const auto alone =
        updated(*available()[0], 2, pair, {x.begin() + r * 96, x.begin() + (r + 1) * 96},
                {before.begin() + r * 80, before.begin() + (r + 1) * 80});
    ASSERT_EQ(std::memcmp(alone.data(), first.data() + r * 80, 80 * sizeof(float)), 0) << r;
  }
}

TEST(LowRank, EachUpdateKeepsToItsRows) {
  const Pair one(Dtype::f16, 32, 4, 32, 1), two(Dtype::f16, 32, 9, 32, 2);
  auto x = randoms(6 * 32, 3), out = randoms(6 * 32, 4);
  const auto before = out;
  const Rows in_rows{x.data(), 6, 32}, out_rows{out.data(), 6, 32};
  const LowRankUpdate updates[] = {{&one.low_rank, in_rows.part(0, 2), out_rows.part(0, 2)},
                                   {&two.low_rank, in_rows.part(3, 2), out_rows.part(3, 2)}};
  base::ThreadPool pool(2);
  add_low_rank({available()[0], &pool}, updates);
  for (std::size_t r = 0; r < 6; ++r)
    for (std::uint32_t o = 0; o < 32; ++o) {
      const double change = out[r * 32 + o] - before[r * 32 + o];
      const double expected = r < 2             ? one.expected(x.data() + r * 32, o)
                              : r == 2 || r > 4 ? 0
                                                : two.expected(x.data() + r * 32, o);
      ASSERT_NEAR(change, expected, expected == 0 ? 0 : 1e-5) << r;
    }
}

}  // namespace
}  // namespace ashlar::kernels
