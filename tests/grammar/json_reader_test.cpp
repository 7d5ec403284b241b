// JSON read strictly, numbers as written, every limit named.
#include "grammar/json_reader.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

Error error_of(std::string_view text, const ReadLimits& limits = {}) {
  const auto value = read_json(text, "line 1", limits);
  EXPECT_FALSE(value) << text;
  return value ? Error{} : value.error();
}

TEST(JsonReader, KeepsTheTextOfNumbers) {
  for (const char* text :
       {"0", "-0", "1.0", "1e400", "123456789012345678901234567890", "-1.5E-7"}) {
    const auto value = read_json(text, "test");
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(value->number()->literal, text);
  }
}

TEST(JsonReader, OfANameThatComesTwiceTheLastValueCounts) {
  const auto value = read_json(R"({"b":1,"a":2,"b":3,"c":4,"b":5})", "test");
  ASSERT_TRUE(value);
  const Object& object = *value->object();
  ASSERT_EQ(object.members.size(), 3u);
  EXPECT_EQ(object.members[0].name, "b");
  EXPECT_EQ(object.find("b")->number()->literal, "5");
  EXPECT_EQ(object.find("a")->number()->literal, "2");
  EXPECT_EQ(object.find("c")->number()->literal, "4");
  EXPECT_EQ(object.find("d"), nullptr);
}

TEST(JsonReader, Strings) {
  EXPECT_EQ(*read_json(R"("a\n\u00e9\ud83d\ude00\/\u0000")", "test")->string(),
            std::string("a\né😀/\0", 10));
}

TEST(JsonReader, RefusesWhatIsNoJson) {
  for (const char* text :
       {"",       " ",       "{",           "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\" 1}", "{1:2}",
        "nul",    "01",      "1.",          ".5",   "+1",    "1e",         "-",         "\"a",
        "\"\t\"", "\"\\x\"", "\"\\u12g4\"", "1 2",  "NaN",   "'a'",        "\"\xFF\""}) {
    const Error error = error_of(text);
    EXPECT_EQ(error.kind, ErrorKind::bad_input) << text;
    EXPECT_NE(error.where.find("line 1, byte"), std::string::npos) << text;
  }
}

TEST(JsonReader, RefusesLoneSurrogates) {
  for (const char* text :
       {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\n")", R"("\ud800\ud800")"})
    EXPECT_NE(error_of(text).message.find("surrogate"), std::string::npos) << text;
}

TEST(JsonReader, LimitsAreNamed) {
  const std::string deep = std::string(300, '[') + std::string(300, ']');
  EXPECT_NE(error_of(deep).message.find("limit of 256 levels"), std::string::npos);
  EXPECT_NE(error_of("[1,2,3]", {.values = 3}).message.find("limit of 3 values"),
            std::string::npos);
  EXPECT_NE(error_of("[1,2,3]", {.bytes = 5}).message.find("limit of 5"), std::string::npos);
  EXPECT_NE(error_of("1e9999999999999999999").message.find("limit of 1000000000"),
            std::string::npos);
  EXPECT_EQ(error_of("1e-1000000001").kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::grammar
