#include "store/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

#include "tests/support/temp_folder.h"

namespace ashlar::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::array<std::string_view, 1> kOne = {
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, data BLOB) STRICT"};
constexpr std::array<std::string_view, 2> kTwo = {
    kOne[0], "ALTER TABLE t ADD COLUMN age INTEGER; CREATE INDEX t_age ON t(age)"};

class Store : public test::TempFolder {
 protected:
  std::filesystem::path path() const { return root() / "deep" / "runs.db"; }

  std::unique_ptr<Database> open(Migrations migrations = kOne, SqliteOptions options = {}) {
    auto opened = open_sqlite(path(), migrations, options);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().line());
    return opened ? std::move(*opened) : nullptr;
  }

  static std::int64_t count(Database& database) {
    return (*database.row("SELECT count(*) FROM t"))->number(0);
  }
};

TEST_F(Store, KeepsValuesOfEveryType) {
  const std::string bytes("a\0b\xff", 4);
  {
    const auto database = open();
    EXPECT_EQ(*database->run("INSERT INTO t VALUES(?, ?, ?)",
                             {std::int64_t{-5}, std::string("é\0x", 4), Blob{bytes}}),
              1U);
    EXPECT_EQ(*database->run("INSERT INTO t VALUES(?, ?, ?)", {std::int64_t{7}, Value(), Value()}),
              1U);
  }
  const auto database = open();
  auto rows = *database->rows("SELECT id, name, data FROM t ORDER BY id");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].number(0), -5);
  EXPECT_EQ(rows[0].text(1), std::string("é\0x", 4));
  EXPECT_EQ(rows[0].take(2), bytes);
  EXPECT_TRUE(rows[1].is_null(1));
  EXPECT_EQ(rows[1].maybe_text(1), std::nullopt);
  EXPECT_EQ(rows[1].text(2), "");
  EXPECT_EQ(rows[1].maybe_number(0), 7);
  EXPECT_FALSE(*database->row("SELECT 1 FROM t WHERE id = ?", {std::int64_t{1}}));
}

TEST_F(Store, TextIsNeverSql) {
  const auto database = open();
  const std::string evil = "x'); DROP TABLE t; --";
  ASSERT_TRUE(database->run("INSERT INTO t(name) VALUES(?)", {evil}));
  EXPECT_EQ((*database->row("SELECT name FROM t WHERE name = ?", {evil}))->text(0), evil);
}

TEST_F(Store, ATransactionIsAllOrNothing) {
  const auto database = open();
  const Status undone = database->transaction([&]() -> Status {
    ASHLAR_TRY(database->run("INSERT INTO t(name) VALUES('a')"));
    return fail(ErrorKind::cancelled, "no");
  });
  EXPECT_EQ(undone.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(count(*database), 0);
  const Status broken = database->transaction([&]() -> Status {
    ASHLAR_TRY(database->run("INSERT INTO t(id) VALUES(1)"));
    ASHLAR_TRY(database->run("INSERT INTO t(id) VALUES(1)"));
    return {};
  });
  EXPECT_FALSE(broken);
  EXPECT_EQ(count(*database), 0);
  EXPECT_TRUE(database->transaction([&]() -> Status {
    ASHLAR_TRY(database->run("INSERT INTO t(id) VALUES(1)"));
    return database->transaction([&]() -> Status {  // a part of the outer one
      ASHLAR_TRY(database->run("INSERT INTO t(id) VALUES(2)"));
      return {};
    });
  }));
  EXPECT_EQ(count(*database), 2);
}

TEST_F(Store, MigratesOnceAndRefusesTheFuture) {
  ASSERT_TRUE(open(kOne)->run("INSERT INTO t(name) VALUES('old')"));
  for (int i = 0; i < 2; ++i) {
    const auto database = open(kTwo);
    EXPECT_EQ((*database->row("SELECT name, age FROM t"))->text(0), "old");
  }
  const auto old = open_sqlite(path(), kOne);
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(old.error().message, HasSubstr("version 2"));
}

TEST_F(Store, ABrokenMigrationLeavesNothing) {
  const std::array<std::string_view, 2> broken = {kOne[0], "CREATE TABLE u(x); CREATE nonsense"};
  EXPECT_FALSE(open_sqlite(path(), broken));
  const auto database = open(kOne);
  EXPECT_FALSE(database->rows("SELECT * FROM u"));
  EXPECT_EQ(count(*database), 0);
}

TEST_F(Store, ErrorsSayWhatIsWrongAndWhatToDo) {
  const auto database = open();
  const auto nonsense = database->rows("SELECT nonsense FROM t");
  ASSERT_FALSE(nonsense);
  EXPECT_THAT(nonsense.error().message, HasSubstr("nonsense"));
  EXPECT_EQ(nonsense.error().where, path().string());
  EXPECT_FALSE(nonsense.error().mend.empty());

  test::spill(root() / "other.db", std::string(5000, 'x'));
  const auto text = open_sqlite(root() / "other.db", kOne);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(text.error().mend, HasSubstr("backup"));

  const auto folder = open_sqlite(root(), kOne);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::io);
  test::spill(root() / "file", "x");
  EXPECT_EQ(open_sqlite(root() / "file" / "runs.db", kOne).error().kind, ErrorKind::io);
}

TEST_F(Store, ASpoiledPageIsCorrupt) {
  {
    const auto database = open();
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE(database->run("INSERT INTO t(name) VALUES(?)", {std::string(500, 'x')}));
  }
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2 * 4096);
    file << std::string(10 * 4096, '\xee');
  }
  const auto opened = open_sqlite(path(), kOne);
  const Error error = opened ? (*opened)->rows("SELECT name FROM t").error() : opened.error();
  EXPECT_EQ(error.kind, ErrorKind::corrupt) << error.line();
}

TEST_F(Store, AFullDiskUndoesAndGoesOn) {
  const auto database = open(kOne, {.most_pages = 20});
  ASSERT_TRUE(database->run("INSERT INTO t(name) VALUES('kept')"));
  const Status full = database->transaction([&]() -> Status {
    for (int i = 0; i < 100; ++i)
      ASHLAR_TRY(database->run("INSERT INTO t(data) VALUES(?)", {Blob{std::string(4000, 'x')}}));
    return {};
  });
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::exhausted);
  EXPECT_THAT(full.error().mend, HasSubstr("disk space"));
  EXPECT_EQ(count(*database), 1);
  EXPECT_TRUE(database->run("INSERT INTO t(name) VALUES('more')"));
}

TEST_F(Store, WaitsForAnotherWriterButNotForEver) {
  const auto one = open(), two = open(kOne, {.busy_time = 50ms}), patient = open();
  std::thread waits;
  const Status held = one->transaction([&]() -> Status {
    ASHLAR_TRY(one->run("INSERT INTO t(name) VALUES('one')"));
    EXPECT_EQ(count(*two), 0);  // readers see what is committed, without waiting
    const auto busy = two->run("INSERT INTO t(name) VALUES('two')");
    EXPECT_EQ(busy.error().kind, ErrorKind::exhausted);
    waits = std::thread([&] { EXPECT_TRUE(patient->run("INSERT INTO t(name) VALUES('three')")); });
    std::this_thread::sleep_for(50ms);
    return {};
  });
  EXPECT_TRUE(held);
  waits.join();
  EXPECT_EQ(count(*two), 2);
}

TEST_F(Store, ManyThreadsShareAConnection) {
  const auto database = open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k)
        EXPECT_TRUE(database->transaction([&]() -> Status {
          ASHLAR_ASSIGN(const auto before, database->row("SELECT count(*) FROM t"));
          ASHLAR_TRY(database->run("INSERT INTO t(id) VALUES(?)", {before->number(0)}));
          return {};
        }));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count(*database), 200);
}

// What a killed process had committed is there, what it was at isn't.
TEST_F(Store, AKilledProcessLosesNothingCommitted) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(::pipe(pipe_ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto database = open();
    for (std::int64_t i = 1;; ++i) {
      if (!database->run("INSERT INTO t(id) VALUES(?)", {i})) ::_exit(1);
      if (::write(pipe_ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  }
  ::close(pipe_ends[1]);
  std::int64_t last = 0, read = 0;
  while (last < 300 && ::read(pipe_ends[0], &read, sizeof read) == sizeof read) last = read;
  ::kill(child, SIGKILL);
  while (::read(pipe_ends[0], &read, sizeof read) == sizeof read) last = read;
  ::close(pipe_ends[0]);
  ::waitpid(child, nullptr, 0);
  EXPECT_GE(count(*open()), last);
}

}  // namespace
}  // namespace ashlar::store
