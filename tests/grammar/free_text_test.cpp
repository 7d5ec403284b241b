#include "grammar/free_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ashlar::grammar {
namespace {

const std::vector<std::string_view> kTokens = {"a",  "éa",   "abc", "\"",   "x\",", "\\\"", "\\u00",
                                               "\n", "\xC3", "\"}", "a\"}", "\\",   "y\":"};

std::vector<std::string_view> allowed(const TokenMask& mask) {
  std::vector<std::string_view> found;
  for (TokenId id = 0; id < kTokens.size(); ++id)
    if (mask.allows(id)) found.push_back(kTokens[id]);
  return found;
}

TEST(FreeTextMask, TellsWhatStaysInside) {
  const TokenTrie trie(kTokens);
  const FreeTextMask text(trie, {});
  EXPECT_EQ(allowed(*text.inside(std::nullopt)),
            (std::vector<std::string_view>{"a", "éa", "abc", "\\\"", "\\u00", "\xC3", "\\"}));
  EXPECT_EQ(allowed(*text.inside(1)),
            (std::vector<std::string_view>{"a", "\\\"", "\\u00", "\xC3", "\\"}));
  EXPECT_EQ(allowed(*text.inside(0)), (std::vector<std::string_view>{}));
  EXPECT_EQ(text.inside(1)->count, 5u);
}

TEST(FreeTextMask, TellsWhatEndsTheString) {
  const TokenTrie trie(kTokens);
  const FreeTextMask text(trie, {});
  std::vector<std::string> exits;
  for (const std::size_t i : text.by_content()) {
    const auto& exit = text.exits()[i];
    const bool nothing = exit.rest == text.rests().size();
    exits.push_back(exit.content + "|" +
                    (nothing ? "" : std::string(text.rests().bytes_of(exit.rest))) + "|" +
                    std::to_string(exit.characters));
  }
  EXPECT_EQ(exits, (std::vector<std::string>{"||0", "|}|0", "a|}|1", "x|,|1", "y|:|1"}));
}

TEST(FreeTextMask, BeginsWhereTheSpellingIs) {
  const TokenTrie trie(kTokens);
  JsonSpelling escape;
  escape.read('\\');
  const FreeTextMask text(trie, escape);
  EXPECT_EQ(allowed(*text.inside(std::nullopt)),
            (std::vector<std::string_view>{"\"", "\\u00", "\"}", "\\"}));
}

TEST(FreeTextMasks, KeepsOneASpelling) {
  FreeTextMasks masks(std::make_shared<TokenTrie>(kTokens));
  EXPECT_EQ(masks.at({}), masks.at({}));
  JsonSpelling escape;
  escape.read('\\');
  EXPECT_NE(masks.at({}), masks.at(escape));
}

}  // namespace
}  // namespace ashlar::grammar
