// Rotation, storing and attention together, as a layer uses them, against the papers' formulas in
// f64: keys of several runs go into their blocks, and queries see what came before them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "base/random.h"
#include "kernels/ops.h"
#include "tests/kernels/matrices.h"

namespace ashlar::kernels {
namespace {

constexpr std::uint32_t kWidth = 32, kKvHeads = 2, kHeads = 6, kGroup = kHeads / kKvHeads;
constexpr std::uint32_t kPositions = 600;

using Vector = std::vector<double>;

double angle(std::uint32_t position, std::uint32_t pair) {
  return position * std::pow(10000.0, -2.0 * pair / kWidth);
}

// RoFormer: neighbouring elements are a complex number that turns by its angle.
Vector rotated(const float* head, std::uint32_t position) {
  Vector out(kWidth);
  for (std::uint32_t i = 0; i < kWidth / 2; ++i) {
    const std::complex<double> turned =
        std::complex<double>(head[2 * i], head[2 * i + 1]) * std::polar(1.0, angle(position, i));
    out[2 * i] = turned.real();
    out[2 * i + 1] = turned.imag();
  }
  return out;
}

// softmax(q·K / √E)·V
Vector attention(const Vector& q, const std::vector<Vector>& keys,
                 const std::vector<Vector>& values) {
  Vector out(kWidth);
  double sum = 0;
  for (std::size_t p = 0; p < keys.size(); ++p) {
    double score = 0;
    for (std::uint32_t e = 0; e < kWidth; ++e) score += q[e] * keys[p][e];
    const double weight = std::exp(score / std::sqrt(kWidth));
    sum += weight;
    for (std::uint32_t e = 0; e < kWidth; ++e) out[e] += weight * values[p][e];
  }
  for (double& v : out) v /= sum;
  return out;
}

// Queries, keys and values of a whole sequence, before rotation: noise in -2 … 2.
struct Sequence {
  std::uint32_t length;
  std::vector<float> q, k, v;

  Sequence(std::uint32_t positions, std::uint64_t seed) : length(positions) {
    q = noise(kHeads, seed), k = noise(kKvHeads, seed + 1), v = noise(kKvHeads, seed + 2);
  }
  std::vector<float> noise(std::uint32_t heads, std::uint64_t seed) const {
    std::vector<float> values(std::size_t{length} * heads * kWidth);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(base::uniform(seed, 6, i) * 4 - 2);
    return values;
  }
  // What a query head at a position should give: it sees itself and what precedes it.
  Vector expected(std::uint32_t position, std::uint32_t head) const {
    std::vector<Vector> keys, values;
    const std::uint32_t column = head / kGroup * kWidth;
    for (std::uint32_t p = 0; p <= position; ++p) {
      const std::size_t at = std::size_t{p} * kKvHeads * kWidth + column;
      keys.push_back(rotated(&k[at], p));
      values.emplace_back(v.begin() + static_cast<std::ptrdiff_t>(at),
                          v.begin() + static_cast<std::ptrdiff_t>(at + kWidth));
    }
    return attention(rotated(&q[(position * kHeads + head) * kWidth], position), keys, values);
  }
};

// A stretch of a sequence in a batch.
struct Part {
  const Sequence* sequence;
  std::uint32_t start, rows;
  std::vector<std::byte*> blocks;
};

struct Case {
  const KernelTable* table;
  tensor::Dtype type;
  unsigned threads;
};

class Attention : public testing::TestWithParam<Case> {
 protected:
  static constexpr std::size_t kBefore = 192;  // other layers' bytes at the front of a block
  const std::size_t head_bytes = tensor::codec_of(GetParam().type).bytes_for(kWidth * kKvBlock);
  const std::size_t block_bytes = kBefore + 2 * kKvHeads * head_bytes + kBefore;

  Attention() {
    for (std::uint32_t p = 0; p < kPositions; ++p)
      for (std::uint32_t i = 0; i < kWidth / 2; ++i) {
        cos_.push_back(static_cast<float>(std::cos(angle(p, i))));
        sin_.push_back(static_cast<float>(std::sin(angle(p, i))));
      }
    memory_.assign(6 * block_bytes, kUntouched);
  }
  std::byte* block(std::size_t i) { return memory_.data() + i * block_bytes; }

  // One batch of a layer; gives the rows of `out`, of all parts in order.
  std::vector<float> step(const std::vector<Part>& parts) {
    std::vector<float> q, k, v;
    std::vector<AttentionRun> runs;
    std::uint32_t rows = 0;
    for (const Part& part : parts) {
      runs.push_back({rows, part.rows, part.start, part.blocks});
      rows += part.rows;
      append(q, part.sequence->q, part, kHeads);
      append(k, part.sequence->k, part, kKvHeads);
      append(v, part.sequence->v, part, kKvHeads);
    }
    const KvLayer layer{GetParam().type, kBefore,  kBefore + kKvHeads * head_bytes,
                        head_bytes,      kKvHeads, kWidth};
    const Rows q_rows{q.data(), rows, kHeads * kWidth}, k_rows{k.data(), rows, kKvHeads * kWidth},
        v_rows{v.data(), rows, kKvHeads * kWidth};
    base::ThreadPool pool(GetParam().threads);
    const Device device{GetParam().table, &pool};
    rotate_and_store(device, q_rows, k_rows, v_rows, {cos_.data(), sin_.data()}, layer, runs);
    const std::size_t floats = attend_scratch_floats({.rows = rows,
                                                      .positions = kPositions,
                                                      .heads = kHeads,
                                                      .kv_heads = kKvHeads,
                                                      .head_width = kWidth,
                                                      .threads = pool.size()});
    std::vector<float> out(q.size()), scratch(floats + 1, 77.0f);
    test::Quantized int8(rows, kHeads * kWidth), expected(rows, kHeads * kWidth);
    attend(device, q_rows, layer, runs, scratch.data(),
           {{out.data(), rows, kHeads * kWidth}, int8.rows});
    EXPECT_EQ(scratch.back(), 77.0f) << "the scratch memory is as large as it says";
    device.kernels->quantize({out.data(), kHeads * kWidth, rows, kHeads * kWidth}, expected.rows, 0,
                             0);
    EXPECT_EQ(int8.q, expected.q);
    EXPECT_EQ(int8.scale, expected.scale);
    EXPECT_EQ(int8.scaled_sum, expected.scaled_sum);
    EXPECT_EQ(int8.sums, expected.sums);
    return out;
  }

  static void append(std::vector<float>& to, const std::vector<float>& from, const Part& part,
                     std::uint32_t heads) {
    const auto at = from.begin() + std::ptrdiff_t{part.start} * heads * kWidth;
    to.insert(to.end(), at, at + std::ptrdiff_t{part.rows} * heads * kWidth);
  }

  void expect(const std::vector<float>& out, std::uint32_t row, const Part& part) const {
    // f16 keeps 11 bits of a key; scores and values of about 2 then differ in the third place.
    // q8_0 has steps of 2 / 127.
    const double tolerance = GetParam().type == tensor::Dtype::f32   ? 1e-5
                             : GetParam().type == tensor::Dtype::f16 ? 4e-3
                                                                     : 6e-2;
    for (std::uint32_t r = 0; r < part.rows; ++r)
      for (std::uint32_t h = 0; h < kHeads; ++h) {
        const Vector expected = part.sequence->expected(part.start + r, h);
        for (std::uint32_t e = 0; e < kWidth; ++e)
          ASSERT_NEAR(out[((row + r) * kHeads + h) * kWidth + e], expected[e], tolerance)
              << "position " << part.start + r << " head " << h;
      }
  }

  // Every bit set is a NaN as f32 and as f16: reading what nobody wrote shows.
  static constexpr std::byte kUntouched{0xff};
  std::vector<float> cos_, sin_;
  std::vector<std::byte> memory_;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const KernelTable* table : available())
    for (const tensor::Dtype type : {tensor::Dtype::f16, tensor::Dtype::f32, tensor::Dtype::q8_0})
      for (const unsigned threads : {1u, 3u}) all.push_back({table, type, threads});
  return all;
}
INSTANTIATE_TEST_SUITE_P(Kernels, Attention, testing::ValuesIn(cases()), [](const auto& info) {
  return std::string(info.param.table->name) + "_" +
         std::string(tensor::codec_of(info.param.type).name) + "_" +
         std::to_string(info.param.threads);
});

// A prompt in two chunks, the second over the edge of a block, beside another sequence's beginning.
TEST_P(Attention, RunsOfABatchSeeTheirOwnPast) {
  const Sequence a(75, 10), b(3, 20);
  const Part early{&a, 0, 60, {block(4)}}, late{&a, 60, 15, {block(4), block(1)}},
      other{&b, 0, 3, {block(2)}};
  expect(step({early}), 0, early);
  const std::vector<float> out = step({other, late});
  expect(out, 0, other);
  expect(out, 3, late);
}

TEST_P(Attention, ALongPromptAndTheTokenBehindItSeeThreeBlocks) {
  const Sequence a(131, 30);
  const std::vector<std::byte*> blocks = {block(5), block(0), block(3)};
  const Part prompt{&a, 0, 130, blocks};
  expect(step({prompt}), 0, prompt);
  const Part last{&a, 130, 1, blocks};
  expect(step({last}), 0, last);
}

// A long prompt's rows take their chunks one after the other; a few rows share them out to threads.
TEST_P(Attention, ChunksSharedOutOrNotGiveTheSameBits) {
  const Sequence a(330, 50);
  const std::vector<std::byte*> blocks = {block(5), block(0), block(3),
                                          block(1), block(2), block(4)};
  const Part prompt{&a, 0, 330, blocks}, few{&a, 326, 4, blocks};
  const std::vector<float> all = step({prompt}), last = step({few});
  expect(all, 0, prompt);
  EXPECT_TRUE(std::equal(last.begin(), last.end(), all.end() - std::ptrdiff_t(last.size())));
}

// Other layers of the block, and other blocks, are not this step's.
TEST_P(Attention, OnlyTheSlotsOfTheRunAreWritten) {
  const Sequence a(2, 40);
  step({{&a, 0, 2, {block(3)}}});
  const auto untouched = [&](const std::byte* begin, std::size_t bytes) {
    return std::all_of(begin, begin + bytes, [](std::byte b) { return b == kUntouched; });
  };
  for (const std::size_t i : {0, 1, 2, 4, 5}) EXPECT_TRUE(untouched(block(i), block_bytes)) << i;
  EXPECT_TRUE(untouched(block(3), kBefore));
  EXPECT_TRUE(untouched(block(3) + block_bytes - kBefore, kBefore));
  const std::size_t element = head_bytes / kWidth / kKvBlock, codes = kWidth * kKvBlock * element;
  for (std::uint32_t e = 0; e < kKvHeads * kWidth; ++e) {  // keys: 64 positions of each element
    const std::byte* head = block(3) + kBefore + e / kWidth * head_bytes;
    const std::byte* column = head + e % kWidth * kKvBlock * element;
    EXPECT_FALSE(untouched(column, 2 * element));
    EXPECT_TRUE(untouched(column + 2 * element, (kKvBlock - 2) * element));
  }
  for (std::uint32_t h = 0; h < kKvHeads; ++h) {  // values: 16 elements of each position
    const std::byte* head = block(3) + kBefore + (kKvHeads + h) * head_bytes;
    EXPECT_FALSE(untouched(head, 2 * kWidth * element));
    EXPECT_TRUE(untouched(head + 2 * kWidth * element, (kKvBlock - 2) * kWidth * element));
    for (const std::byte* of : {head, head - kKvHeads * head_bytes})  // scales of 2 of 64 positions
      if (const std::byte* scales = of + codes; codes < head_bytes) {
        EXPECT_FALSE(untouched(scales, 4));
        EXPECT_TRUE(untouched(scales + 4, head_bytes - codes - 4));
      }
  }
}

}  // namespace
}  // namespace ashlar::kernels
