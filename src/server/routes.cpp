#include "server/routes.h"

#include <fmt/format.h>

namespace ashlar::server {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", Dialect::own, page, "the chat page"},
    {"GET", "/page/*", Dialect::own, page, "what the page is made of"},
    {"GET", "/health", Dialect::own, health, "whether the server answers"},
    {"GET", "/ready", Dialect::own, ready, "whether requests should be sent here"},
    {"GET", "/metrics", Dialect::own, metrics, "figures for Prometheus"},
    {"GET", "/openapi.json", Dialect::own, openapi, "this description"},
    {"GET", "/v1/models", Dialect::openai, list_models, "models, adapters and aliases"},
    {"GET", "/v1/models/*", Dialect::openai, show_model, "one of them"},
    {"POST", "/v1/chat/completions", Dialect::openai, chat_completions, "answer a conversation",
     chat_fields},
    {"POST", "/v1/completions", Dialect::openai, completions, "complete prompts",
     completion_fields},
    {"POST", "/v1/score", Dialect::own, score, "log-probabilities of a completion", score_fields},
    {"GET", "/adapters", Dialect::own, list_adapters, "adapters and their generations"},
    {"POST", "/adapters", Dialect::own, load_adapter,
     "load an adapter, or another generation of it", adapter_fields},
    {"DELETE", "/adapters/*", Dialect::own, unload_adapter, "unload an adapter"},
    {"GET", "/aliases", Dialect::own, list_aliases, "aliases and their generations"},
    {"POST", "/aliases", Dialect::own, set_alias, "let a name stand for a model", alias_fields},
    {"DELETE", "/aliases/*", Dialect::own, remove_alias, "forget an alias"},
    {"GET", "/models", Dialect::own, list_pool, "which models are open"},
    {"POST", "/models/load", Dialect::own, load_model, "open a model", load_fields},
    {"POST", "/models/unload", Dialect::own, unload_model, "close a model when it is unused",
     load_fields},
    {"POST", "/tokenize", Dialect::own, tokenize, "text or a conversation to ids", tokenize_fields},
    {"POST", "/detokenize", Dialect::own, detokenize, "ids to text", detokenize_fields},
    {"POST", "/apply-template", Dialect::own, apply_template, "a conversation as the model sees it",
     template_fields},
};

// What the path leaves open, where it is the route's.
std::optional<std::string_view> match(const Route& route, std::string_view path) {
  if (!route.path.ends_with("/*")) {
    if (path == route.path) return std::string_view();
    return std::nullopt;
  }
  const std::string_view start = route.path.substr(0, route.path.size() - 1);
  if (!path.starts_with(start) || path.size() == start.size()) return std::nullopt;
  return path.substr(start.size());
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Dialect dialect_of(std::string_view path) {
  if (path == "/v1/messages" || path.starts_with("/v1/messages/")) return Dialect::anthropic;
  if (path.starts_with("/v1/")) return Dialect::openai;
  if (path.starts_with("/api/")) return Dialect::ollama;
  return Dialect::own;
}

std::string methods_at(std::string_view path) {
  std::string methods;
  for (const Route& route : kRoutes) {
    if (!match(route, path)) continue;
    methods += fmt::format("{}{}", methods.empty() ? "" : ", ", route.method);
    if (route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

Result<Found> find_route(std::string_view method, std::string_view path) {
  for (const Route& route : kRoutes) {
    const auto argument = match(route, path);
    if (!argument) continue;
    if (method == route.method || (method == "HEAD" && route.method == "GET"))
      return Found{&route, std::string(*argument)};
  }
  const std::string methods = methods_at(path);
  if (methods.empty())
    return fail(ErrorKind::not_found, fmt::format("nothing is served at {}", path), "path",
                "GET /openapi.json lists what there is");
  return fail(ErrorKind::unsupported, fmt::format("{} doesn't take {}", path, method), "method",
              "use " + methods);
}

}  // namespace ashlar::server
