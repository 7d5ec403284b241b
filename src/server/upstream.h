// Models that another server answers for: anything that speaks OpenAI's chats and completions, a
// vLLM or a Ray cluster. Requests go on as they came but for the model's name.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/http_client.h"
#include "server/call.h"
#include "server/circuit.h"
#include "server/relay.h"

namespace ashlar::server {

struct UpstreamSpec {
  std::string id = {};     // what requests call the model here
  std::string url = {};    // up to and with /v1
  std::string model = {};  // what it's called there; empty: the same
  std::string api_key = {};
  unsigned retries = 2;  // of a request that has no answer yet
  unsigned most_failures = 5;
  std::chrono::milliseconds rest{10'000};  // after so many failures in a row
  std::chrono::milliseconds connect_time{5'000};
  std::chrono::milliseconds silent_time{60'000};
};

// NAME=URL, or JSON with the names of the fields above but for "api_key_env", the environment's
// variable that holds the key, and "timeout" in seconds. Errors name what is wrong.
Result<UpstreamSpec> parse_upstream(const std::string& text);

struct Upstream {
  explicit Upstream(UpstreamSpec from)
      : spec(std::move(from)), circuit(spec.most_failures, spec.rest) {}
  const UpstreamSpec spec;
  Circuit circuit;
};

// Filled before requests come; then from any thread.
class Upstreams {
 public:
  // Errors: a name or an address that can't be.
  Status add(UpstreamSpec spec);
  // Null where the name is no upstream's.
  std::shared_ptr<Upstream> find(std::string_view id) const;
  std::vector<std::string> names() const;

  // Sends the call on to `path` ("/chat/completions") and its answer back, as it is or by way of
  // `relay`. The call is answered in any case.
  void forward(std::shared_ptr<Upstream> upstream, const SharedCall& call, base::Json body,
               std::string_view path, std::unique_ptr<Relay> relay = nullptr);

 private:
  std::map<std::string, std::shared_ptr<Upstream>, std::less<>> upstreams_;
  net::HttpClient client_;
};

}  // namespace ashlar::server
