// The functions that every template finds defined.
#include "chat/globals.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;
using test::text;

TEST(Range, CountsUpAndDown) {
  check({{"range(3)|list, range(-3)|list, range(true)|list", "([0, 1, 2], [], [0])"},
         {"range(1, 6, 2)|list, range(5, 1, -2)|list, range(1, 2, 5)|list",
          "([1, 3, 5], [5, 3], [1])"},
         {"range(5, 1)|list, range(1, 5, -1)|list", "([], [])"},
         {"range(5), range(1, 9, 3)", "(range(0, 5), range(1, 9, 3))"},
         {"range(3)[-1], range(3)[3] is defined, 2 in range(3), 3 in range(3)",
          "(2, False, True, False)"},
         {"range(3) == range(0, 3), range(0, 4, 2) == range(0, 3, 2)", "(True, True)"}});
}

TEST(Range, RefusesWhatItCannotCount) {
  refused({{"range()", "range takes 1 to 3 arguments (0 given)"},
           {"range(1, 2, 0)", "range() arg 3 must not be zero"},
           {"range('a')", "'str' object cannot be interpreted as an integer"},
           {"range(1.5)", "'float' object cannot be interpreted as an integer"},
           {"range(stop=5)", "range takes no keyword arguments"}});
  for (const char* source : {"{{ range(100001) }}", "{{ range(0, -100001, -1) }}",
                             "{{ range(-9223372036854775807, 9223372036854775807) }}"})
    EXPECT_EQ(error_of(source).kind, ErrorKind::too_large) << source;
}

TEST(DictFunction, TakesAMappingPairsOrKeywords) {
  check({{"dict(), dict(a=1), dict({1: 2}), dict({'a': 1}, a=3, b=2)",
          "({}, {'a': 1}, {1: 2}, {'a': 3, 'b': 2})"},
         {"dict([('a', 1), ('b', 2)], a=3), dict(['ab', 'cd'])",
          "({'a': 3, 'b': 2}, {'a': 'b', 'c': 'd'})"}});
  EXPECT_EQ(text("{% set d = {'a': 1} %}{% set e = dict(d, a=2) %}{{ d }}{{ e }}"),
            "{'a': 1}{'a': 2}");  // a copy
  refused({{"dict({}, {})", "dict expected at most 1 argument"},
           {"dict(1)", "'int' object is not iterable"},
           {"dict(['abc'])", "dictionary update sequence elements need a length of 2"},
           {"dict([([], 1)])", "unhashable type: 'list'"}});
}

TEST(NamespaceFunction, HoldsAttributes) {
  check({{"namespace(), namespace({'a': 1}, b=2), namespace([('x', 1)])",
          "(<Namespace {}>, <Namespace {'a': 1, 'b': 2}>, <Namespace {'x': 1}>)"},
         {"namespace(a=1).a, namespace(a=1)['a'], namespace(a=1).b is defined", "(1, 1, False)"}});
  refused({{"namespace().x.y", "'jinja2.utils.Namespace object' has no attribute 'x'"}});
  EXPECT_EQ(text("{% set n = namespace(a=1) %}{% set n.b = 2 %}{% set n.a = 3 %}{{ n }}"),
            "<Namespace {'a': 3, 'b': 2}>");
}

TEST(Cycler, GoesRound) {
  EXPECT_EQ(text("{% set c = cycler('a', 'b') %}{{ c.current }}{{ c.next() }}{{ c.next() }}"
                 "{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}"),
            "aababNonea");
  refused({{"cycler()", "at least one item has to be provided"},
           {"cycler(a=1)", "cycler takes no keyword arguments"}});
  EXPECT_EQ(error_of("{% set c = cycler(1) %}{{ c.nope.x }}").message,
            "'jinja2.utils.Cycler object' has no attribute 'nope'");
  EXPECT_EQ(error_of("{% set c = cycler(1) %}{{ c() }}").kind, ErrorKind::bad_input);
}

TEST(Joiner, IsSilentTheFirstTime) {
  EXPECT_EQ(text("{% set j = joiner() %}{{ j() }}a{{ j() }}b{{ j() }}c"), "a, b, c");
  EXPECT_EQ(text("{% set j = joiner(sep=0) %}{{ j() }}a{{ j() }}b"), "a0b");
  refused({{"joiner(1, 2)", "joiner takes at most 1 arguments (2 given)"}});
}

TEST(RaiseException, GivesItsMessageAsText) {
  refused({{"raise_exception('a' ~ 1)", "a1"},
           {"raise_exception(message=[1])", "[1]"},
           {"raise_exception()", "raise_exception misses its argument 'message'"}});
}

TEST(StrftimeNow, NeedsAFormat) {
  check({{"strftime_now(format='%%')", "%"}});
  refused({{"strftime_now()", "strftime_now misses its argument 'format'"},
           {"strftime_now(none)", "strftime_now needs a format"},
           {"strftime_now(5)", "a string is needed here, not 'int'"}});
}

TEST(Globals, CanBeSetAgain) {
  EXPECT_EQ(text("{% set range = 5 %}{{ range }}"), "5");
  EXPECT_EQ(text("{{ dict }}", {{"dict", "own"}}), "own");
}

}  // namespace
}  // namespace ashlar::chat
