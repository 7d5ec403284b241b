// An HTTP client: requests go out, answers come in pieces. One thread drives all transfers; what it
// calls must return at once. libcurl is kept behind this file's interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http_message.h"

namespace ashlar::net {

struct ClientRequest {
  std::string method = "POST";
  std::string url;  // http or https; redirects aren't followed
  Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds delay{0};  // it goes out so much later
  std::chrono::milliseconds connect_time{5'000};
  std::chrono::milliseconds silent_time{60'000};  // without a byte: given up
};

// What comes of a request: head, pieces, done; or done alone with why not. On the client's thread.
class ClientListener {
 public:
  virtual ~ClientListener() = default;
  virtual void head(unsigned status, const Headers& headers) = 0;
  virtual void piece(std::string bytes) = 0;
  virtual void done(const Status& status) = 0;  // io or exhausted (time); the last call, once
};

class HttpClient {
 public:
  using TransferId = std::uint64_t;

  HttpClient();
  // Transfers under way end unheard.
  ~HttpClient();

  TransferId start(ClientRequest request, std::shared_ptr<ClientListener> listener);
  // It ends with ErrorKind::cancelled, unless it has ended. From any thread, a listener too.
  void cancel(TransferId transfer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::net
