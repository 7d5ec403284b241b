// The lock between processes: a killed holder lets go, a moved one doesn't.
#include "hub/file_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/hub/fake_home.h"

namespace ashlar::hub {
namespace {

using FileLockTest = test::FakeHome;

// Whether the lock is free now: a request to stop ends the wait at once.
bool is_free(const std::filesystem::path& path) {
  std::stop_source stop;
  stop.request_stop();
  return FileLock::acquire(path, {}, stop.get_token()).has_value();
}

// A process that holds the lock until it is killed.
pid_t start_holder(const std::filesystem::path& path) {
  int ready[2];
  if (::pipe(ready) != 0) return -1;
  const pid_t holder = ::fork();
  if (holder == 0) {
    const auto lock = FileLock::acquire(path, {}, {});
    if (!lock || ::write(ready[1], "y", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  ::close(ready[1]);
  char byte;
  EXPECT_EQ(::read(ready[0], &byte, 1), 1) << "the child has no lock";
  ::close(ready[0]);
  return holder;
}

TEST_F(FileLockTest, GoesWithAHolderThatIsKilled) {
  const auto path = root() / "x.lock";
  const pid_t holder = start_holder(path);
  ASSERT_GT(holder, 0);
  EXPECT_FALSE(is_free(path));
  int waits = 0;
  const auto lock = FileLock::acquire(path,
                                      [&] {
                                        ++waits;
                                        ::kill(holder, SIGKILL);
                                        ::waitpid(holder, nullptr, 0);
                                      },
                                      {});
  EXPECT_TRUE(lock);
  EXPECT_EQ(waits, 1);
  EXPECT_FALSE(is_free(path));
}

TEST_F(FileLockTest, StaysHeldWhenMoved) {
  const auto path = root() / "x.lock";
  {
    auto first = FileLock::acquire(path, {}, {});
    ASSERT_TRUE(first);
    const FileLock second(std::move(*first));
    first = tl::unexpected(Error{});  // ends the lock that was moved from
    EXPECT_FALSE(is_free(path));
  }
  EXPECT_TRUE(is_free(path));
  EXPECT_TRUE(std::filesystem::exists(path)) << "deleting it would give two processes a lock each";
}

TEST_F(FileLockTest, WhatCannotBeAFileIsNamed) {
  const auto folder = FileLock::acquire(root(), {}, {});
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::io);
  EXPECT_EQ(folder.error().where, root().string());
  test::spill(root() / "file", "");
  EXPECT_FALSE(FileLock::acquire(root() / "file" / "x.lock", {}, {}));
}

}  // namespace
}  // namespace ashlar::hub
