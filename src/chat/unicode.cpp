#include "chat/unicode.h"

#include <utf8proc.h>

#include "base/utf8.h"

namespace ashlar::chat {
namespace {

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

char32_t simple_upper(char32_t c) {
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c)));
}

char32_t simple_lower(char32_t c) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

constexpr bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The code point that ends before byte `end`. REQUIRES: end > 0.
std::size_t previous(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && end - at < 4 && continues(text[at])) --at;
  return at;
}

bool is_cased(char32_t c) {
  return is_upper(c) || is_lower(c);
}

bool is_case_ignorable(char32_t c) {
  if (c == U'\'' || c == U'.' || c == U':' || c == U'^' || c == U'`' || c == U'\u00b7' ||
      c == U'\u2019')
    return true;
  switch (category(c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK: return true;
    default: return false;
  }
}

// Unicode's Final_Sigma: a cased letter before, none after, ignorable ones skipped.
bool is_final_sigma(std::string_view text, std::size_t at) {
  bool before = false;
  for (std::size_t end = at; end > 0;) {
    end = previous(text, end);
    const char32_t c = base::code_point_at(text, end).value;
    if (is_case_ignorable(c)) continue;
    before = is_cased(c);
    break;
  }
  if (!before) return false;
  for (std::size_t next = at + 2; next < text.size();) {
    const base::CodePoint point = base::code_point_at(text, next);
    if (!is_case_ignorable(point.value)) return !is_cased(point.value);
    next += point.bytes;
  }
  return true;
}

}  // namespace

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool is_alpha(char32_t c) {
  const auto of = category(c);
  return of >= UTF8PROC_CATEGORY_LU && of <= UTF8PROC_CATEGORY_LO;
}

bool is_decimal(char32_t c) {
  return category(c) == UTF8PROC_CATEGORY_ND;
}

bool is_numeric(char32_t c) {
  const auto of = category(c);
  return of >= UTF8PROC_CATEGORY_ND && of <= UTF8PROC_CATEGORY_NO;
}

bool is_upper(char32_t c) {
  return category(c) == UTF8PROC_CATEGORY_LU || category(c) == UTF8PROC_CATEGORY_LT;
}

bool is_lower(char32_t c) {
  return category(c) == UTF8PROC_CATEGORY_LL || c == U'\u00aa' || c == U'\u00ba';
}

bool is_word(char32_t c) {
  return c == U'_' || is_alpha(c) || is_numeric(c);
}

bool is_printable(char32_t c) {
  if (c == U' ') return true;
  const auto of = category(c);
  return of != UTF8PROC_CATEGORY_CN && of < UTF8PROC_CATEGORY_ZS;
}

bool is_identifier_start(char32_t c) {
  return c == U'_' || is_alpha(c) || category(c) == UTF8PROC_CATEGORY_NL;
}

bool is_identifier_part(char32_t c) {
  const auto of = category(c);
  return is_identifier_start(c) || of == UTF8PROC_CATEGORY_ND || of == UTF8PROC_CATEGORY_MN ||
         of == UTF8PROC_CATEGORY_MC || of == UTF8PROC_CATEGORY_PC || c == U'\u00b7';
}

void append_upper(std::string& out, char32_t c) {
  const std::u32string_view special = special_upper(c);
  if (special.empty()) base::append_utf8(out, simple_upper(c));
  for (const char32_t part : special) base::append_utf8(out, part);
}

void append_title(std::string& out, char32_t c) {
  const auto title = static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c)));
  const std::u32string_view special = special_upper(c);
  if (title != c || special.empty()) return base::append_utf8(out, title);
  base::append_utf8(out, special[0]);
  for (const char32_t part : special.substr(1)) base::append_utf8(out, simple_lower(part));
}

void append_lower(std::string& out, std::string_view text, std::size_t at, char32_t c) {
  if (c == U'\u03a3')
    base::append_utf8(out, is_final_sigma(text, at) ? U'\u03c2' : U'\u03c3');
  else if (c == U'\u0130')
    out += "i\u0307";
  else
    base::append_utf8(out, simple_lower(c));
}

std::string lower(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::code_point_at(text, at);
    append_lower(out, text, at, point.value);
    at += point.bytes;
  }
  return out;
}

bool is_cased_text(std::string_view text, bool upper) {
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::code_point_at(text, at);
    if (upper ? is_lower(point.value) : is_upper(point.value)) return false;
    any = any || is_cased(point.value);
    at += point.bytes;
  }
  return any;
}

std::size_t count_points(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += !continues(byte);
  return count;
}

std::size_t byte_of_point(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (continues(text[at])) continue;
    if (index == 0) break;
    --index;
  }
  return at;
}

std::size_t leading_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const base::CodePoint point = base::code_point_at(text, at);
    if (!is_space(point.value)) break;
    at += point.bytes;
  }
  return at;
}

std::size_t trailing_space(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    const std::size_t at = previous(text, end);
    if (!is_space(base::code_point_at(text, at).value)) break;
    end = at;
  }
  return text.size() - end;
}

}  // namespace ashlar::chat
