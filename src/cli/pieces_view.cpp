#include "cli/pieces_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/utf8.h"

namespace ashlar::cli {
namespace {

// Dark blue and dark violet of the 256 colours, under white.
constexpr std::array<std::string_view, 2> kBackgrounds{"\x1b[97;48;5;24m", "\x1b[97;48;5;54m"};
constexpr std::string_view kBold = "\x1b[1m", kReset = "\x1b[0m", kBar = "│", kBreak = "↵";

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

// A token's bytes without line breaks.
std::string visible(std::string_view bytes) {
  std::string shown;
  for (std::size_t at = 0; at < bytes.size();) {
    const base::CodePoint point = base::code_point_at(bytes, at);
    const std::string_view character = bytes.substr(at, point.bytes);
    at += point.bytes;
    if (point.value == ' ') {
      shown += "·";
    } else if (point.value == '\t') {
      shown += "→";
    } else if (!point.valid || is_control(point.value)) {
      for (const char byte : character)
        shown += fmt::format("‹{:02X}›", static_cast<unsigned char>(byte));
    } else {
      shown += character;
    }
  }
  return shown;
}

// What is written before and after each part of a token that stands on one line.
struct Style {
  std::string begin;
  std::string_view end;
};

// A background doesn't run over the end of a line: terminals would paint the rest of it.
std::string styled(std::string_view bytes, const Style& style) {
  std::string out;
  while (true) {
    const std::size_t line_end = bytes.find('\n');
    std::string part = visible(bytes.substr(0, line_end));
    const bool breaks = line_end != std::string_view::npos;
    if (breaks) part += kBreak;
    if (!part.empty()) out += fmt::format("{}{}{}", style.begin, part, style.end);
    if (!breaks) return out;
    out += '\n';
    bytes.remove_prefix(line_end + 1);
  }
}

}  // namespace

std::string view_pieces(const tokenizer::Tokenizer& tokenizer,
                        std::span<const tokenizer::TokenId> ids, bool colour) {
  std::string view;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string_view piece = tokenizer.bytes_of(ids[i]);
    Style style;
    if (colour) {
      style.begin = kBackgrounds[i % 2];
      if (tokenizer.is_special(ids[i])) style.begin += kBold;
      style.end = kReset;
    } else if (i > 0) {
      view += kBar;
    }
    view += styled(piece, style);
    bytes += piece.size();
  }
  return fmt::format("{}\n\n{}\n{} tokens, {} bytes\n", view, fmt::join(ids, " "), ids.size(),
                     bytes);
}

}  // namespace ashlar::cli
