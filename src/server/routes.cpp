#include "server/routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/anthropic_request.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_request.h"
#include "server/response_request.h"

namespace ashlar::server {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", Dialect::own, page, "the chat page", nullptr, Group::open},
    {"GET", "/page/*", Dialect::own, page, "what the page is made of", nullptr, Group::open},
    {"GET", "/health", Dialect::own, health, "whether the server answers", nullptr, Group::open},
    {"GET", "/ready", Dialect::own, ready, "whether requests should be sent here", nullptr,
     Group::open},
    {"GET", "/metrics", Dialect::own, metrics, "figures for Prometheus", nullptr, Group::metrics},
    {"GET", "/openapi.json", Dialect::own, openapi, "this description", nullptr, Group::open},
    {"GET", "/v1/models", Dialect::openai, list_models, "models, adapters and aliases", nullptr,
     Group::models},
    {"GET", "/v1/models/*", Dialect::openai, show_model, "one of them", nullptr, Group::models},
    {"POST", "/v1/chat/completions", Dialect::openai, chat_completions, "answer a conversation",
     chat_fields},
    {"POST", "/v1/completions", Dialect::openai, completions, "complete prompts",
     completion_fields},
    {"POST", "/v1/responses", Dialect::openai, responses, "answer, and keep the answer",
     response_fields},
    {"POST", "/v1/responses/input_tokens", Dialect::openai, response_input_tokens,
     "count the tokens of an input", input_token_fields},
    {"GET", "/v1/responses/*/input_items", Dialect::openai, response_input_items,
     "what a stored response answers"},
    {"POST", "/v1/responses/*/cancel", Dialect::openai, cancel_response,
     "stop a response in the background"},
    {"GET", "/v1/responses/*", Dialect::openai, show_response, "a stored response"},
    {"DELETE", "/v1/responses/*", Dialect::openai, delete_response, "forget one"},
    {"POST", "/v1/files", Dialect::openai, create_file, "upload a file, as multipart/form-data"},
    {"GET", "/v1/files", Dialect::openai, list_files, "the files that are kept"},
    {"GET", "/v1/files/*/content", Dialect::openai, file_content, "a file's bytes"},
    {"GET", "/v1/files/*", Dialect::openai, show_file, "what is known of a file"},
    {"DELETE", "/v1/files/*", Dialect::openai, delete_file, "forget a file"},
    {"POST", "/v1/batches", Dialect::openai, create_batch, "answer a file of requests",
     batch_fields},
    {"GET", "/v1/batches", Dialect::openai, list_batches, "batches, done and under way"},
    {"POST", "/v1/batches/*/cancel", Dialect::openai, cancel_batch, "stop a batch"},
    {"GET", "/v1/batches/*", Dialect::openai, show_batch, "how far a batch is"},
    {"POST", "/v1/messages", Dialect::anthropic, anthropic_messages, "answer a conversation",
     anthropic_fields},
    {"POST", "/v1/messages/count_tokens", Dialect::anthropic, anthropic_count_tokens,
     "how long a conversation is", anthropic_count_fields},
    {"POST", "/v1/score", Dialect::own, score, "log-probabilities of a completion", score_fields},
    {"GET", "/adapters", Dialect::own, list_adapters, "adapters and their generations", nullptr,
     Group::admin},
    {"POST", "/adapters", Dialect::own, load_adapter,
     "load an adapter, or another generation of it", adapter_fields, Group::admin},
    {"DELETE", "/adapters/*", Dialect::own, unload_adapter, "unload an adapter", nullptr,
     Group::admin},
    {"GET", "/aliases", Dialect::own, list_aliases, "aliases and their generations", nullptr,
     Group::admin},
    {"POST", "/aliases", Dialect::own, set_alias, "let a name stand for a model", alias_fields,
     Group::admin},
    {"DELETE", "/aliases/*", Dialect::own, remove_alias, "forget an alias", nullptr, Group::admin},
    {"GET", "/models", Dialect::own, list_pool, "which models are open", nullptr, Group::admin},
    {"POST", "/models/load", Dialect::own, load_model, "open a model", load_fields, Group::admin},
    {"POST", "/models/unload", Dialect::own, unload_model, "close a model when it is unused",
     load_fields, Group::admin},
    {"POST", "/tokenize", Dialect::own, tokenize, "text or a conversation to ids", tokenize_fields,
     Group::text},
    {"POST", "/detokenize", Dialect::own, detokenize, "ids to text", detokenize_fields,
     Group::text},
    {"POST", "/apply-template", Dialect::own, apply_template, "a conversation as the model sees it",
     template_fields, Group::text},
    {"GET", "/api/version", Dialect::ollama, ollama_version, "the server's version", nullptr,
     Group::open},
    {"GET", "/api/tags", Dialect::ollama, ollama_tags, "models, adapters and those of /api/create",
     nullptr, Group::models},
    {"GET", "/api/ps", Dialect::ollama, ollama_ps, "models that are open", nullptr, Group::models},
    {"POST", "/api/show", Dialect::ollama, ollama_show, "what there is to say of a model",
     ollama_show_fields, Group::models},
    {"POST", "/api/generate", Dialect::ollama, ollama_generate, "answer a prompt",
     ollama_generate_fields},
    {"POST", "/api/chat", Dialect::ollama, ollama_chat, "answer a conversation",
     ollama_chat_fields},
    {"POST", "/api/embed", Dialect::ollama, ollama_embed, "refused: it comes later"},
    {"POST", "/api/embeddings", Dialect::ollama, ollama_embed, "refused: it comes later"},
    {"POST", "/api/pull", Dialect::ollama, ollama_pull, "fetch a model of the catalogue",
     ollama_pull_fields, Group::admin},
    {"POST", "/api/create", Dialect::ollama, ollama_create,
     "a model with a system prompt and parameters of its own", ollama_create_fields, Group::admin},
    {"POST", "/api/copy", Dialect::ollama, ollama_copy, "another name", ollama_copy_fields,
     Group::admin},
    {"DELETE", "/api/delete", Dialect::ollama, ollama_delete, "forget a model",
     ollama_delete_fields, Group::admin},
    {"HEAD", "/api/blobs/*", Dialect::ollama, ollama_blob_head, "whether a file is there", nullptr,
     Group::admin},
    {"POST", "/api/blobs/*", Dialect::ollama, ollama_blob_post, "keep a file by its digest",
     nullptr, Group::admin},
};

// What the path leaves open, where it is the route's.
std::optional<std::string_view> match(const Route& route, std::string_view path) {
  const std::size_t star = route.path.find('*');
  if (star == std::string_view::npos)
    return path == route.path ? std::optional(std::string_view()) : std::nullopt;
  const std::string_view start = route.path.substr(0, star), end = route.path.substr(star + 1);
  if (path.size() <= start.size() + end.size() || !path.starts_with(start) || !path.ends_with(end))
    return std::nullopt;
  const std::string_view open = path.substr(start.size(), path.size() - start.size() - end.size());
  if (!end.empty() && open.find('/') != std::string_view::npos) return std::nullopt;
  return open;
}

// The first that a path fits, whatever the method; empty: none.
std::string_view pattern_of(std::string_view path) {
  const auto* route = std::ranges::find_if(
      kRoutes, [&](const Route& each) { return match(each, path).has_value(); });
  return route == std::end(kRoutes) ? std::string_view() : route->path;
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
    if (route.path != pattern_of(path)) continue;
    methods += fmt::format("{}{}", methods.empty() ? "" : ", ", route.method);
    if (route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

Result<Found> find_route(std::string_view method, std::string_view path) {
  const std::string_view pattern = pattern_of(path);
  if (pattern.empty())
    return fail(ErrorKind::not_found, fmt::format("nothing is served at {}", path), "path",
                "GET /openapi.json lists what there is");
  for (const Route& route : kRoutes)
    if (route.path == pattern &&
        (method == route.method || (method == "HEAD" && route.method == "GET")))
      return Found{&route, std::string(*match(route, path))};
  return fail(ErrorKind::unsupported, fmt::format("{} doesn't take {}", path, method), "method",
              "use " + methods_at(path));
}

}  // namespace ashlar::server
