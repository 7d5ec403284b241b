// Ctrl-C as a request to stop.
#pragma once

#include <memory>
#include <stop_token>

namespace ashlar::cli {

// While it lives, the first SIGINT triggers token() instead of ending the process, and cuts a
// blocking read short. One at a time.
class Interrupt {
 public:
  enum class Second { ends_process, is_ignored };  // what another SIGINT does
  explicit Interrupt(Second second = Second::ends_process);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const;
  bool requested() const;
  // Readable from the SIGINT on, so that a wait for something else can end by it too. Not to be
  // read from. Negative when the process has no descriptor left.
  int descriptor() const;
  void request();  // the same as a SIGINT

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::cli
