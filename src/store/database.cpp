#include "store/database.h"

#include <utility>

namespace ashlar::store {

std::int64_t Row::number(std::size_t column) const {
  return maybe_number(column).value_or(0);
}

std::optional<std::int64_t> Row::maybe_number(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&values_.at(column));
  return number ? std::optional(*number) : std::nullopt;
}

const std::string& Row::text(std::size_t column) const {
  static const std::string kNone;
  const Value& value = values_.at(column);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* blob = std::get_if<Blob>(&value)) return blob->bytes;
  return kNone;
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::string Row::take(std::size_t column) {
  Value& value = values_.at(column);
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  if (auto* blob = std::get_if<Blob>(&value)) return std::move(blob->bytes);
  return {};
}

bool Row::is_null(std::size_t column) const {
  return std::holds_alternative<std::monostate>(values_.at(column));
}

Result<std::optional<Row>> Database::row(std::string_view sql,
                                         std::initializer_list<Value> values) {
  ASHLAR_ASSIGN(std::vector<Row> found, rows(sql, values));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

}  // namespace ashlar::store
