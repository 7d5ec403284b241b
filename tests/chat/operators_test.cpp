#include "chat/operators.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Integers, FollowPythonsSigns) {
  EXPECT_EQ(text("{{ 7 // 2, -7 // 2, 7 // -2, 7 % 3, 7 % -3, -7 % 3, 7 % -1 }}"),
            "(3, -4, -4, 1, -2, 2, 0)");
  EXPECT_EQ(text("{{ 2 ** 10, (-2) ** 3, 0 ** 0, 2 ** -1, 7 / 2, true + true }}"),
            "(1024, -8, 1, 0.5, 3.5, 2)");
  EXPECT_EQ(error_of("{{ 1 // 0 }}").message, "integer division or modulo by zero");
  EXPECT_EQ(error_of("{{ 1 / 0 }}").message, "division by zero");
}

TEST(Integers, NeverWrapAround) {
  for (const char* source :
       {"{{ m + 1 }}", "{{ -m - 2 }}", "{{ m * 2 }}", "{{ 3 ** 60 }}", "{{ (-m - 1) // -1 }}",
        "{{ -(-m - 1) }}", "{{ (-m - 1)|abs }}", "{{ 10 ** 400 }}", "{{ m ** 2 }}"})
    EXPECT_EQ(error_of(source, {{"m", INT64_MAX}}).kind, ErrorKind::unsupported) << source;
  EXPECT_EQ(text("{{ (-m - 1) % -1 }}", {{"m", INT64_MAX}}), "0");
}

RC_GTEST_PROP(Integers, DivisionAndRemainderBelongTogether, (std::int32_t a, std::int32_t b)) {
  RC_PRE(b != 0);
  const base::Json v = {{"a", a}, {"b", b}};
  RC_ASSERT(text("{{ a == b * (a // b) + a % b }}", v) == "True");
  RC_ASSERT(text("{{ a % b == 0 or (a % b > 0) == (b > 0) }}", v) == "True");
}

TEST(Floats, FollowPython) {
  EXPECT_EQ(text("{{ 7.5 // 2, -7.5 // 2, -7.5 % 2, 7.5 % -2, 0.1 + 0.2, 2.0 ** 0.5 }}"),
            "(3.0, -4.0, 0.5, -0.5, 0.30000000000000004, 1.4142135623730951)");
  EXPECT_EQ(text("{{ -0.0 % 2, 4.0 % -2, 1e308 * 10 }}"), "(0.0, -0.0, inf)");
  EXPECT_EQ(error_of("{{ 1.0 / 0 }}").message, "float division by zero");
  EXPECT_EQ(error_of("{{ 0.0 ** -1 }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ (-8) ** 0.5 }}").message, "complex numbers");
  EXPECT_EQ(error_of("{{ 10.0 ** 400 }}").kind, ErrorKind::bad_input);
}

TEST(Strings, JoinAndRepeat) {
  EXPECT_EQ(text("{{ 'a' + 'b', 'ab' * 2, 2 * 'ab', 'a' * 0, 'a' * -1 }}"),
            "('ab', 'abab', 'abab', '', '')");
  EXPECT_EQ(error_of("{{ 'a' + 1 }}").message, "can only concatenate str (not \"int\") to str");
  EXPECT_EQ(error_of("{{ 1 + 'a' }}").message,
            "unsupported operand type(s) for +: 'int' and 'str'");
}

TEST(Lists, JoinAndRepeat) {
  EXPECT_EQ(text("{{ [1] + [2], (1,) + (2,), [0] * 2, 2 * (1,) }}"),
            "([1, 2], (1, 2), [0, 0], (1, 1))");
  EXPECT_EQ(error_of("{{ [1] + (2,) }}").message,
            "can only concatenate list (not \"tuple\") to list");
}

TEST(Unary, Signs) {
  EXPECT_EQ(text("{{ -1, +1, - -1, -1.5, -true, not 1, not '' }}"),
            "(-1, 1, 1, -1.5, -1, False, True)");
  EXPECT_EQ(error_of("{{ -'a' }}").message, "bad operand type for unary -: 'str'");
  EXPECT_EQ(error_of("{{ -x }}").message, "'x' is undefined");
}

TEST(EscapeHtml, LeavesMarkupAlone) {
  Meter meter{{}};
  EXPECT_EQ(escape_html(meter, Text("a<b>&'\""))->view(), "a&lt;b&gt;&amp;&#39;&#34;");
  EXPECT_EQ(escape_html(meter, Text("<").with_markup(true))->view(), "<");
  EXPECT_EQ(text("{{ '<' + ('>'|safe) }}{{ ('<'|safe) ~ '<' }}"), "&lt;><<");
}

}  // namespace
}  // namespace ashlar::chat
