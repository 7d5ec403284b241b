// kl_tool MODEL PEER_LOGITS POSITIONS THREADS: holds the fast path and a peer against exact mode,
// window by window, storing none. The file PEER_LOGITS (shared memory, POSITIONS × V f32) holds the
// peer's logits of a window when its line {"ids": [...]} comes in; out goes a line with the sums
// over the window's positions: {"positions", "fast": {"kl", "top1"}, "peer": {"kl", "top1"}}.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "base/json.h"
#include "bench/logits/divergence.h"
#include "bench/logits/ids_line.h"
#include "model/logits_reader.h"

namespace ashlar::bench {
namespace {

// The peer's pages, as they are now: the writer goes on changing them between lines.
Result<std::span<const float>> map_peer(const char* path, std::size_t floats) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(ErrorKind::io, std::strerror(errno), path);
  struct stat status{};
  const bool enough = ::fstat(file, &status) == 0 &&
                      static_cast<std::size_t>(status.st_size) >= floats * sizeof(float);
  void* address =
      enough ? ::mmap(nullptr, floats * sizeof(float), PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
  ::close(file);
  if (address == MAP_FAILED)
    return fail(ErrorKind::io, fmt::format("no {} floats to map", floats), path);
  return std::span(static_cast<const float*>(address), floats);
}

base::Json as_json(const Comparison& comparison) {
  return {{"kl", comparison.divergence}, {"top1", comparison.same_top1}};
}

Result<base::Json> compare_window(model::LogitsReader& exact, model::LogitsReader& fast,
                                  std::span<const float> peer, std::span<const model::TokenId> ids,
                                  base::ThreadPool& pool) {
  exact.restart();
  fast.restart();
  ASHLAR_ASSIGN(const auto reference, exact.extend(ids));
  ASHLAR_ASSIGN(const auto ours, fast.extend(ids));
  const std::array candidates{ours, peer.first(reference.size())};
  const auto sums = compare(reference, candidates, exact.vocabulary(), pool);
  return base::Json{
      {"positions", ids.size()}, {"fast", as_json(sums[0])}, {"peer", as_json(sums[1])}};
}

Status serve(const char* path, const char* peer_path, std::uint32_t positions, unsigned threads) {
  base::ThreadPool pool(threads);
  ASHLAR_ASSIGN(model::LogitsReader exact,
                model::LogitsReader::open(path, model::Precision::exact, positions, pool));
  ASHLAR_ASSIGN(model::LogitsReader fast,
                model::LogitsReader::open(path, model::Precision::fast, positions, pool));
  ASHLAR_ASSIGN(const auto peer, map_peer(peer_path, positions * exact.vocabulary()));
  for (std::string line; std::getline(std::cin, line);) {
    ASHLAR_ASSIGN(const auto ids, parse_ids(line));
    if (ids.size() > positions) return fail(ErrorKind::too_large, "window over POSITIONS");
    ASHLAR_ASSIGN(const auto sums, compare_window(exact, fast, peer, ids, pool));
    fmt::print("{}\n", base::write_json(sums));
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace ashlar::bench

int main(int argc, char** argv) {
  const int positions = argc == 5 ? std::atoi(argv[3]) : 0;
  const int threads = argc == 5 ? std::atoi(argv[4]) : 0;
  if (positions <= 0 || threads <= 0) {
    fmt::print(stderr, "usage: kl_tool MODEL PEER_LOGITS POSITIONS THREADS\n");
    return 2;
  }
  const auto status = ashlar::bench::serve(argv[1], argv[2], static_cast<std::uint32_t>(positions),
                                           static_cast<unsigned>(threads));
  if (!status) fmt::print(stderr, "kl_tool: {}\n", status.error().line());
  return status ? 0 : 1;
}
