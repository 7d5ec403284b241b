// What binds tighter than what, and which sources are no templates.
#include "chat/parser.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Parser, Precedence) {
  EXPECT_EQ(text("{{ 1 + 2 * 3 ** 2 }}"), "19");
  EXPECT_EQ(text("{{ -2 ** 2 }}"), "4");  // unary binds before ** in Jinja
}

TEST(Parser, ConcatBindsTighterThanPlus) {
  EXPECT_EQ(text("{{ 'a' ~ 1 + 'b' ~ 2 }}"), "a1b2");
}

TEST(Parser, LogicAndComparison) {
  EXPECT_EQ(text("{{ not 1 == 2 }}{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}"), "TrueTrueFalse");
  EXPECT_EQ(text("{{ false and true or true }}{{ true or true and false }}"), "TrueTrue");
  EXPECT_EQ(text("{{ 1 not in [2] }}{{ not 1 in [2] }}"), "TrueTrue");
  EXPECT_EQ(text("{{ 'a' if x else 'b' if y else 'c' }}", {{"x", false}, {"y", false}}), "c");
}

TEST(Parser, FiltersAndTestsBindTighterThanOperators) {
  EXPECT_EQ(text("{{ 1 + [1, 2]|length }}"), "3");
  EXPECT_EQ(text("{{ -1|abs }}"), "1");
  EXPECT_EQ(text("{{ 2 is divisibleby 2 and 3 is odd }}"), "True");
}

TEST(Parser, TuplesWithoutBrackets) {
  EXPECT_EQ(text("{{ 1, 2 }}{{ (1,) }}{{ () }}"), "(1, 2)(1,)()");
  EXPECT_EQ(text("{% set a, (b, c) = 1, (2, 3) %}{{ a + b + c }}"), "6");
}

TEST(Parser, Calls) {
  constexpr std::string_view kMacro = "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}";
  EXPECT_EQ(text(std::string(kMacro) + "{{ m(*[1], **{'b': 3}) }}"), "1-3");
  EXPECT_EQ(error_of("{{ f(a=1, 2) }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ f(a=1, a=2) }}").message, "the argument 'a' is given twice");
}

TEST(Parser, RefusesWhatIsNoTemplate) {
  for (const char* source :
       {"{{ }}",
        "{% %}",
        "{{ 1 2 }}",
        "{% for %}",
        "{% for x in y %}",
        "{% endfor %}",
        "{% nope %}",
        "{% if a %}{% endfor %}",
        "{% set 1 = 2 %}",
        "{% set a.b.c = 1 %}",
        "{{ a is b is c }}",
        "{{ a | }}",
        "{{ a. }}",
        "{{ a[ }}",
        "{{ a[] }}",
        "{% macro m(a=1, b) %}{% endmacro %}",
        "{% call 1 %}{% endcall %}",
        "{% break %}",
        "{% set loop = 1",
        "{{ [1 2] }}",
        "{{ {1} }}",
        "{% for x in y %}{% set loop = 1 %}{% endfor %}",
        "{% for x in y %}{% macro m() %}{% continue %}{% endmacro %}{% endfor %}"})
    EXPECT_NE(error_of(source).where.find("line 1"), std::string::npos) << source;
}

}  // namespace
}  // namespace ashlar::chat
