// A spec that uses everything, and what is said when one is refused.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "prompt/spec.h"

namespace ashlar::test {

inline base::Json capital() {
  return base::Json::parse(R"json({
    "name": "capital", "version": "1.2.0", "description": "asks for capitals",
    "system": "Answer in JSON.{% if tone %} Be {{ tone }}.{% endif %}",
    "user": "{% for c in countries %}Capital of {{ c }}? {% endfor %}At most {{ most }}.",
    "variables": {
      "countries": {"type": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
      "most": {"type": "integer", "default": 3},
      "tone": {"type": "string", "default": "", "trusted": true, "description": "of the answer"}},
    "examples": [{"variables": {"countries": ["France"]}, "answer": {"capitals": ["Paris"]}},
                 {"user": "Capital of {{ Peru }}?", "answer": {"capitals": ["Lima"]}}],
    "schema": {"type": "object", "required": ["capitals"],
               "properties": {"capitals": {"type": "array", "items": {"type": "string"}},
                              "all": {"type": "boolean"}}},
    "sampling": {"temperature": 0, "max_tokens": 64}})json");
}

// The least that a spec has.
inline base::Json plain(const std::string& user = "Hello") {
  return {{"name", "plain"}, {"version", "1"}, {"user", user}};
}

inline prompt::PromptSpec spec_of(const base::Json& json) {
  auto spec = prompt::parse_spec(json);
  EXPECT_TRUE(spec) << (spec ? "" : spec.error().line());
  return spec ? std::move(*spec) : prompt::PromptSpec{};
}

inline Error refused(const base::Json& json) {
  const auto spec = prompt::parse_spec(json);
  EXPECT_FALSE(spec) << json;
  return spec ? Error{} : spec.error();
}

// `json` with what stands at the pointer replaced.
inline base::Json with(base::Json json, const std::string& pointer, base::Json value) {
  json[base::Json::json_pointer(pointer)] = std::move(value);
  return json;
}

inline base::Json without(base::Json json, const std::string& name) {
  json.erase(name);
  return json;
}

}  // namespace ashlar::test
