// bench: how fast this machine runs a model, one process, our side only: a prompt's prefill, one
// stream's decode, many streams together. bench/speed.py holds it against peers, in turns.
//
// Token ids are an arithmetic sequence, so that a peer can be given the same ones; end tokens are
// never sampled, so that every run has its full length.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/thread_pool.h"
#include "cli/arguments.h"
#include "cli/bench_fairness.h"
#include "cli/bench_roofline.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "engine/engine.h"
#include "formats/gguf.h"
#include "hub/hub.h"
#include "kernels/kernel_table.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::cli {
namespace {

using base::Json;
using tokenizer::TokenId;

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
  std::optional<Fairness> fairness;  // of another kind: times
};

struct Bench {
  base::ThreadPool pool;
  std::shared_ptr<const model::Model> model;
  std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
  std::unique_ptr<engine::Engine> engine;
  std::string model_name;
  double load_ms = 0;

  explicit Bench(unsigned threads) : pool(threads ? threads : base::available_threads()) {}
};

std::uint32_t positions_of(const Work& work) {
  return std::max({work.prompt + 1, work.lead + work.decode,
                   work.stream_prompt + work.stream_decode, work.fairness + work.fairness / 4});
}

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
  ASHLAR_ASSIGN(bench->engine,
                engine::Engine::create(bench->model, bench->tokenizer, bench->pool, engine));
  bench->model_name = path.filename().string();
  bench->load_ms = watch.milliseconds();
  return bench;
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
  double total_ms = 0;   // first submit to last token
  double decode_ms = 0;  // first token to last, of the last sequence to finish
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

std::optional<double> median(const std::vector<Round>& rounds,
                             std::optional<double> Round::* figure) {
  std::vector<double> values;
  for (const Round& round : rounds)
    if (const auto value = round.*figure) values.push_back(*value);
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Json or_null(std::optional<double> value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const Fairness& fairness) {
  return {{"quiet_ms", fairness.quiet_ms},     {"gap_p99_ms", fairness.gap_ms},
          {"gap_ratio", fairness.gap_ratio()}, {"prompt_alone_ms", fairness.prompt_alone_ms},
          {"prompt_ms", fairness.prompt_ms},   {"prompt_ratio", fairness.prompt_ratio()}};
}

Json json_of(const Round& round) {
  Json json = {{"prefill_tok_s", or_null(round.prefill)},
               {"decode_tok_s", or_null(round.decode)},
               {"streams_tok_s", or_null(round.streams)}};
  if (round.fairness) json["fairness"] = json_of(*round.fairness);
  return json;
}

Json json_of(const Bench& bench, const Work& work, std::string_view kernels,
             const std::vector<Round>& rounds) {
  Json lines = Json::array();
  for (const Round& round : rounds) lines.push_back(json_of(round));
  return {
      {"model", bench.model_name},
      {"kernels", kernels},
      {"threads", bench.pool.size()},
      {"load_ms", bench.load_ms},
      {"prompt", work.prompt},
      {"decode", work.decode},
      {"lead", work.lead},
      {"streams",
       {{"count", work.streams}, {"prompt", work.stream_prompt}, {"decode", work.stream_decode}}},
      {"median", json_of(Round{median(rounds, &Round::prefill), median(rounds, &Round::decode),
                               median(rounds, &Round::streams), std::nullopt})},
      {"rounds", lines}};
}

void print_table(const Bench& bench, const Work& work, std::string_view kernels,
                 const std::vector<Round>& rounds) {
  put(fmt::format("{}, {} kernels, {} threads, loaded in {:.0f} ms; median of {}\n",
                  bench.model_name, kernels, bench.pool.size(), bench.load_ms, rounds.size()));
  const auto row = [&](const std::string& what, std::optional<double> Round::* figure) {
    if (const auto value = median(rounds, figure))
      put(fmt::format("{:<32} {:>9.1f} tok/s\n", what, *value));
  };
  row(fmt::format("prefill of {}", work.prompt), &Round::prefill);
  row(fmt::format("decode of {} after {}", work.decode, work.lead), &Round::decode);
  row(fmt::format("{} streams, {} + {}", work.streams, work.stream_prompt, work.stream_decode),
      &Round::streams);
  for (const Round& round : rounds)
    if (round.fairness)
      put(fmt::format(
          "a prompt of {} beside a stream: {:.2f} times its time; the stream's gaps, 99th "
          "percentile: {:.2f} times their median\n",
          work.fairness, round.fairness->prompt_ratio(), round.fairness->gap_ratio()));
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

void add_work_options(CLI::App& app, Work& work) {
  const auto count = [&](const char* flag, std::uint32_t& value, const char* help, int least) {
    app.add_option(flag, value, help)
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(least, 1 << 16).description(""));
  };
  count("--prompt", work.prompt, "tokens of the prefill; 0 leaves it out", 0);
  count("--decode", work.decode, "tokens that one stream decodes; 0 leaves it out", 0);
  count("--lead", work.lead, "prompt tokens before that stream's answer", 1);
  count("--streams", work.streams, "streams at once; 0 leaves them out", 0);
  count("--stream-prompt", work.stream_prompt, "prompt tokens of each stream", 1);
  count("--stream-decode", work.stream_decode, "tokens that each stream decodes", 1);
  count("--fairness", work.fairness, "prompt tokens read beside a stream; 0 leaves it out", 0);
  count("--rounds", work.rounds, "rounds, of which the median counts", 1);
}

int roofline(const ModelOptions& options, const kernels::KernelTable& kernels, bool json) {
  const auto path = hub::locate(options.model, [](std::string_view line) { note(line); });
  if (!path) return report(path.error(), json);
  const auto file = formats::Gguf::open(*path);
  if (!file) return report(file.error(), json);
  base::ThreadPool pool(options.threads ? options.threads : base::available_threads());
  const auto found = measure_roofline(*file, kernels, pool);
  if (!found) return report(found.error(), json);
  put(json ? base::write_json(*found) + "\n" : roofline_table(*found));
  return kExitFine;
}

}  // namespace

int bench_verb(int argc, char** argv) {
  CLI::App app("Measures prefill, decode and many streams together on this machine.",
               "ashlar bench");
  ModelOptions options;
  Work work;
  bool json = false, only_roofline = false;
  add_model_option(app, options);
  add_compute_options(app, options);
  add_chunk_option(app, options);
  add_work_options(app, work);
  app.add_flag("--json", json, "one JSON object with every round");
  app.add_flag(
      "--roofline", only_roofline,
      "what memory and arithmetic allow, and each kernel beside it, on the model's shapes");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;

  const auto kernels = kernels::choose();
  if (!kernels) return report(kernels.error(), json);
  if (only_roofline) return roofline(options, **kernels, json);
  const auto bench = open_bench(options, work);
  if (!bench) return report(bench.error(), json);
  const auto rounds = run_rounds(**bench, work);
  if (!rounds) return report(rounds.error(), json);
  if (json)
    put(base::write_json(json_of(**bench, work, (*kernels)->name, *rounds)) + "\n");
  else
    print_table(**bench, work, (*kernels)->name, *rounds);
  return kExitFine;
}

}  // namespace ashlar::cli
