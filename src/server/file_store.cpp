#include "server/file_store.h"

#include <fmt/format.h>

namespace ashlar::server {
namespace {

using base::Json;
using store::Row;

constexpr std::string_view kColumns = "id, name, purpose, created, bytes";

FileInfo file_in(Row& row) {
  return {row.take(0), row.take(1), row.take(2), row.number(3), row.number(4)};
}

}  // namespace

Json file_json(const FileInfo& file, std::optional<std::int64_t> expires) {
  return {{"id", file.id},
          {"object", "file"},
          {"bytes", file.bytes},
          {"created_at", file.created},
          {"expires_at", expires ? Json(*expires) : Json(nullptr)},
          {"filename", file.name},
          {"purpose", file.purpose},
          {"status", "processed"},
          {"status_details", nullptr}};
}

Result<FileInfo> FileStore::add(FileInfo file, std::string content) {
  file.bytes = static_cast<std::int64_t>(content.size());
  ASHLAR_TRY(
      database_.run("INSERT INTO files(id, name, purpose, created, bytes, owner, content) "
                    "VALUES(?, ?, ?, ?, ?, ?, ?)",
                    {file.id, file.name, file.purpose, file.created, file.bytes, file.owner,
                     store::Blob{std::move(content)}}));
  return file;
}

Result<std::optional<FileInfo>> FileStore::find(std::string_view id, const Owner& owner) {
  ASHLAR_ASSIGN(
      auto row,
      database_.row(
          fmt::format("SELECT {} FROM files WHERE id = ? AND owner = ifnull(?, owner)", kColumns),
          {std::string(id), store::or_null(owner)}));
  return row ? std::optional(file_in(*row)) : std::nullopt;
}

Result<std::optional<std::string>> FileStore::content(std::string_view id, const Owner& owner) {
  ASHLAR_ASSIGN(auto row,
                database_.row("SELECT content FROM files WHERE id = ? AND owner = ifnull(?, owner)",
                              {std::string(id), store::or_null(owner)}));
  return row ? std::optional(row->take(0)) : std::nullopt;
}

Result<bool> FileStore::remove(std::string_view id, const Owner& owner) {
  ASHLAR_ASSIGN(const auto changed,
                database_.run("DELETE FROM files WHERE id = ? AND owner = ifnull(?, owner)",
                              {std::string(id), store::or_null(owner)}));
  return changed > 0;
}

Result<std::vector<FileInfo>> FileStore::list(const Page& page, const std::string& purpose,
                                              const Owner& owner) {
  ASHLAR_ASSIGN(const std::string behind, behind_page(database_, "files", page));
  ASHLAR_ASSIGN(
      auto rows,
      database_.rows(
          fmt::format(
              "SELECT {} FROM files WHERE (? = '' OR purpose = ?) AND owner = ifnull(?, owner) {}",
              kColumns, behind),
          {purpose, purpose, store::or_null(owner), page.after, std::int64_t{page.limit} + 1}));
  std::vector<FileInfo> files;
  for (Row& row : rows) files.push_back(file_in(row));
  return files;
}

}  // namespace ashlar::server
