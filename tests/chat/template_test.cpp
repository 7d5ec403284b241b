// A template from source to text: the ChatML family, limits, errors. The whole language is held
// against jinja2 in jinja_oracle_test.py.
#include "chat/template.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::render;
using test::text;

constexpr std::string_view kChatml =
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + "
    "'\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

base::Json conversation(std::string content) {
  return {{"messages", {{{"role", "user"}, {"content", std::move(content)}}}},
          {"add_generation_prompt", true}};
}

TEST(Template, RendersChatml) {
  EXPECT_EQ(text(kChatml, conversation("Hi")),
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
}

TEST(Template, IsCompiledOnceAndRenderedOften) {
  const auto compiled = Template::compile("{% set n = n + 1 %}{{ n }}", "t");
  ASSERT_TRUE(compiled);
  for (int i = 0; i < 3; ++i) {
    const auto rendered = compiled->render({{"n", i}}, nullptr, test::StoppedClock());
    ASSERT_TRUE(rendered);
    EXPECT_EQ(rendered->text, std::to_string(i + 1));
  }
}

TEST(Template, RaiseExceptionGivesExactlyItsMessage) {
  const Error error =
      error_of("a\n  {{ raise_exception('No ' ~ role ~ '!') }}", {{"role", "tool"}});
  EXPECT_EQ(error.kind, ErrorKind::bad_input);
  EXPECT_EQ(error.message, "No tool!");
  EXPECT_EQ(error.where, "t, line 2, column 6");
}

TEST(Template, NamesLineAndColumnOfMistakes) {
  EXPECT_EQ(error_of("x\n{{ é + }}").where, "t, line 2, column 8");
  EXPECT_EQ(error_of("{% if a %}").where, "t, line 1, column 11");
  EXPECT_EQ(error_of("{{ 'a' }}\n{{ 1 + none }}").where, "t, line 2, column 4");
}

TEST(Template, RefusesWhatItDoesNotKnowByName) {
  const Error filter = error_of("{{ x|from_json }}");
  EXPECT_EQ(filter.kind, ErrorKind::unsupported);
  EXPECT_EQ(filter.message, "no filter named 'from_json'");
  EXPECT_EQ(error_of("{% include 'a' %}").message, "the tag 'include'");
  EXPECT_EQ(error_of("{% include 'a' %}").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of("{{ 'a'.encode() }}").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of("{{ 2 ** 64 }}").kind, ErrorKind::unsupported);
}

TEST(Template, AnUnknownFilterInAnIfCountsOnlyWhenItIsReached) {
  EXPECT_EQ(text("{% if false %}{{ 1|nope }}{% endif %}ok"), "ok");
  EXPECT_EQ(error_of("{% if true %}{{ 1|nope }}{% endif %}").kind, ErrorKind::unsupported);
}

TEST(Template, RefusesVariablesItCannotHold) {
  EXPECT_EQ(error_of("", {{"n", UINT64_MAX}}).where, "variable n");
  EXPECT_EQ(error_of("", {{"s", "\xff"}}).kind, ErrorKind::bad_input);
  EXPECT_FALSE(render("", base::Json::array()));
  EXPECT_FALSE(Template::compile("\xff", "t"));
  base::Json deep = 1;
  for (int i = 0; i < 300; ++i) deep = base::Json::array({deep});
  EXPECT_EQ(error_of("", {{"deep", deep}}).kind, ErrorKind::too_large);
}

TEST(Template, StrftimeReadsTheGivenClock) {
  EXPECT_EQ(text("{{ strftime_now('%Y') }}").substr(0, 2), "19");
}

// --- limits

TEST(Limits, StepsEndALoopThatRunsForEver) {
  const Error error =
      error_of("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}");
  EXPECT_EQ(error.kind, ErrorKind::exhausted);
  EXPECT_NE(error.message.find("2000000 steps"), std::string::npos) << error.message;
}

TEST(Limits, StepsCanBeSet) {
  RenderLimits limits;
  limits.steps = 20;
  EXPECT_EQ(error_of("{{ range(30)|list }}", {}, limits).kind, ErrorKind::exhausted);
}

TEST(Limits, RangesAreBoundedAsInTheSandbox) {
  EXPECT_EQ(error_of("{{ range(10 ** 9) }}").kind, ErrorKind::too_large);
  EXPECT_EQ(error_of("{{ range(0, 9223372036854775807, 2) }}").kind, ErrorKind::too_large);
  EXPECT_EQ(text("{{ range(100000)|length }}"), "100000");
}

TEST(Limits, DepthEndsEndlessRecursion) {
  const Error macro = error_of("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}");
  EXPECT_EQ(macro.kind, ErrorKind::exhausted);
  EXPECT_NE(macro.message.find("256 levels"), std::string::npos) << macro.message;
  EXPECT_EQ(error_of("{% for x in t recursive %}{{ loop(t) }}{% endfor %}", {{"t", {1}}}).kind,
            ErrorKind::exhausted);
}

TEST(Limits, ListsMayNotNestWithoutEnd) {
  const Error error = error_of(
      "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor "
      "%}");
  EXPECT_EQ(error.kind, ErrorKind::exhausted);
}

TEST(Limits, ValuesThatHoldThemselvesEndInAnError) {
  EXPECT_EQ(error_of("{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}").kind,
            ErrorKind::exhausted);
}

TEST(Limits, SourceMayNotNestWithoutEnd) {
  const std::pair<std::string, std::string> cases[] = {
      {"(", ")"},     {"[", "]"},           {"{1:", "}"},     {"-", ""},
      {"not ", ""},   {"x if y else ", ""}, {"a[", "]"},      {"f(", ")"},
      {"[[(", ")]]"}, {"x is f(", ")"},     {"x|upper(", ")"}};
  for (const auto& [open, close] : cases) {
    std::string source = "{{ ", end = "1";
    for (int i = 0; i < 50'000; ++i) {
      source += open;
      end += close;
    }
    const Error error = error_of(source + end + " }}");
    EXPECT_EQ(error.kind, ErrorKind::too_large) << open << ": " << error.line();
    EXPECT_NE(error.message.find("160 levels"), std::string::npos) << error.message;
  }
  std::string tags;
  for (int i = 0; i < 10'000; ++i) tags += "{% if x %}";
  EXPECT_EQ(error_of(tags).kind, ErrorKind::too_large);
}

TEST(Limits, WorkOnLongStringsAndManyNamesCounts) {
  for (const char* source :
       {"{% set s = 'x' * 60000000 %}{% for i in range(99999) %}{% set d = {s: 1} %}{% endfor %}",
        "{% set s = 'x' * 60000000 %}{% for i in range(99999) %}{{ d[s] }}{% endfor %}",
        "{% set s = 'x' * 60000000 %}{% for i in range(99999) %}{{ s in 'y' ~ s }}{% endfor %}",
        "{% set s = 'x' * 60000000 %}{% for i in range(99999) %}{{ s is upper }}{% endfor %}",
        "{% set n = namespace(**d) %}{% for i in range(99999) %}{{ n.zz }}{{ n.zz }}{% endfor "
        "%}"}) {
    base::Json d = base::Json::object();
    for (int i = 0; i < 2'000; ++i) d["k" + std::to_string(i)] = i;
    EXPECT_EQ(error_of(source, {{"d", d}}).kind, ErrorKind::exhausted) << source;
  }
}

TEST(Limits, LongChainsAreNoDeepNesting) {
  std::string sum = "{{ 1", concat = "{{ 1", either = "{{ false";
  for (int i = 0; i < 5'000; ++i) {
    sum += " + 1";
    concat += " ~ 1";
    either += " or 0";
  }
  EXPECT_EQ(text(sum + " }}"), "5001");
  EXPECT_EQ(text(concat + " }}").size(), 5001u);
  EXPECT_EQ(text(either + " }}"), "0");
  std::string filters = "{{ 1";
  for (int i = 0; i < 5'000; ++i) filters += "|abs";
  EXPECT_EQ(error_of(filters + " }}").kind, ErrorKind::exhausted);
}

TEST(Limits, StringsMayNotExplode) {
  for (const char* source :
       {"{{ 'x' * 10 ** 9 }}", "{{ 'x'.center(10 ** 10) }}", "{{ '%1000000000d' % 1 }}",
        "{{ 'aaaaaaaaaa'.replace('', 'y' * 10 ** 7) }}", "{{ '{:>999999999}'.format('x') }}",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}"
        "{% endfor %}",
        "{{ [1]|tojson(indent='x' * 7 * 10 ** 7) }}",
        "{{ ('x' * 10 ** 7)|indent(10 ** 9, true) }}"})
    EXPECT_EQ(error_of(source).kind, ErrorKind::too_large) << source;
}

TEST(Limits, OutputIsBounded) {
  RenderLimits limits;
  limits.output_bytes = 1000;
  const Error error = error_of("{% for i in range(999) %}abc{% endfor %}", {}, limits);
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_NE(error.message.find("1000 bytes"), std::string::npos) << error.message;
}

TEST(Template, EveryErrorHasAPlaceAndAMend) {
  for (const char* source :
       {"{{ 1/0 }}", "{{ range(1000000000) }}", "{{ raise_exception('no') }}", "{{ nobody.knows }}",
        "{{ 'a' + 1 }}", "{% if %}", "{{ 'x'|nothing }}"}) {
    const Error error = error_of(source);
    EXPECT_NE(error.where, "") << source;
    EXPECT_NE(error.mend, "") << source;
  }
  const base::Json list = base::Json::array();
  const auto compiled = Template::compile("x", "t");
  EXPECT_NE(compiled->render(list, nullptr, test::StoppedClock()).error().mend, "");
}

TEST(Limits, ManyLargeStringsTogetherAreBounded) {
  const Error error = error_of(
      "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = ns.l + ['x' * 50000000] "
      "%}{% endfor %}");
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_NE(error.message.find("together"), std::string::npos) << error.message;
}

TEST(Limits, SharedListsThatDoubleEndInAnError) {
  const Error error = error_of(
      "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
      "{% endfor %}{{ ns.x == ns.x }}");
  EXPECT_EQ(error.kind, ErrorKind::exhausted);
}

}  // namespace
}  // namespace ashlar::chat
