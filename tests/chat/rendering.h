// Short names for what the chat tests do over and over: render, or say why not.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "chat/template.h"

namespace ashlar::test {

class StoppedClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point now() const override { return {}; }
};

inline Result<chat::Rendered> render(std::string_view source,
                                     const base::Json& variables = base::Json::object(),
                                     const base::Json& trusted = base::Json::object(),
                                     const chat::RenderLimits& limits = {}) {
  ASHLAR_ASSIGN(const chat::Template compiled, chat::Template::compile(source, "t"));
  return compiled.render(variables, trusted, StoppedClock(), limits);
}

// The output, or the error's line.
inline std::string text(std::string_view source,
                        const base::Json& variables = base::Json::object()) {
  const auto rendered = render(source, variables);
  return rendered ? rendered->text : rendered.error().line();
}

inline Error error_of(std::string_view source, const base::Json& variables = base::Json::object(),
                      const chat::RenderLimits& limits = {}) {
  const auto rendered = render(source, variables, base::Json::object(), limits);
  if (rendered) ADD_FAILURE() << source << " gave " << rendered->text.substr(0, 200);
  return rendered ? Error{ErrorKind::internal, "", "", ""} : rendered.error();
}

// Rows of an expression and its output, or its error's message.
using Examples = std::initializer_list<std::pair<const char*, const char*>>;

inline std::string printing(std::string_view expression) {
  return "{{ " + std::string(expression) + " }}";
}

inline void check(Examples examples, const base::Json& variables = base::Json::object()) {
  for (const auto& [expression, output] : examples)
    EXPECT_EQ(text(printing(expression), variables), output) << expression;
}

inline void refused(Examples examples) {
  for (const auto& [expression, message] : examples)
    EXPECT_EQ(error_of(printing(expression)).message, message) << expression;
}

// The error's message and its column in the source's one line.
inline void refused_at(const std::string& source, std::string_view message, int column,
                       const base::Json& variables = base::Json::object()) {
  const Error error = error_of(source, variables);
  EXPECT_EQ(error.message, message) << source;
  EXPECT_EQ(error.where, "t, line 1, column " + std::to_string(column)) << source;
}

// The output with the caller's bytes in [ ].
inline std::string marked(std::string_view source, const base::Json& variables,
                          const base::Json& trusted = base::Json::object()) {
  const auto rendered = render(source, variables, trusted);
  if (!rendered) return rendered.error().line();
  std::string out;
  std::size_t at = 0;
  for (const chat::InputRange& range : rendered->input) {
    out += rendered->text.substr(at, range.begin - at) + "[" +
           rendered->text.substr(range.begin, range.end - range.begin) + "]";
    at = range.end;
  }
  return out + rendered->text.substr(at);
}

}  // namespace ashlar::test
