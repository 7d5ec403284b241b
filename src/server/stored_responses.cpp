// GET and DELETE /v1/responses/ID, its cancel and its input_items.
#include <fmt/format.h>

#include <algorithm>

#include "server/endpoints.h"
#include "server/paging.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

using base::Json;

tl::unexpected<Error> missing(const std::string& id) {
  return fail(ErrorKind::not_found, fmt::format("no response '{}'", id), "/response_id",
              "it was never stored, or was deleted");
}

Result<StoredResponse> stored(Services& services, const Call& call) {
  ASHLAR_ASSIGN(auto found, services.runs->responses.find(call.argument, call.owner()));
  if (!found) return missing(call.argument);
  return std::move(*found);
}

// A page of items that lie in the order in which they were sent.
Json page_json(const Page& page, Json items) {
  if (!page.ascending) std::reverse(items.begin(), items.end());
  Json data = Json::array();
  bool begun = page.after.empty(), more = false;
  for (Json& item : items) {
    if (!begun) {
      begun = item["id"] == page.after;
    } else if (data.size() == page.limit) {
      more = true;
    } else {
      data.push_back(std::move(item));
    }
  }
  const Json first = data.empty() ? Json("") : data.front()["id"];
  const Json last = data.empty() ? Json("") : data.back()["id"];
  return {{"object", "list"},
          {"data", std::move(data)},
          {"first_id", first},
          {"last_id", last},
          {"has_more", more}};
}

}  // namespace

Status show_response(Services& services, const SharedCall& call) {
  if (const std::string* stream = query_value(call->request, "stream"); stream && *stream == "true")
    return fail(ErrorKind::unsupported, "a stored response is not streamed", "/stream",
                "leave it out");
  ASHLAR_ASSIGN(StoredResponse response, stored(services, *call));
  call->answer(
      net::Response{200, {{"content-type", "application/json"}}, std::move(response.body)});
  return {};
}

Status delete_response(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const bool removed, services.runs->responses.remove(call->argument, call->owner()));
  if (!removed) return missing(call->argument);
  services.runs->running.stop(call->argument);
  call->answer({{"id", call->argument}, {"object", "response"}, {"deleted", true}});
  return {};
}

// Stored first: what is heard of its end then changes nothing more.
Status cancel_response(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const StoredResponse response, stored(services, *call));
  ASHLAR_ASSIGN(Json body, base::parse_json(response.body, response.id));
  if (body["background"] != true)
    return fail(ErrorKind::bad_input, "only a response in the background can be cancelled",
                "/response_id", "close the connection to stop another");
  if (response.status == "in_progress") {
    body["status"] = "cancelled";
    ASHLAR_ASSIGN(const bool cancelled, services.runs->responses.finish(response.id, "cancelled",
                                                                        base::write_json(body)));
    services.runs->running.stop(response.id);
    if (!cancelled) return cancel_response(services, call);  // it ended in between
  } else if (response.status != "cancelled") {
    return fail(ErrorKind::bad_input,
                fmt::format("the response is {} and can't be cancelled", response.status),
                "/response_id", "nothing is left to stop");
  }
  call->answer(body);
  return {};
}

Status response_input_items(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Page page, page_of(call->request, 20, 100, {"include", "include[]"}));
  ASHLAR_ASSIGN(const StoredResponse response, stored(services, *call));
  ASHLAR_ASSIGN(Json items, base::parse_json(response.input, response.id));
  if (!page.after.empty() && std::ranges::find(items, Json(page.after), [](const Json& item) {
                               return item["id"];
                             }) == items.end())
    return fail(ErrorKind::not_found, fmt::format("the response has no item '{}'", page.after),
                "/after", "send the last_id of the page before");
  call->answer(page_json(page, std::move(items)));
  return {};
}

}  // namespace ashlar::server
