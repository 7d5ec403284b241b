#include "base/hash.h"

#include <gtest/gtest.h>

#include <string_view>

namespace ashlar::base {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// As xxHash's own tool writes it: the hash of nothing, by its specification's test vectors.
TEST(Hash, IsXxh3InCanonicalOrder) {
  EXPECT_EQ(hex(hash_of({})), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, PiecesAddUpToTheWhole) {
  EXPECT_EQ(Hasher().add(bytes_of("ash")).add(bytes_of("lar")).result(),
            hash_of(bytes_of("ashlar")));
}

TEST(Hash, AValueIsItsBytes) {
  const std::uint32_t value = 0x64636261;
  EXPECT_EQ(Hasher().add_value(value).result(), hash_of(bytes_of("abcd")));
}

}  // namespace
}  // namespace ashlar::base
