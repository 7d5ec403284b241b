#include "tokenizer/json_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using testing::HasSubstr;

JsonDocument parsed(std::string_view text) {
  auto document = parse_document(text, "t.json");
  if (!document) ADD_FAILURE() << document.error().line();
  return document ? std::move(*document) : JsonDocument{};
}

void expect_refused(std::string_view text, std::string_view message, std::string_view where,
                    ErrorKind kind = ErrorKind::corrupt) {
  const auto document = parse_document(text, "t.json");
  ASSERT_FALSE(document) << text;
  EXPECT_EQ(document.error().kind, kind);
  EXPECT_THAT(document.error().message, HasSubstr(std::string(message)));
  EXPECT_EQ(document.error().where, where);
  EXPECT_NE(document.error().mend, "");
}

TEST(JsonDocument, TakesVocabularyAndMergesOutOfTheRest) {
  const JsonDocument document = parsed(
      R"({"a": [1, {"vocab": {"x": 1}}], "model": {"type": "BPE", "vocab": {"b": 7, "a": 3},
          "merges": ["a b", ["c", "d"]], "fuse_unk": false}, "merges": [true]})");
  EXPECT_EQ(document.rest, base::Json::parse(R"({"a": [1, {"vocab": {"x": 1}}],
      "model": {"type": "BPE", "fuse_unk": false}, "merges": [true]})"));
  EXPECT_TRUE(document.vocabulary_is_map);
  ASSERT_EQ(document.vocabulary.size(), 2u);
  EXPECT_EQ(document.vocabulary[0].spelling, "b");
  EXPECT_EQ(document.vocabulary[1].id, 3u);
  ASSERT_EQ(document.merges.size(), 2u);
  EXPECT_EQ(document.merges[0].left, "a b");
  EXPECT_FALSE(document.merges[0].apart);
  EXPECT_EQ(document.merges[1].left + document.merges[1].right, "cd");
  EXPECT_TRUE(document.merges[1].apart);
}

TEST(JsonDocument, PassesOverAnotherModelsVocabulary) {
  const JsonDocument document =
      parsed(R"({"model": {"vocab": [["a", -1.5], ["b", {"c": []}]], "type": "Unigram"}})");
  EXPECT_FALSE(document.vocabulary_is_map);
  EXPECT_EQ(document.rest, base::Json::parse(R"({"model": {"type": "Unigram"}})"));
}

TEST(JsonDocument, NamesThePlaceOfWhatIsNoJson) {
  expect_refused("", "not JSON", "t.json, byte 1");
  expect_refused(R"({"model": {"vocab": {"a")", "not JSON", "t.json, byte 25");
  expect_refused("{} {}", "not JSON", "t.json, byte 4");
  expect_refused("{\"a\": \"\xFF\"}", "not JSON", "t.json, byte 8");
}

TEST(JsonDocument, NamesTheEntryThatIsWrong) {
  const auto model = [](std::string inside) { return "{\"model\": {" + inside + "}}"; };
  expect_refused(model(R"("vocab": {"a": 1, "b/~": -2})"), "id", "t.json: /model/vocab/b~1~0");
  expect_refused(model(R"("vocab": {"a": {}})"), "id", "t.json: /model/vocab/a");
  expect_refused(model(R"("vocab": {"a": "1"})"), "id", "t.json: /model/vocab/a");
  expect_refused(model(R"("merges": ["a b", 5])"), "merge", "t.json: /model/merges/1");
  expect_refused(model(R"("merges": [["a"]])"), "a merge of 1", "t.json: /model/merges/0");
  expect_refused(model(R"("merges": [["a", "b", "c"]])"), "a merge of 3",
                 "t.json: /model/merges/0");
  expect_refused(model(R"("merges": [["a", ["b"]]])"), "merge", "t.json: /model/merges/0");
  expect_refused(model(R"("merges": [["a", 1]])"), "merge", "t.json: /model/merges/0");
}

TEST(JsonDocument, RefusesAKeyThatOccursTwice) {
  expect_refused(R"({"a": [0, {"b": 1, "b": 2}]})", "'b' occurs twice", "t.json: /a/1/b");
  expect_refused(R"({"model": {"vocab": {}, "vocab": {}}})", "twice", "t.json: /model/vocab");
  expect_refused(R"({"model": {"merges": [], "merges": []}})", "twice", "t.json: /model/merges");
}

TEST(JsonDocument, BoundsWhatAFileCanMakeOfItself) {
  const std::string deep(100'000, '[');
  const auto document = parse_document(deep, "t.json");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().kind, ErrorKind::too_large);
  std::string wide = "{";
  for (int i = 0; i < 300; ++i) wide += "\"" + std::to_string(i) + "\":0,";
  expect_refused(wide + "\"x\":0}", "256 keys", "t.json: /256", ErrorKind::too_large);
  std::string many = "[0";
  for (int i = 0; i < 1'000'000; ++i) many += ",0";
  expect_refused(many + "]", "1000000 values", "t.json: /999999", ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::tokenizer
