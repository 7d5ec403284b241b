// A step's runs as stretches of rows: which sequence, which adapter, which want logits.
#include "model/batch.h"

#include <gtest/gtest.h>

namespace ashlar::model {
namespace {

using kernels::AttentionRun;

const AdapterWeights kOne, kTwo;

bool same(const AttentionRun& a, const AttentionRun& b) {
  return a.first_row == b.first_row && a.rows == b.rows && a.start == b.start &&
         a.blocks.data() == b.blocks.data();
}

TEST(Stretches, NeighboursOfOneAdapterAreOneStretch) {
  Stretches s;
  EXPECT_EQ(s.rows(), 0u);
  s.add(3, 10, {}, &kOne);
  s.add(2, 0, {}, &kOne);
  s.add(4, 0, {}, nullptr);
  s.add(1, 5, {}, &kOne);
  s.add(1, 5, {}, &kTwo);
  EXPECT_EQ(s.rows(), 11u);
  ASSERT_EQ(s.runs.size(), 5u);
  EXPECT_TRUE(same(s.runs[3], {9, 1, 5, {}}));
  ASSERT_EQ(s.adapted.size(), 3u);
  EXPECT_EQ(s.adapted[0].adapter, &kOne);
  EXPECT_EQ(s.adapted[0].rows, 5u);
  EXPECT_EQ(s.adapted[1].first, 9u);
  EXPECT_EQ(s.adapted[2].adapter, &kTwo);
}

// Those who want logits are the last of their runs, counted among themselves.
TEST(Batch, RowsThatWantLogitsAreABatchOfTheirOwn) {
  const KvCache::State cache{tensor::Buffer::create(4 * 64, "test").value(), 4, 64, 64, {}};
  const std::vector<TokenId> prompt(70, 1), token(1, 2), scored(5, 3);
  const std::vector<BlockId> of_prompt = {0, 1}, of_token = {2}, of_scored = {3};
  const std::vector<model::Run> runs = {{prompt, 0, of_prompt, LogitsWanted::none},
                                        {token, 40, of_token, LogitsWanted::last},
                                        {scored, 7, of_scored, LogitsWanted::all},
                                        {prompt, 30, of_prompt, LogitsWanted::last}};
  const Batch batch = gather(runs, cache);
  EXPECT_EQ(batch.ids.size(), 146u);
  EXPECT_EQ(batch.ids[70], 2u);
  EXPECT_EQ(batch.positions, 100u);
  EXPECT_EQ(batch.all.rows(), 146u);
  EXPECT_EQ(batch.logit_rows, (std::vector<std::uint32_t>{70, 71, 72, 73, 74, 75, 145}));
  ASSERT_EQ(batch.with_logits.runs.size(), 3u);
  EXPECT_TRUE(same(batch.with_logits.runs[0], {0, 1, 40, batch.blocks[1]}));
  EXPECT_TRUE(same(batch.with_logits.runs[1], {1, 5, 7, batch.blocks[2]}));
  EXPECT_TRUE(same(batch.with_logits.runs[2], {6, 1, 99, batch.blocks[3]}));
  ASSERT_EQ(batch.blocks[3].size(), 2u);
  EXPECT_EQ(batch.blocks[3][1], cache.block(1));
}

// A part's rows keep their positions and adapters.
TEST(Batch, PartsCoverAllRowsOnce) {
  base::ThreadPool pool(2);
  const kernels::Device device{kernels::choose().value(), &pool};
  StepBuffers buffers{};
  constexpr std::uint32_t rows = 200;
  buffers.hidden = {nullptr, rows, 8};
  Stretches all;
  all.add(150, 20, {}, nullptr);
  all.add(50, 0, {}, &kOne);
  const std::vector<Part> parts = parts_of(device, buffers, all);
  EXPECT_GT(parts.size(), 1u);
  std::vector<std::uint32_t> positions;
  std::uint32_t adapted = 0;
  for (const Part& part : parts) {
    EXPECT_EQ(part.buffers.hidden.rows, part.stretches.rows());
    for (const AttentionRun& run : part.stretches.runs)
      for (std::uint32_t r = 0; r < run.rows; ++r) positions.push_back(run.start + r);
    for (const AdaptedRows& each : part.stretches.adapted) adapted += each.rows;
  }
  ASSERT_EQ(positions.size(), rows);
  for (std::uint32_t r = 0; r < rows; ++r) EXPECT_EQ(positions[r], r < 150 ? 20 + r : r - 150);
  EXPECT_EQ(adapted, 50u);
}

}  // namespace
}  // namespace ashlar::model
