#include "server/cors.h"

#include <algorithm>

#include "net/address.h"

namespace ashlar::server {
namespace {

bool is_allowed(std::string_view origin, const Origins& allowed) {
  return std::ranges::any_of(
      allowed, [&](const std::string& each) { return each == "*" || each == origin; });
}

// A page that this server itself gave. A name that somebody else owns may be pointed here for a
// moment (DNS rebinding), so that only addresses count.
bool is_own(std::string_view origin, std::string_view host) {
  const auto slashes = origin.find("://");
  if (slashes == origin.npos || origin.substr(slashes + 3) != host) return false;
  const auto end = host.ends_with(']') ? host.npos : host.rfind(':');
  return net::parse_host(host.substr(0, end)).has_value();
}

}  // namespace

bool is_origin(std::string_view text) {
  if (text == "*") return true;
  const auto slashes = text.find("://");
  if (slashes == text.npos || slashes == 0) return false;
  const std::string_view host = text.substr(slashes + 3);
  return !host.empty() && host.find_first_of("/?#@ \t\r\n,*") == host.npos;
}

bool is_foreign(const net::Request& request, const Origins& allowed) {
  const std::string_view origin = request.header("origin");
  return !origin.empty() && !is_own(origin, request.header("host")) && !is_allowed(origin, allowed);
}

net::Headers cors_headers(const net::Request& request, const Origins& allowed) {
  if (allowed.empty()) return {};
  const bool all = std::ranges::find(allowed, "*") != allowed.end();
  net::Headers headers;
  if (!all) headers.emplace_back("vary", "Origin");
  const std::string_view origin = request.header("origin");
  if (origin.empty() || !is_allowed(origin, allowed)) return headers;
  headers.emplace_back("access-control-allow-origin", all ? "*" : std::string(origin));
  headers.emplace_back("access-control-expose-headers", "x-request-id, traceparent, retry-after");
  return headers;
}

std::optional<net::Response> preflight(const net::Request& request, const Origins& allowed) {
  if (request.method != "OPTIONS" || request.header("origin").empty() ||
      request.header("access-control-request-method").empty() ||
      !is_allowed(request.header("origin"), allowed))
    return std::nullopt;
  net::Headers headers = {{"access-control-allow-methods", "GET, POST, PUT, DELETE, OPTIONS"},
                          {"access-control-max-age", "600"}};
  if (const auto wanted = request.header("access-control-request-headers"); !wanted.empty())
    headers.emplace_back("access-control-allow-headers", wanted);
  return net::Response{204, std::move(headers), {}};
}

}  // namespace ashlar::server
