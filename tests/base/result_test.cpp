// Errors as values: how one reads as a line, and how the macros hand it on.
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

namespace ashlar {
namespace {

TEST(Error, IsOneLineWithWhatIsKnown) {
  EXPECT_EQ((Error{ErrorKind::corrupt, "no magic", "a.gguf", "get it anew"}.line()),
            "corrupt: no magic (a.gguf); get it anew");
  EXPECT_EQ((Error{ErrorKind::io, "no magic", "", "get it anew"}.line()),
            "io: no magic; get it anew");
  EXPECT_EQ((Error{ErrorKind::cancelled, "stopped", "step", ""}.line()),
            "cancelled: stopped (step)");
  EXPECT_EQ((Error{ErrorKind::internal, "stopped", "", ""}.line()), "internal: stopped");
}

// error.kind is part of the JSON that callers read.
TEST(ErrorKind, EveryKindHasItsOwnName) {
  EXPECT_EQ(name_of(ErrorKind::bad_input), "bad_input");
  EXPECT_EQ(name_of(ErrorKind::unsupported), "unsupported");
  EXPECT_EQ(name_of(ErrorKind::not_found), "not_found");
  EXPECT_EQ(name_of(ErrorKind::too_large), "too_large");
  EXPECT_EQ(name_of(ErrorKind::exhausted), "exhausted");
  EXPECT_EQ(name_of(ErrorKind::denied), "denied");
  EXPECT_EQ(name_of(ErrorKind::internal), "internal");
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind)
    names.insert(name_of(static_cast<ErrorKind>(kind)));
  EXPECT_EQ(names.size(), 10u);
}

Status check(int value) {
  if (value < 0) return fail(ErrorKind::bad_input, "negative", "value", "give more");
  return {};
}

// A value that only moves, so that a copy in the macro would not compile.
Result<std::unique_ptr<int>> boxed(int value) {
  ASHLAR_TRY(check(value));
  return std::make_unique<int>(value);
}

Result<int> sum(const std::vector<int>& values, int& seen) {
  int total = 0;
  for (const int value : values) {
    ASHLAR_ASSIGN(const std::unique_ptr<int> one, boxed(value));
    total += *one;
    ++seen;
  }
  return total;
}

TEST(Result, TheFirstErrorComesOutWholeAndNothingRunsAfterIt) {
  int seen = 0;
  EXPECT_EQ(sum({1, 2, 3}, seen), 6);
  EXPECT_EQ(seen, 3);
  seen = 0;
  const Result<int> failed = sum({1, -2, 3}, seen);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().line(), "bad_input: negative (value); give more");
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace ashlar
