// One piece of memory for a step: every buffer has its own part of it.
#include "model/workspace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ashlar::model {
namespace {

struct Stretch {
  const void* begin;
  std::size_t bytes;
  const std::byte* first() const { return static_cast<const std::byte*>(begin); }
};

struct Stretches : std::vector<Stretch> {
  void add(const kernels::Rows& r) { push_back({r.data, std::size_t{r.rows} * r.width * 4}); }
  void add(const kernels::Activations& a) {
    add(a.f32);
    if (!a.int8.q) return;
    const std::size_t blocks = std::size_t{a.f32.rows} * a.int8.blocks();
    push_back({a.int8.q, blocks * kernels::kBlock});
    push_back({a.int8.scale, blocks * 4});
    push_back({a.int8.scaled_sum, blocks * 4});
    push_back({a.int8.sums, 2 * blocks * 4});
  }
};

Config tiny() {
  Config c;
  c.width = 64, c.heads = 6, c.kv_heads = 2, c.head_width = 16, c.ff_width = 100;
  c.vocabulary = 50;
  return c;
}

Stretches stretches_of(const StepBuffers& b, const StepSize& size) {
  Stretches all;
  for (const auto& rows : {b.hidden, b.query, b.key, b.value, b.up, b.last, b.last_query, b.logits})
    all.add(rows);
  for (const auto& each : {b.normed, b.attended, b.gate, b.last_normed}) all.add(each);
  const std::size_t scratch = kernels::attend_scratch_floats({.rows = size.rows,
                                                              .positions = size.positions,
                                                              .heads = 6,
                                                              .kv_heads = 2,
                                                              .head_width = 16,
                                                              .threads = size.threads});
  all.push_back({b.scratch, scratch * sizeof(float)});
  return all;
}

TEST(Workspace, BuffersShareNoByteAndBeginOnCacheLines) {
  for (const Precision precision : {Precision::fast, Precision::exact})
    for (const StepSize size : {StepSize{1, 1, 1, 1}, {7, 3, 700, 2}, {65, 0, 65, 5}}) {
      StepBuffers buffers;
      const std::size_t bytes = lay_out(buffers, nullptr, tiny(), precision, size);
      EXPECT_EQ(buffers.up.data, nullptr) << "without memory it only counts";
      const auto memory = tensor::Buffer::create(bytes, "test").value();
      EXPECT_EQ(lay_out(buffers, memory.data(), tiny(), precision, size), bytes);

      Stretches all = stretches_of(buffers, size);
      std::erase_if(all, [](const Stretch& s) { return s.bytes == 0; });  // no logits wanted
      std::ranges::sort(all, {}, &Stretch::first);
      EXPECT_EQ(all.front().first(), memory.data());
      EXPECT_LE(all.back().first() + all.back().bytes, memory.data() + bytes);
      std::size_t sum = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(all[i].begin) % 64, 0u);
        if (i > 0) {
          EXPECT_LE(all[i - 1].first() + all[i - 1].bytes, all[i].first()) << i;
        }
        sum += all[i].bytes;
      }
      EXPECT_LT(bytes, sum + 64 * all.size()) << "no more than rounding is wasted";
    }
}

TEST(Workspace, ShapesAreThoseOfTheModel) {
  StepBuffers b;
  lay_out(b, nullptr, tiny(), Precision::exact, {7, 3, 700, 2});
  const auto shape = [](const kernels::Rows& r) { return std::pair(r.rows, r.width); };
  EXPECT_EQ(shape(b.hidden), std::pair(7u, 64u));
  EXPECT_EQ(shape(b.query), std::pair(7u, 96u));
  EXPECT_EQ(shape(b.key), std::pair(7u, 32u));
  EXPECT_EQ(shape(b.value), std::pair(7u, 32u));
  EXPECT_EQ(shape(b.attended.f32), std::pair(7u, 96u));
  EXPECT_EQ(shape(b.gate.f32), std::pair(7u, 100u));
  EXPECT_EQ(shape(b.last), std::pair(3u, 64u));
  EXPECT_EQ(shape(b.logits), std::pair(3u, 50u));
}

// 100 is not a number of whole blocks of 32: the feed-forward layer stays in f32.
TEST(Workspace, Int8StandsBesideF32WhereTheFastKernelsUseIt) {
  const auto has_int8 = [](Precision precision) {
    StepBuffers b;
    const StepSize size{2, 1, 2, 1};
    const std::size_t bytes = lay_out(b, nullptr, tiny(), precision, size);
    const auto memory = tensor::Buffer::create(bytes, "test").value();
    lay_out(b, memory.data(), tiny(), precision, size);
    std::vector<bool> has;
    for (const auto& a : {b.normed, b.attended, b.last_normed, b.gate})
      has.push_back(a.int8.q != nullptr);
    return has;
  };
  EXPECT_EQ(has_int8(Precision::fast), (std::vector{true, true, true, false}));
  EXPECT_EQ(has_int8(Precision::exact), (std::vector{false, false, false, false}));
}

}  // namespace
}  // namespace ashlar::model
