#include "server/response_store.h"

#include <fmt/format.h>

namespace ashlar::server {
namespace {

using base::Json;
using store::Row;
using store::Value;

constexpr std::string_view kMissing = "the responses that are stored have ids like resp_…";

StoredResponse response_in(Row& row) {
  return {row.take(0), row.maybe_text(1), row.take(2), row.take(3), row.take(4)};
}

}  // namespace

void set_failed(Json& response, std::string_view code, std::string_view message) {
  response["status"] = "failed";
  response["completed_at"] = nullptr;
  response["error"] = {{"code", code}, {"message", message}};
}

Status ResponseStore::add(const StoredResponse& response) {
  ASHLAR_TRY(
      database_.run("INSERT INTO responses(id, previous, status, body, input, owner, created)"
                    " VALUES(?, ?, ?, ?, ?, ?, ?)",
                    {response.id, store::or_null(response.previous), response.status, response.body,
                     response.input, response.owner, response.created}));
  return {};
}

Result<std::optional<StoredResponse>> ResponseStore::find(std::string_view id, const Owner& owner) {
  ASHLAR_ASSIGN(auto row, database_.row("SELECT id, previous, status, body, input FROM responses "
                                        "WHERE id = ? AND owner = ifnull(?, owner)",
                                        {std::string(id), store::or_null(owner)}));
  return row ? std::optional(response_in(*row)) : std::nullopt;
}

Result<bool> ResponseStore::finish(std::string_view id, std::string_view status, std::string body) {
  ASHLAR_ASSIGN(const auto changed,
                database_.run("UPDATE responses SET status = ?, body = ? "
                              "WHERE id = ? AND status = 'in_progress'",
                              {std::string(status), std::move(body), std::string(id)}));
  return changed > 0;
}

Result<bool> ResponseStore::remove(std::string_view id, const Owner& owner) {
  ASHLAR_ASSIGN(const auto changed,
                database_.run("DELETE FROM responses WHERE id = ? AND owner = ifnull(?, owner)",
                              {std::string(id), store::or_null(owner)}));
  return changed > 0;
}

Result<std::vector<StoredResponse>> ResponseStore::chain(const std::string& id,
                                                         const Owner& owner) {
  ASHLAR_ASSIGN(auto rows,
                database_.rows("WITH RECURSIVE chain(id, previous, depth) AS ("
                               " SELECT id, previous, 0 FROM responses WHERE id = ?"
                               " AND owner = ifnull(?, owner)"
                               " UNION ALL SELECT r.id, r.previous, depth + 1 FROM responses r"
                               " JOIN chain ON r.id = chain.previous) "
                               "SELECT r.id, r.previous, r.status, r.body, r.input FROM chain"
                               " JOIN responses r ON r.id = chain.id ORDER BY depth DESC",
                               {id, store::or_null(owner)}));
  if (rows.empty())
    return fail(ErrorKind::not_found, fmt::format("no response '{}'", id), "/previous_response_id",
                std::string(kMissing));
  std::vector<StoredResponse> responses;
  for (Row& row : rows) responses.push_back(response_in(row));
  if (const auto& gone = responses.front().previous)
    return fail(ErrorKind::not_found,
                fmt::format("response '{}', which '{}' continues, is no longer stored", *gone,
                            responses.front().id),
                "/previous_response_id", "send the conversation as input");
  return responses;
}

Status ResponseStore::fail_abandoned() {
  return database_.transaction([&]() -> Status {
    ASHLAR_ASSIGN(auto rows,
                  database_.rows("SELECT id, body FROM responses WHERE status = 'in_progress'"));
    for (Row& row : rows) {
      const std::string id = row.take(0);
      ASHLAR_ASSIGN(Json body, base::parse_json(row.text(1), id));
      set_failed(body, "server_error", "the server ended before the answer was whole");
      ASHLAR_TRY(finish(id, "failed", base::write_json(body)));
    }
    return {};
  });
}

}  // namespace ashlar::server
