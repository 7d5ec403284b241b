#include "engine/prefix_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace ashlar::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Tokens = std::vector<TokenId>;
const auto always = [](BlockId) { return true; };

// A block of tokens for each letter.
Tokens text(std::string_view letters) {
  Tokens tokens;
  for (const char letter : letters)
    tokens.insert(tokens.end(), PrefixTree::kBlockTokens, static_cast<TokenId>(letter));
  return tokens;
}

void insert(PrefixTree& tree, std::string_view letters, std::vector<BlockId> blocks) {
  tree.insert(text(letters), blocks);
}

TEST(PrefixTree, FindsTheLongestBeginning) {
  PrefixTree tree;
  insert(tree, "abc", {1, 2, 3});
  EXPECT_THAT(tree.find(text("abcd")), ElementsAre(1, 2, 3));
  EXPECT_THAT(tree.find(text("abxc")), ElementsAre(1, 2));
  EXPECT_THAT(tree.find(text("bc")), IsEmpty()) << "a block stands for all before it too";
}

TEST(PrefixTree, CountsWholeBlocksOnly) {
  PrefixTree tree;
  insert(tree, "ab", {1, 2});
  Tokens tokens = text("ab");
  tokens.pop_back();
  EXPECT_THAT(tree.find(tokens), ElementsAre(1));
  tokens = text("ab");
  tokens.back() = 'x';
  EXPECT_THAT(tree.find(tokens), ElementsAre(1));
  EXPECT_THAT(tree.find({}), IsEmpty());
}

TEST(PrefixTree, BranchesWherePathsPart) {
  PrefixTree tree;
  insert(tree, "abc", {1, 2, 3});
  insert(tree, "abd", {1, 2, 4});
  EXPECT_THAT(tree.find(text("abc")), ElementsAre(1, 2, 3));
  EXPECT_THAT(tree.find(text("abd")), ElementsAre(1, 2, 4));
  EXPECT_EQ(tree.size(), 4u);
}

TEST(PrefixTree, AdaptersShareNothing) {
  PrefixTree tree;
  tree.insert(text("ab"), std::vector<BlockId>{1, 2}, 7);
  EXPECT_THAT(tree.find(text("ab")), IsEmpty());
  EXPECT_THAT(tree.find(text("ab"), 8), IsEmpty());
  insert(tree, "ab", {3, 4});
  tree.insert(text("ac"), std::vector<BlockId>{1, 5}, 7);
  EXPECT_THAT(tree.find(text("ab"), 7), ElementsAre(1, 2));
  EXPECT_THAT(tree.find(text("ac"), 7), ElementsAre(1, 5));
  EXPECT_THAT(tree.find(text("ab")), ElementsAre(3, 4));
  EXPECT_EQ(tree.evict(5, always).size(), 5u);
  EXPECT_THAT(tree.find(text("ab"), 7), IsEmpty());
}

TEST(PrefixTree, WhatIsThereStays) {
  PrefixTree tree;
  insert(tree, "a", {1});
  insert(tree, "ab", {7, 2});
  EXPECT_THAT(tree.find(text("ab")), ElementsAre(1, 2));
}

TEST(PrefixTree, EvictsLeavesFirstTheLeastRecentlyUsedAmongThem) {
  PrefixTree tree;
  insert(tree, "ab", {1, 2});
  insert(tree, "ac", {1, 3});
  insert(tree, "de", {4, 5});
  tree.find(text("ab"));
  EXPECT_THAT(tree.evict(1, always), ElementsAre(3));
  EXPECT_THAT(tree.evict(2, always), ElementsAre(5, 4));
  EXPECT_THAT(tree.evict(9, always), ElementsAre(2, 1));
  EXPECT_EQ(tree.size(), 0u);
  EXPECT_THAT(tree.find(text("ab")), IsEmpty());
}

TEST(PrefixTree, LeavesAloneWhatIsInUse) {
  PrefixTree tree;
  insert(tree, "ab", {1, 2});
  insert(tree, "cd", {3, 4});
  EXPECT_THAT(tree.evict(9, [](BlockId block) { return block > 1; }), ElementsAre(2, 4, 3));
  EXPECT_THAT(tree.find(text("ab")), ElementsAre(1));
}

TEST(PrefixTree, ABlockPutBackAfterEvictionIsFoundAgain) {
  PrefixTree tree;
  insert(tree, "ab", {1, 2});
  EXPECT_THAT(tree.evict(1, always), ElementsAre(2));
  insert(tree, "ab", {1, 6});
  EXPECT_THAT(tree.find(text("ab")), ElementsAre(1, 6));
}

}  // namespace
}  // namespace ashlar::engine
