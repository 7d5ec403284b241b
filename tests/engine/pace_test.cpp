// How prompts are cut beside streams, against machines of a stated cost.
#include "engine/pace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ashlar::engine {
namespace {

// A step costs `base`, and each row of a prompt `row`, growing by `deeper` of itself every 1,000;
// what stands before the rows is read again in every step, `again` for each 1,000.
struct Machine {
  double base, row, deeper, again = 0;

  double prompt_ms(std::uint32_t first, std::uint32_t rows) const {
    double ms = rows > 0 ? again * first / 1000 : 0;
    for (std::uint32_t i = first; i < first + rows; ++i) ms += row * (1 + deeper * i / 1000);
    return ms;
  }
};

struct Found {
  double worst_gap = 0;  // of the stream, in steps of its own alone
  double prompt = 0;     // time to the prompt's end, in its time alone
};

// One stream decodes, then a prompt of `tokens` comes.
Found beside_a_stream(const Machine& machine, std::uint32_t tokens) {
  Pace pace(256);
  for (int i = 0; i < 5; ++i) pace.learn({.decoding = 1, .prompt_rows = 0, .ms = machine.base});
  std::vector<double> gaps;
  double total = 0;
  for (std::uint32_t read = 0; read < tokens;) {
    const std::uint32_t rows = std::min(tokens - read, pace.prompt_rows(1, 1));
    const double ms = machine.base + machine.prompt_ms(read, rows);
    pace.learn({.decoding = 1, .prompt_rows = rows, .ms = ms});
    gaps.push_back(ms / machine.base);
    total += ms;
    read += rows;
  }
  double alone = 0;
  for (std::uint32_t first = 0; first < tokens; first += 256)
    alone += machine.base + machine.prompt_ms(first, std::min(tokens - first, 256u));
  return {*std::ranges::max_element(gaps), total / alone};
}

TEST(Pace, AStreamAndALongPromptBothTakeAtMostThriceTheirTime) {
  for (const double row : {0.03, 0.06, 0.1, 0.2})
    for (const double deeper : {0.0, 0.3, 1.0, 2.0}) {
      const Found found = beside_a_stream({1, row, deeper}, 4096);
      EXPECT_LE(found.worst_gap, 3) << row << " " << deeper;
      EXPECT_LE(found.prompt, 3) << row << " " << deeper;
    }
}

// Where a step costs much however few rows it reads, it must not end with a row at a time.
TEST(Pace, RowsShareWhatAStepReadsAgain) {
  const Found found = beside_a_stream({1, 0.1, 0.6, 0.2}, 4096);
  EXPECT_LE(found.worst_gap, 3);
  EXPECT_LE(found.prompt, 3);
}

TEST(Pace, FollowsTheMachine) {
  const auto rows_on = [](double row) {
    Pace pace(256);
    pace.learn({.decoding = 1, .prompt_rows = 0, .ms = 10});
    for (int i = 0; i < 20; ++i)
      pace.learn({.decoding = 1, .prompt_rows = 10, .ms = 10 + 10 * row});
    return pace.prompt_rows(1, 1);
  };
  EXPECT_EQ(rows_on(1), 16u);
  EXPECT_EQ(rows_on(0.25), 64u);
  EXPECT_EQ(rows_on(100), Pace::kLeast);
  EXPECT_EQ(rows_on(0.001), 256u);
}

TEST(Pace, WithoutStreamsAPromptHasTheWholeChunk) {
  EXPECT_EQ(Pace(256).prompt_rows(1, 0), 256u);
  EXPECT_EQ(Pace(1).prompt_rows(3, 0), 1u);
}

TEST(Pace, WhereMoreReadThanDecodePromptsGetMore) {
  Pace pace(256);
  pace.learn({.decoding = 2, .prompt_rows = 0, .ms = 10});
  EXPECT_EQ(pace.prompt_rows(2, 2), Pace::kUnknown);
  EXPECT_EQ(pace.prompt_rows(8, 2), 4 * Pace::kUnknown);
  EXPECT_EQ(pace.prompt_rows(1, 8), Pace::kUnknown);
}

TEST(Pace, MeasuresAStepWithoutPromptsFirstAndEverySoOften) {
  Pace pace(256);
  EXPECT_EQ(pace.prompt_rows(1, 1), 0u);
  std::uint32_t without = 0;
  for (std::uint32_t i = 0; i < 10 * (Pace::kProbe + 1); ++i) {
    const std::uint32_t rows = pace.prompt_rows(1, 1);
    without += rows == 0;
    pace.learn({.decoding = 1, .prompt_rows = rows, .ms = 10 + rows * 1.0});
  }
  EXPECT_EQ(without, 10u);
}

TEST(Pace, AStepQuickerThanAQuietOneIsNoFreeLunch) {
  Pace pace(256);
  pace.learn({.decoding = 1, .prompt_rows = 0, .ms = 10});
  pace.learn({.decoding = 1, .prompt_rows = 16, .ms = 9});
  EXPECT_GT(pace.prompt_rows(1, 1), 16u);
  EXPECT_LE(pace.prompt_rows(1, 1), 256u);
}

}  // namespace
}  // namespace ashlar::engine
