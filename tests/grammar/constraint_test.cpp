#include "grammar/constraint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "grammar/structure.h"

namespace ashlar::grammar {
namespace {

// The tokens 0 … 255 are bytes, some more are words; one has no text, one ends.
class Masks : public testing::Test {
 protected:
  Masks() {
    for (unsigned byte = 0; byte < 256; ++byte) spelling.push_back({static_cast<char>(byte)});
    for (const char* word : {"ab", "abc", "abcd", "bc", "\xC3\xA9", "\xA9x", "red", "re", "", "a"})
      spelling.emplace_back(word);
    end = static_cast<TokenId>(spelling.size());
    spelling.emplace_back();
    views.assign(spelling.begin(), spelling.end());
    texts = std::make_shared<FreeTextMasks>(std::make_shared<TokenTrie>(views));
  }

  std::unique_ptr<Constraint> hold(const Structure& structure) const {
    auto language = language_of(structure, texts->trie().alphabet());
    EXPECT_TRUE(language);
    return std::make_unique<Constraint>(std::move(*language), texts, std::vector<TokenId>{end});
  }
  std::vector<std::string> allowed(Constraint& constraint, StateId state) const {
    const auto mask = constraint.mask(state).value();
    std::vector<std::string> texts;
    for (TokenId id = 0; id < spelling.size(); ++id)
      if (mask->allows(id)) texts.push_back(id == end ? "END" : spelling[id]);
    EXPECT_EQ(texts.size(), mask->count);
    return texts;
  }

  std::vector<std::string> spelling;
  std::vector<std::string_view> views;
  std::shared_ptr<FreeTextMasks> texts;
  TokenId end = 0;
};

using Texts = std::vector<std::string>;

TEST_F(Masks, AllowWhatKeepsToTheLanguage) {
  const auto held = hold(RegexText{"abc?"});
  EXPECT_EQ(allowed(*held, held->start()), (Texts{"a", "ab", "abc", "a"}));
  const StateId ab = held->after(held->start(), 256).value();
  EXPECT_EQ(allowed(*held, ab), (Texts{"c", "END"}));
  const StateId abc = held->after(ab, 'c').value();
  EXPECT_EQ(allowed(*held, abc), (Texts{"END"}));
  EXPECT_EQ(held->after(abc, 'c').value(), kDead);
  EXPECT_EQ(held->after(abc, end).value(), kDead) << "an end has no text";
}

TEST_F(Masks, ATokenMayHoldHalfACharacter) {
  const auto held = hold(RegexText{"éx"});
  EXPECT_EQ(allowed(*held, held->start()), (Texts{"\xC3", "\xC3\xA9"}));
  const StateId half = held->after(held->start(), 0xC3).value();
  EXPECT_EQ(allowed(*held, half), (Texts{"\xA9", "\xA9x"}));
}

TEST_F(Masks, ChoicesMayBeginAlike) {
  const auto held = hold(Choices{{"red", "reed", "green"}});
  EXPECT_EQ(allowed(*held, held->start()), (Texts{"g", "r", "red", "re"}));
}

// Of every state the mask has exactly the tokens whose bytes lead on, one by one.
TEST_F(Masks, AreWhatAWalkOfEachTokenGives) {
  const auto held = hold(RegexText{"(a|b|é|x){0,3}(abc|red)*"});
  std::vector<StateId> states{held->start()};
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto mask = held->mask(states[i]).value();
    for (TokenId id = 0; id < end; ++id) {
      const StateId after = held->after(states[i], id).value();
      ASSERT_EQ(mask->allows(id), after != kDead) << id;
      if (after != kDead && std::ranges::find(states, after) == states.end())
        states.push_back(after);
    }
  }
  EXPECT_GT(states.size(), 8u);
}

TEST_F(Masks, NeedsALanguageWithAText) {
  EXPECT_FALSE(language_of(Choices{}, texts->trie().alphabet()));
  EXPECT_FALSE(language_of(RegexText{"[^\\s\\S]"}, texts->trie().alphabet()));
  EXPECT_FALSE(language_of(RegexText{"\xFF"}, texts->trie().alphabet()));
  EXPECT_FALSE(language_of(Choices{{"\xFF"}}, texts->trie().alphabet()));
}

}  // namespace
}  // namespace ashlar::grammar
