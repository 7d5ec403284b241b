#include "tokenizer/normalizer.h"

#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

std::string nfc(std::string_view text) {
  std::string buffer;
  return std::string(to_nfc(text, buffer).value());
}

TEST(Normalizer, ComposesWhatCanBeComposed) {
  EXPECT_EQ(nfc("e\u0301"), "\u00E9");
  EXPECT_EQ(nfc("\u212B"), "\u00C5");               // the sign of the unit is the letter
  EXPECT_EQ(nfc("\u1112\u1161\u11AB"), "\uD55C");   // Hangul
  EXPECT_EQ(nfc("a\u0301\u0323"), "\u1EA1\u0301");  // marks in their order
  EXPECT_EQ(nfc("\u0915\u093C"), "\u0915\u093C");   // what is excluded from composing
  EXPECT_EQ(nfc(std::string("e\u0301\0x", 5)), std::string("\u00E9\0x", 4));
}

TEST(Normalizer, LeavesComposedTextWhereItIs) {
  const std::string text = "plain, \u00E9 and \u02C7";
  std::string buffer;
  EXPECT_EQ(to_nfc(text, buffer)->data(), text.data());
  EXPECT_EQ(nfc("中文 🙂"), "中文 🙂");
  EXPECT_EQ(nfc(""), "");
}

}  // namespace
}  // namespace ashlar::tokenizer
