// Merges of files that can't be right: each is refused by its index.
#include "tokenizer/merges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::HasSubstr;

// The third merge is the bad one.
Error refusal_of(std::string merge) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.merge("a", "b");
  small.merge("ab", "c");
  small.add("<s>", 3);
  small.merges.push_back(std::move(merge));
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, ErrorKind::corrupt);
  EXPECT_EQ(error.where, "built: tokenizer.ggml.merges[2]");
  EXPECT_FALSE(error.mend.empty());
  return error;
}

TEST(Merges, NeedTwoParts) {
  for (const char* merge : {"", "ab", "a ", " a", " "})
    EXPECT_THAT(refusal_of(merge).message, HasSubstr("two tokens with a space between")) << merge;
}

TEST(Merges, NeedKnownPartsAndResult) {
  EXPECT_THAT(refusal_of("zz a").message, HasSubstr("'zz' is not a token"));
  EXPECT_THAT(refusal_of("a zz").message, HasSubstr("'zz' is not a token"));
  EXPECT_THAT(refusal_of("a c").message, HasSubstr("'ac' is not a token"));
  EXPECT_THAT(refusal_of("a b c").message, HasSubstr("'b c' is not a token"));
}

TEST(Merges, AreGivenOnce) {
  EXPECT_THAT(refusal_of("a b").message, HasSubstr("'a b' is merge 0 already"));
}

TEST(Merges, MakeNoSpecialToken) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.add("ab", 3);
  small.merges.push_back("a b");
  EXPECT_THAT(small.refusal().message, HasSubstr("'ab' is a special token"));
}

TEST(Merges, AreNeeded) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.merges = {};
  EXPECT_TRUE(small.try_load()) << "an empty list is one";

  const std::string file = test::GgufBuilder()
                               .string("tokenizer.ggml.model", "gpt2")
                               .string("tokenizer.ggml.pre", "gpt-2")
                               .strings("tokenizer.ggml.tokens", {"a"})
                               .build();
  const auto gguf = formats::Gguf::parse(test::bytes_of(file), "built");
  const auto tokenizer = Tokenizer::from_gguf(*gguf);
  ASSERT_FALSE(tokenizer);
  EXPECT_THAT(tokenizer.error().where, HasSubstr("tokenizer.ggml.merges"));
}

TEST(Merges, AreFoundByTheirPair) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  for (char right = '!'; right <= '~'; ++right) small.merge("a", std::string(1, right));
  const std::string file = small.file();
  const auto gguf = formats::Gguf::parse(test::bytes_of(file), "built");
  const auto merges =
      Merges::from_gguf(*gguf, *index_spellings(*gguf), *Vocabulary::from_gguf(*gguf));
  ASSERT_TRUE(merges) << merges.error().line();
  ASSERT_EQ(merges->size(), small.merges.size());
  for (Rank rank = 0; rank < merges->size(); ++rank) {
    EXPECT_EQ(merges->rank_of('a', '!' + rank), rank);
    EXPECT_EQ(merges->rank_of('b', '!' + rank), kNoMerge);
    EXPECT_EQ(merges->result_of(rank), 256 + rank);
  }
}

}  // namespace
}  // namespace ashlar::tokenizer
