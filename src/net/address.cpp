#include "net/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ashlar::net {
namespace {

std::string text_of(int family, const void* address) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(family, address, text, sizeof text);
  return text;
}

}  // namespace

Result<std::string> parse_host(std::string_view host) {
  if (host == "localhost") return "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string text(host);
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return text_of(AF_INET, &v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return text_of(AF_INET6, &v6);
  return fail(ErrorKind::bad_input, fmt::format("'{}' is not an IP address", text), "host",
              "give one, as 127.0.0.1, ::1, or 0.0.0.0 for all");
}

bool is_loopback(const std::string& host) {
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1)
    return IN6_IS_ADDR_LOOPBACK(&v6) ||
           (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == IN_LOOPBACKNET);
  in_addr v4{};
  return ::inet_pton(AF_INET, host.c_str(), &v4) == 1 && ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
}

std::string host_and_port(const std::string& host, std::uint16_t port) {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port)
                                     : fmt::format("[{}]:{}", host, port);
}

Result<Bound> bound_address(int descriptor) {
  const auto wrong = [descriptor] {
    return fail(ErrorKind::bad_input,
                fmt::format("descriptor {} is no listening TCP socket", descriptor),
                "socket activation", "give ListenStream= an address and a port");
  };
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens)
    return wrong();
  sockaddr_storage address{};
  size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return wrong();
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return Bound{text_of(AF_INET, &v4.sin_addr), ntohs(v4.sin_port)};
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    return Bound{text_of(AF_INET6, &v6.sin6_addr), ntohs(v6.sin6_port)};
  }
  return wrong();
}

}  // namespace ashlar::net
