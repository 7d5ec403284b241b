#include "server/batch_store.h"

#include <fmt/format.h>

#include "server/call.h"
#include "server/file_store.h"

namespace ashlar::server {
namespace {

using base::Json;
using store::Row;

constexpr std::string_view kFine = "http_status BETWEEN 200 AND 299";

// A line of an output or error file. The answer's body is JSON as it is.
std::string file_line(const Row& row) {
  const std::string start = fmt::format(R"({{"id":"{}","custom_id":{},"response":)",
                                        fresh_id("batch_req_"), base::write_json(row.text(0)));
  if (row.is_null(1))
    return start +
           R"(null,"error":{"code":"batch_cancelled","message":"the batch was cancelled before )"
           R"(this request was answered"}})"
           "\n";
  return start + fmt::format(R"({{"status_code":{},"request_id":"{}","body":{}}},"error":null}})"
                             "\n",
                             row.number(1), row.text(2), row.text(3));
}

}  // namespace

Status BatchStore::add(const Json& batch, const std::string& owner) {
  ASHLAR_TRY(
      database_.run("INSERT INTO batches(id, status, body, owner, created) VALUES(?, ?, ?, ?, ?)",
                    {batch["id"].get<std::string>(), batch["status"].get<std::string>(),
                     base::write_json(batch), owner, batch.value("created_at", std::int64_t{0})}));
  return {};
}

// While lines are there they are what counts.
Status BatchStore::count(Json& batch) {
  if (batch["status"] != "in_progress" && batch["status"] != "cancelling") return {};
  ASHLAR_ASSIGN(
      const auto row,
      database_.row(fmt::format("SELECT count(*), count(http_status), ifnull(sum({}), 0),"
                                " ifnull(sum(input_tokens), 0), ifnull(sum(output_tokens), 0) "
                                "FROM batch_lines WHERE batch = ?",
                                kFine),
                    {batch["id"].get<std::string>()}));
  const std::int64_t fine = row->number(2), in = row->number(3), out = row->number(4);
  batch["request_counts"] = {
      {"total", row->number(0)}, {"completed", fine}, {"failed", row->number(1) - fine}};
  batch["usage"] = {{"input_tokens", in},
                    {"input_tokens_details", {{"cached_tokens", 0}}},
                    {"output_tokens", out},
                    {"output_tokens_details", {{"reasoning_tokens", 0}}},
                    {"total_tokens", in + out}};
  return {};
}

Result<std::optional<Json>> BatchStore::find(std::string_view id, const Owner& owner) {
  ASHLAR_ASSIGN(const auto row,
                database_.row("SELECT body FROM batches WHERE id = ? AND owner = ifnull(?, owner)",
                              {std::string(id), store::or_null(owner)}));
  if (!row) return std::nullopt;
  ASHLAR_ASSIGN(Json batch, base::parse_json(row->text(0), id));
  ASHLAR_TRY(count(batch));
  return batch;
}

Result<std::string> BatchStore::owner_of(std::string_view id) {
  ASHLAR_ASSIGN(const auto row,
                database_.row("SELECT owner FROM batches WHERE id = ?", {std::string(id)}));
  return row ? row->text(0) : std::string();
}

Result<Json> BatchStore::list(const Page& page, const Owner& owner) {
  ASHLAR_ASSIGN(const std::string behind, behind_page(database_, "batches", page));
  ASHLAR_ASSIGN(const auto rows,
                database_.rows(
                    fmt::format("SELECT id FROM batches WHERE owner = ifnull(?, owner) {}", behind),
                    {store::or_null(owner), page.after, std::int64_t{page.limit} + 1}));
  Json batches = Json::array();
  for (const Row& row : rows) {
    ASHLAR_ASSIGN(auto batch, find(row.text(0)));
    if (batch) batches.push_back(std::move(*batch));
  }
  return batches;
}

Result<std::optional<Json>> BatchStore::next() {
  ASHLAR_ASSIGN(const auto row,
                database_.row("SELECT id FROM batches "
                              "WHERE status IN ('validating', 'in_progress', 'cancelling') "
                              "ORDER BY status = 'cancelling' DESC, number LIMIT 1"));
  return row ? find(row->text(0)) : std::optional<Json>();
}

Result<bool> BatchStore::change(const Json& batch, std::string_view from,
                                const std::vector<BatchLine>& lines) {
  const std::string id = batch["id"], status = batch["status"];
  bool changed = false;
  ASHLAR_TRY(database_.transaction([&]() -> Status {
    ASHLAR_ASSIGN(const auto rows,
                  database_.run("UPDATE batches SET status = ?, body = ? "
                                "WHERE id = ? AND status = ?",
                                {status, base::write_json(batch), id, std::string(from)}));
    changed = rows > 0;
    if (!changed) return {};
    for (const BatchLine& line : lines)
      ASHLAR_TRY(database_.run(
          "INSERT INTO batch_lines(batch, line, custom_id, request) VALUES(?, ?, ?, ?)",
          {id, line.line, line.custom_id, line.body}));
    return {};
  }));
  return changed;
}

Result<std::vector<BatchLine>> BatchStore::waiting(std::string_view id, std::int64_t after,
                                                   std::size_t most) {
  ASHLAR_ASSIGN(auto rows,
                database_.rows("SELECT line, custom_id, request FROM batch_lines "
                               "WHERE batch = ? AND line > ? AND http_status IS NULL "
                               "ORDER BY line LIMIT ?",
                               {std::string(id), after, static_cast<std::int64_t>(most)}));
  std::vector<BatchLine> lines;
  for (Row& row : rows) lines.push_back({row.number(0), row.take(1), row.take(2)});
  return lines;
}

Status BatchStore::answer(std::string_view id, std::int64_t line, const LineAnswer& answer) {
  ASHLAR_TRY(database_.run(
      "UPDATE batch_lines SET http_status = ?, request_id = ?, answer = ?, input_tokens = ?,"
      " output_tokens = ? WHERE batch = ? AND line = ? AND http_status IS NULL",
      {std::int64_t{answer.status}, answer.request_id, answer.body, answer.input_tokens,
       answer.output_tokens, std::string(id), line}));
  return {};
}

Result<Json> BatchStore::write_file(const std::string& batch, bool errors, std::int64_t now) {
  ASHLAR_ASSIGN(const auto rows,
                database_.rows(fmt::format("SELECT custom_id, http_status, request_id, answer "
                                           "FROM batch_lines WHERE batch = ? AND {} ORDER BY line",
                                           errors ? fmt::format("NOT ifnull({}, false)", kFine)
                                                  : std::string(kFine)),
                               {batch}));
  if (rows.empty()) return Json(nullptr);
  std::string content;
  for (const Row& row : rows) content += file_line(row);
  ASHLAR_ASSIGN(const std::string owner, owner_of(batch));
  ASHLAR_ASSIGN(
      const FileInfo file,
      FileStore(database_).add(
          {fresh_id("file-"), fmt::format("{}_{}.jsonl", batch, errors ? "error" : "output"),
           "batch_output", now, 0, owner},
          std::move(content)));
  return Json(file.id);
}

Status BatchStore::end(Json batch, std::string_view from, std::string_view status,
                       std::int64_t now) {
  const std::string id = batch["id"];
  return database_.transaction([&]() -> Status {
    ASHLAR_TRY(count(batch));
    ASHLAR_ASSIGN(batch["output_file_id"], write_file(id, false, now));
    ASHLAR_ASSIGN(batch["error_file_id"], write_file(id, true, now));
    batch["status"] = status;
    batch["finalizing_at"] = now;
    batch[std::string(status) + "_at"] = now;
    ASHLAR_ASSIGN(const bool changed, change(batch, from));
    // Someone else has ended it, or cancels it: the files go again.
    if (!changed) return fail(ErrorKind::cancelled, "the batch is no longer " + std::string(from));
    ASHLAR_TRY(database_.run("DELETE FROM batch_lines WHERE batch = ?", {id}));
    return {};
  });
}

}  // namespace ashlar::server
