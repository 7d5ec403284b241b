// SQLite 3 as a Database: a file with a write-ahead log beside it.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "store/database.h"

namespace ashlar::store {

struct SqliteOptions {
  std::chrono::milliseconds busy_time{5'000};  // that another process may hold the file for
  // Most pages of 4 KiB that the file may grow to; 0: no limit. Lets a test fill a disk.
  std::uint32_t most_pages = 0;
};

// Opens the file, made where there is none, and brings it to the last migration. Errors beside
// Database's: not a database (corrupt), made by a newer version (unsupported).
Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& path,
                                              Migrations migrations, SqliteOptions options = {});

}  // namespace ashlar::store
