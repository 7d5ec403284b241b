// POST /api/pull: models of the catalogue, fetched with the progress as a stream.
#include <fmt/format.h>

#include <array>

#include "hub/hub.h"
#include "server/model_names.h"
#include "server/ollama_answer.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_request.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

const std::array kFields = {
    kModel,
    Field{"name", Fate::used, FieldShape::text, "as older clients say model",
          [](const Json&, Asked&) {}},
    Field{"stream", Fate::used, FieldShape::flag, "false: one answer; default: true",
          [](const Json&, Asked&) {}},
    ignored("insecure", "files are checked by their SHA-256"),
    ignored("username", "the catalogue needs none"),
    ignored("password", "the catalogue needs none"),
};

// One pull on its way; told of on the thread that fetches.
class Pull {
 public:
  Pull(SharedCall call, Asked asked, bool stream)
      : call_(std::move(call)), asked_(std::move(asked)), stream_(stream) {}

  void begin() const {
    if (!stream_) return;
    call_->begin(ndjson_headers(), {});
    say({{"status", "pulling manifest"}});
  }

  void say(const Json& line) const {
    if (stream_) call_->exchange->write(ndjson(line));
  }

  void end(const Status& status) const {
    if (!status && !stream_) return call_->fail(status.error());
    const Json last = {{"status", "success"}, {"ashlar", ollama_report(asked_)}};
    if (!stream_) return call_->answer(last);
    if (status)
      say(last);
    else
      say(error_body(Dialect::ollama, status_for(status.error()), status.error(), call_->id));
    call_->exchange->end();
  }

 private:
  SharedCall call_;
  Asked asked_;
  bool stream_;
};

// With the sizes where they are known, for clients that draw a bar.
Json progress(std::string_view status, const hub::CatalogueEntry& entry, bool whole) {
  Json line = {{"status", status}};
  if (entry.sha256.empty()) return line;
  line["digest"] = "sha256:" + entry.sha256;
  line["total"] = entry.bytes;
  line["completed"] = whole ? entry.bytes : 0;
  return line;
}

// Fetched, checked, and served from now on.
Status fetch(Services& services, const std::string& name, const Pull& pull, std::stop_token stop) {
  auto stored = hub::find(name);
  if (!stored) {
    Error error = std::move(stored.error());
    if (error.kind == ErrorKind::not_found)
      error.message = fmt::format("pull model manifest: file does not exist: {}", error.message);
    return tl::unexpected(std::move(error));
  }
  const hub::CatalogueEntry& entry = stored->entry;
  const auto tell = [&](std::string_view line) { pull.say(progress(line, entry, false)); };
  ASHLAR_TRY(hub::fetch(name, tell, std::move(stop)));
  pull.say(progress("verifying sha256 digest", entry, true));
  if (look_up_name(services, name)) return {};  // another pull was quicker
  return services.models.add(name, name);
}

}  // namespace

std::span<const Field> ollama_pull_fields() {
  return kFields;
}

Status ollama_pull(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(Asked asked, read_fields(body, kFields));
  ASHLAR_ASSIGN(const std::string asked_name, ollama_model_name(body));
  const bool served = look_up_name(services, asked_name).has_value();
  const auto pull = std::make_shared<Pull>(call, std::move(asked), ollama_streams(body));
  if (served) {
    pull->begin();
    pull->end({});
    return {};
  }
  std::stop_source stop;
  ASHLAR_TRY(services.background.run(
      stop,
      [&services, pull, name = std::string(without_latest(asked_name))](std::stop_token token) {
        pull->begin();
        pull->end(fetch(services, name, *pull, std::move(token)));
      }));
  call->exchange->on_gone([stop]() mutable { stop.request_stop(); });
  return {};
}

}  // namespace ashlar::server
