// A value of a tokenizer.json that knows where it stands, so that every error can say so.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::tokenizer {

class JsonPlace {
 public:
  // A view of `value`. `file` names the file in errors, `pointer` is RFC 6901's.
  JsonPlace(const base::Json& value, std::string_view file, std::string pointer = {})
      : value_(&value), file_(file), pointer_(std::move(pointer)) {}

  std::string where() const;
  tl::unexpected<Error> corrupt(std::string message) const;
  tl::unexpected<Error> unsupported(std::string message) const;

  // What a key holds; nothing where it is missing or null. A value that is no object is `corrupt`.
  Result<std::optional<JsonPlace>> find(std::string_view key) const;
  Result<JsonPlace> member(std::string_view key) const;  // must be there
  Result<std::vector<JsonPlace>> items() const;          // of an array

  Result<std::string_view> string() const;
  Result<bool> boolean() const;
  Result<std::uint64_t> whole() const;
  Result<std::string_view> string(std::string_view key) const;          // must be there
  Result<bool> boolean_or(std::string_view key, bool otherwise) const;  // missing or null
  // "type", which tells the kinds of a part apart.
  Result<std::string_view> type() const { return string("type"); }

  // Keys beside these and "type" that hold something are `unsupported`, by name.
  Status only(std::initializer_list<std::string_view> known) const;

  const base::Json& value() const { return *value_; }
  std::string_view file() const { return file_; }

 private:
  const base::Json* value_;
  std::string_view file_;
  std::string pointer_;
};

}  // namespace ashlar::tokenizer
