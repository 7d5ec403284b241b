#include "tokenizer/json_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tokenizer/small_json.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallJson;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr EncodeOptions kParse{.parse_special = true};

void expect_refused(const SmallJson& small, std::string_view message, std::string_view where,
                    ErrorKind kind = ErrorKind::corrupt) {
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, kind) << error.line();
  EXPECT_THAT(error.message, HasSubstr(std::string(message)));
  EXPECT_EQ(error.where, where);
}

TEST(JsonVocabulary, GapsDecodeToNothing) {
  SmallJson small = SmallJson::of_bytes();
  small.at("/model/vocab/x") = 300;
  const auto tokenizer = small.load();
  EXPECT_EQ(tokenizer->size(), 301u);
  const std::vector<TokenId> ids{'a', 'x', 300};
  EXPECT_EQ(tokenizer->decode(ids), "ax");
}

TEST(JsonVocabulary, AnAddedTokenThatMergesMakeDecodesAsTheyDo) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId own = small.merge("Ġ", "a");
  small.added("Ġa", "{}");
  small.at("/added_tokens/0/id") = own;
  const TokenId other = small.at("/model/vocab").size();
  small.set("/added_tokens/1", R"({"content": "Ġb"})");
  small.at("/added_tokens/1/id") = other;
  const auto tokenizer = small.load();
  EXPECT_THAT(tokenizer->encode(" a"), ElementsAre(own));
  EXPECT_THAT(tokenizer->encode("ĠaĠb"), ElementsAre(own, other));
  EXPECT_EQ(tokenizer->decode(std::vector<TokenId>{own, other}), " aĠb");
}

TEST(JsonVocabulary, RefusesIdsFarAway) {
  SmallJson small = SmallJson::of_bytes();
  small.at("/model/vocab/x") = 67'000;
  expect_refused(small, "token id 67000, where ids up to 66303", "t.json: /model/vocab/x");
  small.at("/model/vocab/x") = UINT64_MAX;
  expect_refused(small, "token id", "t.json: /model/vocab/x");
  small.at("/model/vocab/x") = 256;
  small.added("<s>", R"({"id": 4294967295})");
  expect_refused(small, "token id 4294967295", "t.json: /added_tokens/0");
}

TEST(JsonVocabulary, RefusesAnIdOrASpellingThatIsThere) {
  SmallJson small = SmallJson::of_bytes();
  small.at("/model/vocab/x") = 97;
  expect_refused(small, "token 97 is 'a' already", "t.json: /model/vocab/x");
  small = SmallJson::of_bytes();
  std::string text = small.text();
  text.insert(text.find("\"vocab\":{") + 9, "\"a\":300,");
  const auto twice = Tokenizer::from_json(text, "t.json");
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("'a' is token 300 already"));
  small.added("<s>", R"({"id": 97})");
  expect_refused(small, "token 97 is 'a' already", "t.json: /added_tokens/0");
}

TEST(JsonVocabulary, RefusesAddedTokensThatContradict) {
  SmallJson small = SmallJson::of_bytes();
  small.added("a", R"({"id": 98})");
  expect_refused(small, "'a' is token 97 of the model's", "t.json: /added_tokens/0");
  small = SmallJson::of_bytes();
  small.added("<s>", "{}");
  small.added("<s>", "{}");
  expect_refused(small, "'<s>' is added twice", "t.json: /added_tokens/1");
  small.set("/added_tokens", R"([{"id": 256, "content": ""}])");
  expect_refused(small, "without a spelling", "t.json: /added_tokens/0");
  small.set("/added_tokens", R"([{"id": 256, "content": "x", "trained": true}])");
  expect_refused(small, "'trained'", "t.json: /added_tokens/0/trained", ErrorKind::unsupported);
  small.set("/added_tokens", R"([{"id": 1.5, "content": "x"}])");
  expect_refused(small, "whole number", "t.json: /added_tokens/0/id");
}

TEST(JsonVocabulary, RefusesATokenThatIsTooLong) {
  SmallJson small = SmallJson::of_bytes();
  small.add(std::string(4097, 'x'));
  EXPECT_EQ(small.refusal().kind, ErrorKind::too_large);
}

TEST(JsonVocabulary, SpecialTokensAreMadeOnRequestOthersAlways) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId special = small.added("<s>", R"({"special": true})");
  const TokenId other = small.added("<tool>", R"({"special": false})");
  const auto tokenizer = small.load();
  EXPECT_THAT(tokenizer->encode("<tool>", {}), ElementsAre(other));
  EXPECT_THAT(tokenizer->encode("<s>", {}), ElementsAre('<', 's', '>'));
  EXPECT_THAT(tokenizer->encode("<s>", kParse), ElementsAre(special));
  EXPECT_TRUE(tokenizer->is_special(special));
  EXPECT_FALSE(tokenizer->is_special(other));
  EXPECT_EQ(tokenizer->find("<tool>"), other);
}

TEST(JsonVocabulary, AddedTokensTakeTheWhiteSpaceBesideThem) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId left = small.added("<l>", R"({"lstrip": true})");
  const TokenId right = small.added("<r>", R"({"rstrip": true})");
  EXPECT_THAT(small.load()->encode("a \n<l> b<r>\u00A0c<r> <l>"),
              ElementsAre('a', left, ' ', 'b', right, 'c', right, left));
}

TEST(JsonVocabulary, ASpellingMayBeginWithWhiteSpaceThatIsTaken) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId token = small.added(" x", R"({"rstrip": true})");
  EXPECT_THAT(small.load()->encode("a x x  xb"), ElementsAre('a', token, token, token, 'b'));
}

TEST(JsonVocabulary, ASingleWordStandsAlone) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId cat = small.added("cat", R"({"single_word": true})");
  const auto tokenizer = small.load();
  EXPECT_THAT(tokenizer->encode("cat!"), ElementsAre(cat, '!'));
  EXPECT_THAT(tokenizer->encode("cats"), ElementsAre('c', 'a', 't', 's'));
  EXPECT_THAT(tokenizer->encode("_cat"), ElementsAre('_', 'c', 'a', 't'));
  EXPECT_EQ(tokenizer->encode("cat\u0301").size(), 5u);
}

TEST(JsonVocabulary, NormalizedTokensAreFoundInNormalizedText) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId normalized = small.added("e\u0301t", R"({"normalized": true})");
  const TokenId raw = small.added("o\u0301", R"({"normalized": false})");
  small.set("/normalizer", R"({"type": "NFC"})");
  const auto tokenizer = small.load();
  EXPECT_THAT(tokenizer->encode("\u00E9t"), ElementsAre(normalized));
  EXPECT_THAT(tokenizer->encode("e\u0301t"), ElementsAre(normalized));
  EXPECT_THAT(tokenizer->encode("o\u0301"), ElementsAre(raw));
  EXPECT_THAT(tokenizer->encode("\u00F3"), ElementsAre(0xC3, 0xB3));
}

TEST(JsonVocabulary, LiteralRangesHoldForNormalizedTokens) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId token = small.added("<s>", R"({"normalized": true, "special": true})");
  small.set("/normalizer", R"({"type": "NFC"})");
  const auto tokenizer = small.load();
  const TextRange first{0, 3};
  const EncodeOptions options{.parse_special = true, .literal = {&first, 1}};
  EXPECT_THAT(tokenizer->encode("<s><s>", kParse), ElementsAre(token, token));
  EXPECT_THAT(tokenizer->encode("<s><s>", options), ElementsAre('<', 's', '>', token));
  // Normalizing moves what follows, so that none is looked for.
  EXPECT_EQ(tokenizer->encode("<s>e\u0301<s>", options).size(), 8u);
}

}  // namespace
}  // namespace ashlar::tokenizer
