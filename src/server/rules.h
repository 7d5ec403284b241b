// What holds for all requests and may change while the server runs.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "base/json.h"
#include "server/cors.h"

namespace ashlar::server {

struct Rules {
  int most_json_depth = base::kMaxJsonDepth;
  Origins allowed_origins = {};
  bool log_prompts = false;
  std::chrono::milliseconds answer_time{0};  // 0: no limit
};

// A request goes by the rules that were in force when it came.
class RuleBook {
 public:
  std::shared_ptr<const Rules> now() const {
    const std::scoped_lock lock(mutex_);
    return rules_;
  }
  void set(Rules rules) {
    auto next = std::make_shared<const Rules>(std::move(rules));
    const std::scoped_lock lock(mutex_);
    rules_.swap(next);
  }

 private:
  mutable std::mutex mutex_;  // guards rules_
  std::shared_ptr<const Rules> rules_ = std::make_shared<const Rules>();
};

}  // namespace ashlar::server
