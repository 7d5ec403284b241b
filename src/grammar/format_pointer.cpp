// JSON pointers, UUIDs and regular expressions as formats.
#include "base/json_pointer.h"
#include "grammar/format.h"
#include "grammar/regex_syntax.h"

namespace ashlar::grammar {

bool is_json_pointer(std::string_view text) {
  return base::pointer_tokens(text).has_value();
}

bool is_relative_json_pointer(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  if (end == 0 || (end > 1 && text.front() == '0')) return false;
  const std::string_view rest = text.substr(end);
  return rest == "#" || is_json_pointer(rest);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !hex) return false;
  }
  return true;
}

bool is_regex(std::string_view text) {
  return check_regex(text).has_value();
}

}  // namespace ashlar::grammar
