// White space around tags, and the literals inside them.
#include "chat/lexer.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Lexer, ABlockTagTakesTheLineBreakAfterIt) {
  EXPECT_EQ(text("{% if true %}\nx\n{% endif %}\ny"), "x\ny");
  EXPECT_EQ(text("{% if true +%}\nx{% endif %}"), "\nx");
  EXPECT_EQ(text("{{ 1 }}\n{{ 2 }}"), "1\n2");
}

TEST(Lexer, ABlockTagAloneOnItsLineTakesTheSpaceBeforeIt) {
  EXPECT_EQ(text("a\n  {% if true %}\nb{% endif %}"), "a\nb");
  EXPECT_EQ(text("a  {% if true %}b{% endif %}"), "a  b");
  EXPECT_EQ(text("a\n  {%+ if true %}b{% endif %}"), "a\n  b");
  EXPECT_EQ(text("  {{ 1 }}"), "  1");
}

TEST(Lexer, AMinusStripsAllWhiteSpace) {
  EXPECT_EQ(text("a \n {{- 1 -}} \n b"), "a1b");
  EXPECT_EQ(text("a \n {#- c -#} \n b"), "ab");
  EXPECT_EQ(text("a\u00a0{{- 1 }}"), "a1");
}

TEST(Lexer, CommentsAndRawText) {
  EXPECT_EQ(text("a{# {{ x }} {% #}b"), "ab");
  EXPECT_EQ(text("{% raw %}{{ x }}{# y #}{% endraw %}"), "{{ x }}{# y #}");
  EXPECT_EQ(text("a {%- raw -%} {{ }} {%- endraw -%} b"), "a{{ }}b");
  EXPECT_EQ(error_of("{# never").message, "a comment is never closed");
  EXPECT_EQ(error_of("{% raw %}never").message, "a raw block is never closed");
}

TEST(Lexer, OneLineBreakAtTheEndIsDropped) {
  EXPECT_EQ(normalize("a\r\nb\rc\n\n"), "a\nb\nc\n");
  EXPECT_EQ(text("a\n"), "a");
}

TEST(Lexer, NumbersInEveryBase) {
  EXPECT_EQ(text("{{ 0x1F, 0b101, 0o17, 1_000, 00, 1e3, 2.5e-3, 1_0.0_1 }}"),
            "(31, 5, 15, 1000, 0, 1000.0, 0.0025, 10.01)");
  EXPECT_EQ(error_of("{{ 9223372036854775808 }}").message,
            "the integer 9223372036854775808 needs more than 64 bits");
  EXPECT_EQ(text("{{ x.1.0 }}", {{"x", {0, {7}}}}), "7");
}

TEST(Lexer, EscapesInStrings) {
  EXPECT_EQ(text(R"({{ '\n\t\\\'\"\x41\u00e9\101\
' }})"),
            "\n\t\\'\"A\u00e9A");
  EXPECT_EQ(text(R"({{ '\q\é' }})"), R"(\q\xe9)");  // as Python's unicode-escape leaves them
  EXPECT_EQ(error_of(R"({{ '\ud800' }})").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of(R"({{ '\x4' }})").kind, ErrorKind::bad_input);
  EXPECT_EQ(text("{{ 'a' \"b\" 'c' }}"), "abc");
}

TEST(Lexer, BracketsInsideATagAreBalanced) {
  EXPECT_EQ(text("{{{'a': {'b': 1}}['a']['b']}}"), "1");
  EXPECT_EQ(error_of("{{ (1] }}").message, "unexpected ']', expected ')'");
  EXPECT_EQ(error_of("{{ 1) }}").message, "unexpected ')'");
  EXPECT_EQ(error_of("{{ 'a }}").message, "a string is never closed");
  EXPECT_EQ(error_of("{{ $ }}").message, "unexpected character $");
}

TEST(Lexer, EndsAnywhere) {
  EXPECT_EQ(text("{"), "{");
  EXPECT_EQ(text("a{"), "a{");
  EXPECT_EQ(text("{#"), "");
  EXPECT_EQ(error_of("{{").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{%-").kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::chat
