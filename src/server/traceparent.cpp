#include "server/traceparent.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/random.h"

namespace ashlar::server {
namespace {

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}
bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != text.npos;
}

std::string fresh_span() {
  std::uint64_t id = 0;
  while (id == 0) id = base::fresh_seed();
  return fmt::format("{:016x}", id);
}

}  // namespace

std::string TraceParent::header() const {
  return fmt::format("00-{}-{}-{}", trace_id, parent_id, flags);
}

std::optional<TraceParent> parse_traceparent(std::string_view header) {
  constexpr std::size_t kLength = 55;
  if (header.size() < kLength || header[2] != '-' || header[35] != '-' || header[52] != '-')
    return std::nullopt;
  const std::string_view version = header.substr(0, 2), trace = header.substr(3, 32),
                         parent = header.substr(36, 16), flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_id(trace) || !is_id(parent) || !is_hex(flags))
    return std::nullopt;
  if (header.size() > kLength && (version == "00" || header[kLength] != '-')) return std::nullopt;
  return TraceParent{std::string(trace), std::string(parent), std::string(flags)};
}

TraceParent continued_trace(const net::Request& request) {
  constexpr std::string_view name = "traceparent";
  if (std::ranges::count(request.headers, name, [](const auto& each) { return each.first; }) == 1) {
    if (auto trace = parse_traceparent(request.header(name))) {
      trace->parent_id = fresh_span();
      return *trace;
    }
  }
  return {.trace_id = fresh_span() + fresh_span(), .parent_id = fresh_span()};
}

}  // namespace ashlar::server
