// Tokens inside a tag, one after the other, and where the lexer stops.
#include "chat/tag_lexer.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

// The tokens of a tag's inside in their spelling, strings in quotes.
std::string tokens(std::string_view source) {
  TagLexer lexer(source, "t");
  std::vector<Token> made;
  for (std::size_t at = 0; at < source.size();)
    if (const auto moved = lexer.next(at, made); !moved) return moved.error().message;
  std::string out;
  for (const Token& token : made)
    out += token.kind == TokenKind::string
               ? "'" + std::string(token.value.get<Text>()->view()) + "' "
               : std::string(token.text) + " ";
  return out;
}

TEST(TagLexer, TakesTheLongestOperator) {
  EXPECT_EQ(tokens("a**b*c//d/e"), "a ** b * c // d / e ");
  EXPECT_EQ(tokens("a==b!=c>=d<=e<f>g=h"), "a == b != c >= d <= e < f > g = h ");
  EXPECT_EQ(tokens("a-b+c~d%e|f.g:h,i;"), "a - b + c ~ d % e | f . g : h , i ; ");
}

TEST(TagLexer, NumbersEndWhereTheyMust) {
  EXPECT_EQ(tokens("012 1__0 1_ 1_0"), "0 12 1 __0 1 _ 1_0 ");
  EXPECT_EQ(tokens("0xFF 0x_f 0xg 0b12 0o8 00_0"), "0xFF 0x_f 0 xg 0b1 2 0 o8 00_0 ");
  EXPECT_EQ(tokens("1.5 1. 1.x 1.5.2 1e3 1e 1e+ 1.5e-3 1_0.2_5e1_0"),
            "1.5 1 . 1 . x 1.5 . 2 1e3 1 e 1 e + 1.5e-3 1_0.2_5e1_0 ");
  EXPECT_EQ(tokens("l.0.1 l.1e3"), "l . 0 . 1 l . 1 e3 ");  // no float after a dot
}

TEST(TagLexer, NumbersHaveTheirValue) {
  EXPECT_EQ(text("{{ 0Xff, 0B1_0, 0O17, 1_000, 0x7fffffffffffffff }}"),
            "(255, 2, 15, 1000, 9223372036854775807)");
  EXPECT_EQ(text("{{ 1E+3, 1e-3, 1_0.2_5 }}"), "(1000.0, 0.001, 10.25)");
  EXPECT_EQ(tokens("0x8000000000000000"), "the integer 0x8000000000000000 needs more than 64 bits");
}

TEST(TagLexer, NamesAndWordsNeedNoSpaceAfterNumbersAndStrings) {
  EXPECT_EQ(tokens("aé _1 1a x\u0301y"), "aé _1 1 a x\u0301y ");
  EXPECT_EQ(text("{{ 1 if 2else 3 }}{{ 'a'in'abc' }}{{ 1or 2 }}"), "1True1");
  EXPECT_EQ(tokens("\u00a0a\t\nb"), "a b ");
}

TEST(TagLexer, StringsKeepTheOtherQuote) {
  EXPECT_EQ(tokens(R"("it's" 'say "x"' 'a\'b')"), R"('it's' 'say "x"' 'a'b' )");
  EXPECT_EQ(text("{{ '}}' ~ \"%}\" }}{% if '%}' %}{{ 'a\nb' }}{% endif %}"), "}}%}a\nb");
  EXPECT_EQ(tokens("'a"), "a string is never closed");
  EXPECT_EQ(tokens(R"('a\')"), "a string is never closed");
}

TEST(TagLexer, KnowsWhichBracketItAwaits) {
  TagLexer lexer("([{", "t");
  std::vector<Token> made;
  for (std::size_t at = 0; at < 3;) ASSERT_TRUE(lexer.next(at, made));
  EXPECT_FALSE(lexer.balanced());
  EXPECT_TRUE(TagLexer("", "t").balanced());
  EXPECT_EQ(tokens("([{}])"), "( [ { } ] ) ");
  EXPECT_EQ(tokens("(1]"), "unexpected ']', expected ')'");
  EXPECT_EQ(tokens("{1: 2)"), "unexpected ')', expected '}'");
  EXPECT_EQ(tokens("1)"), "unexpected ')'");
}

TEST(TagLexer, NamesTheCharacterItDoesNotKnow) {
  for (const std::string wrong : {"$", "!", "&", "?", "@", "`", "…"})
    EXPECT_EQ(tokens("a " + wrong), "unexpected character " + wrong);
  EXPECT_EQ(error_of("é\n{{ é $ }}").where, "t, line 2, column 6");
  EXPECT_EQ(error_of("{{ 'é' }}{{ (1] }}").where, "t, line 1, column 15");
  EXPECT_EQ(error_of("{{ 1 }}\n\n{{ 'a\n").where, "t, line 3, column 4");
}

}  // namespace
}  // namespace ashlar::chat
