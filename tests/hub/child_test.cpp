#include "hub/child.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>

namespace ashlar::hub {
namespace {

using testing::HasSubstr;

ChildResult run(const std::vector<std::string>& argv,
                const std::vector<std::string>& variables = {}) {
  auto result = run_child(argv, variables, {}, {});
  EXPECT_TRUE(result);
  return result ? *result : ChildResult{};
}

TEST(Child, GivesOutputAndExitCode) {
  const ChildResult result = run({"sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.output, "out\nerr\n");
}

TEST(Child, TakesArgumentsAsTheyAre) {
  EXPECT_EQ(run({"printf", "%s|", "a b", "$HOME", "*"}).output, "a b|$HOME|*|");
}

TEST(Child, SetsVariables) {
  ::setenv("ASHLAR_CHILD_TEST", "old", 1);
  EXPECT_EQ(run({"sh", "-c", "echo $ASHLAR_CHILD_TEST"}, {"ASHLAR_CHILD_TEST=new"}).output,
            "new\n");
  EXPECT_EQ(run({"sh", "-c", "echo $ASHLAR_CHILD_TEST"}).output, "old\n");
  ::unsetenv("ASHLAR_CHILD_TEST");
}

TEST(Child, HasNoInput) {
  EXPECT_EQ(run({"cat"}).output, "");
}

TEST(Child, AMissingProgramIs127) {
  EXPECT_EQ(run({"no-such-program"}).exit_code, 127);
}

TEST(Child, ASignalIs128AndItsNumber) {
  EXPECT_EQ(run({"sh", "-c", "kill -9 $$"}).exit_code, 128 + SIGKILL);
}

TEST(Child, DoesNotInheritOurIgnoredSignals) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(run({"sh", "-c", "kill -PIPE $$; echo alive"}).exit_code, 128 + SIGPIPE);
  ::signal(SIGPIPE, before);
}

TEST(Child, KeepsTheEndOfALongOutput) {
  const ChildResult result = run({"sh", "-c", "yes | head -c 300000; echo last"});
  EXPECT_EQ(result.output.size(), 64u << 10);
  EXPECT_TRUE(result.output.ends_with("last\n"));
}

TEST(Child, TicksWhileItWaits) {
  int ticks = 0;
  ASSERT_TRUE(run_child({"sleep", "0.7"}, {}, [&] { ++ticks; }, {}));
  EXPECT_GE(ticks, 1);
}

TEST(Child, AStopRequestKillsIt) {
  std::stop_source source;
  const auto result =
      run_child({"sleep", "60"}, {}, [&] { source.request_stop(); }, source.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace ashlar::hub
