// Tokens of files that can't be right, and what good ones decode to.
#include "tokenizer/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::HasSubstr;

TEST(Vocabulary, NormalTokensAreSpelledInTheByteLevelAlphabet) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId token = small.merge("Ġ", "Ã");
  const auto tokenizer = small.load();
  EXPECT_EQ(tokenizer->bytes_of(token), " \xC3");
  EXPECT_EQ(tokenizer->bytes_of(0xFF), "\xFF");
}

TEST(Vocabulary, AddedTokensAndForeignSpellingsAreTakenAsTheyAre) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId control = small.add("<Ġé>", 3), defined = small.add("\n\n", 4),
                foreign = small.add("a b", 1), unused = small.add("[PAD1]", 5);
  const auto tokenizer = small.load();
  EXPECT_EQ(tokenizer->bytes_of(control), "<Ġé>");
  EXPECT_EQ(tokenizer->bytes_of(defined), "\n\n");
  EXPECT_EQ(tokenizer->bytes_of(foreign), "a b");
  EXPECT_EQ(tokenizer->bytes_of(unused), "[PAD1]");
}

TEST(Vocabulary, WithoutTypesEveryTokenIsNormal) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.add("<s>", 3);
  small.types.clear();
  const auto tokenizer = small.load();
  EXPECT_FALSE(tokenizer->is_special(256));
  EXPECT_FALSE(tokenizer->find("<s>"));
}

TEST(Vocabulary, EmptySpellingsAreGaps) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.add("", 1);
  small.add("", 3);
  small.add("", 4);
  const auto tokenizer = small.load();
  EXPECT_EQ(tokenizer->size(), 259u);
  EXPECT_EQ(tokenizer->bytes_of(257), "");
  EXPECT_EQ(tokenizer->encode("ab", {.parse_special = true}), (std::vector<TokenId>{'a', 'b'}));
}

TEST(Vocabulary, ASpellingIsGivenOnce) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.add("a");
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, ErrorKind::corrupt);
  EXPECT_THAT(error.message, HasSubstr("'a' is token 97 already"));
  EXPECT_EQ(error.where, "built: tokenizer.ggml.tokens[256]");
}

TEST(Vocabulary, TypesAreAsManyAsTokens) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.types.pop_back();
  EXPECT_THAT(small.refusal().message, HasSubstr("255 token types for 256 tokens"));
}

TEST(Vocabulary, TypesAreThoseOfAByteLevelVocabulary) {
  for (const auto& [type, kind] : {std::pair{0, ErrorKind::corrupt},
                                   {6, ErrorKind::unsupported},
                                   {7, ErrorKind::corrupt},
                                   {-1, ErrorKind::corrupt}}) {
    SmallVocabulary small = SmallVocabulary::of_bytes();
    small.types[5] = type;
    const Error error = small.refusal();
    EXPECT_EQ(error.kind, kind) << type;
    EXPECT_EQ(error.where, "built: tokenizer.ggml.token_type[5]");
  }
}

TEST(Vocabulary, TokensAreUtf8OfBoundedLength) {
  SmallVocabulary broken = SmallVocabulary::of_bytes();
  broken.add("\xFF");
  EXPECT_THAT(broken.refusal().message, HasSubstr("not UTF-8"));

  SmallVocabulary longest = SmallVocabulary::of_bytes();
  longest.add(std::string(kMaxSpellingBytes, 'x'));
  EXPECT_TRUE(longest.try_load());
  longest.add(std::string(kMaxSpellingBytes + 1, 'x'));
  const Error error = longest.refusal();
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_THAT(error.message, HasSubstr("4097 bytes"));
}

TEST(Vocabulary, IsNotEmpty) {
  SmallVocabulary small;
  EXPECT_THAT(small.refusal().message, HasSubstr("a vocabulary of 0 tokens"));
}

}  // namespace
}  // namespace ashlar::tokenizer
