// A line in, a line out: bad lines give their errors in their places, and the others go on.
#include "cli/jsonl.h"

#include <gmock/gmock.h>

#include <iostream>
#include <sstream>

#include "cli/line_answers.h"

namespace ashlar::cli {
namespace {

using base::Json;
using ::testing::ElementsAre;

// Stands for stdin and stdout while it lives.
class Piped {
 public:
  explicit Piped(const std::string& in) : in_(in), old_(std::cin.rdbuf(in_.rdbuf())) {
    std::cin.clear();
    testing::internal::CaptureStdout();
  }
  ~Piped() {
    std::cin.rdbuf(old_);
    std::cin.clear();
  }
  // What was printed, a value a line.
  static std::vector<Json> printed() {
    std::istringstream out(testing::internal::GetCapturedStdout());
    std::vector<Json> values;
    for (std::string line; std::getline(out, line);) values.push_back(Json::parse(line));
    return values;
  }

 private:
  std::istringstream in_;
  std::streambuf* old_;
};

std::string where_of(const Json& line) {
  return line["error"]["where"];
}

TEST(ReadJsonl, CountsBlankLinesAndStopsAtTheLimit) {
  const Piped piped("1\n\n \t\r\n{\n2");
  std::size_t number = 0;
  const auto first = read_jsonl(number, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].value, Json(1));
  EXPECT_EQ(first[1].number, 4u);
  EXPECT_THAT(first[1].value.error().where, testing::StartsWith("line 4"));
  const auto rest = read_jsonl(number, 2);
  ASSERT_EQ(rest.size(), 1u) << "the last line needs no newline";
  EXPECT_EQ(rest[0].number, 5u);
  EXPECT_TRUE(read_jsonl(number, 2).empty());
  Piped::printed();
}

TEST(AtLine, StandsBeforeThePlace) {
  EXPECT_EQ(at_line(7, Error{ErrorKind::io, "", "/stop", ""}).where, "line 7: /stop");
  EXPECT_EQ(at_line(7, Error{ErrorKind::io, "", "", ""}).where, "line 7");
}

// Requests are whole numbers; an answer is ten times one, but 13 fails.
Result<int> number_of(const Json& json) {
  if (json.is_number_integer()) return json.get<int>();
  return fail(ErrorKind::bad_input, "not a number", "/");
}
Result<Json> ten_times(int number) {
  if (number == 13) return fail(ErrorKind::too_large, "unlucky", "prompt");
  return Json(10 * number);
}

int run(std::vector<std::size_t>& groups) {
  return run_jsonl<int>(number_of, [&](std::vector<int>& numbers, Interrupt&) {
    groups.push_back(numbers.size());
    std::vector<Result<Json>> answers;
    for (const int number : numbers) answers.push_back(ten_times(number));
    return answers;
  });
}

TEST(RunJsonl, AnswersInOrderWithErrorsInPlace) {
  const Piped piped("1\n{]\n\"x\"\n13\n\n5\n");
  std::vector<std::size_t> groups;
  EXPECT_EQ(run(groups), kExitBadInput);
  const std::vector<Json> out = Piped::printed();
  ASSERT_EQ(out.size(), 5u);
  EXPECT_EQ(out[0], Json(10));
  EXPECT_THAT(where_of(out[1]), testing::StartsWith("line 2"));
  EXPECT_EQ(where_of(out[2]), "line 3: /");
  EXPECT_EQ(where_of(out[3]), "line 4: prompt");
  EXPECT_EQ(out[3]["error"]["kind"], "too_large");
  EXPECT_EQ(out[4], Json(50));
  EXPECT_THAT(groups, ElementsAre(3u)) << "what can be asked is asked together";
}

TEST(RunJsonl, ManyLinesComeInGroups) {
  std::string lines;
  for (int i = 0; i < 2100; ++i) lines += "2\n";
  const Piped piped(lines);
  std::vector<std::size_t> groups;
  EXPECT_EQ(run(groups), kExitFine);
  EXPECT_THAT(groups, ElementsAre(1024u, 1024u, 52u));
  EXPECT_EQ(Piped::printed(), std::vector<Json>(2100, Json(20)));
}

TEST(RunJsonl, AnInterruptEndsItAfterTheGroup) {
  const Piped piped("1\n2\n");
  const int code = run_jsonl<int>(number_of, [](std::vector<int>& numbers, Interrupt& interrupt) {
    interrupt.request();
    return std::vector<Result<Json>>(numbers.size(), Json(0));
  });
  EXPECT_EQ(code, kExitFailed);
  EXPECT_THAT(Piped::printed(), ElementsAre(0, 0)) << "what was answered is printed";
}

TEST(AnswerLines, AsksForObjectsAndGoesOnAfterAnError) {
  const Piped piped("{\"a\": 1}\n[1]\n{\"a\": 13}\n{\n{\"a\": 2}\n");
  EXPECT_EQ(answer_lines([](const Json& request) { return ten_times(request["a"]); }),
            kExitBadInput);
  const std::vector<Json> out = Piped::printed();
  ASSERT_EQ(out.size(), 5u);
  EXPECT_EQ(out[0], Json(10));
  EXPECT_EQ(out[1]["error"]["message"], "array is not an object");
  EXPECT_EQ(where_of(out[1]), "line 2");
  EXPECT_EQ(where_of(out[2]), "line 3: prompt");
  EXPECT_THAT(where_of(out[3]), testing::StartsWith("line 4"));
  EXPECT_EQ(out[4], Json(20));
}

TEST(AnswerLines, NothingAskedIsFine) {
  const Piped piped("\n\n");
  EXPECT_EQ(answer_lines([](const Json&) { return Result<Json>(Json()); }), kExitFine);
  EXPECT_TRUE(Piped::printed().empty());
}

}  // namespace
}  // namespace ashlar::cli
