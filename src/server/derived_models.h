// Names that are made at run time: a model with a system prompt and parameters of its own. Knows
// neither models nor what parameters mean. Kept in a file: docs/formats/derived-models.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::server {

struct DerivedModel {
  std::string base;                              // a served model or adapter
  std::optional<std::string> system = {};        // of conversations that bring none
  base::Json parameters = base::Json::object();  // Ollama's options, under those of a request
  std::int64_t created = 0;                      // Unix time in seconds
};

using DerivedTable = std::map<std::string, DerivedModel, std::less<>>;

// A name without the tag that Ollama thinks into every name: "a:latest" is "a".
std::string_view without_latest(std::string_view name);

// "name", "space/name:tag": letters, digits, '.', '-' and '_' between single '/' and one ':', at
// most 128 bytes. Errors: bad_input.
Status check_derived_name(std::string_view name);

// The file's text and back. Errors name `where` and the entry.
Result<DerivedTable> parse_derived(std::string_view text, std::string_view where);
std::string write_derived(const DerivedTable& table);

// All from any thread. Names are taken without ":latest".
class DerivedModels {
 public:
  // From now on kept in `file`, which other processes may share; before, in memory alone. Errors:
  // a file that isn't whole.
  Status keep_in(std::filesystem::path file);

  std::optional<DerivedModel> find(std::string_view name) const;
  DerivedTable all() const;
  Status put(std::string_view name, DerivedModel model);
  // Whether there was one.
  Result<bool> erase(std::string_view name);

 private:
  template <class Change>
  Status change(Change make);

  mutable std::mutex mutex_;
  std::filesystem::path file_;
  DerivedTable table_;
};

}  // namespace ashlar::server
