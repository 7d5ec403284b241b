#include "server/dialect.h"

#include <algorithm>
#include <cctype>

namespace ashlar::server {
namespace {

using base::Json;

// Message and mend: what a person reads who sees one string.
std::string sentence(const Error& error) {
  return error.mend.empty() ? error.message : error.message + "; " + error.mend;
}

std::string_view openai_type(unsigned status) {
  switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 429: return "rate_limit_error";
    default: return status < 500 ? "invalid_request_error" : "server_error";
  }
}

Json openai_code(unsigned status, const Error& error) {
  if (status == 401) return "invalid_api_key";
  if (status == 403) return "insufficient_permissions";
  if (status == 429) return "rate_limit_exceeded";
  if (status == 404 && error.where == "/model") return "model_not_found";
  if (error.kind == ErrorKind::too_large && error.message.find("context") != std::string::npos)
    return "context_length_exceeded";
  return name_of(error.kind);
}

std::string_view anthropic_type(unsigned status) {
  switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 503: return "overloaded_error";
    default: return status < 500 ? "invalid_request_error" : "api_error";
  }
}

}  // namespace

unsigned status_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::bad_input:
    case ErrorKind::unsupported:
    case ErrorKind::too_large: return 400;
    case ErrorKind::denied: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::exhausted:
    case ErrorKind::cancelled: return 503;
    default: return 500;
  }
}

std::string field_path(std::string_view pointer) {
  std::string path;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = std::min(pointer.find('/'), pointer.size());
    const std::string_view step = pointer.substr(0, end);
    const bool index = !step.empty() && std::ranges::all_of(step, [](unsigned char c) {
      return std::isdigit(c) != 0;
    });
    if (index && !path.empty())
      path.append("[").append(step).append("]");
    else
      path.append(path.empty() ? "" : ".").append(step);
    pointer.remove_prefix(end);
  }
  return path;
}

std::string dotted_path(std::string_view pointer) {
  std::string path(pointer.substr(1));
  std::ranges::replace(path, '/', '.');
  return path;
}

Json error_body(Dialect dialect, unsigned status, const Error& error, std::string_view request_id) {
  const bool named = error.where.starts_with('/') && error.where.size() > 1;
  const bool dots = dialect == Dialect::anthropic;
  const std::string field = !named ? "" : dots ? dotted_path(error.where) : field_path(error.where);
  const std::string text = (named ? field + ": " : std::string()) + sentence(error);
  switch (dialect) {
    case Dialect::openai:
      return {{"error",
               {{"message", sentence(error)},
                {"type", openai_type(status)},
                {"param", named ? Json(field) : Json(nullptr)},
                {"code", openai_code(status, error)}}}};
    case Dialect::anthropic:
      return {{"type", "error"},
              {"error", {{"type", anthropic_type(status)}, {"message", text}}},
              {"request_id", request_id}};
    case Dialect::ollama: return {{"error", text}};
    case Dialect::own: break;
  }
  return {{"error",
           {{"kind", name_of(error.kind)},
            {"message", error.message},
            {"where", error.where},
            {"mend", error.mend}}}};
}

net::Response json_response(unsigned status, const Json& body) {
  return {status, {{"content-type", "application/json"}}, base::write_json(body)};
}

}  // namespace ashlar::server
