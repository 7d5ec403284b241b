#include "grammar/shortest_end.h"

#include <gtest/gtest.h>

#include <string>

#include "grammar/regex_language.h"
#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::grammar {
namespace {

std::optional<std::string> end_behind(Language& language, std::string_view begun) {
  StateId state = language.start();
  for (const char byte : begun)
    state = language.next(state, static_cast<std::uint8_t>(byte)).value();
  return shortest_end(language, state).value();
}

TEST(ShortestEnd, IsTheFewestBytes) {
  const auto regex = regex_language(parse_regex("a(bcd|e)*f?|ax").value(), ByteSet().set()).value();
  EXPECT_EQ(end_behind(*regex, ""), "a");
  EXPECT_EQ(end_behind(*regex, "abc"), "d");
  EXPECT_EQ(end_behind(*regex, "ae"), "");
}

TEST(ShortestEnd, ClosesWhatASchemaBegan) {
  const auto schema =
      schema_language(load_schema(R"({"type":"object","required":["a","b"],"properties":{
          "a":{"type":"string","minLength":2},"b":{"enum":["xyz",true]},"c":true}})")
                          .value(),
                      {});
  const auto end = end_behind(**schema, R"({"a":"h)");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->substr(1), R"(","b":true})");  // behind one more character
}

TEST(ShortestEnd, NumbersAndWhiteSpaceAreNoWaysRound) {
  const auto schema = schema_language(load_schema(R"({"type":"object","additionalProperties":false,
          "required":["people","codes"],"properties":{
            "people":{"type":"integer","minimum":0,"maximum":99},
            "codes":{"type":"array","maxItems":2,"items":{"enum":["a","b"]}}}})")
                                          .value(),
                                      {.white_space = WhiteSpace::any});
  const auto end = end_behind(**schema, R"({"people" :)");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->substr(1), R"(,"codes":[]})");  // behind a digit
}

TEST(ShortestEnd, GivesUpWithinItsLimit) {
  const auto regex = regex_language(parse_regex("a{5000}").value(), ByteSet().set()).value();
  EXPECT_EQ(end_behind(*regex, ""), std::nullopt);
}

}  // namespace
}  // namespace ashlar::grammar
