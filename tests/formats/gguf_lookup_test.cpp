// Metadata as the kind that a caller needs: what fits is widened, what doesn't is an error that
// names the key.
#include <gmock/gmock.h>

#include "formats/gguf.h"
#include "tests/support/gguf_builder.h"

namespace ashlar::formats {
namespace {

using test::GgufBuilder;
using test::Meta;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class GgufLookup : public ::testing::Test {
 protected:
  const std::string file_ = GgufBuilder()
                                .i32("positive", 7)
                                .i32("negative", -7)
                                .f32("real", 0.5f)
                                .string("text", "t")
                                .boolean("flag", true)
                                .u32("count", 3)
                                .array<std::uint64_t>("ids", Meta::u64, {1, 2})
                                .array<std::uint64_t>("vast", Meta::u64, {1ull << 63})
                                .strings("texts", {"x"})
                                .build();
  const Gguf gguf_ = Gguf::parse(test::bytes_of(file_), "m.gguf").value();
};

template <class T>
void expect_error(const Result<T>& result, ErrorKind kind, const char* message, const char* key) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, kind);
  EXPECT_THAT(result.error().message, HasSubstr(message));
  EXPECT_EQ(result.error().where, std::string("m.gguf: key '") + key + "'");
  EXPECT_NE(result.error().mend, "");
}

TEST_F(GgufLookup, IntegersOfAnySignWhereTheValueFits) {
  EXPECT_EQ(gguf_.integer("positive"), 7u);
  EXPECT_EQ(gguf_.integer("count"), 3u);
  expect_error(gguf_.integer("negative"), ErrorKind::corrupt, "-7 is negative", "negative");
  EXPECT_THAT(gguf_.integers("ids").value(), ElementsAre(1, 2));
  expect_error(gguf_.integers("vast"), ErrorKind::corrupt, "9223372036854775808 is over", "vast");
}

TEST_F(GgufLookup, NumbersTakeIntegers) {
  EXPECT_EQ(gguf_.number("real"), 0.5);
  EXPECT_EQ(gguf_.number("negative"), -7.0);
  EXPECT_EQ(gguf_.number("count"), 3.0);
}

TEST_F(GgufLookup, AnotherTypeIsAnErrorNotADefault) {
  constexpr auto kKind = ErrorKind::corrupt;
  expect_error(gguf_.integer("real"), kKind, "type f32 where an integer is needed", "real");
  expect_error(gguf_.number("text"), kKind, "type str where a number is needed", "text");
  expect_error(gguf_.boolean("count"), kKind, "type u32 where a bool is needed", "count");
  expect_error(gguf_.string("flag"), kKind, "type bool where a string is needed", "flag");
  expect_error(gguf_.strings("ids"), kKind, "type arr[u64] where an array of strings", "ids");
  expect_error(gguf_.strings("text"), kKind, "type str where an array of strings", "text");
  expect_error(gguf_.integers("texts"), kKind, "type arr[str] where an array of integers", "texts");
  expect_error(gguf_.integer_or("text", 1), kKind, "type str", "text");
  expect_error(gguf_.number_or("text", 1), kKind, "type str", "text");
  expect_error(gguf_.boolean_or("text", true), kKind, "type str", "text");
}

TEST_F(GgufLookup, AbsentKeys) {
  constexpr auto kKind = ErrorKind::not_found;
  expect_error(gguf_.integer("none"), kKind, "lacks this key", "none");
  expect_error(gguf_.string("none"), kKind, "lacks this key", "none");
  expect_error(gguf_.strings("none"), kKind, "lacks this key", "none");
  EXPECT_EQ(gguf_.integer_or("none", 9), 9u);
  EXPECT_EQ(gguf_.number_or("none", 0.25), 0.25);
  EXPECT_EQ(gguf_.boolean_or("none", true), true);
  EXPECT_EQ(gguf_.integer_or("count", 9), 3u);
  EXPECT_EQ(gguf_.number_or("real", 9), 0.5);
  EXPECT_EQ(gguf_.boolean_or("flag", false), true);
}

}  // namespace
}  // namespace ashlar::formats
