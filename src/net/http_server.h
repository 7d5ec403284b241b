// An HTTP/1.1 server: requests come whole, answers go whole or as streams. Knows nothing of what is
// served. Boost.Beast is kept behind this file's interface (http_connection.cpp, http_server.cpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_message.h"
#include "net/tls.h"

namespace ashlar::net {

// The answer to one request on its way to the client. From any thread; never waits. What comes
// after the end or after the client has gone is dropped.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual void answer(Response response) = 0;  // whole

  // Or as a stream: head, pieces, end. `probe` is what may be written at any border of pieces to
  // learn whether a client that has closed its side still reads: an SSE comment. Without one a
  // closed side is a client that has gone, as it is for an answer that goes whole.
  virtual void begin(unsigned status, Headers headers, std::string probe) = 0;
  virtual void write(std::string piece) = 0;
  virtual void end() = 0;

  // Calls `gone` once, on a thread of the server or at once, when the client leaves before the end
  // or reads so slowly that ServerOptions::most_unsent is reached.
  virtual void on_gone(std::function<void()> gone) = 0;
};

// Called on one of the server's workers, which it may keep for a while; must not throw. An exchange
// that is let go of without an answer is answered with 500.
using Handler = std::function<void(Request, std::shared_ptr<Exchange>)>;

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;               // 0: any that is free
  std::optional<int> listener = {};        // a socket that listens already, instead; it is taken
  std::shared_ptr<TlsContext> tls = {};    // load_tls(); null: plain HTTP
  std::size_t most_connections = 1 << 16;  // more are answered with 503
  unsigned workers = 2;
  std::uint32_t most_header_bytes = 32 << 10;
  std::uint64_t most_body_bytes = 32 << 20;
  std::size_t most_unsent = 4 << 20;               // bytes of an answer that wait for a slow reader
  std::chrono::milliseconds request_time{30'000};  // from a request's first byte to its last
  std::chrono::milliseconds idle_time{120'000};    // between requests
  std::chrono::milliseconds ping_time{15'000};     // a stream that is silent for so long is probed
  // Makes the answer of an error that the server itself gives (400, 408, 413, 431, 503). `path` is
  // empty where it isn't known.
  std::function<Response(unsigned status, std::string_view path, const std::string& message)>
      error = {};
};

class HttpServer {
 public:
  // Listens; the first requests may come before it returns. Errors: an address that can't be had
  // (io, with the mend).
  static Result<std::unique_ptr<HttpServer>> start(ServerOptions options, Handler handler);
  // Stops at once: open answers are cut.
  ~HttpServer();

  std::uint16_t port() const;
  std::size_t connections() const;

  // For connections that come from now on. REQUIRES: it was started with one.
  void use_tls(std::shared_ptr<TlsContext> tls);

  // Takes no new connection and no new request; connections() says how many still wait for answers.
  void stop_accepting();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::net
