// JSON in and out: errors carry a byte offset, depth is bounded, key order is kept.
#include "base/json.h"

#include <gtest/gtest.h>

namespace ashlar::base {
namespace {

TEST(Json, KeepsTheOrderOfKeys) {
  const auto value = parse_json(R"({"b":1,"a":[true,null,"é"]})", "test");
  ASSERT_TRUE(value);
  EXPECT_EQ(write_json(*value), R"({"b":1,"a":[true,null,"é"]})");
}

TEST(Json, ErrorsNameTheSourceAndTheByte) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1} x", "nul", "\"\xFF\"", "[1e999]", "01"}) {
    const auto value = parse_json(text, "line 7");
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().kind, ErrorKind::bad_input);
    EXPECT_NE(value.error().where.find("line 7"), std::string::npos) << text;
    EXPECT_FALSE(value.error().mend.empty());
  }
}

TEST(Json, DepthIsBounded) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(parse_json(nested(kMaxJsonDepth), "test"));
  const auto deep = parse_json(nested(kMaxJsonDepth + 1), "test");
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind, ErrorKind::too_large);
  EXPECT_FALSE(parse_json(nested(1'000'000), "test"));
  EXPECT_TRUE(parse_json("\"" + std::string(1000, '[') + "\\\"[\"", "test"));  // not structure
}

TEST(Json, WritesBrokenUtf8AsReplacement) {
  EXPECT_EQ(write_json(Json(std::string("a\xFF"))), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace ashlar::base
