#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"
#include "tests/tokenizer/small_json.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallJson;
using testing::ElementsAre;
using testing::HasSubstr;

void expect_refused(const SmallJson& small, std::string_view message, std::string_view where,
                    ErrorKind kind = ErrorKind::unsupported) {
  const Error error = small.refusal();
  EXPECT_EQ(error.kind, kind) << error.line();
  EXPECT_THAT(error.message, HasSubstr(std::string(message)));
  EXPECT_EQ(error.where, where);
  EXPECT_NE(error.mend, "");
}

TEST(JsonTokenizer, MergesInBothSpellings) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId ab = small.merge("a", "b");
  EXPECT_THAT(small.load()->encode("abc ab"), ElementsAre(ab, 'c', ' ', ab));
  small.set("/model/merges", R"([["a", "b"]])");
  EXPECT_THAT(small.load()->encode("abc ab"), ElementsAre(ab, 'c', ' ', ab));
  EXPECT_EQ(small.load()->decode(small.load()->encode("abc é")), "abc é");
}

TEST(JsonTokenizer, IgnoreMergesTakesWholeWordsFirst) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId abc = small.add("abc");  // no merge makes it
  const TokenId spaced = small.add("Ġabc");
  const TokenId special = small.added("xyz", R"({"special": true})");
  EXPECT_THAT(small.load()->encode("abc"), ElementsAre('a', 'b', 'c'));
  small.set("/model/ignore_merges", "true");
  EXPECT_THAT(small.load()->encode("abc abc abcd"),
              ElementsAre(abc, spaced, ' ', 'a', 'b', 'c', 'd'));
  EXPECT_THAT(small.load()->encode("xyz"), ElementsAre('x', 'y', 'z'));
  EXPECT_THAT(small.load()->encode("xyz", {.parse_special = true}), ElementsAre(special));
}

TEST(JsonTokenizer, UnknownBytes) {
  SmallJson small = SmallJson::of_bytes();
  base::Json& vocabulary = small.at("/model/vocab");
  vocabulary.erase("x");
  const Encoding dropped = small.load()->encode_with_losses("axxb");
  EXPECT_THAT(dropped.ids, ElementsAre('a', 'b'));
  EXPECT_EQ(dropped.dropped_bytes, 2u);
  small.set("/model/unk_token", "\"?\"");
  const Encoding unknown = small.load()->encode_with_losses("axxb");
  EXPECT_THAT(unknown.ids, ElementsAre('a', '?', '?', 'b'));
  EXPECT_EQ(unknown.dropped_bytes, 0u);
  small.set("/model/fuse_unk", "true");
  EXPECT_THAT(small.load()->encode("axxbx"), ElementsAre('a', '?', 'b', '?'));
  small.set("/model/unk_token", "\"none\"");
  expect_refused(small, "'none' is not a token", "t.json: /model/unk_token", ErrorKind::corrupt);
}

TEST(JsonTokenizer, NormalizesAndPutsTokensAround) {
  SmallJson small = SmallJson::of_bytes();
  small.set("/normalizer", R"({"type": "Sequence", "normalizers": [{"type": "NFC"}]})");
  small.set("/post_processor", R"({"type": "BertProcessing", "cls": ["a", 1], "sep": ["b", 2]})");
  EXPECT_THAT(small.load()->encode("e\u0301"), ElementsAre(1, 0xC3, 0xA9, 2));
  EXPECT_THAT(small.load()->encode("e\u0301", {.add_special = false}), ElementsAre(0xC3, 0xA9));
}

TEST(JsonTokenizer, RefusesOtherKindsByName) {
  const auto with = [](const std::string& pointer, const char* value) {
    SmallJson small = SmallJson::of_bytes();
    return small.set(pointer, value);
  };
  expect_refused(with("/model/type", "\"WordPiece\""), "'WordPiece'", "t.json: /model");
  expect_refused(with("/model/type", "\"Unigram\"").set("/model/vocab", R"([["a", -1.0]])"),
                 "'Unigram'", "t.json: /model");
  expect_refused(with("/model/dropout", "0.1"), "'dropout'", "t.json: /model/dropout");
  expect_refused(with("/model/byte_fallback", "true"), "'byte_fallback'",
                 "t.json: /model/byte_fallback");
  expect_refused(with("/model/end_of_word_suffix", "\"</w>\""), "'end_of_word_suffix'",
                 "t.json: /model/end_of_word_suffix");
  expect_refused(with("/model/fancy", "1"), "'fancy'", "t.json: /model/fancy");
  expect_refused(with("/normalizer", R"({"type": "Lowercase"})"), "'Lowercase'",
                 "t.json: /normalizer");
  expect_refused(with("/decoder", R"({"type": "Fuse"})"), "'Fuse'", "t.json: /decoder");
  expect_refused(with("/decoder", "null"), "without the decoder ByteLevel", "t.json: /");
  expect_refused(with("/truncation", R"({"max_length": 5})"), "'truncation'",
                 "t.json: /truncation");
  expect_refused(with("/version", "\"2.0\""), "'2.0'", "t.json: /version");
}

TEST(JsonTokenizer, SwitchesThatAreOffAreNoReasonToRefuse) {
  SmallJson small = SmallJson::of_bytes();
  small.set("/model/dropout", "0.0").set("/model/continuing_subword_prefix", "\"\"");
  small.set("/model/byte_fallback", "false");
  EXPECT_TRUE(small.load());
}

TEST(JsonTokenizer, RefusesBrokenModels) {
  SmallJson small = SmallJson::of_bytes();
  small.at("/model").erase("merges");
  expect_refused(small, "\"merges\" is missing", "t.json: /model", ErrorKind::corrupt);
  small.at("/model").erase("vocab");
  expect_refused(small, "\"vocab\" is missing", "t.json: /model", ErrorKind::corrupt);
  small.json.erase("model");
  expect_refused(small, "'model' is missing", "t.json: /", ErrorKind::corrupt);
  small = SmallJson::of_bytes();
  small.merge("a", "b");
  small.at("/model/merges").push_back("ab zz");
  expect_refused(small, "'zz' is not a token", "t.json: /model/merges/1", ErrorKind::corrupt);
  small.set("/model/merges", R"(["ab"])");
  expect_refused(small, "not two tokens", "t.json: /model/merges/0", ErrorKind::corrupt);
  small.set("/model/merges", R"([["a", "b"], "a b"])");
  expect_refused(small, "is merge 0 already", "t.json: /model/merges/1", ErrorKind::corrupt);
  small.set("/model", R"({"type": "BPE", "vocab": {}, "merges": []})");
  expect_refused(small, "no tokens", "t.json: /", ErrorKind::corrupt);
}

TEST(JsonTokenizer, EveryPrefixOfAFileIsAnError) {
  SmallJson small = SmallJson::of_bytes();
  small.merge("a", "b");
  const std::string text = small.text();
  for (std::size_t length = 0; length < text.size(); length += 7) {
    const auto cut = Tokenizer::from_json(text.substr(0, length), "t.json");
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(cut.error().where, HasSubstr("t.json"));
  }
}

TEST(JsonTokenizer, APatternThatGivesOutIsAFailureOfTheText) {
  SmallJson small = SmallJson::of_bytes();
  small.set("/pre_tokenizer", R"({"type": "Sequence", "pretokenizers": [
      {"type": "Split", "pattern": {"Regex": "(x+x+)+y"}, "behavior": "Isolated"},
      {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})");
  const auto tokenizer = small.load();
  EXPECT_FALSE(tokenizer->encode_with_losses("xxy").failure);
  const Encoding encoding = tokenizer->encode_with_losses(std::string(60, 'x') + "zy");
  ASSERT_TRUE(encoding.failure);
  EXPECT_EQ(encoding.failure->kind, ErrorKind::exhausted);
}

using JsonFolder = test::TempFolder;

TEST_F(JsonFolder, OpensAFileOrItsFolderWithTheConfiguration) {
  SmallJson small = SmallJson::of_bytes();
  const TokenId bos = small.added("<s>", R"({"special": true})");
  const TokenId eos = small.added("</s>", R"({"special": true})");
  put("/tokenizer.json", small.text());
  EXPECT_FALSE((*Tokenizer::open_json(root()))->eos());
  put("/tokenizer_config.json", R"({"bos_token": {"content": "<s>"}, "eos_token": "</s>"})");
  for (const auto& path : {root(), root() / "tokenizer.json"}) {
    const auto tokenizer = Tokenizer::open_json(path);
    ASSERT_TRUE(tokenizer) << tokenizer.error().line();
    EXPECT_EQ((*tokenizer)->bos(), bos);
    EXPECT_EQ((*tokenizer)->eos(), eos);
    EXPECT_TRUE((*tokenizer)->ends_generation(eos));
  }
  put("/tokenizer_config.json", R"({"eos_token": "none"})");
  EXPECT_EQ(Tokenizer::open_json(root()).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(Tokenizer::open_json(root() / "none").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace ashlar::tokenizer
