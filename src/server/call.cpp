#include "server/call.h"

#include <fmt/format.h>

#include "base/random.h"
#include "base/utf8.h"
#include "server/metrics.h"
#include "server/routes.h"

namespace ashlar::server {

using base::Json;

namespace {

void add_id(net::Headers& headers, const Call& call) {
  headers.emplace_back("x-request-id", call.id);
  if (call.dialect == Dialect::anthropic) headers.emplace_back("request-id", call.id);
}

}  // namespace

Result<Json> Call::json() const {
  if (const auto at = base::first_invalid_utf8(request.body))
    return ashlar::fail(ErrorKind::bad_input, fmt::format("byte {} of the body is not UTF-8", *at),
                        "body", "send JSON in UTF-8");
  ASHLAR_ASSIGN(Json body, base::parse_json(request.body, "body", most_json_depth));
  if (!body.is_object())
    return ashlar::fail(ErrorKind::bad_input,
                        fmt::format("the body is {}, not an object", body.type_name()), "body",
                        "send a JSON object");
  return body;
}

Deadline Call::limit(std::function<void()> late) const {
  if (!deadlines || answer_time.count() == 0) return {};
  return deadlines->at(arrived + answer_time, std::move(late));
}

Error Call::late_error() const {
  const std::chrono::duration<double> seconds = answer_time;
  return {ErrorKind::exhausted, fmt::format("the answer took longer than {} s", seconds.count()),
          "server", "ask for a shorter one, or raise answer_time"};
}

void Call::answer(net::Response response) const {
  add_id(response.headers, *this);
  if (metrics) metrics->answered(route, response.status);
  exchange->answer(std::move(response));
}

void Call::begin(net::Headers headers, std::string probe) const {
  add_id(headers, *this);
  if (metrics) metrics->answered(route, 200);
  exchange->begin(200, std::move(headers), std::move(probe));
}

void Call::answer(const Json& body, unsigned status) const {
  answer(json_response(status, body));
}

void Call::fail(const Error& error) const {
  fail(status_for(error), error);
}

void Call::fail(unsigned status, const Error& error) const {
  net::Response response =
      json_response(status, error_body(dialect, status, named(error, fields), id));
  if (status == 429 || status == 503)
    response.headers.emplace_back("retry-after", std::to_string(retry_after));
  if (status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
  if (status == 405) response.headers.emplace_back("allow", methods_at(request.path));
  answer(std::move(response));
}

tl::unexpected<Error> Call::refused(Refusal refusal) {
  if (refusal.retry_after > 0) retry_after = refusal.retry_after;
  if (metrics) metrics->rejected(refusal.reason);
  return tl::unexpected(std::move(refusal.error));
}

std::string fresh_id(std::string_view prefix) {
  return fmt::format("{}{:016x}{:08x}", prefix, base::fresh_seed(),
                     static_cast<std::uint32_t>(base::fresh_seed()));
}

std::string fresh_call_id() {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string id(9, '0');
  std::uint64_t seed = base::fresh_seed();
  for (char& digit : id) {
    digit = kDigits[seed % kDigits.size()];
    seed /= kDigits.size();
  }
  return id;
}

}  // namespace ashlar::server
