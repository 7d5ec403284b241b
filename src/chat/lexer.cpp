#include "chat/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "chat/tag_lexer.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

// Where a tag opens, and what stands right after its two characters.
struct Opening {
  std::size_t at;
  char type;  // '{', '%' or '#'
  char sign;  // '-', '+' or 0
  bool raw;
  std::size_t after;
};

class Lexer {
 public:
  Lexer(std::string_view source, std::string_view where) : source_(source), where_(where) {}

  Result<std::vector<Token>> run() {
    while (at_ < source_.size()) {
      const auto opening = next_opening(at_);
      if (!opening) {
        add_data(at_, source_.size());
        break;
      }
      text_before(opening->at, *opening);
      at_ = opening->after;
      ASHLAR_TRY(inside(*opening));
      line_starting_ = source_[at_ - 1] == '\n';
    }
    tokens_.push_back({TokenKind::end, static_cast<std::uint32_t>(source_.size()), {}, {}});
    return std::move(tokens_);
  }

 private:
  tl::unexpected<Error> error(std::string message, std::size_t at) const {
    return syntax_error(std::move(message), position(source_, where_, at));
  }

  std::optional<Opening> next_opening(std::size_t from) const {
    for (std::size_t at = source_.find('{', from); at != std::string_view::npos;
         at = source_.find('{', at + 1)) {
      const char type = at + 1 < source_.size() ? source_[at + 1] : '\0';
      if (type != '{' && type != '%' && type != '#') continue;
      Opening opening{at, type, 0, false, at + 2};
      if (opening.after < source_.size() &&
          (source_[opening.after] == '-' || source_[opening.after] == '+'))
        opening.sign = source_[opening.after++];
      if (const std::size_t end = type == '%' ? raw_begin(opening.after) : 0) {
        opening.raw = true;
        opening.after = end;
      }
      return opening;
    }
    return std::nullopt;
  }

  // The end of `raw %}` or `raw -%}` and white space, or 0.
  std::size_t raw_begin(std::size_t at) const {
    at = skip_space(at);
    if (!source_.substr(at).starts_with("raw")) return 0;
    at = skip_space(at + 3);
    if (source_.substr(at).starts_with("-%}")) return skip_space(at + 3);
    return source_.substr(at).starts_with("%}") ? at + 2 : 0;
  }

  std::size_t skip_space(std::size_t at) const { return at + leading_space(source_.substr(at)); }

  void add_data(std::size_t begin, std::size_t end) {
    if (begin < end)
      tokens_.push_back({TokenKind::data,
                         static_cast<std::uint32_t>(begin),
                         {},
                         Text(std::string(source_.substr(begin, end - begin)))});
  }

  // The text up to a tag, stripped as the tag's sign or lstrip_blocks says.
  void text_before(std::size_t end, const Opening& opening) {
    const std::string_view text = source_.substr(at_, end - at_);
    if (opening.sign == '-') {
      end -= trailing_space(text);
    } else if (opening.sign == 0 && opening.type != '{') {
      const std::size_t newline = text.rfind('\n');
      const std::size_t line = newline == std::string_view::npos ? 0 : newline + 1;
      if ((line > 0 || line_starting_) && leading_space(text.substr(line)) == text.size() - line)
        end = at_ + line;
    }
    add_data(at_, end);
  }

  Status inside(const Opening& opening) {
    if (opening.raw) return raw_text(opening);
    if (opening.type == '#') return comment(opening.at);
    return tag(opening);
  }

  // The end of a closing like %} at `at`, with what it swallows; 0 if none stands there.
  std::size_t closing(std::size_t at, std::string_view close, bool trims) const {
    const std::string_view rest = source_.substr(at);
    if (rest.starts_with('-') && rest.substr(1).starts_with(close))
      return skip_space(at + 1 + close.size());
    if (trims && rest.starts_with('+') && rest.substr(1).starts_with(close))
      return at + 1 + close.size();
    if (!rest.starts_with(close)) return 0;
    const std::size_t end = at + close.size();
    return trims && end < source_.size() && source_[end] == '\n' ? end + 1 : end;
  }

  // Nothing after the opening: jinja2 lets that pass.
  bool at_end() const { return at_ == source_.size(); }

  Status comment(std::size_t begin) {
    if (at_end()) return {};
    const std::size_t close = source_.find("#}", at_);
    if (close == std::string_view::npos) return error("a comment is never closed", begin);
    const bool has_sign = close > at_ && (source_[close - 1] == '-' || source_[close - 1] == '+');
    at_ = closing(has_sign ? close - 1 : close, "#}", true);
    return {};
  }

  Status raw_text(const Opening& opening) {
    if (at_end()) return {};
    for (std::size_t at = source_.find("{%", at_); at != std::string_view::npos;
         at = source_.find("{%", at + 1)) {
      Opening end{at, '%', 0, false, at + 2};
      if (end.after < source_.size() && (source_[end.after] == '-' || source_[end.after] == '+'))
        end.sign = source_[end.after++];
      const std::size_t word = skip_space(end.after);
      if (!source_.substr(word).starts_with("endraw")) continue;
      const std::size_t after = closing(skip_space(word + 6), "%}", true);
      if (after == 0) continue;
      line_starting_ = source_[at_ - 1] == '\n';
      text_before(at, end);
      at_ = after;
      return {};
    }
    return error("a raw block is never closed", opening.at);
  }

  Status tag(const Opening& opening) {
    const bool block = opening.type == '%';
    const std::string_view close = block ? "%}" : "}}";
    tokens_.push_back({block ? TokenKind::block_begin : TokenKind::variable_begin,
                       static_cast<std::uint32_t>(opening.at),
                       {},
                       {}});
    TagLexer lexer(source_, where_);
    while (at_ < source_.size()) {
      const std::size_t end = lexer.balanced() ? closing(at_, close, block) : 0;
      if (end != 0) {
        tokens_.push_back({block ? TokenKind::block_end : TokenKind::variable_end,
                           static_cast<std::uint32_t>(at_),
                           {},
                           {}});
        at_ = end;
        return {};
      }
      ASHLAR_TRY(lexer.next(at_, tokens_));
    }
    return error(fmt::format("a tag is never closed with {}", close), opening.at);
  }

  std::string_view source_, where_;
  std::size_t at_ = 0;
  bool line_starting_ = true;  // the last token ended a line
  std::vector<Token> tokens_;
};

}  // namespace

std::string normalize(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r')
      out += source[i];
    else if (i + 1 == source.size() || source[i + 1] != '\n')
      out += '\n';
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

Result<std::vector<Token>> tokenize(std::string_view source, std::string_view where) {
  return Lexer(source, where).run();
}

std::string position(std::string_view source, std::string_view where, std::size_t at) {
  const std::string_view before = source.substr(0, std::min(at, source.size()));
  const std::size_t newline = before.rfind('\n');
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  return fmt::format("{}, line {}, column {}", where, line, 1 + count_points(before.substr(begin)));
}

tl::unexpected<Error> syntax_error(std::string message, std::string position, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(position), std::move(mend));
}

}  // namespace ashlar::chat
