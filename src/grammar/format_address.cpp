// Addresses of machines and people (RFC 2673, 4291, 5321, 6531).
#include <algorithm>

#include "grammar/format.h"

namespace ashlar::grammar {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_outside_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

bool is_octet(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return false;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return value <= 255;
}

bool is_group(std::string_view text) {
  return !text.empty() && text.size() <= 4 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// How many 16-bit groups a run without "::" is; none where it isn't one.
std::optional<int> groups(std::string_view text, bool may_end_in_ipv4) {
  int count = 0;
  if (text.empty()) return 0;
  while (true) {
    const auto colon = text.find(':');
    const std::string_view piece = text.substr(0, colon);
    if (colon == text.npos && may_end_in_ipv4 && piece.find('.') != piece.npos)
      return is_ipv4(piece) ? std::optional(count + 2) : std::nullopt;
    if (!is_group(piece) || ++count > 8) return std::nullopt;
    if (colon == text.npos) return count;
    text.remove_prefix(colon + 1);
  }
}

bool is_atom_character(char c, bool international) {
  return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos ||
         (international && is_outside_ascii(c));
}

bool is_dotted_atom(std::string_view text, bool international) {
  bool dot = true;  // none at the beginning
  for (const char c : text) {
    if (c == '.' ? dot : !is_atom_character(c, international)) return false;
    dot = c == '.';
  }
  return !dot;
}

bool is_quoted(std::string_view text, bool international) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\';
    if (escaped && ++i == text.size()) return false;
    if (text[i] == '"' && !escaped) return false;
    if (is_outside_ascii(text[i]) ? !international : text[i] < 0x20 || text[i] == 0x7F)
      return false;
  }
  return true;
}

bool is_address_literal(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  return text.starts_with("IPv6:") ? is_ipv6(text.substr(5)) : is_ipv4(text);
}

// Labels of letters, digits, hyphens and anything outside of ASCII.
bool is_international_domain(std::string_view text) {
  while (true) {
    const auto dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    for (const char c : label)
      if (!is_alnum(c) && c != '-' && !is_outside_ascii(c)) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_mailbox(std::string_view text, bool international) {
  const auto at = text.rfind('@');
  if (at == text.npos || at > 64) return false;
  const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
  if (!is_dotted_atom(local, international) && !is_quoted(local, international)) return false;
  if (domain.starts_with('[')) return is_address_literal(domain);
  return is_hostname(domain) || (international && is_international_domain(domain));
}

}  // namespace

bool is_ipv4(std::string_view text) {
  for (int i = 0; i < 3; ++i) {
    const auto dot = text.find('.');
    if (dot == text.npos || !is_octet(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_octet(text);
}

bool is_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  if (gap == text.npos) return groups(text, true) == 8;
  const auto before = groups(text.substr(0, gap), false),
             after = groups(text.substr(gap + 2), true);
  return before && after && *before + *after <= 7;
}

bool is_email(std::string_view text) {
  return is_mailbox(text, false);
}
bool is_idn_email(std::string_view text) {
  return is_mailbox(text, true);
}

}  // namespace ashlar::grammar
