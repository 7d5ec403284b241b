// Lines that are kept beside a file as they come, so that a killed run goes on from them: under a
// key, which stands for all that they depend on. Knows nothing of what a line says. Private to the
// module.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::llm {

class KeyedLog {
 public:
  // Whether a line that an earlier run left is whole and still true.
  using Believe = std::function<bool(std::string_view line)>;

  // Takes up the log at `path` where it was begun with `key`: its lines in order, up to the first
  // that a kill cut off or that isn't believed. Else begins one. The caller keeps other processes
  // away. REQUIRES: keys and lines have no newline.
  static Result<KeyedLog> open(std::filesystem::path path, std::string_view key,
                               const Believe& believe);

  // The line outlives the process once this returns.
  Status add(std::string_view line);
  void remove();

 private:
  explicit KeyedLog(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace ashlar::llm
