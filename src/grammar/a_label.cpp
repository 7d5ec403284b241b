#include "grammar/a_label.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/utf8.h"
#include "grammar/joining_type.h"

namespace ashlar::grammar {
namespace {

using Label = std::u32string;

// RFC 3492, section 6.2.
std::optional<Label> decode_punycode(std::string_view text) {
  constexpr std::uint32_t base = 36, low = 1, high = 26, skew = 38, damp = 700;
  Label out;
  std::size_t at = 0;
  if (const auto hyphen = text.rfind('-'); hyphen != text.npos) {
    out.assign(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(hyphen));
    at = hyphen + 1;
  }
  std::uint32_t n = 0x80, i = 0, bias = 72;
  while (at < text.size()) {
    const std::uint32_t before = i;
    for (std::uint32_t k = base, weight = 1;; k += base) {
      if (at == text.size()) return std::nullopt;
      const char c = text[at++];
      const std::uint32_t digit = c >= 'a' && c <= 'z'   ? c - 'a'
                                  : c >= '0' && c <= '9' ? c - '0' + 26
                                                         : base;
      if (digit == base || digit > (UINT32_MAX - i) / weight) return std::nullopt;
      i += digit * weight;
      const std::uint32_t least = k <= bias ? low : std::min(k - bias, high);
      if (digit < least) break;
      if (weight > UINT32_MAX / (base - least)) return std::nullopt;
      weight *= base - least;
    }
    const auto count = static_cast<std::uint32_t>(out.size()) + 1;
    std::uint32_t delta = (i - before) / (before == 0 ? damp : 2), k = 0;
    for (delta += delta / count; delta > (base - low) * high / 2; k += base) delta /= base - low;
    bias = k + (base - low + 1) * delta / (delta + skew);
    if (i / count > 0x10FFFF - n) return std::nullopt;
    n += i / count;
    if (n >= 0xD800 && n <= 0xDFFF) return std::nullopt;
    out.insert(out.begin() + (i % count), static_cast<char32_t>(n));
    i = i % count + 1;
  }
  return out;
}

// NFC, or with `folded` NFKC(fold(NFKC)); none where utf8proc refuses.
std::optional<std::string> normalized(const Label& label, bool folded) {
  std::string text;
  for (const char32_t c : label) base::append_utf8(text, c);
  const int options =
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | (folded ? UTF8PROC_COMPAT | UTF8PROC_CASEFOLD : 0);
  utf8proc_uint8_t* out = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &out,
                                   static_cast<utf8proc_option_t>(options));
  if (length < 0) return std::nullopt;
  std::string result(reinterpret_cast<char*>(out), static_cast<std::size_t>(length));
  std::free(out);  // utf8proc allocates with malloc
  return result;
}

bool is_stable(const Label& label, bool folded) {
  std::string text;
  for (const char32_t c : label) base::append_utf8(text, c);
  return normalized(label, folded) == text;
}

bool within(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

utf8proc_category_t category_of(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

// RFC 5892, section 3: the derived property PVALID.
bool is_valid(char32_t c) {
  static constexpr std::u32string_view valid = U"\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007";
  static constexpr std::u32string_view disallowed = U"\u0640\u07FA\u302E\u302F\u303B";
  if (valid.find(c) != valid.npos) return true;
  if (disallowed.find(c) != disallowed.npos || within(c, 0x3031, 0x3035)) return false;
  if (c < 0x80) return c == '-' || within(c, '0', '9') || within(c, 'a', 'z');
  if (within(c, 0x1100, 0x11FF) || within(c, 0xA960, 0xA97C) || within(c, 0xD7B0, 0xD7FB))
    return false;  // old Hangul
  const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
  if (property->ignorable || !is_stable(Label(1, c), true)) return false;
  switch (category_of(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC: return true;
    default: return false;
  }
}

bool is_virama(char32_t c) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class == 9;
}
bool is_greek(char32_t c) {
  return within(c, 0x370, 0x3FF) || within(c, 0x1F00, 0x1FFF);
}
bool is_hebrew(char32_t c) {
  return within(c, 0x591, 0x5F4) || within(c, 0xFB1D, 0xFB4F);
}
bool is_japanese(char32_t c) {
  return within(c, 0x3041, 0x3096) || within(c, 0x309D, 0x309F) || within(c, 0x30A1, 0x30FA) ||
         within(c, 0x30FD, 0x30FF) || within(c, 0x31F0, 0x31FF) || within(c, 0x2E80, 0x2FD5) ||
         c == 0x3005 || c == 0x3007 || within(c, 0x3400, 0x4DBF) || within(c, 0x4E00, 0x9FFF) ||
         within(c, 0xF900, 0xFAFF) || within(c, 0x20000, 0x323AF);
}

// RFC 5892, appendix A.1: a zero-width non-joiner where letters would join.
bool parts_letters(const Label& label, std::size_t at) {
  std::size_t before = at, after = at + 1;
  while (before > 0 && joining_type(label[before - 1]) == JoiningType::transparent) --before;
  while (after < label.size() && joining_type(label[after]) == JoiningType::transparent) ++after;
  if (before == 0 || after == label.size()) return false;
  const JoiningType left = joining_type(label[before - 1]), right = joining_type(label[after]);
  return (left == JoiningType::left || left == JoiningType::dual) &&
         (right == JoiningType::right || right == JoiningType::dual);
}

// Appendix A: what is valid beside some characters alone. None for what has no such rule.
std::optional<bool> rule(const Label& label, std::size_t at) {
  const char32_t c = label[at];
  const char32_t before = at > 0 ? label[at - 1] : 0;
  const char32_t after = at + 1 < label.size() ? label[at + 1] : 0;
  const auto none_in = [&](char32_t first, char32_t last) {
    return std::none_of(label.begin(), label.end(),
                        [&](char32_t other) { return within(other, first, last); });
  };
  if (c == 0x200C) return is_virama(before) || parts_letters(label, at);
  if (c == 0x200D) return is_virama(before);
  if (c == 0xB7) return before == 'l' && after == 'l';
  if (c == 0x375) return is_greek(after);
  if (c == 0x5F3 || c == 0x5F4) return is_hebrew(before);
  if (c == 0x30FB) return std::any_of(label.begin(), label.end(), is_japanese);
  if (within(c, 0x660, 0x669)) return none_in(0x6F0, 0x6F9);
  if (within(c, 0x6F0, 0x6F9)) return none_in(0x660, 0x669);
  return std::nullopt;
}

bool is_u_label(const Label& label) {
  const auto ascii = [](char32_t c) { return c < 0x80; };
  if (label.empty() || std::all_of(label.begin(), label.end(), ascii)) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  if (label.size() >= 4 && label[2] == '-' && label[3] == '-') return false;
  const auto first = category_of(label.front());
  if (first == UTF8PROC_CATEGORY_MN || first == UTF8PROC_CATEGORY_MC ||
      first == UTF8PROC_CATEGORY_ME)
    return false;
  for (std::size_t i = 0; i < label.size(); ++i)
    if (!rule(label, i).value_or(is_valid(label[i]))) return false;
  return is_stable(label, false);
}

}  // namespace

bool is_a_label(std::string_view label) {
  std::string lower(label.substr(4));
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  const auto decoded = decode_punycode(lower);
  return decoded && is_u_label(*decoded);
}

}  // namespace ashlar::grammar
