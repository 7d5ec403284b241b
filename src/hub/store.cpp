// What is in the store, and the user's catalogue. Layout: docs/formats/catalogue.md.
#include "hub/store.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <span>

#include "base/file.h"
#include "hub/catalogue.h"
#include "hub/file_lock.h"
#include "hub/hub.h"

namespace ashlar::hub {
namespace {

namespace fs = std::filesystem;

fs::path user_catalogue_path() {
  return home() / "catalogue.toml";
}

Result<std::vector<CatalogueEntry>> user_catalogue() {
  const fs::path path = user_catalogue_path();
  std::error_code error;
  if (!fs::exists(path, error)) return std::vector<CatalogueEntry>{};
  ASHLAR_ASSIGN(const std::string text, base::read_file(path, 1u << 20));
  return parse_catalogue(text, path.string());
}

Status write_user_catalogue(std::span<const CatalogueEntry> entries) {
  return base::write_file(user_catalogue_path(), write_catalogue(entries));
}

Result<FileLock> lock_user_catalogue() {
  return FileLock::acquire(home() / "catalogue.toml.lock", {}, {});
}

tl::unexpected<Error> unknown(std::string_view name, std::span<const CatalogueEntry> entries) {
  const std::vector<std::string> near = near_names(name, entries);
  return fail(ErrorKind::not_found, fmt::format("no model '{}'", name), "model catalogue",
              near.empty() ? "ashlar models lists the names; a file is named by its path"
                           : fmt::format("did you mean {}?", fmt::join(near, " or ")));
}

}  // namespace

fs::path home() {
  std::error_code ignored;
  if (const char* value = std::getenv("ASHLAR_HOME"); value && *value)
    return fs::absolute(value, ignored);
  const char* user = std::getenv("HOME");
  if (!user || !*user) {
    const passwd* account = ::getpwuid(::getuid());
    user = account ? account->pw_dir : "/";
  }
  return fs::path(user) / ".cache" / "ashlar";
}

Result<std::vector<CatalogueEntry>> catalogue() {
  ASHLAR_ASSIGN(const auto built_in, parse_catalogue(kBuiltInCatalogue, "data/catalogue.toml"));
  ASHLAR_ASSIGN(const auto user, user_catalogue());
  std::map<std::string, CatalogueEntry> by_name;
  for (const CatalogueEntry& entry : built_in) by_name[entry.name] = entry;
  for (const CatalogueEntry& entry : user) by_name[entry.name] = entry;
  std::vector<CatalogueEntry> entries;
  for (auto& [name, entry] : by_name) entries.push_back(std::move(entry));
  return entries;
}

StoredModel stored(CatalogueEntry entry) {
  const fs::path path = entry.path.empty()
                            ? home() / "models" / entry.name / fs::path(entry.member).filename()
                            : home() / entry.path;  // an absolute path stays itself
  std::error_code error;
  const bool there = fs::is_regular_file(path, error) &&
                     (entry.bytes == 0 || fs::file_size(path, error) == entry.bytes);
  return {std::move(entry), path, there && !error};
}

fs::path lock_path(std::string_view name) {
  return home() / "models" / ".fetching" / fmt::format("{}.lock", name);
}

fs::path scratch_path(std::string_view name) {
  return home() / "models" / ".fetching" / name;
}

Result<std::vector<StoredModel>> list() {
  ASHLAR_ASSIGN(std::vector<CatalogueEntry> entries, catalogue());
  std::vector<StoredModel> models;
  for (CatalogueEntry& entry : entries) models.push_back(stored(std::move(entry)));
  return models;
}

Result<StoredModel> find(std::string_view name) {
  ASHLAR_ASSIGN(const std::vector<CatalogueEntry> entries, catalogue());
  for (const CatalogueEntry& entry : entries)
    if (entry.name == name) return stored(entry);
  return unknown(name, entries);
}

Result<fs::path> locate(std::string_view name_or_path, const Progress& progress,
                        std::stop_token stop) {
  const fs::path path(name_or_path);
  std::error_code error;
  if (fs::is_regular_file(path, error)) return path;
  if (name_or_path.find('/') != name_or_path.npos || path.extension() == ".gguf")
    return fail(ErrorKind::not_found, "no such file", path.string(),
                "check the path; ashlar models lists names that need none");
  return fetch(name_or_path, progress, stop);
}

Status add(std::string_view name, const fs::path& path) {
  ASHLAR_TRY(check_name(name));
  std::error_code error;
  const fs::path absolute = fs::canonical(path, error);
  if (error || !fs::is_regular_file(absolute, error))
    return fail(ErrorKind::not_found, "no such file", path.string(), "name an existing file");
  ASHLAR_ASSIGN(const FileLock lock, lock_user_catalogue());
  ASHLAR_ASSIGN(const auto all, catalogue());
  for (const CatalogueEntry& entry : all)
    if (entry.name == name)
      return fail(ErrorKind::bad_input, fmt::format("'{}' is taken", name), "model catalogue",
                  "choose another name");
  ASHLAR_ASSIGN(auto entries, user_catalogue());
  CatalogueEntry entry;
  entry.name = name;
  entry.path = absolute.string();
  entries.push_back(std::move(entry));
  return write_user_catalogue(entries);
}

Status remove(std::string_view name) {
  ASHLAR_ASSIGN(const StoredModel model, find(name));
  if (!model.entry.path.empty()) {
    ASHLAR_ASSIGN(const FileLock lock, lock_user_catalogue());
    ASHLAR_ASSIGN(auto entries, user_catalogue());
    std::erase_if(entries, [&](const CatalogueEntry& entry) { return entry.name == name; });
    return write_user_catalogue(entries);
  }
  ASHLAR_ASSIGN(const FileLock lock, FileLock::acquire(lock_path(model.entry.name), {}, {}));
  std::error_code error;
  if (!fs::remove(model.path, error) && !error)
    return fail(ErrorKind::not_found, fmt::format("'{}' is not stored", name), model.path.string(),
                "ashlar models lists what is");
  if (!error) fs::remove(model.path.parent_path(), error);
  if (error)
    return fail(ErrorKind::io, "can't delete: " + error.message(), model.path.string(),
                "check the permissions of ASHLAR_HOME");
  return {};
}

}  // namespace ashlar::hub
