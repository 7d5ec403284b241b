#include "server/blob_store.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::server {
namespace {

// Of "abc": FIPS 180-4.
const std::string kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

using BlobStoreTest = test::TempFolder;

TEST(BlobDigest, IsSha256InLowerCase) {
  EXPECT_EQ(parse_digest("sha256:" + kAbc), kAbc);
  EXPECT_EQ(parse_digest("sha256-" + kAbc), kAbc);
  std::string upper = kAbc;
  upper[0] = 'B';
  for (const std::string& digest :
       {std::string(), kAbc, "sha256:" + upper, "sha1:" + kAbc, "sha256:" + kAbc + "0",
        "sha256:../" + kAbc.substr(3), "sha256/" + kAbc, "sha256:" + kAbc.substr(1)})
    EXPECT_FALSE(parse_digest(digest)) << digest;
}

TEST_F(BlobStoreTest, KeepsWhatHasTheDigest) {
  BlobStore blobs(root() / "blobs");
  EXPECT_FALSE(blobs.has(kAbc));
  const auto wrong = blobs.put(kAbc, "abd");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("digest mismatch"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(root() / "blobs"));
  ASSERT_TRUE(blobs.put(kAbc, "abc"));
  EXPECT_TRUE(blobs.has(kAbc));
  EXPECT_EQ(base::read_file(root() / "blobs" / ("sha256-" + kAbc)).value_or(""), "abc");
}

}  // namespace
}  // namespace ashlar::server
