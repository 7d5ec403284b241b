// The file of keys: what is kept, and what a broken one says.
#include "server/keys.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <set>
#include <thread>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class KeysTest : public test::TempFolder {
 protected:
  std::filesystem::path path() const { return root() / "new" / "keys.json"; }
};

TEST_F(KeysTest, AKeyIsKeptAsItsHash) {
  EXPECT_TRUE(read_keys(path()).value().empty());
  Key key{.name = "alice", .created = 5};
  key.models = {"m"};
  key.groups = {"text", "models"};
  key.expires = 99;
  key.tokens_per_minute = 7;
  const std::string secret = add_key(path(), key).value();
  EXPECT_THAT(secret, testing::MatchesRegex("ash-[0-9a-f]{64}"));
  EXPECT_THAT(base::read_file(path()).value(), Not(HasSubstr(secret.substr(4))));
  struct stat info{};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  const auto keys = read_keys(path()).value();
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].sha256, hash_of(secret));
  key.sha256 = keys[0].sha256;
  EXPECT_EQ(json_of(keys[0]), json_of(key));
}

TEST_F(KeysTest, NamesAreUniqueAndGroupsAreKnown) {
  ASSERT_TRUE(add_key(path(), {.name = "a"}));
  EXPECT_EQ(add_key(path(), {.name = "a"}).error().kind, ErrorKind::bad_input);
  for (const char* name : {"", "a b", "a\nb"}) EXPECT_FALSE(add_key(path(), {.name = name}));
  Key key{.name = "b"};
  key.groups = {"everything"};
  EXPECT_THAT(add_key(path(), key).error().message, HasSubstr("everything"));
  EXPECT_EQ(remove_key(path(), "none").error().kind, ErrorKind::not_found);
  EXPECT_TRUE(remove_key(path(), "a"));
  EXPECT_TRUE(read_keys(path()).value().empty());
}

TEST_F(KeysTest, ManyAddAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] { EXPECT_TRUE(add_key(path(), {.name = std::to_string(i)})); });
  for (auto& thread : threads) thread.join();
  std::set<std::string> hashes;
  const auto keys = read_keys(path()).value();
  for (const Key& key : keys) hashes.insert(key.sha256);
  EXPECT_EQ(hashes.size(), 8u);
}

TEST_F(KeysTest, ABrokenFileIsCorruptAndNeverReplaced) {
  for (const char* text :
       {"", "{", "[]", "1", "{}", R"({"ashlar_keys": 2, "keys": []})", R"({"ashlar_keys": 1})",
        R"({"ashlar_keys": 1, "keys": [1]})", R"({"ashlar_keys": 1, "keys": [{"name": "a"}]})",
        R"({"ashlar_keys": 1, "keys": [{"name": 1, "sha256": "", "created": 0}]})",
        R"({"ashlar_keys": 1, "keys": [{"name": "a", "sha256": "", "created": 0, "groups": [1]}]})",
        R"({"ashlar_keys": 1, "keys": [{"name": "a", "sha256": "", "created": 0},
                                       {"name": "a", "sha256": "", "created": 0}]})"}) {
    test::spill(path(), text);
    const auto keys = read_keys(path());
    ASSERT_FALSE(keys) << text;
    EXPECT_EQ(keys.error().kind, ErrorKind::corrupt) << text;
    EXPECT_THAT(keys.error().where, HasSubstr("keys.json"));
    EXPECT_FALSE(add_key(path(), {.name = "z"}));
    EXPECT_EQ(base::read_file(path()).value(), text);
  }
}

}  // namespace
}  // namespace ashlar::server
