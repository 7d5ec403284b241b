// How an error of any verb reaches the user: one line or one object, and an exit code.
#include <gmock/gmock.h>

#include <set>

#include "base/json.h"
#include "cli/arguments.h"
#include "cli/verb.h"

namespace ashlar::cli {
namespace {

using ::testing::HasSubstr;

// What the caller can mend is 2, what the machine did is 1.
TEST(ExitCode, TellsTheCallersFaultFromTheMachines) {
  for (const ErrorKind kind : {ErrorKind::bad_input, ErrorKind::corrupt, ErrorKind::unsupported,
                               ErrorKind::not_found, ErrorKind::too_large})
    EXPECT_EQ(exit_code_for({kind, "", "", ""}), 2) << name_of(kind);
  for (const ErrorKind kind :
       {ErrorKind::exhausted, ErrorKind::io, ErrorKind::cancelled, ErrorKind::internal})
    EXPECT_EQ(exit_code_for({kind, "", "", ""}), 1) << name_of(kind);
}

TEST(Report, OneLineForAPersonOneObjectForAProgram) {
  const Error error{ErrorKind::io, "two\nlines", "a.gguf", "try again"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(report(error, false), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "ashlar: io: two lines (a.gguf); try again\n");
  testing::internal::CaptureStdout();
  EXPECT_EQ(report(error, true), 1);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            R"({"error":{"kind":"io","message":"two\nlines","where":"a.gguf",)"
            R"("mend":"try again"}})"
            "\n");
}

// argv of main(), which may write to it.
struct Arguments : std::vector<std::string> {
  using std::vector<std::string>::vector;
  std::vector<char*> pointers;
  char** argv() {
    pointers.clear();
    for (std::string& each : *this) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return pointers.data();
  }
  int argc() const { return static_cast<int>(size()); }
};

TEST(WantsJson, LooksBeforeTheDoubleDash) {
  const auto wants = [](Arguments a) { return wants_json(a.argc(), a.argv()); };
  EXPECT_TRUE(wants({"generate", "-p", "x", "--json"}));
  EXPECT_TRUE(wants({"generate", "--jsonl"}));
  EXPECT_FALSE(wants({"generate", "--", "--json"}));
  EXPECT_FALSE(wants({"--json"})) << "the verb itself is no option";
  EXPECT_FALSE(wants({"generate", "--jsonx"}));
}

TEST(ParseArguments, FillsOrGivesAnExitCode) {
  int number = 0;
  const auto parse = [&](Arguments a) {
    CLI::App app("about", "verb");
    app.add_option("--number", number);
    app.add_flag("--json");
    return parse_arguments(app, a.argc(), a.argv());
  };
  EXPECT_EQ(parse({"verb", "--number", "7"}), std::nullopt);
  EXPECT_EQ(number, 7);
  testing::internal::CaptureStdout();
  EXPECT_EQ(parse({"verb", "--help"}), kExitFine);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("--number"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(parse({"verb", "--json", "--numbre", "7"}), kExitBadInput);
  const auto json = base::Json::parse(testing::internal::GetCapturedStdout());
  EXPECT_EQ(json["error"]["where"], "command line");
  EXPECT_EQ(json["error"]["mend"], "verb --help lists the options");
  EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr("--numbre"));
}

TEST(Verbs, EachHasANameOfItsOwnAndSaysWhatItDoes) {
  std::set<std::string_view> names;
  for (const Verb& verb : verbs()) {
    EXPECT_TRUE(names.insert(verb.name).second) << verb.name;
    EXPECT_FALSE(verb.summary.empty());
    EXPECT_NE(verb.run, nullptr);
  }
}

}  // namespace
}  // namespace ashlar::cli
