// The command line as CLI11 reads it, with our errors and exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

namespace ashlar::cli {

// Fills what `app` declares. Gives the exit code when there is nothing more to do: --help was
// printed (0) or a bad argument reported (2; as JSON when the arguments ask for it).
std::optional<int> parse_arguments(CLI::App& app, int argc, char** argv);

}  // namespace ashlar::cli
