// Case mappings that keep each character's provenance.
#include <fmt/format.h>

#include "base/utf8.h"
#include "chat/string_ops.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

// Calls map(out, at, c) for each character; what it adds to `out` is input where the character was.
template <class Map>
Result<Text> map_characters(Meter& meter, const Text& text, Map map) {
  const std::string_view view = text.view();
  const auto ranges = text.input();
  std::size_t range = 0;
  TextBuilder builder(meter);
  std::string out;
  for (std::size_t at = 0; at < view.size();) {
    const base::CodePoint point = base::code_point_at(view, at);
    while (range < ranges.size() && ranges[range].end <= at) ++range;
    out.clear();
    map(out, at, point.value);
    builder.append(out, range < ranges.size() && ranges[range].begin <= at);
    at += point.bytes;
  }
  ASHLAR_ASSIGN(const Text mapped, builder.finish());
  return mapped.with_markup(text.markup());
}

bool begins_word_after(char32_t c) {
  return c == U'-' || c == U'(' || c == U'{' || c == U'[' || c == U'<' || is_space(c);
}

}  // namespace

Result<Text> to_upper(Meter& meter, const Text& text) {
  return map_characters(meter, text,
                        [](std::string& out, std::size_t, char32_t c) { append_upper(out, c); });
}

Result<Text> to_lower(Meter& meter, const Text& text) {
  return map_characters(meter, text, [&](std::string& out, std::size_t at, char32_t c) {
    append_lower(out, text.view(), at, c);
  });
}

Result<Text> swap_case(Meter& meter, const Text& text) {
  return map_characters(meter, text, [&](std::string& out, std::size_t at, char32_t c) {
    is_upper(c) ? append_lower(out, text.view(), at, c) : append_upper(out, c);
  });
}

Result<Text> capitalize(Meter& meter, const Text& text) {
  return map_characters(meter, text, [&](std::string& out, std::size_t at, char32_t c) {
    at == 0 ? append_title(out, c) : append_lower(out, text.view(), at, c);
  });
}

Result<Text> title(Meter& meter, const Text& text) {
  bool in_word = false;
  return map_characters(meter, text, [&](std::string& out, std::size_t at, char32_t c) {
    in_word ? append_lower(out, text.view(), at, c) : append_title(out, c);
    in_word = is_upper(c) || is_lower(c);
  });
}

Result<Text> title_words(Meter& meter, const Text& text) {
  bool in_word = false;
  std::size_t rest = 0;  // of the word: lower case looks no further back
  return map_characters(meter, text, [&](std::string& out, std::size_t at, char32_t c) {
    if (!in_word) {
      append_upper(out, c);
      rest = at + base::code_point_at(text.view(), at).bytes;
    } else {
      append_lower(out, text.view().substr(rest), at - rest, c);
    }
    in_word = !begins_word_after(c);
  });
}

}  // namespace ashlar::chat
