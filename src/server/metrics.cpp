#include "server/metrics.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "server/models.h"

namespace ashlar::server {
namespace {

using telemetry::Exposition;
using telemetry::Labels;

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
  std::error_code error;
  double count = 0;
  for (auto it = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error))
    ++count;
  return count;
}

void add_engines(Exposition& page, const Models& models) {
  using Values = std::vector<std::pair<Labels, double>>;
  Values waiting, running, blocks, free, cached, preemptions;
  for (const auto& [id, load] : models.loads()) {
    const Labels labels = {{"model", id}};
    waiting.emplace_back(labels, static_cast<double>(load.waiting));
    running.emplace_back(labels, static_cast<double>(load.running));
    blocks.emplace_back(labels, load.total_blocks);
    free.emplace_back(labels, load.free_blocks);
    cached.emplace_back(labels, load.cached_blocks);
    preemptions.emplace_back(labels, static_cast<double>(load.preemptions));
    page.histogram("ashlar_batch_size", "Sequences in a step.", engine::BatchSizes::kBounds,
                   load.batches.steps, static_cast<double>(load.batches.sequences), labels);
  }
  page.gauge("ashlar_sequences_waiting", "Sequences in the queue.", waiting);
  page.gauge("ashlar_sequences_running", "Sequences under way.", running);
  page.gauge("ashlar_kv_blocks", "Blocks of 64 positions of the KV cache.", blocks);
  page.gauge("ashlar_kv_blocks_free", "Those that can be lent.", free);
  page.gauge("ashlar_kv_blocks_cached", "Those kept for prompts that begin alike.", cached);
  page.gauge("ashlar_preemptions", "Answers set back for want of blocks.", preemptions);
}

}  // namespace

void Metrics::answered(std::string_view route, unsigned status) {
  requests_.at({std::string(route), std::to_string(status)}).add();
}

void Metrics::rejected(std::string_view reason) {
  rejections_.at({std::string(reason)}).add();
}

void Metrics::finished(const engine::Output& output, std::uint32_t choice) {
  const engine::Timings& t = output.timings;
  if (output.finish_reason == engine::FinishReason::cancelled) cancellations_.add();
  completion_tokens_.add(output.ids.size());
  guessed_tokens_.add(output.guessed_tokens);
  accepted_tokens_.add(output.accepted_tokens);
  if (output.ids.empty()) return;
  if (choice == 0) {  // the others share its prompt
    prompt_tokens_.add(output.prompt_tokens);
    cached_tokens_.add(output.cached_tokens);
  }
  queue_.observe(t.queue_ms / 1000);
  prefill_.observe((t.prefill_ms - t.queue_ms) / 1000);
  first_token_.observe(t.prefill_ms / 1000);
  whole_.observe((t.prefill_ms + t.decode_ms) / 1000);
  if (output.ids.size() > 1)
    per_token_.observe(t.decode_ms / 1000 / static_cast<double>(output.ids.size() - 1));
}

std::string Metrics::page(std::size_t connections, const Models& models) const {
  Exposition page;
  page.counter("ashlar_requests_total", "Requests by route and status.", requests_);
  page.counter("ashlar_rejections_total", "Requests that were not let in.", rejections_);
  page.counter("ashlar_cancellations_total", "Answers whose client went away.",
               cancellations_.value());
  page.counter("ashlar_prompt_tokens_total", "Tokens of prompts.", prompt_tokens_.value());
  page.counter("ashlar_cached_tokens_total", "Those that the prefix cache had.",
               cached_tokens_.value());
  page.counter("ashlar_completion_tokens_total", "Tokens of answers.", completion_tokens_.value());
  page.counter("ashlar_guessed_tokens_total", "Tokens guessed by speculation.",
               guessed_tokens_.value());
  page.counter("ashlar_accepted_tokens_total", "Those that were right.", accepted_tokens_.value());
  page.histogram("ashlar_time_to_first_token_seconds", "Submission to first token.", first_token_);
  page.histogram("ashlar_time_per_output_token_seconds", "Between tokens, mean of an answer.",
                 per_token_);
  page.histogram("ashlar_queue_seconds", "Submission to the first step.", queue_);
  page.histogram("ashlar_prefill_seconds", "First step to first token.", prefill_);
  page.histogram("ashlar_request_seconds", "Submission to last token.", whole_);
  add_engines(page, models);
  page.gauge("ashlar_connections", "Connections that are open.", static_cast<double>(connections));
  page.gauge("process_resident_memory_bytes", "Memory of the process.", resident_bytes());
  page.gauge("process_open_fds", "Descriptors of the process.", open_descriptors());
  return page.text();
}

}  // namespace ashlar::server
