// What becomes of one request: hears its choices, ranks them where best_of asks for it, tells the
// listener, and ends exactly once. Knows nothing of tokens still to come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/request.h"

namespace ashlar::engine {

class Reply {
 public:
  // Waits for `candidates` choices and gives the best n. REQUIRES: 0 < n ≤ candidates.
  Reply(RequestId id, std::uint32_t n, std::uint32_t candidates, Listener listener);

  RequestId id() const { return id_; }
  bool ended() const { return ended_; }
  bool ranks() const { return outputs_.size() > n_; }  // so it needs cumulative_logprob

  // REQUIRES, of each: not ended.
  void prefill(std::uint32_t tokens, std::uint32_t cached);
  void token(std::uint32_t choice, TokenId id, std::string text,
             std::optional<TokenLogprob> logprob);
  void end(std::uint32_t choice, std::string rest, Output output);  // once a choice
  void fail(const Error& error);

 private:
  void finish();
  void emit(Event event) const;

  RequestId id_;
  std::uint32_t n_, left_;
  std::vector<Output> outputs_;
  bool ended_ = false;
  Listener listener_;
};

}  // namespace ashlar::engine
