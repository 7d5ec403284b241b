// What speculation may cost: a share of the time and what it gained before.
#include "engine/speculator.h"

#include <gtest/gtest.h>

#include "tests/engine/rig.h"

namespace ashlar::engine {
namespace {

// Guesses a token that is always right, or always wrong.
class Fixed final : public Draft {
 public:
  explicit Fixed(TokenId guess) : guess_(guess) {}
  void propose(std::span<Ask> asks, const Price& price, const model::Abandoned&) override {
    ++proposals;
    last = price;
    for (Ask& ask : asks) ask.guesses.assign(std::min(ask.most, 4u), guess_);
  }
  void learn(SequenceKey, std::uint32_t proposed, std::uint32_t accepted) override {
    guessed += proposed;
    right += accepted;
  }

  int proposals = 0;
  std::uint32_t guessed = 0, right = 0;
  Price last{};

 private:
  TokenId guess_;
};

struct Deciding {
  Deciding(TokenId guess, std::uint32_t guesses = 0) : backend(4096, 64) {
    auto owned = std::make_unique<Fixed>(guess);
    draft = owned.get();
    speculator = std::make_unique<Speculator>(std::move(owned), guesses);
    Request request = test::prompt("once", 1, 4000);
    sequence = std::make_unique<Sequence>(1, request, *tokenizer, 4096);
    sequence->begin({.blocks = std::vector<BlockId>(64), .filled = 0});
    commit(4, {test::letter('a')});
  }

  // One step in which the model says `a` throughout.
  void step() {
    Batch batch = {{sequence.get(), 1, model::LogitsWanted::all}};
    speculator->guess(batch, backend, {});
    const auto fed = sequence->next_tokens(batch[0].rows);
    std::vector<TokenId> said = {test::letter('a')};
    for (std::size_t i = 1; i < fed.size() && fed[i] == test::letter('a'); ++i)
      said.push_back(test::letter('a'));
    speculator->learn(batch, {static_cast<std::uint32_t>(said.size())});
    rows += batch[0].rows;
    commit(batch[0].rows, said);
  }
  void commit(std::uint32_t row_count, const std::vector<TokenId>& said) {
    std::vector<Picked> picked;
    for (const TokenId id : said) picked.push_back({{id, 0, {}}});
    sequence->commit(row_count, std::move(picked));
  }

  std::shared_ptr<const tokenizer::Tokenizer> tokenizer = test::tiny_tokenizer();
  test::FakeBackend backend;  // a step takes 7 ms and 1 ms a row
  Fixed* draft;
  std::unique_ptr<Speculator> speculator;
  std::unique_ptr<Sequence> sequence;
  std::uint32_t rows = 0;
};

TEST(Speculator, PricesARowByTheTimeOfAStep) {
  Deciding d(test::letter('a'));
  d.step();
  EXPECT_DOUBLE_EQ(d.draft->last.row, 1.0 / 8);
  EXPECT_DOUBLE_EQ(d.draft->last.step_ms, 8);
}

TEST(Speculator, GuessesThatAreRightPayForMore) {
  Deciding d(test::letter('a'));
  for (int i = 0; i < 100; ++i) d.step();
  EXPECT_EQ(d.draft->proposals, 100);
  EXPECT_EQ(d.draft->right, 400u);
}

// 1,000 steps may lose 3 + 2 % of 1,000, and one proposal over it.
TEST(Speculator, GuessesThatAreWrongCostAShareAtMost) {
  Deciding d(test::letter('b'));
  for (int i = 0; i < 1000; ++i) d.step();
  const double lost = (d.rows - 1000) / 8.0;
  EXPECT_LT(lost, 3 + 20 + 1);
  EXPECT_GT(lost, 15);
}

TEST(Speculator, AFixedNumberIsGuessedWhateverItCosts) {
  Deciding d(test::letter('b'), 3);
  for (int i = 0; i < 100; ++i) d.step();
  EXPECT_EQ(d.draft->guessed, 300u);
}

}  // namespace
}  // namespace ashlar::engine
