#include "model/packed_store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace ashlar::model {
namespace {

namespace fs = std::filesystem;

class PackedStoreTest : public test::TempFolder {
 protected:
  static base::Hash key(std::string_view name) {
    return base::hash_of(std::as_bytes(std::span(name)));
  }
  fs::path file() const { return root() / "packed" / (base::hex(key("a")) + ".packed"); }
  bool finds(std::string_view name) {
    const auto found = store_.find(key(name), bytes_.size(), pool_);
    if (!found) return false;
    EXPECT_TRUE(std::equal(bytes_.begin(), bytes_.end(), found->data()));
    return true;
  }

  base::ThreadPool pool_{2};
  std::vector<std::string> notes_;
  PackedStore store_{root() / "packed",
                     [this](std::string_view line) { notes_.emplace_back(line); }};
  std::vector<std::byte> bytes_ = std::vector<std::byte>((3u << 20) + 17, std::byte{42});
};

TEST_F(PackedStoreTest, GivesBackWhatItKept) {
  EXPECT_FALSE(finds("a"));
  store_.keep(key("a"), bytes_);
  EXPECT_TRUE(finds("a"));
  EXPECT_FALSE(finds("b"));
  EXPECT_TRUE(notes_.empty());
}

TEST_F(PackedStoreTest, ADamagedByteAnywhereIsSeenAndToldOf) {
  store_.keep(key("a"), bytes_);
  for (const std::size_t at : {std::size_t{0}, bytes_.size() - 1, bytes_.size() + 3}) {
    std::fstream stream(file(), std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(at)).put('\x07');
    stream.close();
    EXPECT_FALSE(finds("a")) << at;
    ASSERT_EQ(notes_.size(), 1u);
    EXPECT_NE(notes_[0].find("is damaged"), std::string::npos);
    notes_.clear();
    store_.keep(key("a"), bytes_);
    EXPECT_TRUE(finds("a")) << "the damaged file is replaced";
  }
}

TEST_F(PackedStoreTest, AFileUnderAnothersNameIsNotTakenForIt) {
  store_.keep(key("b"), bytes_);
  fs::rename(root() / "packed" / (base::hex(key("b")) + ".packed"), file());
  EXPECT_FALSE(finds("a"));
}

TEST_F(PackedStoreTest, ACutFileAFolderAndALinkAreNoneOfOurs) {
  store_.keep(key("a"), bytes_);
  fs::rename(file(), root() / "elsewhere");
  fs::create_symlink(root() / "elsewhere", file());
  EXPECT_FALSE(finds("a"));
  fs::remove(file());
  fs::create_directory(file());
  EXPECT_FALSE(finds("a"));
  fs::remove(file());
  fs::rename(root() / "elsewhere", file());
  fs::resize_file(file(), bytes_.size() / 2);
  EXPECT_FALSE(finds("a"));
}

TEST_F(PackedStoreTest, WhereNothingCanBeKeptANoteSaysSo) {
  std::ofstream(root() / "packed") << "a file where the folder should be";
  store_.keep(key("a"), bytes_);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_NE(notes_[0].find("can't be kept"), std::string::npos);
  EXPECT_FALSE(finds("a"));
}

}  // namespace
}  // namespace ashlar::model
