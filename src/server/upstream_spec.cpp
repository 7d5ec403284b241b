#include <fmt/format.h>

#include <cstdlib>

#include "server/upstream.h"

namespace ashlar::server {
namespace {

using base::Json;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::bad_input, std::move(message), "upstreams",
              R"(give NAME=URL, or {"name": …, "url": …})");
}

Status set(const std::string& name, const Json& value, UpstreamSpec& spec) {
  if (name == "retries") {
    if (!value.is_number_unsigned() || value > 10) return wrong("retries is not from 0 to 10");
    spec.retries = value.get<unsigned>();
    return {};
  }
  if (name == "timeout") {
    if (!value.is_number() || value <= 0 || value > 86400)
      return wrong("timeout is not within a day of seconds");
    spec.silent_time =
        std::chrono::milliseconds(static_cast<std::int64_t>(value.get<double>() * 1000));
    return {};
  }
  if (!value.is_string()) return wrong(fmt::format("{} is not a string", name));
  const auto& text = value.get_ref<const std::string&>();
  if (name == "name") {
    spec.id = text;
  } else if (name == "url") {
    spec.url = text;
  } else if (name == "model") {
    spec.model = text;
  } else if (name == "api_key_env") {
    const char* key = std::getenv(text.c_str());
    if (!key) return wrong(fmt::format("the environment has no {}", text));
    spec.api_key = key;
  } else {
    return wrong(fmt::format("unknown field '{}'", name));
  }
  return {};
}

}  // namespace

Result<UpstreamSpec> parse_upstream(const std::string& text) {
  UpstreamSpec spec;
  if (text.starts_with('{')) {
    ASHLAR_ASSIGN(const Json fields, base::parse_json(text, "upstreams"));
    for (const auto& [name, value] : fields.items()) ASHLAR_TRY(set(name, value, spec));
  } else if (const auto equals = text.find('='); equals != text.npos) {
    spec.id = text.substr(0, equals);
    spec.url = text.substr(equals + 1);
  }
  if (!spec.id.empty() && !spec.url.empty()) return spec;
  return wrong(fmt::format("'{}' is not NAME=URL", text));
}

}  // namespace ashlar::server
