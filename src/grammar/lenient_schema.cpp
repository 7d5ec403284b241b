#include "grammar/lenient_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/json_pointer.h"
#include "grammar/json_reader.h"
#include "grammar/language.h"
#include "grammar/schema_language.h"

namespace ashlar::grammar {
namespace {

// What stands behind these is a name, not a keyword.
constexpr std::array<std::string_view, 7> kOfNames = {
    "properties", "patternProperties", "dependentSchemas", "dependencies", "definitions",
    "$defs",      "dependentRequired"};
constexpr std::array<std::string_view, 3> kTurnedAround = {"not", "if", "oneOf"};

bool is_among(std::span<const std::string_view> names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// How many of the pointer's steps lead to what is left out.
std::size_t depth_of_cut(const std::vector<std::string>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_among(kTurnedAround, steps[i])) return i + 1;
    if (is_among(kOfNames, steps[i])) ++i;
  }
  return steps.size();
}

std::optional<GivenUp> given_up_for(const Error& error) {
  const bool can = error.kind == ErrorKind::unsupported || error.kind == ErrorKind::too_large;
  auto steps = base::pointer_tokens(error.where);
  if (!can || !steps || steps->empty()) return std::nullopt;
  steps->resize(depth_of_cut(*steps));
  GivenUp given{.pointer = {}, .keyword = steps->back(), .message = error.message};
  for (const std::string& step : *steps) given.pointer += base::pointer_step(step);
  return given;
}

}  // namespace

std::vector<std::string> pointers_of(const std::vector<GivenUp>& given_up) {
  std::vector<std::string> pointers;
  for (const GivenUp& each : given_up) pointers.push_back(each.pointer);
  return pointers;
}

Result<std::vector<GivenUp>> give_up(const Value& document, LoadOptions options,
                                     const SchemaStyle& style) {
  std::vector<GivenUp> all;
  while (all.size() <= kMostGivenUp) {
    options.without = pointers_of(all);
    auto schema = load_schema(document, options);
    Status made;
    if (!schema)
      made = tl::unexpected(std::move(schema.error()));
    else if (auto language = schema_language(std::move(*schema), style); !language)
      made = tl::unexpected(std::move(language.error()));
    if (made) return all;
    auto next = given_up_for(made.error());
    const bool is_new =
        next && std::ranges::find(options.without, next->pointer) == options.without.end();
    if (!is_new) return tl::unexpected(std::move(made.error()));
    all.push_back(std::move(*next));
  }
  return fail(ErrorKind::too_large, fmt::format("over {} keywords can't be held to", kMostGivenUp),
              all.back().pointer, "make the schema simpler");
}

Result<std::vector<GivenUp>> give_up(std::string_view text, const SchemaStyle& style) {
  ASHLAR_ASSIGN(const Value document,
                read_json(text, "schema", {.bytes = kMostSchemaBytes, .depth = kMostSchemaDepth}));
  return give_up(document, {.assert_formats = true}, style);
}

}  // namespace ashlar::grammar
