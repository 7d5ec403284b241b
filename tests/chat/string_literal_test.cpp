#include "chat/string_literal.h"

#include <gtest/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

std::string of(std::string_view body) {
  const auto made = unescape(body);
  return made ? *made : made.error().message;
}

TEST(StringLiteral, EveryLetter) {
  EXPECT_EQ(of(R"(\a\b\f\n\r\t\v\\\'\")"), "\a\b\f\n\r\t\v\\'\"");
  EXPECT_EQ(of("a\\\nb"), "ab");     // a line that goes on
  EXPECT_EQ(of(R"(\\n)"), R"(\n)");  // the backslash is used up
  EXPECT_EQ(of(R"(\q\8\ \/)"), R"(\q\8\ \/)");
}

TEST(StringLiteral, Numbers) {
  EXPECT_EQ(of(R"(\x41g\u0042\U00000043\U0001F600)"), "AgBC😀");
  EXPECT_EQ(of(R"(\103\1234\1g\377\777)"), "CS4\1gÿǿ");  // three octal digits at most
  EXPECT_EQ(of(R"(a\0b)"), std::string("a\0b", 3));
}

TEST(StringLiteral, ABackslashBeforeANonAsciiCharacterSpellsItOut) {
  EXPECT_EQ(of("é\\é\\€\\😀"), R"(é\xe9\u20ac\U0001f600)");
}

TEST(StringLiteral, Truncated) {
  EXPECT_EQ(of(R"(\x4)"), R"(a truncated \x escape in a string)");
  EXPECT_EQ(of(R"(\xg0)"), R"(a truncated \x escape in a string)");
  EXPECT_EQ(of(R"(\u12g4)"), R"(a truncated \u escape in a string)");
  EXPECT_EQ(of(R"(\U0001F60)"), R"(a truncated \U escape in a string)");
  EXPECT_EQ(unescape(R"(\u12)").error().mend, "write 4 hexadecimal digits");
  EXPECT_EQ(of("\\"), "\\");  // the lexer never ends a body so
}

TEST(StringLiteral, NoCharacter) {
  for (const char* body : {R"(\ud800)", R"(\udfff)", R"(\U00110000)", R"(\N{DASH})"})
    EXPECT_EQ(unescape(body).error().kind, ErrorKind::unsupported) << body;
  EXPECT_EQ(of(R"(\U0010FFFF\ud7ff\ue000)"), "\U0010FFFF\ud7ff\ue000");
}

TEST(StringLiteral, MistakesStandAtTheQuote) {
  EXPECT_EQ(test::error_of("{{ 1 ~\n '\\x4' }}").where, "t, line 2, column 2");
  EXPECT_EQ(test::error_of("{{ 1 ~\n '\\ud800' }}").where, "t, line 2, column 2");
}

}  // namespace
}  // namespace ashlar::chat
