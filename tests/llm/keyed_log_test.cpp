// Lines outlive the process that added them, as far as they are whole, believed and under the key.
#include "llm/keyed_log.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/temp_folder.h"

namespace ashlar::llm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

class KeyedLogTest : public test::TempFolder {
 protected:
  std::filesystem::path path() const { return root() / "log"; }
  std::string text() const { return base::read_file(path()).value(); }

  KeyedLog open(std::string_view key = "key") {
    found_.clear();
    return KeyedLog::open(path(), key,
                          [&](std::string_view line) {
                            found_.emplace_back(line);
                            return line != "lie";
                          })
        .value();
  }

  // What the log that lies there gives to who opens it.
  const Lines& found(std::string_view key = "key") {
    open(key);
    return found_;
  }

 private:
  Lines found_;
};

TEST_F(KeyedLogTest, LinesAreThereAgainInTheirOrder) {
  EXPECT_THAT(found(), IsEmpty());
  {
    KeyedLog log = open();
    for (const char* line : {"b", "", "a a"}) ASSERT_TRUE(log.add(line));
    EXPECT_EQ(text(), "key\nb\n\na a\n") << "there when add() returns, not when the log closes";
  }
  EXPECT_THAT(found(), ElementsAre("b", "", "a a"));
  ASSERT_TRUE(open().add("c"));
  EXPECT_THAT(found(), ElementsAre("b", "", "a a", "c"));
}

TEST_F(KeyedLogTest, AnotherKeyBeginsAnew) {
  for (const char* other : {"ke", "keys", ""}) {
    ASSERT_TRUE(open().add("x"));
    EXPECT_THAT(found(other), IsEmpty()) << other;
    EXPECT_THAT(found(), IsEmpty()) << "what was under the former key is gone";
  }
}

TEST_F(KeyedLogTest, ALineThatAKillCutOffIsNone) {
  test::spill(path(), "key\nwhole\nwhol");
  EXPECT_THAT(found(), ElementsAre("whole"));
  test::spill(path(), "key\nwhole\nwhol");
  ASSERT_TRUE(open().add("next"));
  EXPECT_THAT(found(), ElementsAre("whole", "next"));
  test::spill(path(), "key");
  ASSERT_TRUE(open().add("first"));
  EXPECT_EQ(text(), "key\nfirst\n");
}

TEST_F(KeyedLogTest, WhatIsBehindALineThatIsNotBelievedIsDropped) {
  test::spill(path(), "key\na\nlie\nb\n");
  EXPECT_THAT(found(), ElementsAre("a", "lie"));
  EXPECT_EQ(text(), "key\na\n");
}

TEST_F(KeyedLogTest, IsGoneWhenRemoved) {
  KeyedLog log = open();
  log.remove();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(KeyedLogTest, SaysWhereItCannotWrite) {
  std::filesystem::create_directory(path());
  EXPECT_FALSE(KeyedLog::open(path(), "key", [](auto) { return true; }));
  std::filesystem::remove(path());
  KeyedLog log = open();
  log.remove();  // closes it
  const auto added = log.add("x");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().where, path());
}

}  // namespace
}  // namespace ashlar::llm
