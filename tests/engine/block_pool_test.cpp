#include "engine/block_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace ashlar::engine {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kBlock = PrefixTree::kBlockTokens;

std::vector<TokenId> tokens(std::initializer_list<TokenId> blocks) {
  std::vector<TokenId> all;
  for (const TokenId token : blocks) all.insert(all.end(), kBlock, token);
  return all;
}

TEST(BlockPool, WhatWasKeptIsLentFilled) {
  BlockPool pool(10, true);
  auto first = *pool.lend({}, 3 * kBlock);
  pool.keep(tokens({1, 2}), first.blocks);
  pool.release(first.blocks);
  const auto second = *pool.lend(tokens({1, 2, 3}), 3 * kBlock + 1);
  EXPECT_EQ(second.filled, 2 * kBlock);
  EXPECT_EQ(second.blocks.size(), 4u);
  EXPECT_EQ(second.blocks[1], first.blocks[1]);
}

TEST(BlockPool, WhatOneAdapterFilledIsLentToNoOther) {
  BlockPool pool(10, true);
  auto first = *pool.lend({}, 2 * kBlock, 0, {.id = 1});
  pool.keep(tokens({1, 2}), first.blocks, {.id = 1});
  EXPECT_EQ(pool.lend(tokens({1, 2}), 2 * kBlock)->filled, 0u);
  EXPECT_EQ(pool.lend(tokens({1, 2}), 2 * kBlock, 0, {.id = 2})->filled, 0u);
  EXPECT_EQ(pool.lend(tokens({1, 2}), 2 * kBlock, 0, {.id = 1})->filled, 2 * kBlock);
}

TEST(BlockPool, CatchingUpExchangesEmptyBlocksForFilledOnes) {
  BlockPool pool(10, true);
  auto first = *pool.lend({}, 2 * kBlock), second = *pool.lend({}, 3 * kBlock);
  EXPECT_EQ(pool.catch_up(tokens({1, 2, 3}), second.blocks, 0), 0u) << "nobody has read it";
  pool.keep(tokens({1, 2}), first.blocks);
  EXPECT_EQ(pool.catch_up(tokens({1, 2, 3}), second.blocks, 0, {.id = 1}), 0u) << "an adapter's";
  EXPECT_EQ(pool.catch_up(tokens({1, 2, 3}), second.blocks, 0), 2u);
  EXPECT_EQ(second.blocks[1], first.blocks[1]);
  EXPECT_EQ(pool.available(), 10u - 3) << "its own two went back";
}

TEST(BlockPool, KeptBlocksMakeRoomForOthers) {
  BlockPool pool(4, true);
  auto loan = *pool.lend({}, 4 * kBlock);
  pool.keep(tokens({1, 2, 3, 4}), loan.blocks);
  EXPECT_EQ(pool.available(), 0u);
  pool.release(loan.blocks);
  EXPECT_EQ(pool.available(), 4u);
  EXPECT_EQ(pool.kept(), 4u);
  EXPECT_TRUE(pool.lend({}, 2 * kBlock));
  EXPECT_EQ(pool.lend(tokens({1, 2}), 2 * kBlock)->filled, 2 * kBlock) << "the last ones went";
}

TEST(BlockPool, LendsOnlyWhereSpareBlocksAreLeft) {
  BlockPool pool(4, true);
  EXPECT_FALSE(pool.lend({}, 3 * kBlock, 2));
  EXPECT_EQ(pool.available(), 4u);
  EXPECT_TRUE(pool.lend({}, 3 * kBlock, 1));
}

TEST(BlockPool, ExtendsByWhatIsMissingOrNotAtAll) {
  BlockPool pool(3, true);
  auto loan = *pool.lend({}, 10);
  EXPECT_TRUE(pool.extend(loan.blocks, kBlock));
  EXPECT_EQ(loan.blocks.size(), 1u);
  EXPECT_TRUE(pool.extend(loan.blocks, kBlock + 1));
  EXPECT_EQ(loan.blocks.size(), 2u);
  EXPECT_FALSE(pool.extend(loan.blocks, 4 * kBlock));
  EXPECT_EQ(loan.blocks.size(), 2u);
  EXPECT_EQ(pool.available(), 1u);
}

TEST(BlockPool, WhoWritesIntoASharedBlockGetsOneOfItsOwn) {
  BlockPool pool(2, true);
  auto first = pool.lend({}, 10)->blocks;
  auto second = first;
  pool.share(second);
  std::vector<BlockCopy> copies;
  EXPECT_TRUE(pool.unshare(second[0], copies));
  EXPECT_EQ(copies, (std::vector<BlockCopy>{{first[0], second[0]}}));
  EXPECT_NE(first[0], second[0]);
  EXPECT_TRUE(pool.unshare(first[0], copies));
  EXPECT_EQ(copies.size(), 1u) << "the last holder writes in place";
  auto third = first;
  pool.share(third);
  EXPECT_FALSE(pool.unshare(third[0], copies)) << "no block is left";
  EXPECT_EQ(third, first);
  for (const auto* blocks : {&first, &second, &third}) pool.release(*blocks);
  EXPECT_EQ(pool.available(), 2u);
}

TEST(BlockPool, RefusesWhatOthersHold) {
  BlockPool pool(3, true);
  const auto held = *pool.lend({}, 2 * kBlock);
  EXPECT_FALSE(pool.lend({}, 2 * kBlock));
  EXPECT_EQ(pool.available(), 1u);
  pool.release(held.blocks);
  EXPECT_TRUE(pool.lend({}, 3 * kBlock));
}

TEST(BlockPool, ARefusedLoanCostsNothingThatIsKept) {
  BlockPool pool(3, true);
  auto kept = *pool.lend({}, kBlock);
  pool.keep(tokens({1}), kept.blocks);
  pool.release(kept.blocks);
  const auto held = *pool.lend({}, 2 * kBlock);
  EXPECT_FALSE(pool.lend({}, 2 * kBlock));
  EXPECT_EQ(pool.kept(), 1u);
  EXPECT_FALSE(pool.lend(tokens({1}), 2 * kBlock)) << "what it would share makes no room either";
  EXPECT_EQ(pool.available(), 1u);
}

TEST(BlockPool, TheSameTokensAreKeptOnce) {
  BlockPool pool(4, true);
  auto a = *pool.lend({}, 2 * kBlock), b = *pool.lend({}, 2 * kBlock);
  pool.keep(tokens({1}), a.blocks);
  pool.keep(tokens({1}), b.blocks);
  EXPECT_EQ(b.blocks[0], a.blocks[0]);
  EXPECT_EQ(pool.available(), 1u) << "the second one's own block is free again";
}

TEST(BlockPool, SwitchedOffItKeepsNothing) {
  BlockPool pool(4, false);
  auto loan = *pool.lend({}, kBlock);
  pool.keep(tokens({1}), loan.blocks);
  EXPECT_EQ(pool.kept(), 0u);
}

// Sequences over few different tokens come, fill their blocks a step at a time and go. What is lent
// as filled must hold the very tokens, whoever wrote them.
RC_GTEST_PROP(BlockPool, LendsNothingButWhatWasWritten, ()) {
  struct Sequence {
    std::vector<TokenId> text;  // one a block
    std::vector<BlockId> blocks;
    std::uint32_t filled = 0;  // blocks
  };
  constexpr std::uint32_t kBlocks = 12;
  BlockPool pool(kBlocks, true);
  std::map<BlockId, std::vector<TokenId>> written;  // everything up to the block's end
  std::vector<Sequence> running;
  const auto expand = [](std::span<const TokenId> text) {
    std::vector<TokenId> all;
    for (const TokenId token : text) all.insert(all.end(), kBlock, token);
    return all;
  };
  for (int step = 0; step < 100; ++step) {
    const int what = *rc::gen::inRange(0, 4);
    if (what == 0 || running.empty()) {
      Sequence s;
      const auto length = *rc::gen::inRange<std::size_t>(1, 6);
      for (std::size_t i = 0; i < length; ++i) s.text.push_back(*rc::gen::inRange<TokenId>(1, 3));
      auto loan = pool.lend(expand(s.text), static_cast<std::uint32_t>(length) * kBlock);
      if (!loan) continue;
      s.blocks = loan->blocks;
      s.filled = loan->filled / kBlock;
      RC_ASSERT(s.blocks.size() == length);
      for (std::size_t i = 0; i < s.filled; ++i)
        RC_ASSERT(written[s.blocks[i]] ==
                  std::vector<TokenId>(s.text.begin(), s.text.begin() + i + 1));
      running.push_back(std::move(s));
      continue;
    }
    Sequence& s = running[*rc::gen::inRange<std::size_t>(0, running.size())];
    if (what < 3 && s.filled < s.text.size()) {
      ++s.filled;
      const std::vector<TokenId> text(s.text.begin(), s.text.begin() + s.filled);
      written[s.blocks[s.filled - 1]] = text;
      pool.keep(expand(text), s.blocks);
    } else {
      pool.release(s.blocks);
      std::swap(s, running.back());
      running.pop_back();
    }
  }
  for (const Sequence& s : running) pool.release(s.blocks);
  RC_ASSERT(pool.available() == kBlocks);
}

}  // namespace
}  // namespace ashlar::engine
