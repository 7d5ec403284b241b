#include "server/runs.h"

#include <array>
#include <stop_token>

#include "store/sqlite.h"

namespace ashlar::server {
namespace {

constexpr std::array<std::string_view, 2> kMigrations = {
    R"(
CREATE TABLE responses(
  id TEXT PRIMARY KEY,
  previous TEXT,         -- the response that it continues; it may have been deleted
  status TEXT NOT NULL,  -- as in the body
  body TEXT NOT NULL,    -- the response object
  input TEXT NOT NULL,   -- its own input items
  owner TEXT NOT NULL    -- the name of the key that it is of; empty: none
) STRICT;
CREATE TABLE files(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  created INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  owner TEXT NOT NULL,
  content BLOB NOT NULL
) STRICT;
CREATE TABLE batches(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,  -- as in the body
  body TEXT NOT NULL,    -- the batch object
  owner TEXT NOT NULL    -- whose rights its lines have
) STRICT;
CREATE TABLE batch_lines(
  batch TEXT NOT NULL REFERENCES batches(id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  custom_id TEXT NOT NULL,
  request TEXT NOT NULL,
  http_status INTEGER,  -- null: not answered yet
  request_id TEXT,
  answer TEXT,
  input_tokens INTEGER,
  output_tokens INTEGER,
  PRIMARY KEY(batch, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX responses_in_progress ON responses(status) WHERE status = 'in_progress';
)",
    R"(
ALTER TABLE responses ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
UPDATE responses SET created = ifnull(json_extract(body, '$.created_at'), unixepoch());
UPDATE batches SET created = ifnull(json_extract(body, '$.created_at'), unixepoch());
CREATE INDEX responses_created ON responses(created);
)"};

// The lock, or an error at once where another process has it.
Result<hub::FileLock> lock_folder(const std::filesystem::path& folder) {
  std::stop_source taken;
  auto lock = hub::FileLock::acquire(
      folder / "server.lock", [&] { taken.request_stop(); }, taken.get_token());
  if (lock || !taken.stop_requested()) return lock;
  return fail(ErrorKind::exhausted, "another server uses this folder", folder.string(),
              "stop it, or give this one a folder of its own with --data-dir");
}

}  // namespace

Result<std::shared_ptr<Runs>> Runs::open(const std::filesystem::path& folder) {
  ASHLAR_ASSIGN(hub::FileLock lock, lock_folder(folder));
  ASHLAR_ASSIGN(auto database, store::open_sqlite(folder / "runs.db", kMigrations));
  std::shared_ptr<Runs> runs(new Runs{std::move(lock), std::move(database)});
  ASHLAR_TRY(runs->responses.fail_abandoned());
  return runs;
}

Status Runs::forget_before(std::int64_t moment) {
  for (const std::string_view sql :
       {"DELETE FROM responses WHERE created < ? AND status != 'in_progress'",
        "DELETE FROM files WHERE created < ?",
        "DELETE FROM batches WHERE created < ?"
        " AND status NOT IN ('validating', 'in_progress', 'cancelling')"})
    ASHLAR_TRY(database->run(sql, {moment}));
  return {};
}

void Runs::end() {
  running.end();
}

}  // namespace ashlar::server
