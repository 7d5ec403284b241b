// Files are mapped, read and replaced whole; every refusal names the path.
#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/support/temp_folder.h"

namespace ashlar::base {
namespace {

class File : public test::TempFolder {
 protected:
  const std::filesystem::path& folder = root();
};

TEST_F(File, WritesReadsAndMapsTheSameBytes) {
  const std::filesystem::path path = folder / "a";
  ASSERT_TRUE(write_file(path, "first"));
  ASSERT_TRUE(write_file(path, std::string("second\0", 7)));
  EXPECT_EQ(*read_file(path), std::string("second\0", 7));
  auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped);
  const MappedFile moved = std::move(*mapped);
  EXPECT_EQ(moved.bytes().size(), 7u);
  EXPECT_EQ(static_cast<char>(moved.bytes()[0]), 's');
}

TEST_F(File, RefusalsNameThePath) {
  for (const auto& path : {folder / "absent", folder}) {
    const auto text = read_file(path);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().where, path.string());
    EXPECT_FALSE(MappedFile::open(path));
  }
  EXPECT_EQ(read_file(folder / "absent").error().kind, ErrorKind::not_found);
  ASSERT_TRUE(write_file(folder / "long", "12345"));
  EXPECT_EQ(read_file(folder / "long", 4).error().kind, ErrorKind::too_large);
}

TEST_F(File, AnEmptyFileMapsToNothing) {
  ASSERT_TRUE(write_file(folder / "empty", ""));
  EXPECT_TRUE(MappedFile::open(folder / "empty")->bytes().empty());
}

TEST_F(File, PartsLieOneBehindAnother) {
  const std::string_view parts[] = {"one", "", "two"};
  ASSERT_TRUE(write_file(folder / "parts", parts));
  EXPECT_EQ(*read_file(folder / "parts"), "onetwo");
}

TEST_F(File, AFailedWriteLeavesTheOldFileAndNoRest) {
  const std::filesystem::path path = folder / "a";
  ASSERT_TRUE(write_file(path, "old"));
  struct rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const struct rlimit small{1000, before.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Status written = write_file(path, std::string(5000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(written);
  EXPECT_EQ(*read_file(path), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
}

}  // namespace
}  // namespace ashlar::base
