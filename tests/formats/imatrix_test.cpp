// Importance matrices in both of llama.cpp's forms, good and hostile.
#include "formats/imatrix.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/support/gguf_builder.h"

namespace ashlar::formats {
namespace {

using test::bytes_of;
using test::GgufBuilder;
using test::put;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Imatrix> parsed(const std::string& bytes) {
  return parse_imatrix(bytes_of(bytes), "imatrix");
}

GgufBuilder sums(const std::vector<float>& values, float count) {
  return GgufBuilder()
      .string("general.type", "imatrix")
      .tensor_f32("blk.0.attn_q.weight.in_sum2", {values.size(), 1}, values)
      .tensor_f32("blk.0.attn_q.weight.counts", {1, 1}, {count});
}

void put_entry(std::string& out, std::string_view name, const std::vector<float>& values) {
  put<std::int32_t>(out, static_cast<std::int32_t>(name.size()));
  out += name;
  put<std::int32_t>(out, 7);  // calls
  put<std::int32_t>(out, static_cast<std::int32_t>(values.size()));
  for (const float value : values) put(out, value);
}

std::string dat(const std::vector<float>& values, int entries = 1) {
  std::string out;
  put<std::int32_t>(out, entries);
  for (int i = 0; i < entries; ++i) put_entry(out, "blk.0.attn_q.weight", values);
  return out;
}

TEST(Imatrix, GgufHasSumsOverCounts) {
  const auto imatrix = parsed(sums({2, 4, 0}, 2).build());
  ASSERT_TRUE(imatrix) << imatrix.error().line();
  EXPECT_THAT(imatrix->at("blk.0.attn_q.weight"), ElementsAre(1, 2, 0));
}

TEST(Imatrix, DatHasEntriesAndATail) {
  std::string file = dat({1.5f, 3});
  put<std::int32_t>(file, 100);
  put<std::int32_t>(file, 4);
  file += "text";
  const auto imatrix = parsed(file);
  ASSERT_TRUE(imatrix) << imatrix.error().line();
  EXPECT_THAT(imatrix->at("blk.0.attn_q.weight"), ElementsAre(1.5f, 3));
}

void expect_refused(const std::string& file, std::string_view message) {
  const auto imatrix = parsed(file);
  ASSERT_FALSE(imatrix) << message;
  EXPECT_THAT(imatrix.error().message, HasSubstr(std::string(message)));
  EXPECT_THAT(imatrix.error().where, HasSubstr("imatrix"));
}

TEST(Imatrix, RefusesWhatCannotWeigh) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  expect_refused(sums({1, -1}, 1).build(), "negative or not finite");
  expect_refused(sums({1, kNan}, 1).build(), "negative or not finite");
  expect_refused(sums({1, 1}, 0).build(), "saw no input");
  expect_refused(sums({1, 1}, kNan).build(), "saw no input");
  expect_refused(dat({1, kNan}), "negative or not finite");
  expect_refused(dat({}), "no values");
  expect_refused(dat({1}, 2), "occurs twice");
  expect_refused(dat({}, 0), "no entries");
  expect_refused(GgufBuilder().tensor_f32("x.in_sum2", {2}, {1, 2}).build(), "no counts");
  expect_refused(GgufBuilder().string("general.type", "model").build(), "no importances");
  expect_refused(GgufBuilder()
                     .tensor_f32("x.in_sum2", {2, 2}, {1, 2, 3, 4})
                     .tensor_f32("x.counts", {1, 2}, {1, 1})
                     .build(),
                 "2 matrices");
}

TEST(Imatrix, EveryCutIsAnErrorAndNoCrash) {
  const std::string file = dat({1, 2, 3});
  for (std::size_t length = 0; length < file.size(); ++length)
    EXPECT_FALSE(parsed(file.substr(0, length))) << length;
  std::string huge;
  put<std::int32_t>(huge, 1);
  put<std::int32_t>(huge, std::numeric_limits<std::int32_t>::max());
  expect_refused(huge + "name", "can't be");
  put<std::int32_t>(huge, -1);
  expect_refused(std::string(4, '\xff') + huge, "can't be");
}

}  // namespace
}  // namespace ashlar::formats
