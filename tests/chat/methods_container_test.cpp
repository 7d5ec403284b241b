// Methods of dicts, lists and tuples, and those that the sandbox hides.
#include "chat/methods.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;
using test::text;

TEST(DictMethods, GetFallsBackOnlyWhenTheKeyIsAbsent) {
  check({{"{'a': 1}.get('a'), {'a': 1}.get('b'), {'a': 1}.get('b', 2)", "(1, None, 2)"},
         {"{'a': none}.get('a', 2), {1: 'x'}.get(1.0)", "(None, 'x')"}});
  refused({{"{}.get()", "dict.get() takes 1 to 2 arguments (0 given)"},
           {"{}.get('a', 1, 2)", "dict.get() takes 1 to 2 arguments (3 given)"},
           {"{}.get(key='a')", "dict.get() takes no keyword arguments"},
           {"{}.get([])", "unhashable type: 'list'"}});
}

TEST(DictMethods, ViewsKeepTheOrder) {
  check({{"{'b': 1, 'a': 2}.keys(), {'b': 1, 'a': 2}.values(), {'b': 1}.items()",
          "(dict_keys(['b', 'a']), dict_values([1, 2]), dict_items([('b', 1)]))"},
         {"'a' in {'a': 1}.keys(), 1 in {'a': 1}.values(), {}.items()|length", "(True, True, 0)"},
         {"{'a': 1}.keys()[0] is defined", "False"},
         {"{'keys': 5}.keys()|list, {'keys': 5}['keys']", "(['keys'], 5)"}});
  refused({{"{}.keys(1)", "this method takes 0 to 0 arguments (1 given)"}});
}

TEST(ListMethods, CountAndIndexCompareValues) {
  check({{"[1, 2, 1.0, true].count(1), (1, 2).count(3), [[1], [1]].count([1])", "(3, 0, 2)"},
         {"[1, 2, 2].index(2), ('a', 'b').index('b'), [1.0].index(true)", "(1, 1, 0)"},
         {"range(3).count(1), range(1, 4).index(2)", "(1, 1)"}});
  refused({{"[1].index(2)", "2 is not in list"},
           {"(1,).index('x')", "'x' is not in tuple"},
           {"[1].index()", "index takes 1 to 1 arguments (0 given)"},
           {"[1].count()", "count takes 1 to 1 arguments (0 given)"}});
}

TEST(Copies, AreNotTheThingItself) {
  check({{"{'a': 1}.copy(), [1].copy()", "({'a': 1}, [1])"}});
  EXPECT_EQ(text("{% set l = [1] %}{{ l.copy() is sameas l }}{{ l.copy() == l }}"), "FalseTrue");
  EXPECT_EQ(text("{% set d = {} %}{{ d.copy() is sameas d }}{{ d.copy() == d }}"), "FalseTrue");
  refused({{"[1].copy(1)", "list.copy() takes 0 to 0 arguments (1 given)"},
           {"{}.copy(1)", "dict.copy() takes 0 to 0 arguments (1 given)"},
           {"(1,).copy()", "'tuple object' has no attribute 'copy'"}});
}

TEST(Sandbox, HidesEveryMethodThatChanges) {
  for (const std::string name :
       {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"})
    EXPECT_EQ(error_of("{{ []." + name + "() }}").message,
              "access to attribute '" + name + "' of 'list' object is unsafe.");
  for (const std::string name : {"clear", "pop", "popitem", "setdefault", "update"})
    EXPECT_EQ(error_of("{{ {}." + name + "() }}").message,
              "access to attribute '" + name + "' of 'dict' object is unsafe.");
  EXPECT_EQ(text("{{ [].append is defined }}{{ {'pop': 1}['pop'] }}"), "False1");
}

TEST(MissingMethods, AreNamedAsUnsupported) {
  for (const std::string method :
       {"'a'.encode", "'a'.casefold", "{}.fromkeys", "(5).bit_length", "1.5.is_integer"}) {
    const Error error = error_of("{{ " + method + "() }}");
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << method;
    EXPECT_EQ(error.message.substr(0, 11), "the method ") << method;
  }
  refused({{"{}.nope()", "'dict object' has no attribute 'nope'"}});
}

}  // namespace
}  // namespace ashlar::chat
