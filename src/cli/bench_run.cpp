#include "cli/bench_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "cli/terminal.h"
#include "cli/timed_backend.h"
#include "formats/gguf.h"
#include "hub/hub.h"

namespace ashlar::cli {
namespace {

using tokenizer::TokenId;

std::uint32_t positions_of(const Work& work) {
  return std::max({work.prompt + 1, work.lead + work.decode,
                   work.stream_prompt + work.stream_decode, work.fairness + work.fairness / 4});
}

// Ids from 1000 on, past the special ones, with strides that are prime to any vocabulary of ours.
std::vector<TokenId> ids_of(std::uint32_t count, std::uint32_t stream, std::size_t vocabulary) {
  std::vector<TokenId> ids(count);
  for (std::uint64_t i = 0; i < count; ++i)
    ids[i] = static_cast<TokenId>(1000 + (i * 7919 + stream * 104729ull) % (vocabulary - 1000));
  return ids;
}

engine::SamplingParams greedy(std::uint32_t tokens, const tokenizer::Tokenizer& tokenizer) {
  engine::SamplingParams sampling;
  sampling.temperature = 0;
  sampling.max_tokens = tokens;
  for (TokenId id = 0; id < tokenizer.size(); ++id)
    if (tokenizer.ends_generation(id)) sampling.logit_bias.emplace_back(id, -100);
  return sampling;
}

struct Timed {
  double total_ms = 0;    // first submit to last token
  double forward_ms = 0;  // of that, in forward passes
  double decode_ms = 0;   // first token to last, of the last sequence to finish
};

Result<Timed> run_streams(Bench& bench, std::uint32_t streams, std::uint32_t prompt,
                          std::uint32_t tokens) {
  Timed timed;
  std::optional<Error> failure;
  const auto listen = [&](const engine::Event& event) {
    if (event.error) failure = *event.error;
    if (event.output) timed.decode_ms = event.output->timings.decode_ms;
  };
  const auto sampling = greedy(tokens, *bench.tokenizer);
  const double forward_before = bench.forward_ms;
  const base::Stopwatch watch;
  for (std::uint32_t stream = 0; stream < streams; ++stream) {
    engine::Request request{.prompt = ids_of(prompt, stream, bench.model->config().vocabulary),
                            .sampling = sampling,
                            .listener = listen};
    ASHLAR_TRY(bench.engine->submit(std::move(request)));
  }
  while (bench.engine->step()) {
  }
  timed.total_ms = watch.milliseconds();
  timed.forward_ms = bench.forward_ms - forward_before;
  if (failure) return tl::unexpected(std::move(*failure));
  return timed;
}

Result<Round> run_round(Bench& bench, const Work& work) {
  Round round;
  if (work.prompt > 0) {
    ASHLAR_ASSIGN(const Timed timed, run_streams(bench, 1, work.prompt, 1));
    round.prefill = 1000.0 * work.prompt / timed.total_ms;
  }
  if (work.decode > 1) {
    ASHLAR_ASSIGN(const Timed timed, run_streams(bench, 1, work.lead, work.decode));
    round.decode = 1000.0 * (work.decode - 1) / timed.decode_ms;
    round.overhead_us = 1000.0 * (timed.total_ms - timed.forward_ms) / work.decode;
  }
  if (work.streams > 0) {
    ASHLAR_ASSIGN(const Timed timed,
                  run_streams(bench, work.streams, work.stream_prompt, work.stream_decode));
    round.streams = 1000.0 * work.streams * work.stream_decode / timed.total_ms;
  }
  if (work.fairness > 0) {
    const std::size_t vocabulary = bench.model->config().vocabulary;
    ASHLAR_ASSIGN(round.fairness, measure_fairness(*bench.engine, ids_of(work.lead, 0, vocabulary),
                                                   ids_of(work.fairness, 1, vocabulary),
                                                   greedy(0, *bench.tokenizer)));
  }
  return round;
}

}  // namespace

Result<std::unique_ptr<Bench>> open_bench(const ModelOptions& options, const Work& work) {
  const base::Stopwatch watch;
  ASHLAR_ASSIGN(auto path, hub::locate(options.model, [](std::string_view line) { note(line); }));
  auto bench = std::make_unique<Bench>(options.threads);
  ASHLAR_ASSIGN(auto file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(bench->tokenizer, tokenizer::Tokenizer::from_gguf(file));
  ASHLAR_ASSIGN(bench->model, model::Model::load(std::move(file), options.precision, bench->pool));
  engine::EngineOptions engine = options.engine;
  engine.context = positions_of(work);
  engine.max_sequences = std::max(work.fairness > 0 ? 2u : 1u, work.streams);
  engine.prefix_cache = false;  // every round reads its prompts
  ASHLAR_ASSIGN(auto backend, engine::model_backend(bench->model, bench->pool,
                                                    {.context = engine.context,
                                                     .sequences = engine.max_sequences,
                                                     .kv_bytes = engine.kv_bytes,
                                                     .kv_dtype = engine.kv_dtype}));
  auto timed = std::make_unique<TimedBackend>(std::move(backend), bench->forward_ms);
  ASHLAR_ASSIGN(bench->engine,
                engine::Engine::create(std::move(timed), bench->tokenizer, bench->pool, engine));
  bench->kv_dtype =
      model::kv_dtype_name(model::kv_dtype_of(bench->model->precision(), engine.kv_dtype));
  bench->model_name = path.filename().string();
  bench->load_ms = watch.milliseconds();
  return bench;
}

Result<std::vector<Round>> run_rounds(Bench& bench, const Work& work) {
  ASHLAR_TRY(run_streams(bench, 1, 16, 2));  // pages in the weights
  std::vector<Round> rounds;
  ProgressLine progress;
  for (std::uint32_t i = 0; i < work.rounds; ++i) {
    progress.show(fmt::format("round {} of {}", i + 1, work.rounds));
    ASHLAR_ASSIGN(rounds.emplace_back(), run_round(bench, work));
  }
  return rounds;
}

}  // namespace ashlar::cli
