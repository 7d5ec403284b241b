// What JSON Schema calls equal has one canonical text.
#include "grammar/json_value.h"

#include "tests/grammar/support.h"

namespace ashlar::grammar {
namespace {

bool equal(std::string_view a, std::string_view b) {
  return canonical_text(value_of(a)) == canonical_text(value_of(b));
}

TEST(CanonicalText, EqualValues) {
  EXPECT_TRUE(equal("1", "1.0"));
  EXPECT_TRUE(equal("100", "1e2"));
  EXPECT_TRUE(equal("-0", "0.0e5"));
  EXPECT_TRUE(equal(R"({"a":1,"b":[2]})", R"({"b":[2.0],"a":1})"));
  EXPECT_TRUE(equal(R"("\u0041")", R"("A")"));
}

TEST(CanonicalText, DifferentValues) {
  EXPECT_FALSE(equal("1", "true"));
  EXPECT_FALSE(equal("0", "false"));
  EXPECT_FALSE(equal("[1,2]", "[2,1]"));
  EXPECT_FALSE(equal("[12]", "[1,2]"));
  EXPECT_FALSE(equal(R"("1")", "1"));
  EXPECT_FALSE(equal(R"({"a":1})", R"({"a":1,"b":1})"));
  EXPECT_FALSE(equal("[[],[]]", "[[[]]]"));
  EXPECT_FALSE(equal("9007199254740993", "9007199254740992"));
  EXPECT_FALSE(equal(R"(["a","b"])", R"(["a1:b"])"));
}

TEST(CanonicalText, StopsAtItsLimit) {
  EXPECT_FALSE(canonical_text(value_of(R"(["a long string"])"), 5));
  EXPECT_TRUE(canonical_text(value_of("[1]"), 5));
}

TEST(Object, FindsByName) {
  const Value value = value_of(R"({"z":1,"a":2,"":3})");
  EXPECT_EQ(*value.object()->index_of("a"), 1u);
  EXPECT_EQ(*value.object()->index_of(""), 2u);
  EXPECT_FALSE(value.object()->index_of("b"));
}

TEST(TypeName, OfEach) {
  for (const auto& [text, name] : {std::pair{"null", "null"},
                                   {"true", "boolean"},
                                   {"1", "number"},
                                   {"\"\"", "string"},
                                   {"[]", "array"},
                                   {"{}", "object"}})
    EXPECT_EQ(type_name(value_of(text)), name);
}

}  // namespace
}  // namespace ashlar::grammar
