// What `bench` measures of our side, one process: rounds of prefill, decode and streams.
//
// Token ids are an arithmetic sequence, so that a peer can be given the same ones; end tokens are
// never sampled, so that every run has its full length.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "cli/bench_fairness.h"
#include "cli/options.h"
#include "engine/engine.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::cli {

struct Work {
  std::uint32_t prompt = 512;  // tokens of the prefill; 0 leaves it out
  std::uint32_t decode = 128;  // tokens of one stream, after a prompt of `lead`; 0: out
  std::uint32_t lead = 16;
  std::uint32_t streams = 16;  // sequences together; 0: out
  std::uint32_t stream_prompt = 128, stream_decode = 128;
  std::uint32_t fairness = 0;  // tokens of a prompt beside a stream; 0: out
  std::uint32_t rounds = 3;
};

// Tokens a second of one round; absent what was left out.
struct Round {
  std::optional<double> prefill, decode, streams;
  std::optional<double> overhead_us;  // of a token of the one stream, outside the forward pass
  std::optional<Fairness> fairness;   // of another kind: times
};

struct Bench {
  base::ThreadPool pool;
  std::shared_ptr<const model::Model> model;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  double forward_ms = 0;  // of all forward passes
  std::unique_ptr<engine::Engine> engine;
  std::string model_name;
  std::string_view kv_dtype;
  double load_ms = 0;

  explicit Bench(unsigned threads) : pool(threads ? threads : base::available_threads()) {}
};

// Finds and loads the model, with an engine that holds the work at once.
Result<std::unique_ptr<Bench>> open_bench(const ModelOptions& options, const Work& work);

// After a short run that pages in the weights.
Result<std::vector<Round>> run_rounds(Bench& bench, const Work& work);

}  // namespace ashlar::cli
