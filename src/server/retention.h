// How long stored responses, files and batches are kept. What is older is forgotten: when this
// begins, and each hour.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/result.h"

namespace ashlar::server {

struct Runs;

class Retention {
 public:
  // 0 days: for ever. Errors: the database's.
  static Result<std::unique_ptr<Retention>> begin(std::shared_ptr<Runs> runs, double days);

  // From now on, for what is there too.
  void set_days(double days);

  // When what is made at `created` may be forgotten, in Unix time; none: never.
  std::optional<std::int64_t> expiry_of(std::int64_t created) const;

 private:
  Retention(std::shared_ptr<Runs> runs, double days) : runs_(std::move(runs)), days_(days) {}
  Status sweep();
  void work(std::stop_token stop);

  std::shared_ptr<Runs> runs_;
  mutable std::mutex mutex_;  // guards what is below
  std::condition_variable_any changed_;
  double days_;
  bool swept_ = true;    // since they were set
  std::jthread thread_;  // last: it uses the others
};

}  // namespace ashlar::server
