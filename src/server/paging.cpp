#include "server/paging.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ashlar::server {
namespace {

Result<std::uint32_t> limit_in(const std::string& text, std::uint32_t most) {
  std::uint32_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc() && end == text.data() + text.size() && limit >= 1 && limit <= most)
    return limit;
  return fail(ErrorKind::bad_input, fmt::format("limit is '{}'", text), "/limit",
              fmt::format("send a number from 1 to {}", most));
}

}  // namespace

const std::string* query_value(const net::Request& request, std::string_view name) {
  const auto found =
      std::ranges::find(request.query, name, [](const auto& each) { return each.first; });
  return found == request.query.end() ? nullptr : &found->second;
}

Result<Page> page_of(const net::Request& request, std::uint32_t limit, std::uint32_t most,
                     std::initializer_list<std::string_view> known) {
  Page page{limit};
  for (const auto& [name, value] : request.query) {
    if (name == "limit") {
      ASHLAR_ASSIGN(page.limit, limit_in(value, most));
    } else if (name == "order") {
      if (value != "asc" && value != "desc")
        return fail(ErrorKind::bad_input, fmt::format("no order '{}'", value), "/order",
                    "send asc or desc");
      page.ascending = value == "asc";
    } else if (name == "after") {
      page.after = value;
    } else if (std::ranges::find(known, name) == known.end()) {
      return fail(ErrorKind::unsupported, fmt::format("the parameter {} is not supported", name),
                  "/" + name, "leave it out");
    }
  }
  return page;
}

Result<std::string> behind_page(store::Database& database, std::string_view table,
                                const Page& page) {
  if (!page.after.empty()) {
    ASHLAR_ASSIGN(const auto row,
                  database.row(fmt::format("SELECT 1 FROM {} WHERE id = ?", table), {page.after}));
    if (!row)
      return fail(ErrorKind::not_found, fmt::format("nothing has the id '{}'", page.after),
                  "/after", "send the last_id of the page before");
  }
  // Of no id the number is null; then all come.
  return fmt::format(
      "AND ifnull(number {} (SELECT number FROM {} WHERE id = ?), 1) ORDER BY number {} LIMIT ?",
      page.ascending ? '>' : '<', table, page.ascending ? "ASC" : "DESC");
}

base::Json list_json(const Page& page, base::Json data) {
  const bool more = data.size() > page.limit;
  if (more) data.erase(data.end() - 1);
  const base::Json first = data.empty() ? base::Json(nullptr) : data.front()["id"];
  const base::Json last = data.empty() ? base::Json(nullptr) : data.back()["id"];
  return {{"object", "list"},
          {"data", std::move(data)},
          {"first_id", first},
          {"last_id", last},
          {"has_more", more}};
}

}  // namespace ashlar::server
