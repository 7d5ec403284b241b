// The variable `loop`: where it stands, what it looks ahead at, and what a filtered loop knows.
#include "chat/loop.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

struct Example {
  const char *loop, *body, *output;
};

void check(std::initializer_list<Example> examples) {
  for (const auto& [loop, body, output] : examples) {
    const std::string source =
        "{% for " + std::string(loop) + " %}" + body + "{{ ' ' if not loop.last }}{% endfor %}";
    EXPECT_EQ(text(source), output) << source;
  }
}

TEST(Loop, CountsFromBothEnds) {
  check({{"x in 'abc'", "{{ loop.index, loop.index0 }}", "(1, 0) (2, 1) (3, 2)"},
         {"x in 'abc'", "{{ loop.revindex, loop.revindex0 }}", "(3, 2) (2, 1) (1, 0)"},
         {"x in 'ab'", "{{ loop.length }}{{ loop|length }}", "22 22"},
         {"x in 'abc'", "{{ loop.first }}", "True False False"},
         {"x in [1, 2]|map('string')", "{{ loop.length }}{{ loop.last }}", "2False 2True"},
         {"x in 'ab'", "{{ loop }}{{ loop['index'] }}", "<LoopContext 1/2>1 <LoopContext 2/2>2"}});
}

TEST(Loop, SeesItsNeighbours) {
  check({{"x in 'abc'", "{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }}", "<a>b a<b>c b<c>"},
         {"x in 'ab'", "{{ loop.previtem is defined, loop.nextitem is defined }}",
          "(False, True) (True, False)"},
         {"x in 'ab'", "{% set x = 'z' %}{{ x }}{{ loop.nextitem }}", "zb z"}});
  EXPECT_EQ(error_of("{% for x in 'a' %}{{ loop.previtem.y }}{% endfor %}").message,
            "there is no previous item");
  EXPECT_EQ(error_of("{% for x in 'a' %}{{ loop.nextitem.y }}{% endfor %}").message,
            "there is no next item");
}

TEST(Loop, CycleAndChanged) {
  check({{"x in 'abcd'", "{{ loop.cycle('x', 'y', 'z') }}", "x y z x"},
         {"x in 'aabba'", "{{ loop.changed(x) }}", "True False True False True"},
         {"x in 'ab'", "{{ loop.changed() }}", "True False"},
         {"x in [[1, 2], [1, 2], [1, 3]]", "{{ loop.changed(*x) }}", "True False True"},
         {"x in [1, 1.0, true]", "{{ loop.changed(x) }}", "True False False"}});
  EXPECT_EQ(error_of("{% for x in 'a' %}{{ loop.cycle() }}{% endfor %}").message,
            "no items for cycling given");
  EXPECT_EQ(error_of("{% for x in 'a' %}{{ loop.changed(x=1) }}{% endfor %}").message,
            "loop.changed takes no keyword arguments");
}

TEST(Loop, CountsOnlyWhatItsFilterAccepts) {
  check({{"x in [1, 2, 3, 4] if x is even", "{{ loop.index }}/{{ loop.length }}", "1/2 2/2"},
         {"x in [1, 2, 3, 4] if x is even", "{{ loop.revindex }}{{ loop.nextitem }}", "24 1"},
         {"x in [1, 2, 3] if x < 2", "{{ loop.last }}", "True"}});
  // Asking for loop.last draws one item ahead: the filter then saw it before the body's change.
  constexpr std::string_view kUntil =
      "{% set f = namespace(n=2) %}{% for x in 'abcd' if f.n > 0 %}{{ x }}";
  constexpr std::string_view kEnd = "{% set f.n = f.n - 1 %}{% endfor %}";
  EXPECT_EQ(text(std::string(kUntil) + std::string(kEnd)), "ab");
  EXPECT_EQ(text(std::string(kUntil) + "{{ loop.last }}" + std::string(kEnd)), "aFalsebFalsecTrue");
}

TEST(Loop, InsideAnotherOneKeepsItsOwnCount) {
  EXPECT_EQ(text("{% for x in 'ab' %}{% set outer = loop %}{% for y in 'cd' %}{{ outer.index }}"
                 "{{ loop.index }}{{ loop.depth }} {% endfor %}{% endfor %}"),
            "111 121 211 221 ");
  EXPECT_EQ(error_of("{% for x in 'a' %}{{ loop.nope.x }}{% endfor %}").message,
            "'jinja2.runtime.LoopContext object' has no attribute 'nope'");
}

TEST(Loop, RecursionCountsItsDepth) {
  EXPECT_EQ(text("{% for x in [[1, [2]], 3] recursive %}{% if x is iterable %}<{{ loop(x) }}>"
                 "{% else %}{{ x }}@{{ loop.depth }}{{ loop.depth0 }}{% endif %}{% endfor %}"),
            "<1@21<2@32>>3@10");
  EXPECT_EQ(text("{% for x in [1, []] recursive %}{{ loop(iterable=x) if x is iterable else x }}"
                 "{% else %}none{% endfor %}"),
            "1none");
  const std::pair<const char*, const char*> refused[] = {
      {"", "loop misses its argument 'iterable'"},
      {"5", "'int' object is not iterable"},
      {"[], []", "loop takes at most 1 arguments (2 given)"}};
  for (const auto& [arguments, message] : refused)
    EXPECT_EQ(error_of("{% for x in [1] recursive %}{{ loop(" + std::string(arguments) +
                       ") }}{% endfor %}")
                  .message,
              message);
}

}  // namespace
}  // namespace ashlar::chat
