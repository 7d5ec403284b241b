// Who may ask, and how much now. A key is found by its hash: what a lookup's time tells is of the
// hash, from which nobody gets to the key.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "net/http_message.h"
#include "server/keys.h"
#include "server/refusal.h"

namespace ashlar::server {

class Meter;  // what a key has used

// Of keys without their own; 0: none.
struct KeyLimits {
  std::uint64_t max_requests = 0, tokens_per_minute = 0;
};

// A request that was let in, until it is let go of.
class Pass {
 public:
  Pass(std::shared_ptr<const Key> key, std::shared_ptr<Meter> meter);
  ~Pass() { leave(); }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  std::string_view key() const;  // its name; empty: the server asks for none
  bool may_use(std::string_view model) const;
  void charge(std::uint64_t tokens);  // those of the prompt and of the answer, once known
  void leave();                       // under way no more

 private:
  std::shared_ptr<const Key> key_;
  std::shared_ptr<Meter> meter_;
  std::chrono::system_clock::time_point entered_ = {};
};
using SharedPass = std::shared_ptr<Pass>;

class Gate {
 public:
  explicit Gate(std::shared_ptr<const base::Clock> clock = std::make_shared<base::SystemClock>());

  // From now on. Who is in stays in, and what keys of the same name have used counts.
  void set(std::vector<Key> keys, KeyLimits defaults);
  bool needs_key() const;

  // Refuses with 401 (no such key, or over), 403 (another group's route), 429 (too much at once or
  // in the last minute; retry_after says when there will be room).
  Admission<SharedPass> admit(const net::Request& request, Group group);

  // For what goes on without a client: the pass of the key that it was begun with, "" for none,
  // which counts nothing. Null: there is no such key any more.
  SharedPass pass_of(std::string_view name) const;
  // Tokens that were used on a key's behalf.
  void charge(std::string_view name, std::uint64_t tokens);

 private:
  using Keys = std::unordered_map<std::string, std::shared_ptr<const Key>>;  // by hash

  std::shared_ptr<const base::Clock> clock_;
  mutable std::mutex mutex_;  // guards what is below
  Keys keys_;
  KeyLimits defaults_;
  std::map<std::string, std::shared_ptr<Meter>> meters_;  // by the key's name
};

}  // namespace ashlar::server
