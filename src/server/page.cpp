#include "server/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/hash.h"
#include "server/endpoints.h"

namespace ashlar::server {
namespace {

struct File {
  std::string_view name;  // below /page/; empty: at /
  std::string_view type;
  const std::string_view& bytes;
};

constexpr File kFiles[] = {
    {"", "text/html; charset=utf-8", kPageHtml},
    {"app.js", "text/javascript; charset=utf-8", kPageScript},
    {"app.css", "text/css; charset=utf-8", kPageStyle},
    {"licenses.md", "text/plain; charset=utf-8", kPageLicenses},
};

// Nothing from elsewhere, nothing inline.
constexpr std::string_view kPolicy =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

}  // namespace

Status page(Services&, const SharedCall& call) {
  const auto file = std::ranges::find(kFiles, call->argument, &File::name);
  if (file == std::end(kFiles))
    return fail(ErrorKind::not_found, fmt::format("the page has no '{}'", call->argument), "path",
                "the page is at /");
  const auto bytes = std::as_bytes(std::span(file->bytes));
  const std::string tag = fmt::format("\"{}\"", base::hex(base::hash_of(bytes)));
  const bool known = call->request.header("if-none-match") == tag;
  call->answer(net::Response{known ? 304u : 200u,
                             {{"content-type", std::string(file->type)},
                              {"cache-control", "no-cache"},
                              {"etag", tag},
                              {"content-security-policy", std::string(kPolicy)},
                              {"x-content-type-options", "nosniff"},
                              {"referrer-policy", "no-referrer"}},
                             known ? std::string() : std::string(file->bytes)});
  return {};
}

}  // namespace ashlar::server
