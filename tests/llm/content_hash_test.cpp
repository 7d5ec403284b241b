#include "llm/content_hash.h"

#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace ashlar::llm {
namespace {

using ContentHash = test::TempFolder;

// What XXH3_128bits() of xxHash 0.8.1 gives in one call.
TEST_F(ContentHash, IsXxh3) {
  test::spill(root() / "empty", "");
  EXPECT_EQ(*content_hash(root() / "empty"), "99aa06d3014798d86001c324468d497f");
  test::spill(root() / "big", std::string((1u << 20) * 2 + 17, 'x'));
  EXPECT_EQ(*content_hash(root() / "big"), "77beace75b38430fe631701421d064d6");
}

TEST_F(ContentHash, AnyByteChangesIt) {
  std::string bytes((1u << 20) + 5, 'x');
  test::spill(root() / "file", bytes);
  const std::string before = *content_hash(root() / "file");
  for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    std::string changed = bytes;
    changed[at] = 'y';
    test::spill(root() / "file", changed);
    EXPECT_NE(*content_hash(root() / "file"), before) << at;
  }
}

TEST_F(ContentHash, WhatCantBeReadIsAnError) {
  EXPECT_EQ(content_hash(root() / "none").error().kind, ErrorKind::io);
  EXPECT_EQ(content_hash(root()).error().kind, ErrorKind::io);
}

}  // namespace
}  // namespace ashlar::llm
