#include "server/openapi_notes.h"

#include <algorithm>

namespace ashlar::server {
namespace {

constexpr RouteNote kNone;
constexpr RouteNote kNotes[] = {
    {.method = "GET", .path = "/", .media = "text/html", .also = 304},
    {.method = "GET",
     .path = "/page/*",
     .media = "text/javascript text/css text/plain",
     .also = 304},
    {.method = "GET", .path = "/health", .answer = "status"},
    {.method = "GET", .path = "/ready", .answer = "status", .also = 503},
    {.method = "GET", .path = "/metrics", .media = "text/plain"},
    {.method = "GET", .path = "/openapi.json", .answer = "openapi info paths"},
    {.method = "GET", .path = "/v1/models", .answer = "object data"},
    {.method = "GET", .path = "/v1/models/*", .answer = "id object created owned_by"},
    {.method = "POST",
     .path = "/v1/chat/completions",
     .required = "messages",
     .answer = "id object created model choices usage"},
    {.method = "POST",
     .path = "/v1/completions",
     .required = "prompt",
     .answer = "id object created model choices usage"},
    {.method = "POST",
     .path = "/v1/score",
     .required = "prompt completion+",
     .closed = true,
     .answer = "logprob greedy tokens"},
    {.method = "GET", .path = "/adapters", .answer = "adapters"},
    {.method = "POST",
     .path = "/adapters",
     .required = "name+ path+",
     .closed = true,
     .answer = "name model path generation created"},
    {.method = "DELETE",
     .path = "/adapters/*",
     .query = "expected_generation",
     .answer = "unloaded"},
    {.method = "GET", .path = "/aliases", .answer = "aliases"},
    {.method = "POST",
     .path = "/aliases",
     .required = "alias+ model+",
     .closed = true,
     .answer = "alias model generation"},
    {.method = "DELETE", .path = "/aliases/*", .query = "expected_generation", .answer = "removed"},
    {.method = "GET", .path = "/models", .answer = "models"},
    {.method = "POST",
     .path = "/models/load",
     .required = "model+",
     .closed = true,
     .answer = "model open",
     .also = 409},
    {.method = "POST",
     .path = "/models/unload",
     .required = "model+",
     .closed = true,
     .answer = "model open"},
    {.method = "POST",
     .path = "/tokenize",
     .required = "prompt|messages",
     .answer = "count max_model_len tokens"},
    {.method = "POST", .path = "/detokenize", .required = "tokens", .answer = "prompt"},
    {.method = "POST",
     .path = "/apply-template",
     .required = "messages",
     .answer = "prompt tokens"},
    {.method = "POST", .path = "/v1/files", .also = 400},
    {.method = "POST", .path = "/api/embed", .also = 400},
    {.method = "POST", .path = "/api/embeddings", .also = 400},
    {.method = "POST", .path = "/api/blobs/*", .also = 201},
};

}  // namespace

std::span<const RouteNote> route_notes() {
  return kNotes;
}

const RouteNote& note_of(std::string_view method, std::string_view path) {
  const auto* note = std::ranges::find_if(
      kNotes, [&](const RouteNote& each) { return each.method == method && each.path == path; });
  return note == std::end(kNotes) ? kNone : *note;
}

}  // namespace ashlar::server
