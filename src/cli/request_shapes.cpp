// Whether a value has its field's shape, and the same from the text of a flag.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/utf8.h"
#include "cli/request_fields.h"

namespace ashlar::cli {
namespace {

using base::Json;

constexpr std::uint64_t kCountMax = std::numeric_limits<std::uint32_t>::max();

std::string_view wanted(Shape shape) {
  switch (shape) {
    case Shape::flag: return "true or false";
    case Shape::number: return "a number";
    case Shape::count: return "a whole number from 0 to 4294967295";
    case Shape::integer: return "a whole number from -2147483648 to 2147483647";
    case Shape::seed: return "a whole number from 0 to 18446744073709551615";
    case Shape::text: return "a string";
    case Shape::texts: return "a string or an array of strings";
    case Shape::counts: return "a token id or an array of them";
    case Shape::biases: return "{\"ID\": bias, ...} or [[ID, bias], ...]";
    case Shape::messages: return "an array of messages";
  }
  return "";
}

// The whole of `text` as a T; no sign on unsigned, no space, no overflow, no NaN, no infinity.
template <class T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> count_in(std::string_view text, std::uint64_t largest) {
  const auto value = number_in<std::uint64_t>(text);
  return value && *value <= largest ? value : std::nullopt;
}

// A parsed number is unsigned unless it has a minus; one from C++ may be signed and fine.
bool is_whole(const Json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value >= 0);
}

bool is_count(const Json& value) {
  return is_whole(value) && value.get<std::uint64_t>() <= kCountMax;
}

bool is_integer(const Json& value) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= Limits::max();
  return value.is_number_integer() && value >= Limits::min() && value <= Limits::max();
}

bool is_finite_number(const Json& value) {
  return value.is_number() && std::isfinite(value.get<double>());
}

bool is_bias_pair(const Json& value) {
  return value.is_array() && value.size() == 2 && is_count(value[0]) && is_finite_number(value[1]);
}

template <class Check>
bool all_of(const Json& array, Check check) {
  for (const Json& value : array)
    if (!check(value)) return false;
  return true;
}

bool has_biases(const Json& value) {
  if (value.is_array()) return all_of(value, is_bias_pair);
  if (!value.is_object()) return false;
  for (const auto& [id, bias] : value.items())
    if (!count_in(id, kCountMax) || !is_finite_number(bias)) return false;
  return true;
}

bool is_string(const Json& value) {
  return value.is_string();
}

bool has_shape(Shape shape, const Json& value) {
  switch (shape) {
    case Shape::flag: return value.is_boolean();
    case Shape::number: return is_finite_number(value);
    case Shape::count: return is_count(value);
    case Shape::integer: return is_integer(value);
    case Shape::seed: return is_whole(value);
    case Shape::text: return value.is_string();
    case Shape::texts: return value.is_array() ? all_of(value, is_string) : value.is_string();
    case Shape::counts: return value.is_array() ? all_of(value, is_count) : is_count(value);
    case Shape::biases: return has_biases(value);
    case Shape::messages: return value.is_array();
  }
  return false;
}

// The start of a value, for an error of one readable line.
std::string excerpt(const std::string& text) {
  constexpr std::size_t kLongest = 60;
  if (text.size() <= kLongest) return text;
  return base::repair_utf8(text.substr(0, kLongest)).text + "...";
}

std::size_t first_broken_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto point = base::code_point_at(text, at);
    if (!point.valid) break;
    at += point.bytes;
  }
  return at;
}

tl::unexpected<Error> bad_flag(const Field& field, const std::string& text, std::string_view want) {
  return fail(ErrorKind::bad_input,
              fmt::format("'{}' is not {}", base::repair_utf8(excerpt(text)).text, want),
              long_flag(field), fmt::format("give {} {}", long_flag(field), field.value));
}

Result<Json> json_of_bias(const Field& field, const std::string& text) {
  const auto equals = text.find('=');
  if (equals != std::string::npos) {
    const auto id = count_in(text.substr(0, equals), kCountMax);
    const auto bias = number_in<double>(text.substr(equals + 1));
    if (id && bias) return Json::array({*id, *bias});
  }
  return bad_flag(field, text, "ID=BIAS, a token id and a number");
}

Result<Json> json_of_text(const Field& field, const std::string& text) {
  const std::size_t broken = first_broken_byte(text);
  if (broken == text.size()) return Json(text);
  return fail(ErrorKind::bad_input, fmt::format("byte {} is not UTF-8", broken), long_flag(field),
              "give text in UTF-8");
}

// One text, or one element of a flag that may be repeated.
Result<Json> json_of_one(const Field& field, const std::string& text) {
  switch (field.shape) {
    case Shape::number:
      if (const auto value = number_in<double>(text)) return Json(*value);
      return bad_flag(field, text, wanted(Shape::number));
    case Shape::count:
    case Shape::counts:
      if (const auto value = count_in(text, kCountMax)) return Json(*value);
      return bad_flag(field, text, wanted(Shape::count));
    case Shape::integer:
      if (const auto value = number_in<std::int32_t>(text)) return Json(*value);
      return bad_flag(field, text, wanted(Shape::integer));
    case Shape::seed:
      if (const auto value = number_in<std::uint64_t>(text)) return Json(*value);
      return bad_flag(field, text, wanted(Shape::seed));
    case Shape::biases: return json_of_bias(field, text);
    default: return json_of_text(field, text);
  }
}

}  // namespace

Status check_shape(const Field& field, const Json& value) {
  if (has_shape(field.shape, value)) return {};
  return fail(ErrorKind::bad_input,
              fmt::format("{} is {}, not {}", field.name, excerpt(base::write_json(value)),
                          wanted(field.shape)),
              fmt::format("/{}", field.name), fmt::format("give {}", wanted(field.shape)));
}

Result<Json> json_of_flag(const Field& field, std::span<const std::string> texts) {
  if (field.shape == Shape::flag) return Json(true);
  const bool repeats =
      field.shape == Shape::texts || field.shape == Shape::counts || field.shape == Shape::biases;
  if (!repeats) return json_of_one(field, texts.back());
  Json array = Json::array();
  for (const std::string& text : texts) {
    ASHLAR_ASSIGN(Json one, json_of_one(field, text));
    array.push_back(std::move(one));
  }
  return array;
}

}  // namespace ashlar::cli
