// HTTP requests and answers as values (RFC 9110, 9112).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ashlar::net {

// Names in lower case, in the order sent.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string path;  // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
  std::string peer;  // the client's address

  // The first value of a header; empty where there is none. REQUIRES: lower case.
  std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
};

// Splits a request's target into path and query, percent-decoded. False: broken escapes, a NUL, or
// bytes that aren't UTF-8.
bool parse_target(std::string_view target, Request& request);

}  // namespace ashlar::net
