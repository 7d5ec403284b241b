#include "server/keys.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <span>

#include "base/file.h"
#include "hub/file_lock.h"
#include "hub/sha256.h"

namespace ashlar::server {
namespace {

using base::Json;
namespace fs = std::filesystem;

constexpr std::array kGroups = {Group::models, Group::inference, Group::text, Group::metrics,
                                Group::admin};

Result<std::string> fresh_key() {
  std::array<unsigned char, 32> bits{};
  if (::getrandom(bits.data(), bits.size(), 0) != static_cast<ssize_t>(bits.size()))
    return fail(ErrorKind::io, "the system gives no random bits", "getrandom", "try again");
  std::string key = "ash-";
  for (const unsigned byte : bits) key += fmt::format("{:02x}", byte);
  return key;
}

tl::unexpected<Error> broken(std::string message, const fs::path& path) {
  return fail(ErrorKind::corrupt, std::move(message), path.string(),
              "mend the file, or move it away and add keys anew");
}

template <class T>
void read_limit(const Json& json, const char* name, std::optional<T>& limit) {
  if (json.contains(name) && !json[name].is_null()) limit = json[name].get<T>();
}

// Throws what nlohmann does where a field is missing or of another type.
Key key_of(const Json& json) {
  Key key{.name = json.at("name").get<std::string>(),
          .sha256 = json.at("sha256").get<std::string>(),
          .created = json.at("created").get<std::int64_t>()};
  read_limit(json, "expires", key.expires);
  key.models = json.value("models", std::vector<std::string>());
  key.groups = json.value("groups", std::vector<std::string>());
  read_limit(json, "max_requests", key.max_requests);
  read_limit(json, "tokens_per_minute", key.tokens_per_minute);
  return key;
}

Status check_key(const Key& key, const fs::path& path) {
  if (key.name.empty() || key.name.size() > 64 ||
      std::ranges::any_of(key.name, [](unsigned char c) { return c < 0x21 || c == 0x7f; }))
    return fail(ErrorKind::bad_input, fmt::format("'{}' can't be a key's name", key.name),
                path.string(), "use 1 to 64 bytes without blanks");
  for (const std::string& group : key.groups)
    if (std::ranges::none_of(kGroups, [&](Group each) { return name_of(each) == group; }))
      return fail(ErrorKind::bad_input, fmt::format("no group of routes is called '{}'", group),
                  path.string(), "use models, inference, text, metrics or admin");
  return {};
}

Status write_keys(const fs::path& path, const std::vector<Key>& keys) {
  Json list = Json::array();
  for (const Key& key : keys) list.push_back(json_of(key));
  const Json all = {{"ashlar_keys", 1}, {"keys", std::move(list)}};
  return base::write_file(path, all.dump(1) + "\n", 0600);
}

Result<hub::FileLock> lock(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  return hub::FileLock::acquire(path.string() + ".lock", {}, {});
}

}  // namespace

std::string_view name_of(Group group) {
  switch (group) {
    case Group::open: return "open";
    case Group::models: return "models";
    case Group::inference: return "inference";
    case Group::text: return "text";
    case Group::metrics: return "metrics";
    case Group::admin: return "admin";
  }
  return "";
}

std::vector<std::string> group_names() {
  std::vector<std::string> names;
  for (const Group group : kGroups) names.emplace_back(name_of(group));
  return names;
}

fs::path keys_path(const fs::path& data_dir) {
  return data_dir / "keys.json";
}

std::string hash_of(std::string_view key) {
  hub::Sha256 hash;
  hash.update(std::as_bytes(std::span(key.data(), key.size())));
  return hash.hex();
}

Result<std::vector<Key>> read_keys(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::vector<Key>();
  ASHLAR_ASSIGN(const std::string text, base::read_file(path, 16u << 20));
  auto json = base::parse_json(text, path.string());
  if (!json) return broken(json.error().message, path);
  std::vector<Key> keys;
  try {
    if (json->at("ashlar_keys") != 1) return broken("the keys are of another version", path);
    for (const Json& each : json->at("keys")) keys.push_back(key_of(each));
  } catch (const nlohmann::json::exception& wrong) {
    return broken(fmt::format("not a file of keys: {}", wrong.what()), path);
  }
  for (const Key& key : keys) {
    if (auto status = check_key(key, path); !status) return broken(status.error().message, path);
    if (std::ranges::count(keys, key.name, &Key::name) > 1)
      return broken(fmt::format("two keys are called '{}'", key.name), path);
  }
  return keys;
}

Result<std::string> add_key(const fs::path& path, Key key) {
  ASHLAR_TRY(check_key(key, path));
  ASHLAR_ASSIGN(const hub::FileLock held, lock(path));
  ASHLAR_ASSIGN(std::vector<Key> keys, read_keys(path));
  if (std::ranges::find(keys, key.name, &Key::name) != keys.end())
    return fail(ErrorKind::bad_input, fmt::format("there is a key '{}' already", key.name),
                path.string(), "remove it first, or give another name");
  ASHLAR_ASSIGN(std::string secret, fresh_key());
  key.sha256 = hash_of(secret);
  keys.push_back(std::move(key));
  ASHLAR_TRY(write_keys(path, keys));
  return secret;
}

Status remove_key(const fs::path& path, std::string_view name) {
  ASHLAR_ASSIGN(const hub::FileLock held, lock(path));
  ASHLAR_ASSIGN(std::vector<Key> keys, read_keys(path));
  if (std::erase_if(keys, [&](const Key& each) { return each.name == name; }) == 0)
    return fail(ErrorKind::not_found, fmt::format("no key is called '{}'", name), path.string(),
                "ashlar keys list names them");
  return write_keys(path, keys);
}

Json json_of(const Key& key) {
  Json json = {{"name", key.name}, {"sha256", key.sha256}, {"created", key.created}};
  json["expires"] = key.expires ? Json(*key.expires) : Json(nullptr);
  json["models"] = key.models;
  json["groups"] = key.groups;
  json["max_requests"] = key.max_requests ? Json(*key.max_requests) : Json(nullptr);
  json["tokens_per_minute"] = key.tokens_per_minute ? Json(*key.tokens_per_minute) : Json(nullptr);
  return json;
}

}  // namespace ashlar::server
