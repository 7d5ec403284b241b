// map, select and their like: by attribute, by name, lazily.
#include "chat/filters.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;

TEST(MapFilter, ByAttribute) {
  check({{"[{'a': 1}, {}]|map(attribute='a')|list", "[1, Undefined]"},
         {"[{'a': 1}, {}]|map(attribute='a', default=0)|list", "[1, 0]"},
         {"[{}]|map(attribute='a', default=none)|list", "[Undefined]"},
         {"[{'a': {'b': [5, 6]}}]|map(attribute='a.b.1')|list, [[7]]|map(attribute=0)|list",
          "([6], [7])"}});
  refused({{"[1]|map(attribute='a', x=1)|list", "Unexpected keyword argument 'x'"}});
}

TEST(MapFilter, ByFilterAndItsArguments) {
  check({{"['a', 'b']|map('replace', 'a', 'c')|list, [1.55]|map('round', precision=1)|list",
          "(['c', 'b'], [1.6])"},
         {"'ab'|map('upper')|list, {'k': 1}|map('upper')|list", "(['A', 'B'], ['K'])"}});
  refused({{"[1]|map|list", "map requires a filter argument"},
           {"[1]|map(1)|list", "a filter is named by a string, not by 'int'"},
           {"[1]|map('nope')|list", "no filter named 'nope'"},
           {"1|map('abs')|list", "'int' object is not iterable"}});
}

TEST(SelectFilters, WithoutATestByTruth) {
  check({{"[0, 1, '', 'a', none, [0]]|select|list, [0, 1, '']|reject|list",
          "([1, 'a', [0]], [0, ''])"},
         {"[{'a': 1}, {'a': 0}, {}]|selectattr('a')|list, [{'a': 1}, {}]|rejectattr('a')|list",
          "([{'a': 1}], [{}])"}});
}

TEST(SelectFilters, WithATestAndItsArguments) {
  check(
      {{"[1, 2, 3]|select('odd')|list, [1, 2, 3]|reject('gt', 1)|list", "([1, 3], [1])"},
       {"[{'a': {'b': 2}}, {'a': {'b': 3}}]|selectattr('a.b', 'eq', 3)|list", "[{'a': {'b': 3}}]"},
       {"[{'a': 1}, {}]|rejectattr('a', 'defined')|list, [(1, 2)]|selectattr(1, 'even')|list",
        "([{}], [(1, 2)])"}});
  refused({{"[1]|select('nope')|list", "no test named 'nope'"},
           {"[1]|select(1)|list", "a test is named by a string, not by 'int'"},
           {"[1]|select('gt')|list", "this test takes 1 to 1 arguments (0 given)"},
           {"[{}]|selectattr|list", "Missing parameter for attribute name"}});
}

TEST(SelectFilters, AnEmptyInputAsksForNothing) {
  check({{"[]|map('nope')|list, none|map('abs')|list, 0|map('abs')|list", "([], [], [])"},
         {"[]|selectattr|list, missing|select('nope')|list", "([], [])"}});
}

TEST(SelectFilters, LazyChainsCountAsDepth) {
  for (const std::string step : {"map('abs')", "select"})
    EXPECT_EQ(error_of("{% set n = namespace(g=[1]) %}{% for i in range(300) %}{% set n.g = n.g|" +
                       step + " %}{% endfor %}{{ n.g|list }}")
                  .kind,
              ErrorKind::exhausted)
        << step;
}

TEST(AttrFilter, SeesAttributesNotItems) {
  check({{"{'a': 1}|attr('a') is defined, {'a': 1}|attr('get') is callable", "(False, True)"},
         {"namespace(a=1)|attr('a'), 'x'|attr('__class__') is defined", "(1, False)"}});
  refused({{"'x'|attr", "attr misses its argument 'name'"},
           {"missing|attr('a')", "'missing' is undefined"},
           {"('x'|attr('nope')).y", "'str object' has no attribute 'nope'"}});
}

}  // namespace
}  // namespace ashlar::chat
