// An answer between the threads that make it and the connection that sends it. Private to the
// module.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/http_server.h"

namespace ashlar::net {

class AnswerPipe : public std::enable_shared_from_this<AnswerPipe> {
 public:
  // One thread runs `io`; what the connection calls is called there.
  AnswerPipe(std::shared_ptr<boost::asio::io_context> io, std::size_t most_unsent);

  // For the handler. Let go of before the end, a head that never came becomes a 500, and a stream
  // is cut, so that its client sees that it isn't whole.
  std::shared_ptr<Exchange> exchange();

  // For the connection: what there is to send by now.
  struct Work {
    std::optional<Response> head = {};
    bool streams = false;     // the head's body comes in pieces
    std::string pieces = {};  // one after another; a border of pieces is at the end
    bool ended = false, cut = false;
    bool empty() const { return !head && pieces.empty() && !ended && !cut; }
  };
  Work take();
  // Until there is work or the time is over.
  boost::asio::awaitable<void> wait(std::chrono::milliseconds most);
  void wake();

  // Empty before the head of a stream is there, or where the stream has none.
  std::string probe() const;

  // The client has gone: the handler hears of it, nothing is taken any more.
  void leave();
  bool left() const;

 private:
  class End;  // the handler's
  void put(std::string piece);
  void finish(bool cut);
  void notify();

  const std::size_t most_unsent_;
  std::shared_ptr<boost::asio::io_context> io_;
  boost::asio::steady_timer timer_;  // on io's thread alone
  mutable std::mutex mutex_;         // guards what is below
  Work work_;
  std::string probe_;
  bool begun_ = false, ended_ = false, left_ = false, notified_ = false;
  std::function<void()> on_gone_;
};

}  // namespace ashlar::net
