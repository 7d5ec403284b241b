#include "chat/string_ops.h"

#include <algorithm>

#include "base/utf8.h"
#include "chat/search.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

// The spelling of the first, and of the last, code point.
std::string_view first_point(std::string_view text) {
  return text.substr(0, base::code_point_at(text, 0).bytes);
}

std::string_view last_point(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return text.substr(at);
}

std::size_t next_break(std::string_view view, std::size_t at, std::size_t& length) {
  for (; at < view.size();) {
    const base::CodePoint point = base::code_point_at(view, at);
    const char32_t c = point.value;
    if ((c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
        c == 0x2029) {
      length = c == U'\r' && view.substr(at).starts_with("\r\n") ? 2 : point.bytes;
      return at;
    }
    at += point.bytes;
  }
  length = 0;
  return at;
}

Status add_piece(Meter& meter, List& pieces, const Text& text, std::size_t begin, std::size_t end) {
  ASHLAR_ASSIGN(Text piece, cut(meter, text, begin, end));
  pieces.emplace_back(std::move(piece));
  return {};
}

std::size_t next_space(std::string_view view, std::size_t at) {
  while (at < view.size()) {
    const base::CodePoint point = base::code_point_at(view, at);
    if (is_space(point.value)) break;
    at += point.bytes;
  }
  return at;
}

Result<List> split_words(Meter& meter, const Text& text, std::int64_t most) {
  const std::string_view view = text.view();
  List pieces;
  for (std::size_t at = leading_space(view); at < view.size();) {
    const bool last = most >= 0 && static_cast<std::int64_t>(pieces.size()) == most;
    const std::size_t end = last ? view.size() : next_space(view, at);
    ASHLAR_TRY(add_piece(meter, pieces, text, at, end));
    if (last) break;
    at = end + leading_space(view.substr(end));
  }
  return pieces;
}

Result<List> split_words_right(Meter& meter, const Text& text, std::int64_t most) {
  const std::string_view view = text.view();
  List pieces;
  for (std::size_t end = view.size() - trailing_space(view); end > 0;) {
    const bool last = most >= 0 && static_cast<std::int64_t>(pieces.size()) == most;
    std::size_t begin = last ? 0 : end;
    while (!last && begin > 0 && trailing_space(view.substr(0, begin)) == 0)
      begin -= last_point(view.substr(0, begin)).size();
    ASHLAR_TRY(add_piece(meter, pieces, text, begin, end));
    if (last) break;
    end = begin - trailing_space(view.substr(0, begin));
  }
  std::ranges::reverse(pieces);
  return pieces;
}

}  // namespace

Result<Text> strip(Meter& meter, const Text& text, const std::optional<Text>& chars, bool left,
                   bool right) {
  ASHLAR_TRY(meter.scan(text.size()));
  std::string_view view = text.view();
  std::size_t begin = 0;
  if (!chars) {
    begin = left ? leading_space(view) : 0;
    view.remove_prefix(begin);
    if (right) view.remove_suffix(trailing_space(view));
    return cut(meter, text, begin, begin + view.size());
  }
  const auto strippable = [&](std::string_view point) {
    return find_bytes(chars->view(), point) != std::string_view::npos;
  };
  while (left && !view.empty() && strippable(first_point(view))) {
    ASHLAR_TRY(meter.scan(chars->size()));
    begin += first_point(view).size();
    view.remove_prefix(first_point(view).size());
  }
  while (right && !view.empty() && strippable(last_point(view))) {
    ASHLAR_TRY(meter.scan(chars->size()));
    view.remove_suffix(last_point(view).size());
  }
  return cut(meter, text, begin, begin + view.size());
}

Result<Text> replace(Meter& meter, const Text& text, const Text& from, const Text& to,
                     std::int64_t count) {
  ASHLAR_TRY(meter.scan(text.size()));
  const std::string_view view = text.view();
  TextBuilder builder(meter);
  std::size_t copied = 0, at = find_bytes(view, from.view());
  for (; count != 0 && at <= view.size() && !builder.full(); --count) {
    builder.append(text, copied, at);
    builder.append(to);
    copied = at + from.size();
    std::size_t next = copied;
    if (from.empty()) {
      if (at == view.size()) break;
      next = at + base::code_point_at(view, at).bytes;
    }
    at = find_bytes(view, from.view(), next);
  }
  builder.append(text, copied, text.size());
  ASHLAR_ASSIGN(const Text replaced, builder.finish());
  return replaced.with_markup(text.markup());
}

Result<List> split(Meter& meter, const Text& text, const std::optional<Text>& separator,
                   std::int64_t most) {
  ASHLAR_TRY(meter.scan(text.size()));
  if (!separator) return split_words(meter, text, most);
  if (separator->empty()) return python_error("empty separator");
  List pieces;
  std::size_t at = 0;
  for (;;) {
    const bool last = most >= 0 && static_cast<std::int64_t>(pieces.size()) == most;
    const std::size_t end =
        last ? std::string_view::npos : find_bytes(text.view(), separator->view(), at);
    ASHLAR_TRY(add_piece(meter, pieces, text, at, std::min(end, text.size())));
    if (end == std::string_view::npos) return pieces;
    at = end + separator->size();
  }
}

Result<List> split_right(Meter& meter, const Text& text, const std::optional<Text>& separator,
                         std::int64_t most) {
  ASHLAR_TRY(meter.scan(text.size()));
  if (!separator) return split_words_right(meter, text, most);
  if (separator->empty()) return python_error("empty separator");
  List pieces;
  std::size_t end = text.size();
  for (;;) {
    const bool last = most >= 0 && static_cast<std::int64_t>(pieces.size()) == most;
    const std::size_t at = last || end < separator->size()
                               ? std::string_view::npos
                               : find_last_bytes(text.view().substr(0, end), separator->view());
    const bool found = at != std::string_view::npos;
    ASHLAR_TRY(meter.scan(separator->size()));  // of which a table is made
    ASHLAR_TRY(add_piece(meter, pieces, text, found ? at + separator->size() : 0, end));
    if (!found) break;
    end = at;
  }
  std::ranges::reverse(pieces);
  return pieces;
}

Result<List> split_lines(Meter& meter, const Text& text, bool keep_ends) {
  ASHLAR_TRY(meter.scan(text.size()));
  List lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    const std::size_t end = next_break(text.view(), at, length);
    ASHLAR_TRY(add_piece(meter, lines, text, at, keep_ends ? end + length : end));
    at = end + length;
  }
  return lines;
}

Result<Text> pad(Meter& meter, const Text& text, std::int64_t width, const Text& fill, int side) {
  const auto length = static_cast<std::int64_t>(count_points(text.view()));
  ASHLAR_TRY(meter.scan(text.size()));
  if (count_points(fill.view()) != 1)
    return python_error("The fill character must be exactly one character long");
  if (width <= length) return text;
  const auto room = static_cast<std::size_t>(width - length);
  std::size_t left = side < 0 ? room : 0;
  if (side == 0) left = room / 2 + (room & static_cast<std::size_t>(width) & 1);
  TextBuilder builder(meter);
  builder.fill(left, fill.view(), fill.has_input());
  builder.append(text);
  builder.fill(room - left, fill.view(), fill.has_input());
  ASHLAR_ASSIGN(const Text padded, builder.finish());
  return padded.with_markup(text.markup());
}

Result<Text> join_texts(Meter& meter, const List& texts, const Text& separator) {
  TextBuilder builder(meter);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i) builder.append(separator);
    builder.append(*texts[i].get<Text>());
  }
  return builder.finish();
}

}  // namespace ashlar::chat
