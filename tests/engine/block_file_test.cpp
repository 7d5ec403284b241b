// The file as docs/formats/prefix-cache.md has it, and what is said of one that isn't right.
#include "engine/block_file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <vector>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::engine {
namespace {

namespace fs = std::filesystem;
using testing::StartsWith;

class BlockFile : public test::TempFolder {
 protected:
  const std::vector<TokenId> tokens = {1, 0x01020304};
  const BlockKey key{base::hash_of({}), tokens};
  const std::vector<std::byte> block = std::vector<std::byte>(5, std::byte{'b'});
  const fs::path path = root() / "block.kv", partial = root() / "partial";

  std::uint64_t write() { return write_block_file(path, partial, key, block).value(); }
  Result<bool> read(const BlockKey& wanted) {
    std::vector<std::byte> found(block.size());
    auto result = read_block_file(path, wanted, found);
    if (result && *result) {
      EXPECT_EQ(found, block);
    }
    return result;
  }
  std::string message(const BlockKey& wanted) { return read(wanted).error().message; }
};

TEST_F(BlockFile, HasTheBytesOfItsPage) {
  const std::uint64_t size = write();
  const std::string bytes = *base::read_file(path);
  EXPECT_EQ(bytes.size(), size);
  using namespace std::string_literals;
  const std::string head =
      "ASHLARKV\1\0\0\0\2\0\0\0\5\0\0\0\0\0\0\0"
      "\x99\xaa\x06\xd3\x01\x47\x98\xd8\x60\x01\xc3\x24\x46\x8d\x49\x7f"
      "\1\0\0\0\4\3\2\1bbbbb"s;
  EXPECT_THAT(bytes, StartsWith(head));
  EXPECT_EQ(bytes.size(), head.size() + 8);
  EXPECT_FALSE(fs::exists(partial));
}

TEST_F(BlockFile, IsReadBack) {
  EXPECT_EQ(read(key), false) << "not there";
  write();
  EXPECT_EQ(read(key), true);
}

TEST_F(BlockFile, SaysWhatIsWrong) {
  write();
  const std::vector<TokenId> others = {1, 2};
  EXPECT_EQ(message({key.identity, others}), "holds something else");
  EXPECT_EQ(message({base::hash_of(std::as_bytes(std::span(others))), tokens}),
            "holds something else");
  std::string bytes = *base::read_file(path);
  bytes.back() ^= 1;
  test::spill(path, bytes);
  EXPECT_EQ(message(key), "is damaged");
  test::spill(path, bytes.substr(1));
  EXPECT_EQ(message(key), "has another size");
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_EQ(message(key), "is no file");
  fs::remove(path);
  fs::create_symlink(root() / "elsewhere", path);
  EXPECT_EQ(message(key), "can't be opened");
}

TEST_F(BlockFile, WhatCantBeWrittenIsAnErrorAndLeavesNothing) {
  const auto written = write_block_file(root() / "none" / "x", root() / "none" / "y", key, block);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::io);
  fs::create_directory(path);
  EXPECT_FALSE(write_block_file(path, partial, key, block));
  EXPECT_FALSE(fs::exists(partial));
}

}  // namespace
}  // namespace ashlar::engine
