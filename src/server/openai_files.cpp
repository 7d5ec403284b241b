// /v1/files: uploaded, listed, read and deleted.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "net/multipart.h"
#include "server/endpoints.h"
#include "server/retention.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

using base::Json;

constexpr auto kPurposes = std::to_array<std::string_view>(
    {"assistants", "batch", "fine-tune", "vision", "user_data", "evals"});
constexpr std::size_t kLongestName = 1024;  // bytes

tl::unexpected<Error> missing(const std::string& id) {
  return fail(ErrorKind::not_found, fmt::format("no file '{}'", id), "/file_id",
              "GET /v1/files lists them");
}

struct Upload {
  std::string purpose, name;
  std::string_view content;
};

Status read_file_part(const net::FormPart& part, Upload& upload) {
  if (!part.filename || part.filename->empty() || part.filename->size() > kLongestName)
    return fail(ErrorKind::bad_input,
                part.filename && !part.filename->empty() ? "the file's name is too long"
                                                         : "the file has no name",
                "/file", fmt::format("send a filename of at most {} bytes", kLongestName));
  if (part.body.empty())
    return fail(ErrorKind::bad_input, "the file is empty", "/file", "send one with content");
  upload.name = *part.filename;
  upload.content = part.body;
  return {};
}

Result<Upload> upload_in(const std::vector<net::FormPart>& parts) {
  Upload upload;
  for (const net::FormPart& part : parts) {
    if (part.name == "file") {
      ASHLAR_TRY(read_file_part(part, upload));
    } else if (part.name == "purpose") {
      upload.purpose = part.body;
    } else {
      return fail(ErrorKind::unsupported, fmt::format("the field '{}' is not supported", part.name),
                  "/" + part.name, "leave it out");
    }
  }
  if (upload.name.empty())
    return fail(ErrorKind::bad_input, "the file is missing", "/file", "send the part \"file\"");
  if (std::ranges::find(kPurposes, upload.purpose) == kPurposes.end())
    return fail(ErrorKind::bad_input, "the purpose is missing, or none that is known", "/purpose",
                fmt::format("send one of {}", fmt::join(kPurposes, ", ")));
  return upload;
}

Json json_of(const Services& services, const FileInfo& file) {
  return file_json(file, services.retention->expiry_of(file.created));
}

}  // namespace

Status create_file(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const auto parts,
                net::parse_multipart(call->request.header("content-type"), call->request.body));
  ASHLAR_ASSIGN(const Upload upload, upload_in(parts));
  ASHLAR_ASSIGN(const FileInfo file,
                services.runs->files.add({fresh_id("file-"), upload.name, upload.purpose,
                                          call->created, 0, call->owner()},
                                         std::string(upload.content)));
  call->answer(json_of(services, file));
  return {};
}

Status list_files(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Page page, page_of(call->request, 10'000, 10'000, {"purpose"}));
  const std::string* purpose = query_value(call->request, "purpose");
  ASHLAR_ASSIGN(const auto files,
                services.runs->files.list(page, purpose ? *purpose : "", call->owner()));
  Json data = Json::array();
  for (const FileInfo& file : files) data.push_back(json_of(services, file));
  call->answer(list_json(page, std::move(data)));
  return {};
}

Status show_file(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const auto file, services.runs->files.find(call->argument, call->owner()));
  if (!file) return missing(call->argument);
  call->answer(json_of(services, *file));
  return {};
}

Status file_content(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(auto content, services.runs->files.content(call->argument, call->owner()));
  if (!content) return missing(call->argument);
  // Never shown as a page: it is whatever someone uploaded.
  call->answer(net::Response{200,
                             {{"content-type", "application/octet-stream"},
                              {"content-disposition", "attachment"},
                              {"x-content-type-options", "nosniff"}},
                             std::move(*content)});
  return {};
}

Status delete_file(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const bool removed, services.runs->files.remove(call->argument, call->owner()));
  if (!removed) return missing(call->argument);
  call->answer({{"id", call->argument}, {"object", "file"}, {"deleted", true}});
  return {};
}

}  // namespace ashlar::server
