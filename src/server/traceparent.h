// The trace that a request belongs to. Source: W3C Trace Context, level 1, "traceparent".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace ashlar::server {

struct TraceParent {
  std::string trace_id;   // 32 hexadecimal digits
  std::string parent_id;  // 16, of the span that asks
  std::string flags = "01";

  std::string header() const;  // as version 00 has it
};

// None: the header is invalid; a higher version is read as far as version 00 has it.
std::optional<TraceParent> parse_traceparent(std::string_view header);

// The request's trace with a span of ours; where its header is missing, invalid or there twice, a
// trace of its own.
TraceParent continued_trace(const net::Request& request);

}  // namespace ashlar::server
