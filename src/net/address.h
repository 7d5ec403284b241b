// Addresses as an operator writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::net {

// The numeric form of an IPv4 or IPv6 address, of one in brackets, or of localhost. Errors: others,
// host names too, as one may stand for several addresses.
Result<std::string> parse_host(std::string_view host);

// Whether only this machine reaches it. REQUIRES: numeric.
bool is_loopback(const std::string& host);

// "127.0.0.1:80", "[::1]:80".
std::string host_and_port(const std::string& host, std::uint16_t port);

// Where a socket that is already bound listens.
struct Bound {
  std::string host;
  std::uint16_t port = 0;
};
// Errors: a descriptor that is no listening TCP socket.
Result<Bound> bound_address(int descriptor);

}  // namespace ashlar::net
