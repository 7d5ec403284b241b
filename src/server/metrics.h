// What the server counts, for GET /metrics.
#pragma once

#include <cstdint>
#include <string>

#include "engine/request.h"
#include "telemetry/prometheus.h"

namespace ashlar::server {

class Models;

class Metrics {
 public:
  // An answer to a route: its pattern, not the path, so that series stay few.
  void answered(std::string_view route, unsigned status);
  // A choice that came to its end, cancelled ones too.
  void finished(const engine::Output& output, std::uint32_t choice);
  // A request that was not let in: "queue", "key_requests", "key_tokens", "connections" …
  void rejected(std::string_view reason);

  // Of `connections` that are open now, and of the models that are open. Waits for a step of each.
  std::string page(std::size_t connections, const Models& models) const;

 private:
  telemetry::CounterFamily requests_{{"route", "status"}}, rejections_{{"reason"}};
  telemetry::Counter prompt_tokens_, completion_tokens_, cached_tokens_, guessed_tokens_,
      accepted_tokens_, cancellations_;
  telemetry::Histogram first_token_{telemetry::second_buckets(0.001, 100)},
      per_token_{telemetry::second_buckets(0.0001, 10)},
      queue_{telemetry::second_buckets(0.0001, 100)},
      prefill_{telemetry::second_buckets(0.001, 100)},
      whole_{telemetry::second_buckets(0.001, 1000)};
};

}  // namespace ashlar::server
