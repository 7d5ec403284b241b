// What became of one request: what the log and the metrics tell of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::server {

enum class Outcome : std::uint8_t {
  answered,
  cancelled,  // the client went
  refused,    // for the request's own sake, or for want of room
  dropped,    // by an error or an end on this side
};
std::string_view name_of(Outcome outcome);

struct Account {
  std::string id = {}, method = {}, path = {}, peer = {};
  std::string trace_id = {};
  std::string key = {};    // its name; empty: none was asked for
  std::string model = {};  // as it was asked for; empty: it didn't come to that
  std::string body = {};   // of the request, where prompts are logged
  unsigned status = 0;     // 0: no head was sent
  std::uint64_t prompt_tokens = 0, cached_tokens = 0, completion_tokens = 0;
  std::optional<double> ttft_ms = {};  // from the request's arrival to its first token
  double duration_ms = 0;
  bool failed = false;  // a stream that ended with an error
  Outcome outcome = Outcome::dropped;
};

// A request's account until its end. From any thread.
class OpenAccount {
 public:
  using Clock = std::chrono::steady_clock;
  using OnEnd = std::function<void(const Account&)>;

  // `on_end` is called once, at close() or else when the account is gone.
  OpenAccount(Account account, OnEnd on_end) : account_(std::move(account)), on_end_(on_end) {}
  ~OpenAccount() { close(Outcome::dropped); }
  OpenAccount(const OpenAccount&) = delete;
  OpenAccount& operator=(const OpenAccount&) = delete;

  // Calls write(Account&), unless the request has ended.
  template <class Write>
  void note(Write&& write) {
    const std::scoped_lock lock(mutex_);
    if (on_end_) write(account_);
  }
  void note_first_token();
  void close(Outcome outcome);

 private:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(Clock::now() - arrived_).count();
  }

  std::mutex mutex_;  // guards what is below
  Account account_;
  OnEnd on_end_;  // null: ended
  Clock::time_point arrived_ = Clock::now();
};

}  // namespace ashlar::server
