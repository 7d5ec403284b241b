// One client of a load: sends a request over a connection of its own and reads the answer as it
// comes, a chunked stream or a whole. Never blocks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ashlar::bench {

using Clock = std::chrono::steady_clock;

class StreamClient {
 public:
  enum class State : std::uint8_t { connecting, sending, reading, ended, failed };

  // `request` is the bytes of an HTTP request. Starts to connect to 127.0.0.1.
  StreamClient(std::uint16_t port, std::string request);
  ~StreamClient();
  StreamClient(const StreamClient&) = delete;
  StreamClient& operator=(const StreamClient&) = delete;

  int descriptor() const { return fd_; }
  bool wants_write() const { return state_ == State::connecting || state_ == State::sending; }
  State state() const { return state_; }
  bool over() const { return state_ == State::ended || state_ == State::failed; }

  // Goes on as far as it can; to be called when the descriptor is ready.
  void advance();
  // Goes away without a word: a reset, or a close.
  void abandon(bool reset);

  const std::string& answer() const { return answer_; }  // head and body as they came
  int status() const;                                    // 0 where none came
  const std::string& failure() const { return failure_; }
  // Of a stream: "data: [DONE]" came and the last chunk; of a whole answer all its bytes.
  Clock::time_point began() const { return began_; }
  const std::vector<Clock::time_point>& pieces() const { return pieces_; }  // events with text
  std::optional<std::uint64_t> number(const std::string& name) const;  // "name":N, the last one

 private:
  void fail(std::string why);
  void read_more();
  void count_pieces();
  bool complete() const;

  int fd_ = -1;
  State state_ = State::connecting;
  std::string request_, answer_, failure_;
  std::size_t sent_ = 0, scanned_ = 0;
  Clock::time_point began_;
  std::vector<Clock::time_point> pieces_;
};

}  // namespace ashlar::bench
