// What a long prompt does to a stream of tokens, and the stream to the prompt: the two ratios that
// `bench --fairness` gives.
#pragma once

#include <vector>

#include "base/result.h"
#include "engine/engine.h"

namespace ashlar::cli {

struct Fairness {
  double quiet_ms = 0;         // the stream alone: median time between tokens
  double gap_ms = 0;           // while the prompt is read: its 99th percentile
  double prompt_alone_ms = 0;  // the prompt to its first token, alone
  double prompt_ms = 0;        // and beside the stream

  double gap_ratio() const { return gap_ms / quiet_ms; }
  double prompt_ratio() const { return prompt_ms / prompt_alone_ms; }
};

// The stream starts from `lead` and samples as `sampling` says, without end. REQUIRES: the engine
// is idle, keeps no prefixes and has room for both.
Result<Fairness> measure_fairness(engine::Engine& engine, const std::vector<engine::TokenId>& lead,
                                  const std::vector<engine::TokenId>& prompt,
                                  engine::SamplingParams sampling);

}  // namespace ashlar::cli
