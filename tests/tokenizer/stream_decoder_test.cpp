#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/utf8.h"
#include "tests/tokenizer/small_vocabulary.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::ElementsAre;

// What each id gives, finish() last. Without merges ids are bytes; 256 is special, 257 is not.
std::vector<std::string> stream(const std::vector<TokenId>& ids) {
  static const auto tokenizer = [] {
    SmallVocabulary small = SmallVocabulary::of_bytes();
    small.add("<s>", 3);
    small.add("<tool>", 4);
    return small.load();
  }();
  StreamDecoder decoder(*tokenizer);
  std::vector<std::string> texts;
  for (const TokenId id : ids) texts.push_back(decoder.push(id));
  texts.push_back(decoder.finish());

  std::string all;
  for (const std::string& text : texts) all += text;
  EXPECT_EQ(all, base::repair_utf8(tokenizer->decode(ids)).text);
  return texts;
}

TEST(StreamDecoder, GivesACharacterWhenItIsWhole) {
  EXPECT_THAT(stream({'a', 0xC3, 0xA9}), ElementsAre("a", "", "é", ""));
  EXPECT_THAT(stream({0xF0, 0x9F, 0x98, 0x80}), ElementsAre("", "", "", "😀", ""));
}

TEST(StreamDecoder, RepairsWhatCanNoLongerBecomeACharacter) {
  EXPECT_THAT(stream({0xE2, 0x82, 'x'}), ElementsAre("", "", "\uFFFDx", ""));
  EXPECT_THAT(stream({0xFF, 'x'}), ElementsAre("\uFFFD", "x", ""));
  EXPECT_THAT(stream({0xE0, 0x80}), ElementsAre("", "\uFFFD\uFFFD", ""));
  EXPECT_THAT(stream({0xED, 0xA0, 0x80}), ElementsAre("", "\uFFFD\uFFFD", "\uFFFD", ""));
}

TEST(StreamDecoder, RepairsWhatIsLeftAtTheEnd) {
  EXPECT_THAT(stream({'a', 0xF0, 0x9F, 0x98}), ElementsAre("a", "", "", "", "\uFFFD"));
  EXPECT_THAT(stream({}), ElementsAre(""));
}

TEST(StreamDecoder, LeavesOutSpecialTokensAndNoOthers) {
  EXPECT_THAT(stream({'a', 256, 257}), ElementsAre("a", "", "<tool>", ""));
  EXPECT_THAT(stream({0xC3, 256, 0xA9}), ElementsAre("", "", "é", ""));
}

TEST(StreamDecoder, CanBeUsedAgainAfterTheEnd) {
  const auto tokenizer = SmallVocabulary::of_bytes().load();
  StreamDecoder decoder(*tokenizer);
  EXPECT_EQ(decoder.push(0xC3), "");
  EXPECT_EQ(decoder.finish(), "\uFFFD");
  EXPECT_EQ(decoder.push('a'), "a");
  EXPECT_EQ(decoder.finish(), "");
}

// Bytes that begin, continue and break sequences come up often.
RC_GTEST_PROP(StreamDecoder, PiecesJoinToTheRepairedWholeAndAreTextEach, ()) {
  const auto id = rc::gen::oneOf(
      rc::gen::inRange<TokenId>(0, 258),
      rc::gen::element<TokenId>(0x80, 0x9F, 0xA0, 0xBF, 0xC3, 0xE0, 0xED, 0xF0, 0xF4, 0xFF));
  for (const std::string& text : stream(*rc::gen::container<std::vector<TokenId>>(id)))
    RC_ASSERT(base::is_utf8(text));
}

}  // namespace
}  // namespace ashlar::tokenizer
