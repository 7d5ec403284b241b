#include "base/json.h"

#include <fmt/format.h>

namespace ashlar::base {
namespace {

// nlohmann's parser is iterative, but what walks the value afterwards is not: depth is bounded
// before a value is built.
Status check_depth(std::string_view text, std::string_view where, int most_depth) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > most_depth)
      return fail(ErrorKind::too_large,
                  fmt::format("JSON is nested deeper than {} levels", most_depth),
                  fmt::format("{}, byte {}", where, i), "flatten the value");
  }
  return {};
}

// "[json.exception.parse_error.101] parse error at line 1, column 5: …" without the class name.
std::string plain(std::string_view what) {
  const auto bracket = what.find("] ");
  return std::string(bracket == std::string_view::npos ? what : what.substr(bracket + 2));
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view where, int most_depth) {
  ASHLAR_TRY(check_depth(text, where, most_depth));
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return fail(ErrorKind::bad_input, plain(error.what()),
                fmt::format("{}, byte {}", where, error.byte), "send valid JSON in UTF-8");
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorKind::bad_input, plain(error.what()), std::string(where),
                "send valid JSON in UTF-8");
  }
}

std::string write_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ashlar::base
