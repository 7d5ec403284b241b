// The fields of a server's configuration as flags of a verb.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/config.h"

namespace ashlar::cli {

class ConfigFlags {
 public:
  // --config, and a flag for each field, or for those of `fields` alone.
  explicit ConfigFlags(CLI::App& app, std::vector<std::string_view> fields = {});

  // What was given, over the environment and the file. The file is --config, else $ASHLAR_CONFIG.
  server::Sources sources() const;

 private:
  std::string file_;
  std::vector<std::pair<std::string, CLI::Option*>> options_;
};

}  // namespace ashlar::cli
