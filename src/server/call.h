// One request on its way through the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "net/http_server.h"
#include "server/account.h"
#include "server/deadlines.h"
#include "server/dialect.h"
#include "server/fields.h"
#include "server/gate.h"

namespace ashlar::server {

class Metrics;

struct Call {
  net::Request request;
  std::shared_ptr<net::Exchange> exchange;
  Dialect dialect = Dialect::own;
  Metrics* metrics = nullptr;
  std::string_view route = "none";  // the pattern of the path
  std::string id = {};              // of the request, "req_…": in x-request-id and every log line
  std::span<const Field> fields = {};  // of the body, where the route has a table
  std::string argument = {};           // the part of the path that a route leaves open
  // What its requests' priority is at least: lower is sooner.
  std::int32_t least_priority = std::numeric_limits<std::int32_t>::min();
  std::int64_t created = 0;      // Unix time in seconds
  std::string traceparent = {};  // for who is asked on its behalf
  std::chrono::steady_clock::time_point arrived = std::chrono::steady_clock::now();
  std::shared_ptr<OpenAccount> account = {};
  SharedPass pass = {};
  int most_json_depth = base::kMaxJsonDepth;
  std::chrono::milliseconds answer_time{0};  // that its answer may take; 0: no limit
  Deadlines* deadlines = nullptr;
  unsigned retry_after = 1;  // seconds, of an answer with 429 or 503

  // The name of the key that asks; empty: none. What is stored is its own.
  std::string owner() const { return pass ? std::string(pass->key()) : std::string(); }

  // The body as a JSON object.
  Result<base::Json> json() const;

  // Calls `late` when the answer has had its time.
  [[nodiscard]] Deadline limit(std::function<void()> late) const;
  // What is answered then.
  Error late_error() const;

  void answer(net::Response response) const;
  // A stream (net::Exchange::begin) of 200.
  void begin(net::Headers headers, std::string probe) const;
  void answer(const base::Json& body, unsigned status = 200) const;
  void fail(const Error& error) const;
  void fail(unsigned status, const Error& error) const;
  // The error of a request that isn't let in, with what its answer needs beside it.
  tl::unexpected<Error> refused(Refusal refusal);
};
using SharedCall = std::shared_ptr<Call>;

// A name that no other has: `prefix` and 24 hexadecimal digits.
std::string fresh_id(std::string_view prefix);
// Of a call of a tool: 9 letters and digits, which is what the strictest of templates (Mistral's)
// takes back.
std::string fresh_call_id();

}  // namespace ashlar::server
