#include "store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <mutex>

namespace ashlar::store {
namespace {

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// SQLite's codes in our words.
Error error_of(sqlite3* connection, const std::string& path) {
  const int code = connection ? sqlite3_errcode(connection) : SQLITE_NOMEM;
  const std::string text = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  const std::string said = fmt::format("the database says: {}", text);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorKind::exhausted, said, path, "free disk space; nothing was written"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::exhausted, said, path, "end the process that holds it, or try again"};
    case SQLITE_NOMEM: return {ErrorKind::exhausted, said, path, "free memory, then try again"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorKind::corrupt, said, path,
              "restore the file from a backup, or move it away to begin with an empty one"};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return {ErrorKind::io, said, path, "check the folder and its permissions"};
    case SQLITE_IOERR: return {ErrorKind::io, said, path, "check the disk"};
    case SQLITE_TOOBIG:
      return {ErrorKind::too_large, said, path, "store less than a gigabyte at once"};
    default: return {ErrorKind::internal, said, path, "please report this"};
  }
}

class Sqlite : public Database {
 public:
  Sqlite(sqlite3* connection, std::string path) : connection_(connection), path_(std::move(path)) {}

  using Database::rows;
  using Database::run;

  Result<std::uint64_t> run(std::string_view sql, std::span<const Value> values) override {
    const std::scoped_lock lock(mutex_);
    ASHLAR_TRY(step_all(sql, values, nullptr));
    return static_cast<std::uint64_t>(sqlite3_changes64(connection_.get()));
  }

  Result<std::vector<Row>> rows(std::string_view sql, std::span<const Value> values) override {
    const std::scoped_lock lock(mutex_);
    std::vector<Row> found;
    ASHLAR_TRY(step_all(sql, values, &found));
    return found;
  }

  // IMMEDIATE: it waits for another writer before it reads, not in its midst, where waiting would
  // be in vain.
  Status transaction(const std::function<Status()>& work) override {
    const std::scoped_lock lock(mutex_);
    if (sqlite3_get_autocommit(connection_.get()) == 0) return work();
    ASHLAR_TRY(run("BEGIN IMMEDIATE", std::span<const Value>()));
    Status done = work();
    if (done) {
      if (const auto committed = run("COMMIT", std::span<const Value>()); !committed)
        done = tl::unexpected(committed.error());
    }
    // A full disk may have undone it already.
    if (!done && sqlite3_get_autocommit(connection_.get()) == 0)
      (void)run("ROLLBACK", std::span<const Value>());
    return done;
  }

  // Several statements without values.
  Status script(const std::string& sql) {
    const std::scoped_lock lock(mutex_);
    if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      return error();
    return {};
  }

 private:
  tl::unexpected<Error> error() const { return tl::unexpected(error_of(connection_.get(), path_)); }

  // Statements are compiled once: there are few, and they come again and again.
  Result<sqlite3_stmt*> prepared(std::string_view sql) {
    if (const auto known = statements_.find(sql); known != statements_.end())
      return known->second.get();
    sqlite3_stmt* compiled = nullptr;
    if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &compiled, nullptr) != SQLITE_OK)
      return error();
    return statements_.emplace(sql, Statement(compiled)).first->second.get();
  }

  Status bind(sqlite3_stmt* statement, std::span<const Value> values) const {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (bind_one(statement, static_cast<int>(i + 1), values[i]) != SQLITE_OK) return error();
    return {};
  }

  // The bytes stay the caller's: they outlive the statement's run.
  static int bind_one(sqlite3_stmt* statement, int at, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
      return sqlite3_bind_int64(statement, at, *number);
    if (const auto* text = std::get_if<std::string>(&value))
      return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    if (const auto* blob = std::get_if<Blob>(&value))
      return sqlite3_bind_blob64(statement, at, blob->bytes.data(), blob->bytes.size(),
                                 SQLITE_STATIC);
    return sqlite3_bind_null(statement, at);
  }

  static Value column(sqlite3_stmt* statement, int at) {
    const auto bytes = [&](const void* data) {
      return data ? std::string(static_cast<const char*>(data),
                                static_cast<std::size_t>(sqlite3_column_bytes(statement, at)))
                  : std::string();
    };
    switch (sqlite3_column_type(statement, at)) {
      case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, at)};
      case SQLITE_TEXT: return bytes(sqlite3_column_text(statement, at));
      case SQLITE_BLOB: return Blob{bytes(sqlite3_column_blob(statement, at))};
      default: return {};
    }
  }

  Status step_all(std::string_view sql, std::span<const Value> values, std::vector<Row>* found) {
    ASHLAR_ASSIGN(sqlite3_stmt* const statement, prepared(sql));
    Status status = bind(statement, values);
    int code = status ? SQLITE_ROW : SQLITE_ERROR;
    while (code == SQLITE_ROW) {
      code = sqlite3_step(statement);
      if (code != SQLITE_ROW || !found) continue;
      std::vector<Value> row;
      for (int i = 0; i < sqlite3_column_count(statement); ++i) row.push_back(column(statement, i));
      found->emplace_back(std::move(row));
    }
    if (status && code != SQLITE_DONE) status = error();
    sqlite3_reset(statement);  // its error is the step's, told already
    sqlite3_clear_bindings(statement);
    return status;
  }

  std::recursive_mutex mutex_;  // guards the connection and the statements
  std::unique_ptr<sqlite3, CloseConnection> connection_;
  const std::string path_;
  std::map<std::string, Statement, std::less<>> statements_;  // before the connection they go
};

Status migrate(Sqlite& database, const std::string& path, Migrations migrations) {
  return database.transaction([&]() -> Status {
    ASHLAR_ASSIGN(const auto version, database.row("PRAGMA user_version"));
    const auto done = static_cast<std::size_t>(version->number(0));
    if (done > migrations.size())
      return fail(ErrorKind::unsupported,
                  fmt::format("the database is of version {}, this program knows {}", done,
                              migrations.size()),
                  path, "use the newer ashlar that made it, or another folder");
    for (std::size_t i = done; i < migrations.size(); ++i)
      ASHLAR_TRY(database.script(std::string(migrations[i])));
    if (done == migrations.size()) return {};
    return database.script(fmt::format("PRAGMA user_version = {}", migrations.size()));
  });
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path,
                                              Migrations migrations, SqliteOptions options) {
  if (const auto folder = path.parent_path(); !folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
      return fail(ErrorKind::io, fmt::format("cannot make the folder: {}", error.message()),
                  folder.string(), "check the permissions, or name another folder");
  }
  sqlite3* connection = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &connection,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto database = std::make_unique<Sqlite>(connection, path.string());
  if (code != SQLITE_OK) return tl::unexpected(error_of(connection, path.string()));
  sqlite3_busy_timeout(connection, static_cast<int>(options.busy_time.count()));
  // NORMAL: in WAL mode a commit is in the system's hands, which outlive the process; a power
  // failure may undo the last of them, but never spoils the file.
  ASHLAR_TRY(database->script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON"));
  ASHLAR_TRY(migrate(*database, path.string(), migrations));
  if (options.most_pages > 0)
    ASHLAR_TRY(database->script(fmt::format("PRAGMA max_page_count = {}", options.most_pages)));
  return database;
}

}  // namespace ashlar::store
