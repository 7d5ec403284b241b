// Short names for what the chat tests do over and over: render, or say why not.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

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
