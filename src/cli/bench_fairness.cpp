#include "cli/bench_fairness.h"

#include <algorithm>
#include <optional>

#include "base/clock.h"

namespace ashlar::cli {
namespace {

constexpr std::size_t kQuietTokens = 64;

// A request and when its tokens came, in milliseconds since it was submitted.
struct Watched {
  base::Stopwatch watch = {};
  std::vector<double> times = {};
  std::optional<Error> error = {};

  engine::Listener listener() {
    return [this](const engine::Event& event) {
      if (event.kind == engine::Event::Kind::token) times.push_back(watch.milliseconds());
      if (event.error) error = *event.error;
    };
  }
};

Result<engine::RequestId> submit(engine::Engine& engine, const std::vector<engine::TokenId>& prompt,
                                 const engine::SamplingParams& sampling, std::uint32_t tokens,
                                 Watched& watched) {
  engine::Request request{.prompt = prompt, .sampling = sampling};
  request.sampling.max_tokens = tokens;
  request.listener = watched.listener();
  return engine.submit(std::move(request));
}

// Steps until `watched` has so many tokens.
Status run_until(engine::Engine& engine, const Watched& watched, std::size_t tokens) {
  while (watched.times.size() < tokens && !watched.error) engine.step();
  if (watched.error) return tl::unexpected(*watched.error);
  return {};
}

std::vector<double> gaps(const std::vector<double>& times, std::size_t from) {
  std::vector<double> found;
  for (std::size_t i = std::max<std::size_t>(from, 1); i < times.size(); ++i)
    found.push_back(times[i] - times[i - 1]);
  std::ranges::sort(found);
  return found;
}

double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

Result<Fairness> measure_fairness(engine::Engine& engine, const std::vector<engine::TokenId>& lead,
                                  const std::vector<engine::TokenId>& prompt,
                                  engine::SamplingParams sampling) {
  Fairness found;
  Watched alone;
  ASHLAR_TRY(submit(engine, prompt, sampling, 1, alone));
  ASHLAR_TRY(run_until(engine, alone, 1));
  found.prompt_alone_ms = alone.times.front();

  Watched stream;
  const auto endless = static_cast<std::uint32_t>(engine.context() - lead.size());
  ASHLAR_ASSIGN(const auto id, submit(engine, lead, sampling, endless, stream));
  ASHLAR_TRY(run_until(engine, stream, kQuietTokens));
  found.quiet_ms = quantile(gaps(stream.times, 0), 0.5);

  const std::size_t before = stream.times.size();
  Watched beside;
  ASHLAR_TRY(submit(engine, prompt, sampling, 1, beside));
  ASHLAR_TRY(run_until(engine, beside, 1));
  found.prompt_ms = beside.times.front();
  found.gap_ms = quantile(gaps(stream.times, before), 0.99);
  engine.cancel(id);
  while (engine.step()) {
  }
  return found;
}

}  // namespace ashlar::cli
