#include "tokenizer/cl100k_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tokenizer/regex.h"

namespace ashlar::tokenizer {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::string>;

const std::string kThreeDigits =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| )"
    R"(?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
const std::string kOneDigit = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| )"
                              R"(?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

Words scanned(const std::string& expression, std::string_view text) {
  const WordEnd word_end = scanner_for(expression).value();
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = word_end(text, at);
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

Words matched(const std::string& expression, std::string_view text) {
  Words words;
  const auto regex = Regex::compile(expression, "t");
  EXPECT_TRUE((*regex)->each_match(text, [&](TextRange range) -> Status {
    words.emplace_back(text.substr(range.begin, range.end - range.begin));
    return {};
  }));
  return words;
}

TEST(Cl100kWords, CutsAsItsExpression) {
  EXPECT_THAT(scanned(kThreeDigits, "It'S 'tis we'Re"),
              ElementsAre("It", "'S", " '", "tis", " we", "'Re"));
  EXPECT_THAT(scanned(kThreeDigits, "1234567½"), ElementsAre("123", "456", "7½"));
  EXPECT_THAT(scanned(kOneDigit, "12½"), ElementsAre("1", "2", "½"));
  EXPECT_THAT(scanned(kThreeDigits, "a \n\n  b"), ElementsAre("a", " \n\n", " ", " b"));
  EXPECT_THAT(scanned(kThreeDigits, "x !?\r\n\ny"), ElementsAre("x", " !?\r\n\n", "y"));
  EXPECT_THAT(scanned(kThreeDigits, "\ta\t1  "), ElementsAre("\ta", "\t", "1", "  "));
  EXPECT_THAT(scanned(kThreeDigits, "'\u017F'l'"), ElementsAre("'\u017F", "'l", "'"));
}

TEST(Cl100kWords, OnlyTheseExpressionsAreKnown) {
  EXPECT_FALSE(scanner_for(kThreeDigits + "|x"));
  EXPECT_FALSE(scanner_for(""));
}

RC_GTEST_PROP(Cl100kWords, CutsAsAnEngineForRegularExpressions, ()) {
  const auto parts = *rc::gen::container<Words>(rc::gen::elementOf(
      Words{" ",   "  ",  "\n", "\r",     "\t", "a",          "S",         "'",      "'s",
            "'LL", "'ve", "0",  "½",      "é",  "\u0301",     "\u00A0",    "\u180E", "\u3000",
            "中",  "🙂",  "!",  "\u017F", "_",  "\U000105C0", "\U00011DE0"}));
  std::string text;
  for (const std::string& part : parts) text += part;
  for (const std::string& expression : {kThreeDigits, kOneDigit})
    RC_ASSERT(scanned(expression, text) == matched(expression, text));
}

}  // namespace
}  // namespace ashlar::tokenizer
