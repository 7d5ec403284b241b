#include "server/batch_input.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::server {
namespace {

using testing::HasSubstr;

constexpr std::string_view kChats = "/v1/chat/completions";

std::string line(std::string_view id, std::string_view body = "{}") {
  return fmt::format(R"({{"custom_id":"{}","method":"POST","url":"{}","body":{}}})", id, kChats,
                     body);
}

base::Json only_error(const std::string& text) {
  const BatchInput input = parse_batch(text, kChats);
  EXPECT_EQ(input.errors.size(), 1U) << input.errors;
  return input.errors.empty() ? base::Json() : input.errors[0];
}

TEST(BatchInput, TakesLines) {
  const BatchInput input =
      parse_batch(line("a", R"({"n": 1})") + "\r\n\n  \t\r\n" + line("b"), kChats);
  EXPECT_TRUE(input.errors.empty()) << input.errors;
  ASSERT_EQ(input.lines.size(), 2U);
  EXPECT_EQ(input.lines[0].line, 1);
  EXPECT_EQ(input.lines[0].custom_id, "a");
  EXPECT_EQ(input.lines[0].body, R"({"n":1})");
  EXPECT_EQ(input.lines[1].line, 4);
}

TEST(BatchInput, ErrorsNameLineAndField) {
  const base::Json twice = only_error(line("a") + "\n" + line("a"));
  EXPECT_EQ(twice["line"], 2);
  EXPECT_EQ(twice["param"], "custom_id");
  EXPECT_THAT(twice["message"].get<std::string>(), HasSubstr("'a'"));
  EXPECT_EQ(only_error(line("a", R"({"stream": true})"))["param"], "body.stream");
  EXPECT_EQ(only_error(line("a", R"({"background": 1})"))["param"], "body.background");
  EXPECT_EQ(only_error(line("a", "5"))["param"], "body");
  EXPECT_EQ(only_error(line(std::string(513, 'x')))["param"], "custom_id");
  EXPECT_EQ(only_error("\xff")["param"], nullptr);
  EXPECT_EQ(only_error("")["line"], nullptr);
  EXPECT_EQ(only_error(" \n\n")["line"], nullptr);
  EXPECT_TRUE(parse_batch(line("a", R"({"stream": false})"), kChats).errors.empty());
}

TEST(BatchInput, Limits) {
  std::string text;
  for (std::size_t i = 0; i <= kMostBatchLines; ++i) text += line(std::to_string(i)) + "\n";
  const base::Json error = only_error(text + line("more"));
  EXPECT_EQ(error["line"], kMostBatchLines + 1);
  std::string wrong;
  for (int i = 0; i < 1000; ++i) wrong += "{\n";
  EXPECT_EQ(parse_batch(wrong, kChats).errors.size(), 100U);
}

}  // namespace
}  // namespace ashlar::server
