// Keywords about any value, numbers and strings (JSON Schema Validation, sections 6.1 to 6.3, 7).
#include <fmt/format.h>

#include <algorithm>

#include "grammar/format.h"
#include "grammar/keyword_reader.h"
#include "grammar/shown.h"

namespace ashlar::grammar {
namespace {

struct TypeName {
  std::string_view name;
  TypeMask mask;
};
constexpr TypeName kTypes[] = {
    {"null", kNull},     {"boolean", kBoolean},          {"object", kObject},  {"array", kArray},
    {"string", kString}, {"number", kNumber | kInteger}, {"integer", kInteger}};

std::unique_ptr<Choice> choice_of(std::vector<Value> values) {
  auto choice = std::make_unique<Choice>();
  for (const Value& value : values) {
    choice->canonical.push_back(*canonical_text(value));
    choice->longest = std::max(choice->longest, choice->canonical.back().size());
  }
  std::sort(choice->canonical.begin(), choice->canonical.end());
  choice->values = std::move(values);
  return choice;
}

}  // namespace

Status read_type(KeywordReader& reader, const Value& value) {
  const Array one = value.string() ? Array{value} : Array{};
  const Array* listed = value.array() ? value.array() : &one;
  if (listed->empty()) return reader.not_a("a type or an array of types");
  TypeMask mask = 0;
  for (const Value& item : *listed) {
    const auto row = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& type) {
      return item.string() && *item.string() == type.name;
    });
    if (row == std::end(kTypes))
      return reader.wrong(item.string()
                              ? fmt::format("no type is called '{}'", shown(*item.string()))
                              : fmt::format("a type is a string, this is a {}", type_name(item)));
    mask |= row->mask;
  }
  reader.node().types = mask;
  reader.node().integer_by_literal = reader.dialect().draft == Draft::d4;
  return {};
}

Status read_enum(KeywordReader& reader, const Value& value) {
  if (!value.array()) return reader.not_a("an array");
  reader.node().enumeration = choice_of(*value.array());
  return {};
}

Status read_const(KeywordReader& reader, const Value& value) {
  reader.node().constant = choice_of({value});
  return {};
}

Status read_format(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(std::string name, reader.text(value));
  const Format* format = find_format(name, reader.dialect().draft);
  const bool asserted = format && reader.asserts_formats();
  if (asserted && !format->accepts)
    return reader.wrong(fmt::format("the format '{}' can't be asserted", name),
                        ErrorKind::unsupported);
  if (!format) reader.schema().annotations.push_back({reader.id(), "format", name});
  reader.node().format = std::make_unique<FormatUse>(FormatUse{std::move(name), format, asserted});
  return {};
}

Status read_bound(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(Decimal bound, reader.decimal(value));
  NumberLimits& limits = reader.number();
  const std::string_view keyword = reader.keyword();
  auto& slot = keyword == "minimum"            ? limits.minimum
               : keyword == "maximum"          ? limits.maximum
               : keyword == "exclusiveMinimum" ? limits.exclusive_minimum
                                               : limits.exclusive_maximum;
  slot = std::move(bound);
  return {};
}

Status read_bound_of_draft_4(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(Decimal bound, reader.decimal(value));
  NumberLimits& limits = reader.number();
  const bool low = reader.keyword() == "minimum";
  const Value* flag = reader.object().find(low ? "exclusiveMinimum" : "exclusiveMaximum");
  const bool exclusive = flag && flag->boolean() && *flag->boolean();
  auto& slot = exclusive ? (low ? limits.exclusive_minimum : limits.exclusive_maximum)
                         : (low ? limits.minimum : limits.maximum);
  slot = std::move(bound);
  return {};
}

Status read_exclusive_of_draft_4(KeywordReader& reader, const Value& value) {
  const auto flag = reader.boolean(value);  // read with its bound
  return flag ? Status{} : tl::unexpected(flag.error());
}

Status read_multiple_of(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(Decimal divisor, reader.decimal(value));
  if (divisor.is_zero() || divisor.is_negative()) return reader.not_a("a number over 0");
  if (!divisor.can_divide())
    return reader.wrong(
        fmt::format("multipleOf has over the limit of {} significant digits", kMostDivisorDigits),
        ErrorKind::too_large);
  reader.number().multiple_of = std::move(divisor);
  return {};
}

Status read_length(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::uint64_t length, reader.count(value));
  (reader.keyword() == "minLength" ? reader.string().min_length : reader.string().max_length) =
      length;
  return {};
}

Status read_pattern(KeywordReader& reader, const Value& value) {
  ASHLAR_ASSIGN(const std::string text, reader.text(value));
  ASHLAR_ASSIGN(reader.string().pattern, reader.pattern(text));
  return {};
}

}  // namespace ashlar::grammar
