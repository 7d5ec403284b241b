// Which web pages may ask. Source: the Fetch standard, "CORS protocol".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"

namespace ashlar::server {

using Origins = std::vector<std::string>;  // as "https://a.example:8443"; "*" is all

// Whether the text is one, or "*".
bool is_origin(std::string_view text);

// Whether a page of another site asks, and none that may. Browsers send the header by themselves.
bool is_foreign(const net::Request& request, const Origins& allowed);

// What an answer needs so that the asking page may read it.
net::Headers cors_headers(const net::Request& request, const Origins& allowed);

// The answer to a browser that asks beforehand (OPTIONS); none: the request is something else.
std::optional<net::Response> preflight(const net::Request& request, const Origins& allowed);

}  // namespace ashlar::server
