#include "hub/pip.h"

#include <gmock/gmock.h>

namespace ashlar::hub {
namespace {

using testing::HasSubstr;

// Texts as pip prints them.
constexpr const char* kNoNetwork =
    "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by "
    "'NewConnectionError(... [Errno -3] Temporary failure in name resolution')': /simple/tiny/\n"
    "ERROR: Could not find a version that satisfies the requirement tiny==1.0 (from versions: "
    "none)\nERROR: No matching distribution found for tiny==1.0\n";
constexpr const char* kNoVersion =
    "Looking in links: index\n"
    "ERROR: Could not find a version that satisfies the requirement tiny==1.0 (from versions: "
    "none)\nERROR: No matching distribution found for tiny==1.0\n";

TEST(ExplainPip, KnowsANetworkFromAMissingVersion) {
  EXPECT_EQ(explain_pip(1, kNoNetwork, "tiny==1.0").kind, ErrorKind::io);
  EXPECT_THAT(explain_pip(1, kNoNetwork, "tiny==1.0").mend, HasSubstr("network"));
  EXPECT_EQ(explain_pip(1, kNoVersion, "tiny==1.0").kind, ErrorKind::not_found);
}

TEST(ExplainPip, KnowsAFullDisk) {
  const Error error =
      explain_pip(1, "ERROR: [Errno 28] No space left on device: 'x.whl'\n", "tiny==1.0");
  EXPECT_EQ(error.kind, ErrorKind::exhausted);
  EXPECT_THAT(error.mend, HasSubstr("ASHLAR_HOME"));
}

TEST(ExplainPip, KnowsWhatIsNotInstalled) {
  EXPECT_THAT(explain_pip(127, "", "tiny==1.0").mend, HasSubstr("apt-get install python3"));
  EXPECT_THAT(explain_pip(1, "/usr/bin/python3: No module named pip\n", "tiny==1.0").mend,
              HasSubstr("apt-get install python3-pip"));
}

TEST(ExplainPip, KnowsCtrlC) {
  EXPECT_EQ(explain_pip(1, "ERROR: Operation cancelled by user\n", "t").kind, ErrorKind::cancelled);
  EXPECT_EQ(explain_pip(130, "", "t").kind, ErrorKind::cancelled);
}

TEST(ExplainPip, ElseQuotesTheLastError) {
  EXPECT_EQ(explain_pip(2, "ERROR: first\nERROR: the last\nhint\n", "t").message,
            "pip failed: the last");
  EXPECT_EQ(explain_pip(2, "Traceback\nSomeError: odd\n", "t").message,
            "pip failed: SomeError: odd");
  EXPECT_EQ(explain_pip(2, "\n", "t").message, "pip failed: it printed nothing");
  EXPECT_EQ(explain_pip(2, "x", "tiny==1.0").where, "pip download tiny==1.0");
}

}  // namespace
}  // namespace ashlar::hub
