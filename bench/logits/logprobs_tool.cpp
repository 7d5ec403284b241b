// logprobs_tool MODEL fast|exact [THREADS]: a line {"ids": [...]} in, a line {"logprobs", "top1"}
// out: for every id but the first its log-probability given all before it, and the likeliest id in
// its place. tests/oracle/exact_test.py holds it against Transformers.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "bench/logits/divergence.h"
#include "bench/logits/ids_line.h"
#include "model/logits_reader.h"

namespace ashlar::bench {
namespace {

constexpr std::uint32_t kPositions = 8192;
constexpr std::size_t kChunk = 256;  // bounds the logits held at once

struct Predictions {
  std::vector<double> logprobs;
  std::vector<std::uint32_t> top1;
};

Result<Predictions> predict(model::LogitsReader& sequence, std::span<const model::TokenId> ids) {
  Predictions result;
  sequence.restart();
  const std::size_t V = sequence.vocabulary();
  for (std::size_t first = 0; first + 1 < ids.size(); first += kChunk) {
    const auto chunk = ids.subspan(first, std::min(kChunk, ids.size() - 1 - first));
    ASHLAR_ASSIGN(const auto logits, sequence.extend(chunk));
    for (std::size_t row = 0; row < chunk.size(); ++row) {
      const auto distribution = logits.subspan(row * V, V);
      result.logprobs.push_back(log_probability(distribution, ids[first + row + 1]));
      result.top1.push_back(argmax(distribution));
    }
  }
  return result;
}

Status serve(const char* path, model::Precision precision, base::ThreadPool& pool) {
  ASHLAR_ASSIGN(model::LogitsReader sequence,
                model::LogitsReader::open(path, precision, kPositions, pool));
  for (std::string line; std::getline(std::cin, line);) {
    ASHLAR_ASSIGN(const auto ids, parse_ids(line));
    ASHLAR_ASSIGN(const Predictions predictions, predict(sequence, ids));
    const base::Json answer = {{"logprobs", predictions.logprobs}, {"top1", predictions.top1}};
    fmt::print("{}\n", base::write_json(answer));
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  using namespace ashlar;
  const std::string precision = argc > 2 ? argv[2] : "";
  if (precision != "fast" && precision != "exact") {
    fmt::print(stderr, "usage: logprobs_tool MODEL fast|exact [THREADS]\n");
    return 2;
  }
  const int threads = argc > 3 ? std::atoi(argv[3]) : 0;
  base::ThreadPool pool(threads > 0 ? unsigned(threads) : base::available_threads());
  const auto status = bench::serve(
      argv[1], precision == "exact" ? model::Precision::exact : model::Precision::fast, pool);
  if (!status) fmt::print(stderr, "logprobs_tool: {}\n", status.error().line());
  return status ? 0 : 1;
}
