// Filters that keep the order of a sequence: what is left over, what is empty, what is spent.
#include "chat/filters.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::refused;
using test::text;

TEST(SequenceFilters, BatchFillsOnlyTheLastRow) {
  check({{"[1, 2, 3]|batch(2)|list, [1, 2, 3]|batch(2, 'x')|list, [1, 2]|batch(2, 0)|list",
          "([[1, 2], [3]], [[1, 2], [3, 'x']], [[1, 2]])"},
         {"[]|batch(2, 0)|list, 'abc'|batch(linecount=2, fill_with=none)|list",
          "([], [['a', 'b'], ['c']])"},
         {"[1, 2]|batch(0)|list, [1, 2]|batch(-1)|list", "([[], [1, 2]], [[1, 2]])"}});
  refused({{"[1]|batch", "batch misses its argument 'linecount'"}});
}

TEST(SequenceFilters, SliceSpreadsEvenly) {
  check({{"range(5)|slice(2)|list, range(4)|slice(3)|list, [1]|slice(3)|list",
          "([[0, 1, 2], [3, 4]], [[0, 1], [2], [3]], [[1], [], []])"},
         {"range(4)|slice(3, 'x')|list, range(4)|slice(2, 'x')|list, [1]|slice(-1)|list",
          "([[0, 1], [2, 'x'], [3, 'x']], [[0, 1, 'x'], [2, 3, 'x']], [])"}});
  refused({{"[1]|slice", "slice misses its argument 'slices'"},
           {"[1]|slice(0)|list", "integer division or modulo by zero"}});
}

TEST(SequenceFilters, EndsOfAnything) {
  check({{"'éa'|first, {'k': 1}|first, range(3)|first, [none]|first", "('é', 'k', 0, None)"},
         {"'aé'|last, {'a': 1, 'b': 2}|last, range(3)|last", "('é', 'b', 2)"},
         {"()|first is defined, ''|last is defined", "(False, False)"}});
  refused({{"([]|first).x", "No first item, sequence was empty."},
           {"([]|last).x", "No last item, sequence was empty."},
           {"1|first", "'int' object is not iterable"},
           {"[1]|map('abs')|last", "'generator' object is not reversible"}});
}

TEST(SequenceFilters, ReverseOfAStringIsAString) {
  check({{"'aé'|reverse, ('ab'|safe)|reverse is escaped", "('éa', True)"},
         {"(1, 2)|reverse|list, {'a': 1, 'b': 2}|reverse|list", "([2, 1], ['b', 'a'])"},
         {"([1, 2]|map('string'))|reverse", "['2', '1']"}});  // a generator gives a list
}

TEST(SequenceFilters, GeneratorsAreSpent) {
  const std::pair<const char*, const char*> generators[] = {
      {"'abc'|map('upper')", "A['B', 'C'][]"},
      {"'abc'|batch(1)", "['a'][['b'], ['c']][]"},
      {"[1, 2, 3]|reverse", "3[2, 1][]"},
      {"{'a': 1}|items", "('a', 1)[][]"}};
  for (const auto& [generator, output] : generators)
    EXPECT_EQ(
        text("{% set g = " + std::string(generator) + " %}{{ g|first }}{{ g|list }}{{ g|list }}"),
        output);
}

TEST(SequenceFilters, ItemsOfAMappingOnly) {
  check({{"{'a': 1}|items|list, missing|items|list", "([('a', 1)], [])"}});
  refused({{"[1]|items|list", "Can only get item pairs from a mapping."}});
}

TEST(SequenceFilters, SumStartsAnywhere) {
  check({{"[]|sum, [1.5, true]|sum, [1]|sum(start=10), [[1], [2]]|sum(start=[])",
          "(0, 2.5, 11, [1, 2])"},
         {"[{'a': {'b': 2}}]|sum('a.b'), [(1, 2)]|sum(1), [1]|sum(none, 5)", "(2, 2, 6)"}});
  refused({{"['a']|sum", "unsupported operand type(s) for +: 'int' and 'str'"},
           {"['a']|sum(start='')", "sum() can't sum strings [use ''.join(seq) instead]"},
           {"[{'a': 2}]|sum('b')", "'dict object' has no attribute 'b'"}});
}

}  // namespace
}  // namespace ashlar::chat
