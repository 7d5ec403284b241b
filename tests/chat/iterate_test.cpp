#include <gtest/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

TEST(Iterate, EverythingThatHasItems) {
  EXPECT_EQ(text("{{ 'aé'|list, {'k': 1}|list, (1, 2)|list, range(2)|list, x|list }}"),
            "(['a', 'é'], ['k'], [1, 2], [0, 1], [])");
  EXPECT_EQ(text("{{ {'k': 1}.items()|list, {'k': 1}.values()|list }}"), "([('k', 1)], [1])");
  EXPECT_EQ(error_of("{{ 1|list }}").message, "'int' object is not iterable");
  EXPECT_EQ(error_of("{% for x in none %}{% endfor %}").message,
            "'NoneType' object is not iterable");
}

TEST(Iterate, GeneratorsAreSpentOnce) {
  EXPECT_EQ(text("{% set g = [1, 2]|map('string') %}{{ g|first }}{{ g|join }}{{ g|join }}"), "12");
  EXPECT_EQ(text("{{ 'yes' if []|map('abs') else 'no' }}"), "yes");
}

TEST(Iterate, GeneratorsComputeWhenTheyAreLookedAt) {
  EXPECT_EQ(text("{% set g = [1]|map('nope') %}ok"), "ok");
  EXPECT_EQ(error_of("{% set g = [1]|map('nope') %}{{ g|list }}").kind, ErrorKind::unsupported);
}

TEST(Length, CountsCharactersItemsAndEntries) {
  EXPECT_EQ(text("{{ 'é'|length, [1]|length, {'k': 1}|length, range(3)|length, x|length }}"),
            "(1, 1, 1, 3, 0)");
  EXPECT_EQ(error_of("{{ [1]|map('abs')|length }}").message,
            "object of type 'generator' has no len()");
  EXPECT_EQ(error_of("{{ 5|length }}").message, "object of type 'int' has no len()");
}

TEST(Keys, EqualNumbersAreOneKey) {
  EXPECT_EQ(text("{{ {1: 'a', 1.0: 'b', true: 'c'} }}{{ {1.5: 1}[1.5] }}"), "{1: 'c'}1");
  EXPECT_EQ(text("{{ {(1, 'a'): 1}[(1.0, 'a')], {none: 2}[none] }}"), "(1, 2)");
  EXPECT_EQ(error_of("{{ {[]: 1} }}").message, "unhashable type: 'list'");
  EXPECT_EQ(error_of("{{ {({},): 1} }}").message, "unhashable type: 'dict'");
}

TEST(Keys, ATupleThatDoublesIsRefused) {
  EXPECT_EQ(error_of("{% set ns = namespace(t=('abcdefgh',)) %}{% for i in range(40) %}"
                     "{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}")
                .kind,
            ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::chat
