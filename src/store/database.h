// A relational database behind a small interface: statements with bound values, transactions,
// migrations. Knows nothing of what is kept. SQLite is one (sqlite.h); its SQL is kept to what
// others speak too.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace ashlar::store {

// What a statement is given and what a column holds: null, a number, or bytes (texts are UTF-8).
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};
using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;

// A value that may be absent: null then.
template <class T>
Value or_null(std::optional<T> value) {
  return value ? Value(std::move(*value)) : Value();
}

class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  // REQUIRES: the column is there. Of another type: 0, or an empty string.
  std::int64_t number(std::size_t column) const;
  std::optional<std::int64_t> maybe_number(std::size_t column) const;
  const std::string& text(std::size_t column) const;
  std::optional<std::string> maybe_text(std::size_t column) const;
  std::string take(std::size_t column);  // a text or bytes, moved out
  bool is_null(std::size_t column) const;

 private:
  std::vector<Value> values_;
};

// One connection. Any thread may call; one statement or transaction runs at a time. What run() or
// transaction() returned for is committed: a process that is killed then loses none of it.
// Errors: exhausted (disk full, or another process held the database for too long), corrupt, io.
class Database {
 public:
  virtual ~Database() = default;

  // Runs a statement, its ?s bound in order; how many rows it changed.
  virtual Result<std::uint64_t> run(std::string_view sql, std::span<const Value> values) = 0;
  virtual Result<std::vector<Row>> rows(std::string_view sql, std::span<const Value> values) = 0;
  // All of `work` or nothing: an error of it is returned and undoes what it did. It uses this
  // object; a transaction in it is part of it.
  virtual Status transaction(const std::function<Status()>& work) = 0;

  Result<std::uint64_t> run(std::string_view sql, std::initializer_list<Value> values = {}) {
    return run(sql, std::span(values.begin(), values.size()));
  }
  Result<std::vector<Row>> rows(std::string_view sql, std::initializer_list<Value> values = {}) {
    return rows(sql, std::span(values.begin(), values.size()));
  }
  // The first row, where there is one.
  Result<std::optional<Row>> row(std::string_view sql, std::initializer_list<Value> values = {});
};

// How a database became what it is: each step once, in order, in a transaction with the number of
// steps done. Steps are only ever added at the end.
using Migrations = std::span<const std::string_view>;

}  // namespace ashlar::store
