#include "chat/arguments.h"

#include <fmt/format.h>

#include <algorithm>

namespace ashlar::chat {

Status Arguments::bind(std::string_view callee, std::initializer_list<std::string_view> names,
                       std::size_t required) {
  if (positional.size() > names.size())
    return python_error(fmt::format("{} takes at most {} arguments ({} given)", callee,
                                    names.size(), positional.size()));
  bound_.assign(names.size(), Value());
  given_.assign(names.size(), false);
  for (std::size_t i = 0; i < positional.size(); ++i) {
    bound_[i] = positional[i];
    given_[i] = true;
  }
  for (const auto& [name, value] : keywords) {
    const auto place =
        static_cast<std::size_t>(std::ranges::find(names, name.view()) - names.begin());
    if (place == names.size())
      return python_error(
          fmt::format("{} got an unexpected keyword argument '{}'", callee, name.view()));
    if (given_[place])
      return python_error(
          fmt::format("{} got multiple values for argument '{}'", callee, name.view()));
    bound_[place] = value;
    given_[place] = true;
  }
  for (std::size_t i = 0; i < required; ++i)
    if (!given_[i])
      return python_error(fmt::format("{} misses its argument '{}'", callee, *(names.begin() + i)));
  return {};
}

Status Arguments::bind_positional(std::string_view callee, std::size_t least,
                                  std::size_t most) const {
  if (!keywords.empty()) return python_error(fmt::format("{} takes no keyword arguments", callee));
  if (positional.size() < least || positional.size() > most)
    return python_error(fmt::format("{} takes {} to {} arguments ({} given)", callee, least, most,
                                    positional.size()));
  return {};
}

const Value* Arguments::at(std::size_t index) const {
  if (given_.empty()) return index < positional.size() ? &positional[index] : nullptr;
  return index < bound_.size() && given_[index] ? &bound_[index] : nullptr;
}

Result<std::int64_t> Arguments::integer(std::size_t index, std::int64_t otherwise) const {
  const Value* value = at(index);
  if (!value) return otherwise;
  if (const auto integer = integer_of(*value)) return *integer;
  if (const auto* undefined = value->get<const Undefined*>())
    return tl::unexpected<Error>(undefined_error(**undefined));
  return python_error(
      fmt::format("'{}' object cannot be interpreted as an integer", type_name(*value)));
}

bool Arguments::flag(std::size_t index, bool otherwise) const {
  const Value* value = at(index);
  return value ? truth(*value) : otherwise;
}

Result<std::optional<Text>> Arguments::text(std::size_t index) const {
  const Value* value = at(index);
  if (!value || value->is<None>()) return std::nullopt;
  if (const auto* text = value->get<Text>()) return *text;
  return python_error(fmt::format("a string is needed here, not '{}'", type_name(*value)));
}

const Value* Arguments::keyword(std::string_view name) const {
  for (const auto& [key, value] : keywords)
    if (key.view() == name) return &value;
  return nullptr;
}

std::optional<Value> Arguments::take_keyword(std::string_view name) {
  const auto found =
      std::ranges::find(keywords, name, [](const auto& keyword) { return keyword.first.view(); });
  if (found == keywords.end()) return std::nullopt;
  Value value = found->second;
  keywords.erase(found);
  return value;
}

}  // namespace ashlar::chat
