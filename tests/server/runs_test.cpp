#include "server/runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace ashlar::server {
namespace {

using base::Json;
using testing::HasSubstr;

class RunsTest : public test::TempFolder {
 protected:
  std::shared_ptr<Runs> open() {
    auto runs = Runs::open(root() / "data");
    EXPECT_TRUE(runs) << (runs ? "" : runs.error().line());
    return runs ? *runs : nullptr;
  }

  static StoredResponse response(const std::string& id, std::optional<std::string> previous = {},
                                 const std::string& status = "completed") {
    return {id, std::move(previous), status, R"({"id":")" + id + R"(","status":")" + status + "\"}",
            "[]"};
  }

  static Json batch(const std::string& id, const std::string& status = "validating") {
    return {{"id", id}, {"status", status}};
  }
};

TEST_F(RunsTest, KeepsResponses) {
  {
    const auto runs = open();
    ASSERT_TRUE(runs->responses.add(response("a")));
    ASSERT_TRUE(runs->responses.add(response("b", "a")));
    EXPECT_FALSE(runs->responses.add(response("b")));
  }
  const auto runs = open();
  EXPECT_EQ((*runs->responses.find("b"))->previous, "a");
  EXPECT_FALSE(*runs->responses.find("c"));
  const auto chain = *runs->responses.chain("b");
  ASSERT_EQ(chain.size(), 2U);
  EXPECT_EQ(chain[0].id, "a");
  EXPECT_EQ(chain[1].id, "b");
  EXPECT_TRUE(*runs->responses.remove("a"));
  EXPECT_FALSE(*runs->responses.remove("a"));
  const auto hole = runs->responses.chain("b");
  EXPECT_EQ(hole.error().kind, ErrorKind::not_found);
  EXPECT_THAT(hole.error().message, HasSubstr("'a'"));
}

TEST_F(RunsTest, ALongConversation) {
  const auto runs = open();
  ASSERT_TRUE(runs->database->transaction([&]() -> Status {
    for (int i = 0; i < 3000; ++i)
      ASHLAR_TRY(runs->responses.add(response(
          std::to_string(i), i > 0 ? std::optional(std::to_string(i - 1)) : std::nullopt)));
    return {};
  }));
  const auto chain = *runs->responses.chain("2999");
  ASSERT_EQ(chain.size(), 3000U);
  for (std::size_t i = 0; i < chain.size(); ++i) EXPECT_EQ(chain[i].id, std::to_string(i));
}

TEST_F(RunsTest, AResponseEndsOnce) {
  const auto runs = open();
  ASSERT_TRUE(runs->responses.add(response("a", {}, "in_progress")));
  EXPECT_TRUE(*runs->responses.finish("a", "cancelled", R"({"status":"cancelled"})"));
  EXPECT_FALSE(*runs->responses.finish("a", "completed", R"({"status":"completed"})"));
  EXPECT_EQ((*runs->responses.find("a"))->body, R"({"status":"cancelled"})");
  EXPECT_FALSE(*runs->responses.finish("none", "completed", "{}"));
}

TEST_F(RunsTest, WhatWasInProgressHasFailed) {
  {
    const auto runs = open();
    ASSERT_TRUE(runs->responses.add(response("a", {}, "in_progress")));
    ASSERT_TRUE(runs->responses.add(response("b")));
  }
  const auto runs = open();
  const auto found = **runs->responses.find("a");
  const Json body = *base::parse_json(found.body, "body");
  EXPECT_EQ(found.status, "failed");
  EXPECT_EQ(body["status"], "failed");
  EXPECT_EQ(body["error"]["code"], "server_error");
  EXPECT_EQ((*runs->responses.find("b"))->status, "completed");
}

TEST_F(RunsTest, AFolderIsOneServers) {
  auto runs = open();
  const auto second = Runs::open(root() / "data");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::exhausted);
  EXPECT_THAT(second.error().mend, HasSubstr("--data-dir"));
  runs = nullptr;
  EXPECT_TRUE(Runs::open(root() / "data"));
}

TEST_F(RunsTest, ABatchWritesEachLineOnce) {
  const auto runs = open();
  BatchStore& batches = runs->batches;
  ASSERT_TRUE(batches.add(batch("x")));
  ASSERT_TRUE(*batches.change(batch("x", "in_progress"), "validating",
                              {{1, "one\"", "{}"}, {2, "two", "{}"}, {5, "five", "{}"}}));
  EXPECT_FALSE(*batches.change(batch("x", "cancelled"), "validating"));
  ASSERT_TRUE(batches.answer("x", 2, {200, "req_2", R"({"n":2})", 3, 4}));
  ASSERT_TRUE(batches.answer("x", 2, {200, "req_9", R"({"n":9})", 3, 4}));
  ASSERT_TRUE(batches.answer("x", 5, {400, "req_5", R"({"n":5})", 0, 0}));
  const auto waiting = *batches.waiting("x", 0, 10);
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].custom_id, "one\"");
  EXPECT_TRUE(batches.waiting("x", 1, 10)->empty());
  const Json now = **batches.find("x");
  EXPECT_EQ(now["request_counts"], (Json{{"total", 3}, {"completed", 1}, {"failed", 1}}));
  EXPECT_EQ(now["usage"]["total_tokens"], 7);

  ASSERT_TRUE(batches.answer("x", 1, {200, "req_1", R"({"n":1})", 1, 1}));
  EXPECT_FALSE(batches.end(now, "cancelling", "cancelled", 99));  // it isn't
  EXPECT_TRUE(runs->files.list({.limit = 10}, "")->empty());
  ASSERT_TRUE(batches.end(now, "in_progress", "completed", 99));
  EXPECT_FALSE(*batches.next());
  const Json ended = **batches.find("x");
  EXPECT_EQ(ended["completed_at"], 99);
  EXPECT_EQ(ended["request_counts"], (Json{{"total", 3}, {"completed", 2}, {"failed", 1}}));
  const std::string output = **runs->files.content(ended["output_file_id"].get<std::string>());
  std::istringstream lines(output);
  std::string first, second, none;
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_FALSE(std::getline(lines, none));
  EXPECT_EQ((*base::parse_json(first, "1"))["custom_id"], "one\"");
  EXPECT_EQ((*base::parse_json(second, "2"))["response"],
            (Json{{"status_code", 200}, {"request_id", "req_2"}, {"body", {{"n", 2}}}}));
  const std::string errors = **runs->files.content(ended["error_file_id"].get<std::string>());
  EXPECT_THAT(errors, HasSubstr("five"));
}

TEST_F(RunsTest, BatchesComeInOrderButTheCancelledFirst) {
  const auto runs = open();
  for (const std::string id : {"a", "b", "c"}) ASSERT_TRUE(runs->batches.add(batch(id)));
  EXPECT_EQ((**runs->batches.next())["id"], "a");
  ASSERT_TRUE(*runs->batches.change(batch("a", "completed"), "validating"));
  EXPECT_EQ((**runs->batches.next())["id"], "b");
  ASSERT_TRUE(*runs->batches.change(batch("c", "cancelling"), "validating"));
  EXPECT_EQ((**runs->batches.next())["id"], "c");
  ASSERT_TRUE(runs->batches.end(batch("c", "cancelling"), "cancelling", "cancelled", 5));
  EXPECT_EQ((**runs->batches.find("c"))["output_file_id"], nullptr);
}

TEST_F(RunsTest, ForgetsWhatIsOldAndAtItsEnd) {
  const auto runs = open();
  for (const auto& [name, status, created] :
       {std::tuple("old", "completed", 9), {"new", "completed", 10}, {"busy", "in_progress", 9}}) {
    StoredResponse made = response(name, {}, status);
    made.created = created;
    ASSERT_TRUE(runs->responses.add(made));
    ASSERT_TRUE(runs->files.add({name, name, "batch", created}, "x"));
    Json entry = batch(name, status);
    entry["created_at"] = created;
    ASSERT_TRUE(runs->batches.add(entry));
  }
  ASSERT_TRUE(runs->forget_before(10));
  for (const auto& [name, kept] : {std::pair("old", false), {"new", true}, {"busy", true}}) {
    EXPECT_EQ((*runs->responses.find(name)).has_value(), kept) << name;
    EXPECT_EQ((*runs->batches.find(name)).has_value(), kept) << name;
    EXPECT_EQ((*runs->files.find(name)).has_value(), kept && name != std::string("busy")) << name;
  }
}

TEST_F(RunsTest, PagesOfFiles) {
  const auto runs = open();
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(runs->files.add({std::to_string(i), "n", i % 2 ? "odd" : "even", i, 0}, "x"));
  const auto ids = [&](const Page& page, const std::string& purpose) {
    std::string list;
    const auto files = runs->files.list(page, purpose);
    for (const FileInfo& file : *files) list += file.id;
    return list;
  };
  EXPECT_EQ(ids({.limit = 10}, ""), "3210");
  EXPECT_EQ(ids({.limit = 10, .ascending = true}, ""), "0123");
  EXPECT_EQ(ids({.limit = 1}, ""), "32");  // one more says that there is more
  EXPECT_EQ(ids({.limit = 10, .after = "2"}, ""), "10");
  EXPECT_EQ(ids({.limit = 10, .ascending = true, .after = "1"}, "odd"), "3");
  EXPECT_EQ(runs->files.list({.limit = 10, .after = "9"}, "").error().where, "/after");
}

}  // namespace
}  // namespace ashlar::server
