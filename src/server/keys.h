// The keys of a server: who may ask for what, and how much. Kept as JSON in a file that only its
// owner reads. A key is 256 random bits, so its plain SHA-256 suffices: nobody guesses one, salted
// or not, and a slow hash would only cost each request.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::server {

// What a route is for, as scopes of keys name it.
enum class Group : std::uint8_t {
  open,       // for everybody: /health
  models,     // which models there are
  inference,  // answers, scores
  text,       // tokenizing, templates
  metrics,    // figures for a monitor
  admin,      // what changes the server
};
std::string_view name_of(Group group);
std::vector<std::string> group_names();

struct Key {
  std::string name = {};
  std::string sha256 = {};   // of the key, in lower-case hex
  std::int64_t created = 0;  // Unix time in seconds
  std::optional<std::int64_t> expires = {};
  std::vector<std::string> models = {};            // by the names that requests use; empty: all
  std::vector<std::string> groups = {};            // of routes; empty: models, inference, text
  std::optional<std::uint64_t> max_requests = {};  // under way at once; else the server's
  std::optional<std::uint64_t> tokens_per_minute = {};  // the same
};

std::filesystem::path keys_path(const std::filesystem::path& data_dir);

std::string hash_of(std::string_view key);

// None where there is no file. Errors: one that isn't ours or is broken.
Result<std::vector<Key>> read_keys(const std::filesystem::path& path);

// Makes a key, keeps its hash and gives the key itself, which nobody can be told again. Errors: a
// name that is taken or empty, an unknown group.
Result<std::string> add_key(const std::filesystem::path& path, Key key);
// Errors: not_found.
Status remove_key(const std::filesystem::path& path, std::string_view name);

base::Json json_of(const Key& key);  // with the hash

}  // namespace ashlar::server
