// HEAD and POST /api/blobs/:digest.
#include "server/ollama_endpoints.h"

namespace ashlar::server {
namespace {

Result<std::string> digest_in(const Call& call) {
  if (auto hex = parse_digest(call.argument)) return std::move(*hex);
  return fail(ErrorKind::bad_input, "invalid digest", "",
              "the path ends in sha256: and 64 digits of lower-case hex");
}

}  // namespace

Status ollama_blob_head(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const std::string hex, digest_in(*call));
  call->answer(
      net::Response{.status = services.blobs.has(hex) ? 200u : 404u, .headers = {}, .body = {}});
  return {};
}

Status ollama_blob_post(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const std::string hex, digest_in(*call));
  const bool there = services.blobs.has(hex);
  if (!there) ASHLAR_TRY(services.blobs.put(hex, call->request.body));
  call->answer(net::Response{.status = there ? 200u : 201u, .headers = {}, .body = {}});
  return {};
}

}  // namespace ashlar::server
