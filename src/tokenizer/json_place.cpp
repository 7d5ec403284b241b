#include "tokenizer/json_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/in_quotes.h"
#include "tokenizer/json_document.h"

namespace ashlar::tokenizer {
namespace {

std::string excerpt(const base::Json& value) {
  if (value.is_structured()) return value.is_array() ? "an array" : "an object";
  return formats::in_quotes(base::write_json(value));
}

}  // namespace

std::string JsonPlace::where() const {
  return fmt::format("{}: {}", file_, pointer_.empty() ? "/" : pointer_);
}

tl::unexpected<Error> JsonPlace::corrupt(std::string message) const {
  return fail(ErrorKind::corrupt, std::move(message), where(), "get the file anew");
}

tl::unexpected<Error> JsonPlace::unsupported(std::string message) const {
  return fail(ErrorKind::unsupported, std::move(message), where(),
              "use a tokenizer.json of byte-level BPE without it");
}

Result<std::optional<JsonPlace>> JsonPlace::find(std::string_view key) const {
  if (!value_->is_object()) return corrupt(excerpt(*value_) + " is not an object");
  const auto found = value_->find(key);
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return JsonPlace(*found, file_, pointer_ + pointer_part(key));
}

Result<JsonPlace> JsonPlace::member(std::string_view key) const {
  ASHLAR_ASSIGN(const auto found, find(key));
  if (!found) return corrupt(fmt::format("{} is missing", formats::in_quotes(key)));
  return *found;
}

Result<std::vector<JsonPlace>> JsonPlace::items() const {
  if (!value_->is_array()) return corrupt(excerpt(*value_) + " is not an array");
  std::vector<JsonPlace> items;
  items.reserve(value_->size());
  for (const base::Json& item : *value_)
    items.emplace_back(item, file_, fmt::format("{}/{}", pointer_, items.size()));
  return items;
}

Result<std::string_view> JsonPlace::string() const {
  if (!value_->is_string()) return corrupt(excerpt(*value_) + " is not a string");
  return std::string_view(value_->get_ref<const std::string&>());
}

Result<bool> JsonPlace::boolean() const {
  if (!value_->is_boolean()) return corrupt(excerpt(*value_) + " is not true or false");
  return value_->get<bool>();
}

Result<std::uint64_t> JsonPlace::whole() const {
  if (!value_->is_number_unsigned()) return corrupt(excerpt(*value_) + " is not a whole number");
  return value_->get<std::uint64_t>();
}

Result<std::string_view> JsonPlace::string(std::string_view key) const {
  ASHLAR_ASSIGN(const JsonPlace place, member(key));
  return place.string();
}

Result<bool> JsonPlace::boolean_or(std::string_view key, bool otherwise) const {
  ASHLAR_ASSIGN(const auto place, find(key));
  return place ? place->boolean() : otherwise;
}

Status JsonPlace::only(std::initializer_list<std::string_view> known) const {
  if (!value_->is_object()) return corrupt(excerpt(*value_) + " is not an object");
  for (const auto& [key, value] : value_->items())
    if (key != "type" && std::ranges::find(known, key) == known.end() && !value.is_null())
      return JsonPlace(value, file_, pointer_ + pointer_part(key))
          .unsupported(fmt::format("{} is not known", formats::in_quotes(key)));
  return {};
}

}  // namespace ashlar::tokenizer
