// What /openapi.json says of a route beyond what the table of routes and its fields tell.
#pragma once

#include <span>
#include <string_view>

namespace ashlar::server {

// Lists are words, "a b".
struct RouteNote {
  std::string_view method = {}, path = {};
  std::string_view required = {};               // fields of the body (schema_of_body)
  bool closed = false;                          // unknown fields of the body are refused
  std::string_view query = {};                  // its parameters, whole numbers
  std::string_view answer = {};                 // what an answer in JSON always has
  std::string_view media = "application/json";  // types of the answer
  unsigned also = 0;                            // a status that no other rule gives
};

std::span<const RouteNote> route_notes();

// Of a route that has none: the defaults.
const RouteNote& note_of(std::string_view method, std::string_view path);

}  // namespace ashlar::server
