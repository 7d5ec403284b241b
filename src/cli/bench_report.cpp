#include "cli/bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "cli/terminal.h"

namespace ashlar::cli {
namespace {

using base::Json;

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
               {"streams_tok_s", or_null(round.streams)},
               {"overhead_us", or_null(round.overhead_us)}};
  if (round.fairness) json["fairness"] = json_of(*round.fairness);
  return json;
}

}  // namespace

Json bench_json(const Bench& bench, const Work& work, std::string_view kernels,
                const std::vector<Round>& rounds) {
  Json lines = Json::array();
  for (const Round& round : rounds) lines.push_back(json_of(round));
  return {
      {"model", bench.model_name},
      {"kernels", kernels},
      {"kv_cache_dtype", bench.kv_dtype},
      {"threads", bench.pool.size()},
      {"load_ms", bench.load_ms},
      {"prompt", work.prompt},
      {"decode", work.decode},
      {"lead", work.lead},
      {"streams",
       {{"count", work.streams}, {"prompt", work.stream_prompt}, {"decode", work.stream_decode}}},
      {"median", json_of(Round{median(rounds, &Round::prefill), median(rounds, &Round::decode),
                               median(rounds, &Round::streams), median(rounds, &Round::overhead_us),
                               std::nullopt})},
      {"rounds", lines}};
}

void print_bench(const Bench& bench, const Work& work, std::string_view kernels,
                 const std::vector<Round>& rounds) {
  put(fmt::format("{}, {} kernels, {} KV, {} threads, loaded in {:.0f} ms; median of {}\n",
                  bench.model_name, kernels, bench.kv_dtype, bench.pool.size(), bench.load_ms,
                  rounds.size()));
  const auto row = [&](const std::string& what, std::optional<double> Round::* figure) {
    if (const auto value = median(rounds, figure))
      put(fmt::format("{:<32} {:>9.1f} tok/s\n", what, *value));
  };
  row(fmt::format("prefill of {}", work.prompt), &Round::prefill);
  row(fmt::format("decode of {} after {}", work.decode, work.lead), &Round::decode);
  row(fmt::format("{} streams, {} + {}", work.streams, work.stream_prompt, work.stream_decode),
      &Round::streams);
  if (const auto value = median(rounds, &Round::overhead_us))
    put(fmt::format("{:<32} {:>9.1f} us a token\n", "outside the forward pass", *value));
  for (const Round& round : rounds)
    if (round.fairness)
      put(fmt::format(
          "a prompt of {} beside a stream: {:.2f} times its time; the stream's gaps, 99th "
          "percentile: {:.2f} times their median\n",
          work.fairness, round.fairness->prompt_ratio(), round.fairness->gap_ratio()));
}

Json bars_without_peers(const std::vector<Round>& rounds) {
  Json bars = Json::array();
  const auto add = [&](const char* bar, std::optional<double> Round::* figure) {
    bars.push_back({{"bar", bar},
                    {"ours", or_null(median(rounds, figure))},
                    {"peer", nullptr},
                    {"ratio", nullptr},
                    {"roofline", nullptr},
                    {"need", nullptr},
                    {"pass", false},
                    {"reason", "no peer: not started by the ./ashlar of a checkout"}});
  };
  add("prefill 512", &Round::prefill);
  add("decode 128", &Round::decode);
  add("16 streams", &Round::streams);
  add("overhead", &Round::overhead_us);
  return bars;
}

}  // namespace ashlar::cli
