// Lists in pages, as OpenAI asks for them: limit, order, after.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "net/http_message.h"
#include "store/database.h"

namespace ashlar::server {

// The name of the key that something is of, "" for none; null: whoever asks.
using Owner = std::optional<std::string>;

struct Page {
  std::uint32_t limit;
  bool ascending = false;
  std::string after = {};  // the id that the page comes behind; empty: the first page
};

// The query's parameters; null where they weren't given. Others than these and those of `known` are
// refused.
Result<Page> page_of(const net::Request& request, std::uint32_t limit, std::uint32_t most,
                     std::initializer_list<std::string_view> known = {});

// The first value of a parameter; null where there is none.
const std::string* query_value(const net::Request& request, std::string_view name);

// The end of a query for a page of a table with `number` and `id`: takes `after` and one more than
// `limit`, bound in this order. Errors: not_found at /after.
Result<std::string> behind_page(store::Database& database, std::string_view table,
                                const Page& page);

// {"object": "list", "data", "first_id", "last_id", "has_more"}; `data` may be one over the limit.
base::Json list_json(const Page& page, base::Json data);

}  // namespace ashlar::server
