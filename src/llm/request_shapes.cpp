// Whether a value has its field's shape, and the same from the text of a flag.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/file.h"
#include "base/utf8.h"
#include "llm/request_fields.h"

namespace ashlar::llm {
namespace {

using base::Json;

constexpr std::uint64_t kCountMax = std::numeric_limits<std::uint32_t>::max();

std::string_view wanted(FieldShape shape) {
  switch (shape) {
    case FieldShape::flag: return "true or false";
    case FieldShape::number: return "a number";
    case FieldShape::count: return "a whole number from 0 to 4294967295";
    case FieldShape::integer: return "a whole number from -2147483648 to 2147483647";
    case FieldShape::seed: return "a whole number from 0 to 18446744073709551615";
    case FieldShape::text:
    case FieldShape::file: return "a string";
    case FieldShape::texts: return "a string or an array of strings";
    case FieldShape::list: return "an array of strings";
    case FieldShape::counts: return "a token id or an array of them";
    case FieldShape::biases: return "{\"ID\": bias, ...} or [[ID, bias], ...]";
    case FieldShape::messages: return "an array of messages";
    case FieldShape::schema: return "a JSON Schema";
    case FieldShape::object: return "an object";
    case FieldShape::tools: return "an array of tools";
    case FieldShape::any: return "any value";
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

// To JSON 7.0 is 7.
bool is_whole_float(const Json& value, double least, double end) {
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return number >= least && number < end && number == std::floor(number);
}

// A parsed number is unsigned unless it has a minus; one from C++ may be signed and fine.
bool is_whole(const Json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value >= 0) ||
         is_whole_float(value, 0, 0x1p64);
}

bool is_count(const Json& value) {
  return is_whole(value) && value.get<std::uint64_t>() <= kCountMax;
}

bool is_integer(const Json& value) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= Limits::max();
  return is_whole_float(value, Limits::min(), 0x1p31) ||
         (value.is_number_integer() && value >= Limits::min() && value <= Limits::max());
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

bool has_shape(FieldShape shape, const Json& value) {
  switch (shape) {
    case FieldShape::flag: return value.is_boolean();
    case FieldShape::number: return is_finite_number(value);
    case FieldShape::count: return is_count(value);
    case FieldShape::integer: return is_integer(value);
    case FieldShape::seed: return is_whole(value);
    case FieldShape::text:
    case FieldShape::file: return value.is_string();
    case FieldShape::texts: return value.is_array() ? all_of(value, is_string) : value.is_string();
    case FieldShape::list: return value.is_array() && all_of(value, is_string);
    case FieldShape::counts: return value.is_array() ? all_of(value, is_count) : is_count(value);
    case FieldShape::biases: return has_biases(value);
    case FieldShape::messages:
    case FieldShape::tools: return value.is_array();
    case FieldShape::schema: return value.is_object() || value.is_boolean() || value.is_string();
    case FieldShape::object: return value.is_object();
    case FieldShape::any: return true;
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

tl::unexpected<Error> bad_flag(const RequestField& field, const std::string& text,
                               std::string_view want) {
  return fail(ErrorKind::bad_input,
              fmt::format("'{}' is not {}", base::repair_utf8(excerpt(text)).text, want),
              long_flag(field), fmt::format("give {} {}", long_flag(field), field.value));
}

Result<Json> json_of_bias(const RequestField& field, const std::string& text) {
  const auto equals = text.find('=');
  if (equals != std::string::npos) {
    const auto id = count_in(text.substr(0, equals), kCountMax);
    const auto bias = number_in<double>(text.substr(equals + 1));
    if (id && bias) return Json::array({*id, *bias});
  }
  return bad_flag(field, text, "ID=BIAS, a token id and a number");
}

Result<Json> json_of_text(const RequestField& field, const std::string& text) {
  const std::size_t broken = first_broken_byte(text);
  if (broken == text.size()) return Json(text);
  return fail(ErrorKind::bad_input, fmt::format("byte {} is not UTF-8", broken), long_flag(field),
              "give text in UTF-8");
}

Result<Json> json_of_file(const RequestField& field, const std::string& path) {
  constexpr std::size_t kMostFileBytes = 1 << 20;
  auto text = base::read_file(path, kMostFileBytes);
  if (text) return json_of_text(field, *text);
  text.error().where = long_flag(field);
  return tl::unexpected(std::move(text.error()));
}

// A list of tools, or what MCP's tools/list gives.
Result<Json> tools_of_file(const RequestField& field, const std::string& path) {
  ASHLAR_ASSIGN(const Json text, json_of_file(field, path));
  ASHLAR_ASSIGN(Json tools, base::parse_json(text.get_ref<const std::string&>(), long_flag(field)));
  if (tools.is_object() && tools.contains("tools")) tools = Json(tools["tools"]);
  if (tools.is_array()) return tools;
  return bad_flag(field, tools.type_name(), wanted(FieldShape::tools));
}

Result<Json> json_of_list(const RequestField& field, std::string_view text) {
  Json list = Json::array();
  for (;;) {
    const auto comma = text.find(',');
    ASHLAR_ASSIGN(Json one, json_of_text(field, std::string(text.substr(0, comma))));
    list.push_back(std::move(one));
    if (comma == text.npos) return list;
    text.remove_prefix(comma + 1);
  }
}

// One text, or one element of a flag that may be repeated.
Result<Json> json_of_one(const RequestField& field, const std::string& text) {
  switch (field.shape) {
    case FieldShape::number:
      if (const auto value = number_in<double>(text)) return Json(*value);
      return bad_flag(field, text, wanted(FieldShape::number));
    case FieldShape::count:
    case FieldShape::counts:
      if (const auto value = count_in(text, kCountMax)) return Json(*value);
      return bad_flag(field, text, wanted(FieldShape::count));
    case FieldShape::integer:
      if (const auto value = number_in<std::int32_t>(text)) return Json(*value);
      return bad_flag(field, text, wanted(FieldShape::integer));
    case FieldShape::seed:
      if (const auto value = number_in<std::uint64_t>(text)) return Json(*value);
      return bad_flag(field, text, wanted(FieldShape::seed));
    case FieldShape::biases: return json_of_bias(field, text);
    case FieldShape::list: return json_of_list(field, text);
    case FieldShape::file:
    case FieldShape::schema: return json_of_file(field, text);
    case FieldShape::tools: return tools_of_file(field, text);
    default: return json_of_text(field, text);
  }
}

}  // namespace

Status check_shape(std::string_view name, FieldShape shape, const Json& value) {
  if (has_shape(shape, value)) return {};
  return fail(
      ErrorKind::bad_input,
      fmt::format("{} is {}, not {}", name, excerpt(base::write_json(value)), wanted(shape)),
      fmt::format("/{}", name), fmt::format("give {}", wanted(shape)));
}

Result<Json> json_of_flag(const RequestField& field, std::span<const std::string> texts) {
  if (field.shape == FieldShape::flag) return Json(true);
  const bool repeats = field.shape == FieldShape::texts || field.shape == FieldShape::counts ||
                       field.shape == FieldShape::biases;
  if (!repeats) return json_of_one(field, texts.back());
  Json array = Json::array();
  for (const std::string& text : texts) {
    ASHLAR_ASSIGN(Json one, json_of_one(field, text));
    array.push_back(std::move(one));
  }
  return array;
}

}  // namespace ashlar::llm
