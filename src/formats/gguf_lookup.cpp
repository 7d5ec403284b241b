// Finding metadata and tensors by name, and metadata as the kind of value that the caller needs.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "formats/gguf.h"
#include "formats/in_quotes.h"

namespace ashlar::formats {
namespace {

template <class Item>
const Item* find_by(const std::vector<Item>& items, const std::vector<std::uint32_t>& index,
                    std::string_view Item::* name, std::string_view wanted) {
  const auto name_at = [&](std::uint32_t at) { return items[at].*name; };
  const auto at = std::ranges::lower_bound(index, wanted, {}, name_at);
  return at == index.end() || name_at(*at) != wanted ? nullptr : &items[*at];
}

tl::unexpected<Error> wrong_key(ErrorKind kind, const Gguf& gguf, std::string_view key,
                                std::string message) {
  return fail(kind, std::move(message), fmt::format("{}: key {}", gguf.where(), in_quotes(key)),
              "convert the model anew, or use another file of it");
}

tl::unexpected<Error> wrong_type(const Gguf& gguf, const GgufEntry& entry,
                                 std::string_view wanted) {
  return wrong_key(ErrorKind::corrupt, gguf, entry.key,
                   fmt::format("type {} where {} is needed", entry.type, wanted));
}

Result<const GgufEntry*> required(const Gguf& gguf, std::string_view key) {
  if (const GgufEntry* entry = gguf.find(key)) return entry;
  return wrong_key(ErrorKind::not_found, gguf, key, "the metadata lacks this key");
}

// A scalar of exactly the kind T.
template <class T>
Result<T> scalar(const Gguf& gguf, std::string_view key, std::string_view wanted) {
  ASHLAR_ASSIGN(const GgufEntry* const entry, required(gguf, key));
  if (const T* value = std::get_if<T>(&entry->value)) return *value;
  return wrong_type(gguf, *entry, wanted);
}

template <class T>
const std::vector<T>* array_of(const GgufEntry& entry) {
  const auto* array = std::get_if<GgufArray>(&entry.value);
  return array ? std::get_if<std::vector<T>>(array) : nullptr;
}

}  // namespace

const GgufEntry* Gguf::find(std::string_view key) const {
  return find_by(metadata_, by_key_, &GgufEntry::key, key);
}

const GgufTensor* Gguf::find_tensor(std::string_view name) const {
  return find_by(tensors_, by_name_, &GgufTensor::name, name);
}

Result<std::string_view> Gguf::string(std::string_view key) const {
  return scalar<std::string_view>(*this, key, "a string");
}

Result<bool> Gguf::boolean(std::string_view key) const {
  return scalar<bool>(*this, key, "a bool");
}

Result<std::uint64_t> Gguf::integer(std::string_view key) const {
  ASHLAR_ASSIGN(const GgufEntry* const entry, required(*this, key));
  if (const auto* value = std::get_if<std::uint64_t>(&entry->value)) return *value;
  const auto* value = std::get_if<std::int64_t>(&entry->value);
  if (!value) return wrong_type(*this, *entry, "an integer");
  if (*value < 0)
    return wrong_key(ErrorKind::corrupt, *this, key, fmt::format("{} is negative", *value));
  return static_cast<std::uint64_t>(*value);
}

Result<double> Gguf::number(std::string_view key) const {
  ASHLAR_ASSIGN(const GgufEntry* const entry, required(*this, key));
  if (const auto* value = std::get_if<double>(&entry->value)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&entry->value))
    return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&entry->value))
    return static_cast<double>(*value);
  return wrong_type(*this, *entry, "a number");
}

Result<std::vector<std::string_view>> Gguf::strings(std::string_view key) const {
  ASHLAR_ASSIGN(const GgufEntry* const entry, required(*this, key));
  if (const auto* values = array_of<std::string_view>(*entry)) return *values;
  return wrong_type(*this, *entry, "an array of strings");
}

Result<std::vector<std::int64_t>> Gguf::integers(std::string_view key) const {
  ASHLAR_ASSIGN(const GgufEntry* const entry, required(*this, key));
  if (const auto* values = array_of<std::int64_t>(*entry)) return *values;
  const auto* values = array_of<std::uint64_t>(*entry);
  if (!values) return wrong_type(*this, *entry, "an array of integers");
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (const auto big = std::ranges::find_if(*values, [](auto v) { return v > kMost; });
      big != values->end())
    return wrong_key(ErrorKind::corrupt, *this, key, fmt::format("{} is over 2^63 - 1", *big));
  return std::vector<std::int64_t>(values->begin(), values->end());
}

Result<std::uint64_t> Gguf::integer_or(std::string_view key, std::uint64_t fallback) const {
  return find(key) ? integer(key) : fallback;
}

Result<double> Gguf::number_or(std::string_view key, double fallback) const {
  return find(key) ? number(key) : fallback;
}

Result<bool> Gguf::boolean_or(std::string_view key, bool fallback) const {
  return find(key) ? boolean(key) : fallback;
}

}  // namespace ashlar::formats
