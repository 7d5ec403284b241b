// Blocks on disk: what was written is found by whoever looks for the same, and whatever is wrong
// with a file is a miss.
#include "engine/prefix_store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::engine {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kBlock = 4, kBytes = 1000;  // tokens and bytes of a block

using Block = std::vector<std::byte>;

Block block_of(int fill) {
  Block block(kBytes, std::byte{7});
  block[3] = static_cast<std::byte>(fill);
  return block;
}

std::vector<TokenId> path(std::size_t blocks, TokenId last = 0) {
  std::vector<TokenId> tokens(blocks * kBlock, 11);
  tokens.back() = last;
  return tokens;
}

class PrefixStoreTest : public test::TempFolder {
 protected:
  std::unique_ptr<PrefixStore> open(std::string identity = "a model",
                                    std::uint64_t most_bytes = 1u << 30) {
    return *PrefixStore::open(
        {.folder = root() / "cache",
         .identity = std::move(identity),
         .most_bytes = most_bytes,
         .note = [this](std::string_view line) { notes.emplace_back(line); }});
  }

  static void save(PrefixStore& store, std::span<const TokenId> tokens) {
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < tokens.size() / kBlock; ++i)
      blocks.push_back(block_of(static_cast<int>(i)));
    store.save(tokens, kBlock, [&](std::size_t i) { return std::as_bytes(std::span(blocks[i])); });
  }

  static std::optional<Block> load(PrefixStore& store, std::span<const TokenId> tokens) {
    Block block(kBytes);
    if (!store.load(tokens, block)) return std::nullopt;
    return block;
  }

  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(root() / "cache"))
      if (entry.is_regular_file()) found.push_back(entry.path());
    return found;
  }

  std::vector<std::string> notes;
};

TEST_F(PrefixStoreTest, WhatOneWroteAnotherFinds) {
  save(*open(), path(3, 5));
  const auto store = open();
  EXPECT_EQ(load(*store, path(3, 5)), block_of(2));
  EXPECT_EQ(load(*store, path(1, 11)), block_of(0));
  EXPECT_EQ(load(*store, path(3, 6)), std::nullopt) << "other tokens";
  EXPECT_EQ(load(*store, path(4, 5)), std::nullopt);
  EXPECT_THAT(notes, IsEmpty());
}

TEST_F(PrefixStoreTest, AnotherIdentityFindsNothing) {
  save(*open("a model"), path(1));
  EXPECT_EQ(load(*open("another model"), path(1)), std::nullopt);
  EXPECT_EQ(load(*open("a model"), path(1)), block_of(0));
}

TEST_F(PrefixStoreTest, EachAdapterFindsItsOwnAlone) {
  const Hash one{std::byte{1}}, two{std::byte{2}};
  const auto as = [](int fill) {
    return [=](std::size_t) {
      static Block block;
      block = block_of(fill);
      return std::as_bytes(std::span(block));
    };
  };
  const auto tokens = path(1);
  open()->save(tokens, kBlock, as(1), one);
  open()->save(tokens, kBlock, as(0));
  const auto store = open();
  Block block(kBytes);
  EXPECT_TRUE(store->load(tokens, block, one));
  EXPECT_EQ(block, block_of(1));
  EXPECT_FALSE(store->load(tokens, block, two));
  EXPECT_EQ(load(*store, tokens), block_of(0));
  EXPECT_FALSE(open("another model")->load(tokens, block, one));
}

TEST_F(PrefixStoreTest, IsForItsOwnerAlone) {
  save(*open(), path(1));
  struct stat info{};
  ASSERT_EQ(::stat(files().at(0).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

// Every byte of a file, and every length: nothing that was changed is believed.
TEST_F(PrefixStoreTest, AFileThatWasChangedIsAMiss) {
  save(*open(), path(1));
  const fs::path file = files().at(0);
  const std::string good = *base::read_file(file);
  for (std::size_t at = 0; at < good.size(); at += at < 80 || at + 20 > good.size() ? 1 : 37) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    test::spill(file, bad);
    EXPECT_EQ(load(*open(), path(1)), std::nullopt) << at;
    test::spill(file, good.substr(0, at));
    EXPECT_EQ(load(*open(), path(1)), std::nullopt) << at;
  }
  test::spill(file, good + "x");
  EXPECT_EQ(load(*open(), path(1)), std::nullopt);
  test::spill(file, good);
  EXPECT_EQ(load(*open(), path(1)), block_of(0));
}

TEST_F(PrefixStoreTest, ABadFileIsNotedOnceAndReplaced) {
  const auto store = open();
  save(*store, path(2));
  for (const fs::path& file : files()) test::spill(file, "nonsense");
  EXPECT_EQ(load(*store, path(1, 11)), std::nullopt);
  EXPECT_EQ(load(*store, path(2)), std::nullopt);
  EXPECT_THAT(notes,
              ElementsAre(HasSubstr("has another size; what it should hold is computed anew")));
  save(*store, path(2));
  EXPECT_EQ(load(*store, path(2)), block_of(1));
}

TEST_F(PrefixStoreTest, AFileUnderAnothersNameIsAMiss) {
  const auto store = open();
  save(*store, path(1, 1));
  const fs::path one = files().at(0);
  save(*store, path(1, 2));
  for (const fs::path& file : files())
    if (file != one) fs::rename(one, file);
  EXPECT_EQ(load(*store, path(1, 2)), std::nullopt);
  EXPECT_THAT(notes, ElementsAre(HasSubstr("holds something else")));
}

TEST_F(PrefixStoreTest, ThingsThatAreNoFilesHoldNobodyUp) {
  const auto store = open();
  save(*store, path(1));
  const fs::path file = files().at(0);
  fs::remove(file);
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(load(*store, path(1)), std::nullopt);
  fs::remove_all(file);
  fs::create_symlink("/dev/zero", file);
  EXPECT_EQ(load(*store, path(1)), std::nullopt);
  fs::create_directory(file);
  EXPECT_EQ(load(*store, path(1)), std::nullopt);
  save(*store, path(1));
}

TEST_F(PrefixStoreTest, WhatAKilledProcessLeftIsNotFound) {
  const auto store = open();
  save(*store, path(1));
  const fs::path file = files().at(0);
  fs::rename(file, file.string() + ".1234.0");
  EXPECT_EQ(load(*store, path(1)), std::nullopt);
}

// Room for about 9 blocks: the path used last stays whole, the one used least recently goes.
TEST_F(PrefixStoreTest, TheLeastRecentlyUsedGoesFirst) {
  const auto store = open("a model", 9 * (kBytes + 100));
  for (const TokenId last : {1, 2, 3}) save(*store, path(1, last));
  save(*store, path(1, 1));
  for (const TokenId last : {4, 5, 6, 7, 8, 9, 10}) save(*store, path(1, last));
  EXPECT_EQ(load(*store, path(1, 2)), std::nullopt);
  EXPECT_EQ(load(*store, path(1, 1)), block_of(0));
  EXPECT_EQ(load(*store, path(1, 10)), block_of(0));
  std::uintmax_t total = 0;
  for (const fs::path& file : files()) total += fs::file_size(file);
  EXPECT_LE(total, 9 * (kBytes + 100));
}

TEST_F(PrefixStoreTest, OfOnePathTheEndGoesFirst) {
  const auto store = open("a model", 8 * (kBytes + 100));
  save(*store, path(8, 1));
  save(*store, path(4, 2));
  EXPECT_EQ(load(*store, path(8, 1)), std::nullopt);
  EXPECT_EQ(load(*store, path(1, 11)), block_of(0)) << "both begin with it";
  EXPECT_EQ(load(*store, path(4, 2)), block_of(3));
}

TEST_F(PrefixStoreTest, TheLimitIsForAllIdentitiesTogether) {
  save(*open("old"), path(6));
  save(*open("new", 8 * (kBytes + 100)), path(6));
  EXPECT_EQ(load(*open("old"), path(6)), std::nullopt);
  EXPECT_EQ(load(*open("new"), path(6)), block_of(5));
}

TEST_F(PrefixStoreTest, OthersFilesInTheFolderStay) {
  test::spill(root() / "cache" / "notes" / "mine.txt", std::string(20'000, 'x'));
  save(*open("a model", 2 * kBytes), path(6));
  EXPECT_TRUE(fs::exists(root() / "cache" / "notes" / "mine.txt"));
}

// A file may not grow over 500 bytes: to the store that is a disk that is full.
TEST_F(PrefixStoreTest, AFullDiskTurnsWritingOffWithANote) {
  const auto store = open();
  save(*store, path(1, 1));
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{500, old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  save(*store, path(3, 2));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_THAT(notes, ElementsAre(HasSubstr("nothing more is written")));
  save(*store, path(3, 2));
  EXPECT_EQ(load(*store, path(3, 2)), std::nullopt) << "it stays off";
  EXPECT_EQ(load(*store, path(1, 1)), block_of(0)) << "what is there is still read";
  EXPECT_EQ(files().size(), 1u) << "and no half of a file stays";
}

TEST_F(PrefixStoreTest, AFolderThatCantBeMadeIsAnError) {
  test::spill(root() / "file", "");
  const auto store = PrefixStore::open({.folder = root() / "file" / "cache", .identity = "x"});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::io);
  EXPECT_THAT(store.error().where, HasSubstr("file/cache"));
}

// As processes do: each with a store of its own over one folder, with too little room for all.
TEST_F(PrefixStoreTest, ManyMayUseAFolderAtOnce) {
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id)
    threads.emplace_back([this, id] {
      const auto store = *PrefixStore::open(
          {.folder = root() / "cache", .identity = "a model", .most_bytes = 12 * (kBytes + 100)});
      for (TokenId round = 0; round < 100; ++round) {
        const auto tokens = path(3, (round * 7 + static_cast<TokenId>(id)) % 9);
        save(*store, tokens);
        const auto found = load(*store, tokens);
        EXPECT_TRUE(!found || *found == block_of(2));
      }
    });
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace ashlar::engine
