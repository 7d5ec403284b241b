// The bars that hold us against peers: they are measured by bench/bars.py of a checkout, whose
// scripts and peers the installed binary doesn't have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace ashlar::cli {

struct BarsRun {
  std::string model;         // a path or a catalogue name; empty: all that the bars name
  std::uint32_t rounds = 0;  // 0: the script's own number
};

// The checkout whose ./ashlar started us ($ASHLAR_CHECKOUT), if bench/bars.py is there.
std::optional<std::string> bars_script();

// Runs the script on this very binary, its stdout and stderr being ours; gives its exit code, or an
// error when python3 can't be started.
Result<int> run_bars(const std::string& script, const BarsRun& run);

}  // namespace ashlar::cli
