// A child process that never outlives us: run, watched, killed on request or when we die.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace ashlar::hub {

struct ChildResult {
  int exit_code;       // 128 + signal when killed by one, as a shell says it; 127: no such program
  std::string output;  // the last 64 KiB of stdout and stderr together
};

// Runs argv (searched in PATH, no shell) with empty stdin and `variables` ("NAME=value") added to
// the environment. `tick` is called about five times a second. A stop request kills the child:
// ErrorKind::cancelled.
Result<ChildResult> run_child(const std::vector<std::string>& argv,
                              const std::vector<std::string>& variables,
                              const std::function<void()>& tick, std::stop_token stop);

}  // namespace ashlar::hub
