#include "formats/in_quotes.h"

#include "base/utf8.h"

namespace ashlar::formats {

std::string in_quotes(std::string_view text, std::size_t limit) {
  std::string out = "'";
  std::size_t at = 0;
  while (at < text.size()) {
    const base::CodePoint point = base::code_point_at(text, at);
    if (at + point.bytes > limit) break;
    const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
    base::append_utf8(out, control ? U'\uFFFD' : point.value);
    at += point.bytes;
  }
  out += at < text.size() ? "'…" : "'";
  return out;
}

}  // namespace ashlar::formats
