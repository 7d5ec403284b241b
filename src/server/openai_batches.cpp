// /v1/batches: made of an uploaded file, listed, looked at and cancelled.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "server/batch_runner.h"
#include "server/endpoints.h"
#include "server/response_request.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::array kFields = {
    kept("input_file_id", FieldShape::text, "an uploaded file of JSON lines"),
    kept("endpoint", FieldShape::text, "that all lines are for"),
    kept("completion_window", FieldShape::text, "24h; no batch is given up, whatever it takes"),
    kept("metadata", FieldShape::object, "texts that are kept with the batch"),
    refused("output_expires_after", "all files are kept as long"),
};

constexpr auto kEndpoints =
    std::to_array<std::string_view>({"/v1/chat/completions", "/v1/completions", "/v1/responses"});

tl::unexpected<Error> missing(const std::string& id) {
  return fail(ErrorKind::not_found, fmt::format("no batch '{}'", id), "/batch_id",
              "GET /v1/batches lists them");
}

Result<std::string> text_at(const Json& body, std::string_view name) {
  const auto field = body.find(name);
  if (field != body.end() && field->is_string()) return field->get<std::string>();
  return fail(ErrorKind::bad_input, fmt::format("{} is missing", name), fmt::format("/{}", name),
              "send a string");
}

Status check_file(Runs& runs, const Call& call, const std::string& id) {
  ASHLAR_ASSIGN(const auto file, runs.files.find(id, call.owner()));
  if (!file)
    return fail(ErrorKind::not_found, fmt::format("no file '{}'", id), "/input_file_id",
                "upload it to /v1/files first");
  if (file->purpose == "batch") return {};
  return fail(ErrorKind::bad_input,
              fmt::format("the file '{}' is for {}, not for a batch", id, file->purpose),
              "/input_file_id", "upload it with the purpose batch");
}

// With every field that the official type has.
Json new_batch(const std::string& file, const std::string& endpoint, Json metadata,
               std::int64_t created) {
  Json batch = {{"id", fresh_id("batch_")},   {"object", "batch"},      {"endpoint", endpoint},
                {"model", nullptr},           {"errors", nullptr},      {"input_file_id", file},
                {"completion_window", "24h"}, {"status", "validating"}, {"output_file_id", nullptr},
                {"error_file_id", nullptr},   {"created_at", created}};
  for (const std::string_view moment :
       {"in_progress_at", "expires_at", "finalizing_at", "completed_at", "failed_at", "expired_at",
        "cancelling_at", "cancelled_at"})
    batch[std::string(moment)] = nullptr;
  batch["request_counts"] = {{"total", 0}, {"completed", 0}, {"failed", 0}};
  batch["usage"] = nullptr;
  batch["metadata"] = std::move(metadata);
  return batch;
}

}  // namespace

std::span<const Field> batch_fields() {
  return kFields;
}

Status create_batch(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kFields));
  ASHLAR_ASSIGN(const std::string file, text_at(body, "input_file_id"));
  ASHLAR_ASSIGN(const std::string endpoint, text_at(body, "endpoint"));
  if (std::ranges::find(kEndpoints, endpoint) == kEndpoints.end())
    return fail(ErrorKind::unsupported, fmt::format("no batches for '{}'", endpoint), "/endpoint",
                fmt::format("send one of {}", fmt::join(kEndpoints, ", ")));
  ASHLAR_ASSIGN(const std::string window, text_at(body, "completion_window"));
  if (window != "24h")
    return fail(ErrorKind::unsupported, fmt::format("no window of '{}'", window),
                "/completion_window", "send 24h");
  Json metadata = nullptr;
  if (const auto given = body.find("metadata"); given != body.end() && !given->is_null()) {
    ASHLAR_TRY(check_metadata(*given));
    metadata = *given;
  }
  ASHLAR_TRY(check_file(*services.runs, *call, file));
  Json batch = new_batch(file, endpoint, std::move(metadata), call->created);
  batch["ashlar"] = {{"ignored_fields", asked.ignored}, {"unknown_fields", asked.unknown}};
  ASHLAR_TRY(services.runs->batches.add(batch, call->owner()));
  services.batches->wake();
  call->answer(batch);
  return {};
}

Status list_batches(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Page page, page_of(call->request, 20, 100));
  ASHLAR_ASSIGN(Json batches, services.runs->batches.list(page, call->owner()));
  call->answer(list_json(page, std::move(batches)));
  return {};
}

Status show_batch(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const auto batch, services.runs->batches.find(call->argument, call->owner()));
  if (!batch) return missing(call->argument);
  call->answer(*batch);
  return {};
}

Status cancel_batch(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(auto batch, services.runs->batches.find(call->argument, call->owner()));
  if (!batch) return missing(call->argument);
  const std::string from = (*batch)["status"];
  if (from == "validating" || from == "in_progress") {
    // One without lines has nothing to wait for.
    const std::string to = from == "validating" ? "cancelled" : "cancelling";
    (*batch)["status"] = to;
    (*batch)["cancelling_at"] = call->created;
    if (to == "cancelled") (*batch)["cancelled_at"] = call->created;
    ASHLAR_ASSIGN(const bool changed, services.runs->batches.change(*batch, from));
    services.batches->wake();
    if (!changed) return cancel_batch(services, call);  // it went on in between
  } else if (from != "cancelling" && from != "cancelled") {
    return fail(ErrorKind::bad_input, fmt::format("the batch is {} and can't be cancelled", from),
                "/batch_id", "nothing is left to stop");
  }
  call->answer(*batch);
  return {};
}

}  // namespace ashlar::server
