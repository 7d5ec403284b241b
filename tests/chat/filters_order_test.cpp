// Filters that compare: letter case, attributes, ties.
#include "chat/filters.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::refused;

TEST(SortFilter, KeepsTheOrderOfTies) {
  check({{"['b', 'B', 'a', 'A']|sort, ['b', 'B', 'a', 'A']|sort(reverse=true)",
          "(['a', 'A', 'b', 'B'], ['b', 'B', 'a', 'A'])"},
         {"['b', 'A', 'a']|sort(case_sensitive=true), [1.5, 1, true]|sort",
          "(['A', 'a', 'b'], [1, True, 1.5])"},
         {"'bca'|sort, {'b': 1, 'a': 2}|sort, missing|sort", "(['a', 'b', 'c'], ['a', 'b'], [])"}});
}

TEST(SortFilter, ByAttributes) {
  check({{"[{'a': 1, 'b': 2}, {'a': 1, 'b': 1}, {'a': 0, 'b': 3}]|sort(attribute='a,b')"
          "|map(attribute='b')|list",
          "[3, 1, 2]"},
         {"[{'a': {'b': 2}}, {'a': {'b': 1}}]|sort(attribute='a.b')|map(attribute='a.b')|list",
          "[1, 2]"},
         {"[(1, 'b'), (2, 'a')]|sort(attribute=1), [(1, 'b'), (2, 'A')]|sort(attribute='1')",
          "([(2, 'a'), (1, 'b')], [(2, 'A'), (1, 'b')])"}});
  refused({{"[1, 'a']|sort", "'<' not supported between instances of 'str' and 'int'"},
           {"[{'a': 1}, {}]|sort(attribute='a')", "'dict object' has no attribute 'a'"},
           {"5|sort", "'int' object is not iterable"}});
}

TEST(DictsortFilter, ByKeyOrValue) {
  check({{"{'b': 1, 'A': 2}|dictsort, {'b': 1, 'A': 2}|dictsort(reverse=true)",
          "([('A', 2), ('b', 1)], [('b', 1), ('A', 2)])"},
         {"{'b': 1, 'a': 2}|dictsort(true), {'b': 1, 'A': 2}|dictsort(false, 'value')",
          "([('a', 2), ('b', 1)], [('b', 1), ('A', 2)])"},
         {"{'a': 'Z', 'b': 'y'}|dictsort(by='value')", "[('b', 'y'), ('a', 'Z')]"},
         {"{'a': 'Z', 'b': 'y'}|dictsort(true, by='value')", "[('a', 'Z'), ('b', 'y')]"}});
  refused({{"{}|dictsort(by='x')", "You can only sort by either \"key\" or \"value\""},
           {"{'a': 1, 1: 2}|dictsort", "'<' not supported between instances of 'int' and 'str'"},
           {"[1]|dictsort", "'list' object has no attribute 'items'"},
           {"missing|dictsort", "'missing' is undefined"}});
}

TEST(UniqueFilter, KeepsTheFirst) {
  check({{"['a', 'A', 'b']|unique|list, ['a', 'A']|unique(true)|list, [1, 1.0, 2]|unique|list",
          "(['a', 'b'], ['a', 'A'], [1, 2])"},
         {"[{'k': 1, 'v': 1}, {'k': 1, 'v': 2}]|unique(attribute='k')|map(attribute='v')|list",
          "[1]"}});
  refused({{"[[1]]|unique|list", "unhashable type: 'list'"}});
}

TEST(ExtremeFilters, TakeTheFirstOfEquals) {
  check({{"['a', 'A']|min, ['A', 'a']|max, [1.0, 1]|min, [true, 1]|max", "('a', 'A', 1.0, True)"},
         {"['b', 'A', 'C']|max, ['b', 'A', 'C']|max(true), 'hello'|min", "('C', 'b', 'e')"},
         {"[{'k': 1}, {'k': 3}]|max(attribute='k'), []|max is defined", "({'k': 3}, False)"}});
  refused({{"([]|min).x", "No aggregated item, sequence was empty."},
           {"[{'k': 1}, {}]|max(attribute='k')", "'dict object' has no attribute 'k'"},
           {"[1, 'a']|min", "'<' not supported between instances of 'str' and 'int'"}});
}

TEST(GroupbyFilter, GroupsUnderTheFirstSpelling) {
  check(
      {{"[{'k': 'B', 'v': 1}, {'k': 'a', 'v': 2}, {'k': 'b', 'v': 3}]|groupby('k')",
        "[('a', [{'k': 'a', 'v': 2}]), ('B', [{'k': 'B', 'v': 1}, {'k': 'b', 'v': 3}])]"},
       {"[{'k': 'b'}, {'k': 'B'}]|groupby('k', case_sensitive=true)|map('first')|list",
        "['B', 'b']"},
       {"[{'k': 'x'}, {}]|groupby('k', 'Q')|map('first')|list, [(1, 2), (3, 2)]|groupby(1)|length",
        "(['Q', 'x'], 1)"},
       {"([{'k': 1}]|groupby('k')|first).grouper, ([{'k': 1}]|groupby('k')|first).list",
        "(1, [{'k': 1}])"}});
  refused({{"[{'k': 1}, {}]|groupby('k')", "'dict object' has no attribute 'k'"},
           {"[1]|groupby", "groupby misses its argument 'attribute'"}});
}

}  // namespace
}  // namespace ashlar::chat
