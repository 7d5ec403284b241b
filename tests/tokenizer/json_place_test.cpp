#include "tokenizer/json_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::tokenizer {
namespace {

using base::Json;
using testing::HasSubstr;

const Json& sample() {
  static const Json json = Json::parse(R"({"type": "T", "a": {"b/c": [1, "x"]}, "off": null,
                                          "on": true, "n": -1})");
  return json;
}

TEST(JsonPlace, KnowsItsPointer) {
  const JsonPlace root(sample(), "f");
  EXPECT_EQ(root.where(), "f: /");
  const auto items = root.member("a")->member("b/c")->items();
  ASSERT_TRUE(items);
  EXPECT_EQ((*items)[1].where(), "f: /a/b~1c/1");
  EXPECT_EQ((*items)[0].whole(), 1u);
  EXPECT_EQ((*items)[1].string(), "x");
}

TEST(JsonPlace, TakesNullForMissing) {
  const JsonPlace root(sample(), "f");
  EXPECT_FALSE(root.find("off")->has_value());
  EXPECT_FALSE(root.find("none")->has_value());
  EXPECT_TRUE(*root.boolean_or("off", true));
  EXPECT_TRUE(*root.boolean_or("on", false));
  EXPECT_THAT(root.member("none").error().message, HasSubstr("'none' is missing"));
}

TEST(JsonPlace, RefusesOtherTypesWithTheirPlace) {
  const JsonPlace root(sample(), "f");
  EXPECT_EQ(root.string("on").error().where, "f: /on");
  EXPECT_EQ(root.boolean_or("n", true).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(root.member("n")->whole().error().where, "f: /n");
  EXPECT_FALSE(root.items());
  EXPECT_FALSE(root.member("on")->find("x"));
  EXPECT_FALSE(root.member("on")->only({}));
}

TEST(JsonPlace, RefusesFieldsThatNobodyReads) {
  const JsonPlace root(sample(), "f");
  EXPECT_TRUE(root.only({"a", "on", "n"}));
  const Status status = root.only({"a", "on"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(status.error().where, "f: /n");
}

}  // namespace
}  // namespace ashlar::tokenizer
