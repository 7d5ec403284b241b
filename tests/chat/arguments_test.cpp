#include "chat/arguments.h"

#include <gtest/gtest.h>

namespace ashlar::chat {
namespace {

Arguments given(List positional, std::vector<std::pair<Text, Value>> keywords = {}) {
  Arguments arguments(std::move(positional));
  arguments.keywords = std::move(keywords);
  return arguments;
}

const Value kOne = std::int64_t{1}, kTwo = std::int64_t{2};

TEST(Arguments, BindByPlaceAndByName) {
  Arguments arguments = given({kOne}, {{Text("c"), kTwo}});
  ASSERT_TRUE(arguments.bind("f", {"a", "b", "c"}));
  EXPECT_EQ(*arguments.integer(0, 9), 1);
  EXPECT_EQ(arguments.at(1), nullptr);
  EXPECT_EQ(*arguments.integer(1, 9), 9);
  EXPECT_EQ(*arguments.integer(2, 9), 2);
}

TEST(Arguments, MistakesAreNamed) {
  EXPECT_EQ(given({kOne, kTwo}).bind("f", {"a"}).error().message,
            "f takes at most 1 arguments (2 given)");
  EXPECT_EQ(given({}, {{Text("z"), kOne}}).bind("f", {"a"}).error().message,
            "f got an unexpected keyword argument 'z'");
  EXPECT_EQ(given({kOne}, {{Text("a"), kOne}}).bind("f", {"a"}).error().message,
            "f got multiple values for argument 'a'");
  EXPECT_EQ(given({}).bind("f", {"a"}, 1).error().message, "f misses its argument 'a'");
  EXPECT_EQ(given({}, {{Text("a"), kOne}}).bind_positional("f", 0, 1).error().message,
            "f takes no keyword arguments");
  EXPECT_EQ(given({}).bind_positional("f", 1, 2).error().message,
            "f takes 1 to 2 arguments (0 given)");
}

TEST(Arguments, AreReadByType) {
  Arguments arguments = given({Text("a"), Value(true), Value()});
  ASSERT_TRUE(arguments.bind("f", {"text", "flag", "none"}));
  EXPECT_EQ((*arguments.text(0))->view(), "a");
  EXPECT_EQ(*arguments.integer(1, 0), 1);
  EXPECT_FALSE(arguments.text(2)->has_value());
  EXPECT_FALSE(arguments.text(1));
  EXPECT_EQ(arguments.integer(0, 0).error().message,
            "'str' object cannot be interpreted as an integer");
  EXPECT_TRUE(arguments.flag(0, false));
  EXPECT_FALSE(arguments.flag(2, true));
}

TEST(Arguments, KeywordsCanBeTakenOut) {
  Arguments arguments = given({}, {{Text("a"), kOne}, {Text("b"), kTwo}});
  EXPECT_EQ(arguments.take_keyword("a")->as<std::int64_t>(), 1);
  EXPECT_FALSE(arguments.take_keyword("a").has_value());
  EXPECT_NE(arguments.keyword("b"), nullptr);
}

}  // namespace
}  // namespace ashlar::chat
