#include "hub/partial_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "hub/file_lock.h"
#include "hub/hub.h"
#include "tests/hub/fake_home.h"

namespace ashlar::hub {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

using PartialFileTest = test::FakeHome;
using FileLockTest = test::FakeHome;

TEST_F(PartialFileTest, AppearsWhole) {
  const auto target = root() / "models" / "x" / "model";
  auto file = PartialFile::create(root() / "x.partial");
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->write(bytes_of("one ")));
  ASSERT_TRUE(file->write(bytes_of("two")));
  EXPECT_FALSE(std::filesystem::exists(target));
  ASSERT_TRUE(file->move_to(target));
  EXPECT_EQ(test::slurp(target), "one two");
  EXPECT_FALSE(std::filesystem::exists(root() / "x.partial"));
}

TEST_F(PartialFileTest, GoesWhenNotMoved) {
  {
    auto file = PartialFile::create(root() / "x.partial");
    ASSERT_TRUE(file && file->write(bytes_of("half")));
    EXPECT_TRUE(std::filesystem::exists(root() / "x.partial"));
  }
  EXPECT_FALSE(std::filesystem::exists(root() / "x.partial"));
}

TEST_F(PartialFileTest, NamesAFolderThatCannotBe) {
  test::spill(root() / "file", "");
  EXPECT_EQ(PartialFile::create(root() / "file" / "x").error().where, root() / "file" / "x");
  EXPECT_EQ(make_folder(root() / "file" / "sub").error().kind, ErrorKind::io);
}

TEST_F(PartialFileTest, AFullDeviceIsExhausted) {
  const auto full = std::filesystem::path("/dev/full");
  if (!std::filesystem::exists(full) || ::access(full.c_str(), W_OK) != 0)
    GTEST_SKIP() << "needs-device: no writable /dev/full";
  std::filesystem::create_symlink(full, root() / "full.partial");
  auto file = PartialFile::create(root() / "full.partial");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->write(bytes_of("x")).error().kind, ErrorKind::exhausted);
}

TEST_F(FileLockTest, IsHeldByOneAtATime) {
  const auto path = root() / "locks" / "x.lock";
  std::stop_source stop;
  bool waited = false;
  {
    const auto held = FileLock::acquire(path, {}, {});
    ASSERT_TRUE(held);
    const auto second = FileLock::acquire(
        path,
        [&] {
          waited = true;
          stop.request_stop();
        },
        stop.get_token());
    EXPECT_TRUE(waited);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::cancelled);
  }
  EXPECT_TRUE(FileLock::acquire(path, {}, {}));
}

TEST(Sha256Of, AFile) {
  // FIPS 180-4's example "abc".
  const auto path = std::filesystem::temp_directory_path() / "ashlar-abc";
  test::spill(path, "abc");
  EXPECT_EQ(sha256_of(path), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::filesystem::remove(path);
  EXPECT_EQ(sha256_of("/no/such").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace ashlar::hub
