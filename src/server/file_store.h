// Files that clients upload and batches write: bytes with a name, in the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/paging.h"
#include "store/database.h"

namespace ashlar::server {

struct FileInfo {
  std::string id, name, purpose;
  std::int64_t created = 0;  // Unix time in seconds
  std::int64_t bytes = 0;
  std::string owner = {};  // the name of the key that it is of; empty: none
};

// Others than the owner don't find one. Errors beside those named: the database's.
class FileStore {
 public:
  explicit FileStore(store::Database& database) : database_(database) {}

  // REQUIRES: a fresh id. `bytes` is counted here.
  Result<FileInfo> add(FileInfo file, std::string content);
  Result<std::optional<FileInfo>> find(std::string_view id, const Owner& owner = {});
  // Null: there is none.
  Result<std::optional<std::string>> content(std::string_view id, const Owner& owner = {});
  Result<bool> remove(std::string_view id, const Owner& owner = {});
  // One more than the page holds, where there are more. An empty purpose is any. Errors: not_found
  // at /after.
  Result<std::vector<FileInfo>> list(const Page& page, const std::string& purpose,
                                     const Owner& owner = {});

 private:
  store::Database& database_;
};

// `expires`: Unix time; none: it is kept until it is deleted.
base::Json file_json(const FileInfo& file, std::optional<std::int64_t> expires = {});

}  // namespace ashlar::server
