#include "chat/unicode.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

std::string upper(char32_t c) {
  std::string out;
  append_upper(out, c);
  return out;
}

std::string titled(char32_t c) {
  std::string out;
  append_title(out, c);
  return out;
}

TEST(Unicode, WhiteSpaceIsPythons) {
  for (const char32_t c :
       {U' ', U'\t', U'\n', U'\x0b', U'\x1c', U'\x1f', U'\x85', U'\u00a0', U'\u2003', U'\u3000'})
    EXPECT_TRUE(is_space(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U'a', U'\0', U'\x1b', U'\u200b', U'\ufeff'})
    EXPECT_FALSE(is_space(c)) << static_cast<unsigned>(c);
}

TEST(Unicode, CaseMayChangeTheLength) {
  EXPECT_EQ(upper(U'a'), "A");
  EXPECT_EQ(upper(U'ß'), "SS");
  EXPECT_EQ(upper(U'\ufb01'), "FI");
  EXPECT_EQ(titled(U'\ufb01'), "Fi");
  EXPECT_EQ(titled(U'\u01c6'), "\u01c5");
  EXPECT_EQ(lower("\u0130"), "i\u0307");
}

TEST(Unicode, AFinalSigmaLooksAround) {
  EXPECT_EQ(lower("ΑΣ"), "ας");
  EXPECT_EQ(lower("ΑΣΑ"), "ασα");
  EXPECT_EQ(lower("Σ"), "σ");
  EXPECT_EQ(lower("Α'Σ."), "α'ς.");  // apostrophes and full stops are looked past
}

TEST(Unicode, Classes) {
  EXPECT_TRUE(is_alpha(U'é') && is_alpha(U'中') && !is_alpha(U'1'));
  EXPECT_TRUE(is_decimal(U'٣') && is_numeric(U'½') && !is_decimal(U'½'));
  EXPECT_TRUE(is_upper(U'É') && is_lower(U'é') && !is_upper(U'中'));
  EXPECT_TRUE(is_printable(U' ') && is_printable(U'é') && !is_printable(U'\u00a0'));
  EXPECT_TRUE(is_identifier_start(U'_') && !is_identifier_start(U'1') && is_identifier_part(U'1'));
  EXPECT_TRUE(is_cased_text("aé1", false) && !is_cased_text("1", false) &&
              !is_cased_text("aB", false) && is_cased_text("AB", true));
}

TEST(Unicode, PositionsCountCharacters) {
  EXPECT_EQ(count_points("aé😀b"), 4u);
  EXPECT_EQ(byte_of_point("aé😀b", 0), 0u);
  EXPECT_EQ(byte_of_point("aé😀b", 2), 3u);
  EXPECT_EQ(byte_of_point("aé😀b", 3), 7u);
  EXPECT_EQ(byte_of_point("aé😀b", 9), 8u);
  EXPECT_EQ(leading_space(" \u00a0a"), 3u);
  EXPECT_EQ(trailing_space("a\u3000 "), 4u);
  EXPECT_EQ(trailing_space("  "), 2u);
}

}  // namespace
}  // namespace ashlar::chat
