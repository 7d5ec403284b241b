#include "grammar/json_value.h"

#include "base/json_pointer.h"

#include <algorithm>

#include "grammar/decimal.h"

namespace ashlar::grammar {
namespace {

// Writes until the text is over its limit; recursion is as deep as the reader let values be.
class CanonicalWriter {
 public:
  explicit CanonicalWriter(std::size_t limit) : limit_(limit) {}

  bool write(const Value& value) {
    std::visit([&](const auto& data) { put(data); }, value.data);
    return text_.size() <= limit_;
  }
  std::string take() { return std::move(text_); }

 private:
  void put(std::nullptr_t) { text_ += 'n'; }
  void put(bool value) { text_ += value ? 't' : 'f'; }
  void put(const Number& number) { text_ += Decimal::of(number.literal).text() + ','; }
  void put(const std::string& string) {
    text_ += std::to_string(string.size()) + ':';
    if (string.size() <= limit_)
      text_ += string;
    else
      text_.append(limit_ + 1, ' ');
  }
  void put(const Array& array) {
    text_ += '[';
    for (const Value& item : array)
      if (!write(item)) return;
    text_ += ']';
  }
  void put(const Object& object) {
    text_ += '{';
    for (const std::uint32_t i : object.by_name) {
      put(object.members[i].name);
      if (!write(object.members[i].value)) return;
    }
    text_ += '}';
  }

  std::string text_;
  std::size_t limit_;
};

}  // namespace

Object::Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

std::optional<std::size_t> Object::index_of(std::string_view name) const {
  const auto at = std::lower_bound(
      by_name.begin(), by_name.end(), name,
      [&](std::uint32_t index, std::string_view wanted) { return members[index].name < wanted; });
  if (at == by_name.end() || members[*at].name != name) return std::nullopt;
  return *at;
}

const Value* Object::find(std::string_view name) const {
  const auto index = index_of(name);
  return index ? &members[*index].value : nullptr;
}

void Object::erase(std::size_t index) {
  members.erase(members.begin() + static_cast<std::ptrdiff_t>(index));
  std::erase(by_name, static_cast<std::uint32_t>(index));
  for (std::uint32_t& each : by_name)
    if (each > index) --each;
}

void remove_member(Value& value, std::string_view pointer) {
  const auto steps = base::pointer_tokens(pointer);
  Value* at = &value;
  for (std::size_t i = 0; steps && i < steps->size() && at; ++i) {
    const std::string& step = (*steps)[i];
    Value* next = nullptr;
    if (auto* object = std::get_if<Object>(&at->data)) {
      const auto index = object->index_of(step);
      if (index && i + 1 == steps->size()) return object->erase(*index);
      if (index) next = &object->members[*index].value;
    } else if (auto* array = std::get_if<Array>(&at->data)) {
      const auto index = base::pointer_index(step);
      if (index && *index < array->size()) next = &(*array)[*index];
    }
    at = next;
  }
}

std::string_view type_name(const Value& value) {
  static constexpr std::string_view names[] = {"null",   "boolean", "number",
                                               "string", "array",   "object"};
  return names[value.data.index()];
}

std::optional<std::string> canonical_text(const Value& value, std::size_t limit) {
  CanonicalWriter writer(limit == SIZE_MAX ? limit - 1 : limit);
  if (!writer.write(value)) return std::nullopt;
  return writer.take();
}

}  // namespace ashlar::grammar
