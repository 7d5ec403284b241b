#include "tokenizer/json_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr const char* kByteLevel =
    R"({"type": "ByteLevel", "add_prefix_space": false, "use_regex": false})";

Result<WordCutter> read(const std::string& pre_tokenizer) {
  const Json json = Json::parse("{\"pre_tokenizer\": " + pre_tokenizer + "}");
  return read_cutter(JsonPlace(json, "f"));
}

Result<WordCutter> read_steps(const std::string& steps) {
  return read(R"({"type": "Sequence", "pretokenizers": [)" + steps + ", " + kByteLevel + "]}");
}

Words words_of(const Result<WordCutter>& cutter, std::string_view text) {
  Words words;
  if (!cutter) return {cutter.error().line()};
  const Status status = cutter->cut(text, [&](std::string_view word) -> Status {
    words.emplace_back(word);
    return {};
  });
  EXPECT_TRUE(status);
  return words;
}

std::string split(std::string_view pattern, std::string_view behavior, bool invert = false) {
  return Json{{"type", "Split"},
              {"pattern", {{"Regex", pattern}}},
              {"behavior", behavior},
              {"invert", invert}}
      .dump();
}

void expect_refused(const Result<WordCutter>& cutter, std::string_view message,
                    std::string_view where, ErrorKind kind = ErrorKind::unsupported) {
  ASSERT_FALSE(cutter);
  EXPECT_EQ(cutter.error().kind, kind);
  EXPECT_THAT(cutter.error().message, HasSubstr(std::string(message)));
  EXPECT_THAT(cutter.error().where, HasSubstr(std::string(where)));
}

TEST(JsonCutter, ByteLevelCutsByGpt2sExpressionUnlessTold) {
  EXPECT_THAT(words_of(read(R"({"type": "ByteLevel", "add_prefix_space": false})"), "a's b"),
              ElementsAre("a", "'s", " b"));
  EXPECT_THAT(words_of(read(R"({"type": "ByteLevel"})"), "a b"), ElementsAre(" a", " b"));
  EXPECT_THAT(words_of(read(kByteLevel), "a's b"), ElementsAre("a's b"));
}

TEST(JsonCutter, StepsCutThePiecesOfTheOneBefore) {
  EXPECT_THAT(words_of(read_steps(split(R"(\s)", "Removed") + ", " +
                                  R"({"type": "Digits", "individual_digits": true})"),
                       "ab12 3"),
              ElementsAre("ab", "1", "2", "3"));
  EXPECT_THAT(words_of(read_steps(R"({"type": "Digits", "individual_digits": false})"), "ab12 3"),
              ElementsAre("ab", "12", " ", "3"));
  EXPECT_THAT(words_of(read_steps(R"({"type": "Split", "pattern": {"String": "."},
                                      "behavior": "MergedWithNext", "invert": false})"),
                       "a.b.."),
              ElementsAre("a", ".b", ".", "."));
}

TEST(JsonCutter, AKnownExpressionIsScannedElseRunWithTheSameWords) {
  const std::string known = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| )"
                            R"(?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  const std::string text = "It'S 12345  x\n\n !?\r\n \t";
  const Words words{"It", "'S", " ", "123", "45", " ", " x", "\n\n", " !?\r\n", " \t"};
  EXPECT_EQ(words_of(read_steps(split(known, "Isolated")), text), words);
  EXPECT_EQ(words_of(read_steps(split(known, "Removed", true)), text), words);
  EXPECT_EQ(words_of(read_steps(split("(?:" + known + ")", "Isolated")), text), words);
  EXPECT_THAT(words_of(read_steps(split(known, "Removed")), text), ElementsAre());
  EXPECT_THAT(words_of(read_steps(split(known, "Contiguous")), text), ElementsAre(text));
}

TEST(JsonCutter, RefusesOthersByNameAndPlace) {
  expect_refused(read(R"({"type": "Metaspace"})"), "'Metaspace'", "f: /pre_tokenizer");
  expect_refused(read_steps(R"({"type": "Whitespace"})"), "'Whitespace'",
                 "f: /pre_tokenizer/pretokenizers/0");
  expect_refused(read("null"), "without the pre-tokenizer ByteLevel", "f: /");
  expect_refused(read(R"({"type": "Digits"})"), "without the pre-tokenizer ByteLevel",
                 "f: /pre_tokenizer");
  expect_refused(read_steps(kByteLevel), "'ByteLevel' behind ByteLevel", "/pretokenizers/1");
  expect_refused(read(R"({"type": "ByteLevel", "more": 1})"), "'more'", "/pre_tokenizer/more");
  expect_refused(read_steps(split("(?~a)", "Isolated")), "'(?~'", "/0/pattern/Regex");
  expect_refused(read_steps(split("(a", "Isolated")), "isn't understood", "/0/pattern/Regex");
}

TEST(JsonCutter, RefusesWhatContradictsTheFormat) {
  expect_refused(read(R"({"kind": "Digits"})"), "'type' is missing", "", ErrorKind::corrupt);
  expect_refused(read(R"("Digits")"), "not an object", "", ErrorKind::corrupt);
  expect_refused(read_steps(split("a", "Sideways")), "'Sideways'", "/0/behavior",
                 ErrorKind::corrupt);
  expect_refused(read(R"({"type": "Sequence", "pretokenizers": {}})"), "not an array", "",
                 ErrorKind::corrupt);
  expect_refused(
      read_steps(R"({"type": "Split", "pattern": {"String": ""}, "behavior": "Isolated"})"),
      "empty string", "/0/pattern");
}

}  // namespace
}  // namespace ashlar::tokenizer
