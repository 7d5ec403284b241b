#include "grammar/token_trie.h"

#include <gtest/gtest.h>

#include <string>

namespace ashlar::grammar {
namespace {

TEST(TokenTrie, AWalkMeetsEveryTokenOnce) {
  const std::vector<std::string_view> tokens{"b", "", "ab", "a", "abc", "ab", "ac"};
  const TokenTrie trie(tokens);
  std::vector<std::string> met(tokens.size());
  std::string path;
  std::vector<std::uint32_t> ends;  // of the nodes on the path
  for (std::uint32_t i = 0; i < trie.nodes().size(); ++i) {
    const auto& node = trie.nodes()[i];
    path.resize(node.depth - 1);
    path += static_cast<char>(node.byte);
    for (std::uint32_t at = node.begin; at < node.end; ++at) met[trie.ids()[at]] += path;
    EXPECT_GT(node.skip, i);
    for (std::uint32_t below = i + 1; below < node.skip; ++below)
      EXPECT_GT(trie.nodes()[below].depth, node.depth);
  }
  EXPECT_EQ(met, std::vector<std::string>(tokens.begin(), tokens.end()));
}

TEST(TokenTrie, TheAlphabetIsTheTokensOfOneByte) {
  const std::vector<std::string_view> tokens{"b", "ab", "\xFF"};
  const TokenTrie trie(tokens);
  EXPECT_EQ(trie.alphabet().count(), 2u);
  EXPECT_TRUE(trie.alphabet()['b'] && trie.alphabet()[0xFF]);
}

}  // namespace
}  // namespace ashlar::grammar
