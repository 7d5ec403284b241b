// How `bench` says what it measured.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/bench_run.h"

namespace ashlar::cli {

// Every round and their medians.
base::Json bench_json(const Bench& bench, const Work& work, std::string_view kernels,
                      const std::vector<Round>& rounds);

void print_bench(const Bench& bench, const Work& work, std::string_view kernels,
                 const std::vector<Round>& rounds);

// The list of bars where there are no peers: the shape of bench/bars.py, our side alone.
base::Json bars_without_peers(const std::vector<Round>& rounds);

}  // namespace ashlar::cli
