// The table of routes: what is served where, in which dialect. /openapi.json is made from it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/endpoints.h"
#include "server/keys.h"

namespace ashlar::server {

struct Route {
  // A "*" in the path is one segment that it leaves open; at its end it is all that follows.
  std::string_view method, path;
  Dialect dialect;
  Endpoint endpoint;
  std::string_view summary;
  std::span<const Field> (*fields)() = nullptr;  // of the body
  Group group = Group::inference;                // as scopes of keys have it
};

std::span<const Route> routes();

// The dialect that a path's errors are in, of unknown paths too.
Dialect dialect_of(std::string_view path);

// The methods that a path takes, "GET, HEAD, POST"; empty where nothing is served.
std::string methods_at(std::string_view path);

// The route of a request, and what its path leaves open: of the first path in the table that fits,
// whatever the method. Errors: not_found (no such path), or unsupported (another method; the mend
// names those that there are).
struct Found {
  const Route* route;
  std::string argument;
};
Result<Found> find_route(std::string_view method, std::string_view path);

}  // namespace ashlar::server
