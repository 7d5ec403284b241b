// Schemas and values from text, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"

namespace ashlar::grammar {

inline Value value_of(std::string_view text) {
  auto value = read_json(text, "test");
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().line());
  return value ? std::move(*value) : Value{};
}

inline Schema schema_of(std::string_view text, const LoadOptions& options = {}) {
  auto schema = load_schema(text, options);
  EXPECT_TRUE(schema) << text << ": " << (schema ? "" : schema.error().line());
  return schema ? std::move(*schema) : Schema{};
}

inline Verdict verdict_of(std::string_view schema, std::string_view instance,
                          const LoadOptions& options = {}) {
  auto verdict = validate(schema_of(schema, options), value_of(instance));
  EXPECT_TRUE(verdict) << schema << ": " << (verdict ? "" : verdict.error().line());
  return verdict ? std::move(*verdict) : Verdict{};
}

inline bool accepts(std::string_view schema, std::string_view instance,
                    const LoadOptions& options = {}) {
  return verdict_of(schema, instance, options).valid;
}

inline Error refusal_of(std::string_view schema, const LoadOptions& options = {}) {
  const auto loaded = load_schema(schema, options);
  EXPECT_FALSE(loaded) << schema;
  return loaded ? Error{} : loaded.error();
}

}  // namespace ashlar::grammar
