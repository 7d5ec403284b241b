#include "chat/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/evaluate.h"
#include "chat/repr.h"

namespace ashlar::chat {
namespace {

using Names = std::span<const std::string_view>;

constexpr auto kChangesList = std::to_array<std::string_view>(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"});
constexpr auto kChangesDict =
    std::to_array<std::string_view>({"clear", "pop", "popitem", "setdefault", "update"});
constexpr auto kMissingString = std::to_array<std::string_view>(
    {"casefold", "encode", "expandtabs", "format_map", "isidentifier", "maketrans", "translate"});
constexpr auto kMissingDict = std::to_array<std::string_view>({"fromkeys"});
constexpr auto kMissingNumber = std::to_array<std::string_view>(
    {"as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes",
     "fromhex", "hex", "imag", "is_integer", "numerator", "real", "to_bytes"});

bool is_list(const Value& value) {
  const auto* sequence = value.get<Sequence*>();
  return sequence && (*sequence)->kind == SequenceKind::list;
}

bool changes(const Value& object, std::string_view name) {
  const auto in = [&](Names names) { return std::ranges::find(names, name) != names.end(); };
  return (is_list(object) && in(kChangesList)) || (object.is<Dict*>() && in(kChangesDict));
}

bool is_missing(const Value& object, std::string_view name) {
  const auto in = [&](Names names) { return std::ranges::find(names, name) != names.end(); };
  if (object.is<Text>()) return in(kMissingString);
  if (object.is<Dict*>()) return in(kMissingDict);
  return is_number(object) && in(kMissingNumber);
}

MethodFunction find_method(const Value& object, std::string_view name) {
  const auto in = [&](std::span<const Method> table) -> MethodFunction {
    const auto found = std::ranges::find(table, name, &Method::name);
    return found == table.end() ? nullptr : found->function;
  };
  if (!object.is<Text>()) return in(container_methods(object));
  const MethodFunction found = in(string_methods());
  return found ? found : in(character_methods());
}

}  // namespace

Result<std::optional<Value>> bind_method(Evaluator& evaluator, const Value& object,
                                         std::string_view name) {
  if (changes(object, name))
    return std::optional<Value>(evaluator.heap().undefined_hint(fmt::format(
        "access to attribute {} of '{}' object is unsafe.", quote(name), type_name(object))));
  if (const MethodFunction function = find_method(object, name)) {
    Callable bound{"builtin_function_or_method", {}, {}, {}, {}};
    bound.call = [function, object](Evaluator& e, Arguments& arguments) {
      return function(e, object, arguments);
    };
    return std::optional<Value>(evaluator.heap().callable(std::move(bound)));
  }
  if (is_missing(object, name))
    return fail(ErrorKind::unsupported, fmt::format("the method {}.{}", type_name(object), name),
                {}, "docs/formats/jinja.md lists every method");
  return std::nullopt;
}

}  // namespace ashlar::chat
