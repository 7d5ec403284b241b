// The examples of FIPS 180-4 (NIST, "SHA-256 Example"), and files longer than one piece.
#include "hub/sha256.h"

#include <gtest/gtest.h>

#include "hub/hub.h"
#include "tests/hub/fake_home.h"

namespace ashlar::hub {
namespace {

constexpr const char* kOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kOfAMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

std::string hash_in_pieces(std::string_view text, std::size_t piece) {
  Sha256 hash;
  for (std::size_t at = 0; at < text.size(); at += piece)
    hash.update(std::as_bytes(std::span(text.substr(at, piece))));
  return hash.hex();
}

TEST(Sha256, GivesTheKnownAnswersHoweverTheBytesCome) {
  const std::string two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  for (const std::size_t piece : {1, 3, 55, 64, 1000}) {
    EXPECT_EQ(hash_in_pieces(two_blocks, piece),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hash_in_pieces("", piece), kOfNothing);
  }
  EXPECT_EQ(hash_in_pieces(std::string(1'000'000, 'a'), 4096), kOfAMillionA);
}

using Sha256OfTest = test::FakeHome;

TEST_F(Sha256OfTest, FilesOfAnyLength) {
  test::spill(root() / "nothing", "");
  EXPECT_EQ(sha256_of(root() / "nothing"), kOfNothing);
  test::spill(root() / "million", std::string(1'000'000, 'a'));
  EXPECT_EQ(sha256_of(root() / "million"), kOfAMillionA);
  // One piece, a byte less and a byte more: the last read is whole, short and a single byte.
  for (const std::size_t size : {(1u << 20) - 1, 1u << 20, (1u << 20) + 1}) {
    const std::string text(size, 'x');
    test::spill(root() / "long", text);
    EXPECT_EQ(sha256_of(root() / "long"), hash_in_pieces(text, size)) << size;
  }
}

TEST_F(Sha256OfTest, AFolderIsNoFile) {
  const auto hash = sha256_of(root());
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().kind, ErrorKind::io);
  EXPECT_EQ(hash.error().where, root().string());
}

}  // namespace
}  // namespace ashlar::hub
