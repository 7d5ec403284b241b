#include "server/derived_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "hub/file_lock.h"

namespace ashlar::server {
namespace {

using base::Json;

constexpr std::size_t kMostFileBytes = 16 << 20, kMostNameBytes = 128;
constexpr int kVersion = 1;

tl::unexpected<Error> corrupt(std::string message, std::string_view where) {
  return fail(ErrorKind::corrupt, std::move(message), std::string(where),
              "mend the file or delete it: it holds the models of /api/create");
}

Result<DerivedModel> parse_one(const std::string& name, const Json& json, std::string_view where) {
  DerivedModel model;
  if (!check_derived_name(name) || !json.is_object())
    return corrupt(fmt::format("'{}' is no entry", name), where);
  for (const auto& [key, value] : json.items()) {
    if (key == "base" && value.is_string())
      model.base = value.get<std::string>();
    else if (key == "system" && value.is_string())
      model.system = value.get<std::string>();
    else if (key == "parameters" && value.is_object())
      model.parameters = value;
    else if (key == "created" && value.is_number_integer())
      model.created = value.get<std::int64_t>();
    else
      return corrupt(fmt::format("'{}' of '{}' can't be read", key, name), where);
  }
  if (model.base.empty()) return corrupt(fmt::format("'{}' has no base", name), where);
  return model;
}

bool is_name_part(std::string_view part) {
  return !part.empty() && part.front() != '.' && part.front() != '-' &&
         std::ranges::all_of(part, [](unsigned char c) {
           return c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_');
         });
}

}  // namespace

std::string_view without_latest(std::string_view name) {
  constexpr std::string_view kLatest = ":latest";
  return name.ends_with(kLatest) ? name.substr(0, name.size() - kLatest.size()) : name;
}

Status check_derived_name(std::string_view name) {
  const auto colon = name.find(':');
  bool fine =
      name.size() <= kMostNameBytes && (colon == name.npos || is_name_part(name.substr(colon + 1)));
  for (std::string_view rest = name.substr(0, colon); fine;) {
    const auto slash = rest.find('/');
    fine = is_name_part(rest.substr(0, slash));
    if (slash == rest.npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (fine) return {};
  return fail(ErrorKind::bad_input, "invalid model name", "",
              "use letters, digits, '.', '-' and '_', as in 'space/name:tag'");
}

Result<DerivedTable> parse_derived(std::string_view text, std::string_view where) {
  auto json = base::parse_json(text, where);
  if (!json) return corrupt(json.error().message, json.error().where);
  if (!json->is_object() || !json->contains("version") || (*json)["version"] != kVersion ||
      !json->contains("models") || !(*json)["models"].is_object())
    return corrupt(fmt::format("no table of version {}", kVersion), where);
  DerivedTable table;
  for (const auto& [name, entry] : (*json)["models"].items()) {
    ASHLAR_ASSIGN(table[name], parse_one(name, entry, where));
  }
  return table;
}

std::string write_derived(const DerivedTable& table) {
  Json models = Json::object();
  for (const auto& [name, model] : table) {
    Json& entry = models[name] = {{"base", model.base}};
    if (model.system) entry["system"] = *model.system;
    entry["parameters"] = model.parameters;
    entry["created"] = model.created;
  }
  return base::write_json({{"version", kVersion}, {"models", std::move(models)}}) + "\n";
}

Status DerivedModels::keep_in(std::filesystem::path file) {
  const std::scoped_lock lock(mutex_);
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    ASHLAR_ASSIGN(const std::string text, base::read_file(file, kMostFileBytes));
    ASHLAR_ASSIGN(table_, parse_derived(text, file.string()));
  }
  file_ = std::move(file);
  return {};
}

std::optional<DerivedModel> DerivedModels::find(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto at = table_.find(without_latest(name));
  return at == table_.end() ? std::nullopt : std::optional(at->second);
}

DerivedTable DerivedModels::all() const {
  const std::scoped_lock lock(mutex_);
  return table_;
}

// What another process has written since is read first, so that its names stay.
template <class Change>
Status DerivedModels::change(Change make) {
  const std::scoped_lock lock(mutex_);
  if (file_.empty()) {
    make(table_);
    return {};
  }
  ASHLAR_ASSIGN(const auto held, hub::FileLock::acquire(file_.string() + ".lock", {}, {}));
  DerivedTable table = table_;
  std::error_code error;
  if (std::filesystem::exists(file_, error)) {
    ASHLAR_ASSIGN(const std::string text, base::read_file(file_, kMostFileBytes));
    ASHLAR_ASSIGN(table, parse_derived(text, file_.string()));
  }
  make(table);
  ASHLAR_TRY(base::write_file(file_, write_derived(table)));
  table_ = std::move(table);
  return {};
}

Status DerivedModels::put(std::string_view name, DerivedModel model) {
  ASHLAR_TRY(check_derived_name(name));
  return change([&](DerivedTable& table) {
    table.insert_or_assign(std::string(without_latest(name)), std::move(model));
  });
}

Result<bool> DerivedModels::erase(std::string_view name) {
  bool there = false;
  ASHLAR_TRY(change([&](DerivedTable& table) {
    const auto at = table.find(without_latest(name));
    if (at == table.end()) return;
    table.erase(at);
    there = true;
  }));
  return there;
}

}  // namespace ashlar::server
