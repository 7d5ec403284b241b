// URIs and IRIs, with their templates and references (RFC 3986, 3987, 6570).
#include "base/utf8.h"
#include "grammar/format.h"
#include "grammar/uri.h"

namespace ashlar::grammar {
namespace {

bool is_alpha(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char32_t c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_one_of(char32_t c, std::string_view set) {
  return c < 0x80 && set.find(static_cast<char>(c)) != set.npos;
}

// RFC 3987, section 2.2: ucschar and iprivate.
bool is_ucschar(char32_t c) {
  if (c < 0x10000)
    return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
           (c >= 0xFDF0 && c <= 0xFFEF);
  return (c & 0xFFFF) <= 0xFFFD && c < 0xF0000 && (c < 0xE0000 || c >= 0xE1000);
}
bool is_private(char32_t c) {
  return (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0xFFFFD) ||
         (c >= 0x100000 && c <= 0x10FFFD);
}

constexpr std::string_view kUnreserved = "-._~", kSubDelims = "!$&'()*+,;=";

struct Characters {
  std::string_view extra;  // beside unreserved and %XX
  bool international;
  bool private_use = false;
};

bool has_only(std::string_view text, const Characters& allowed) {
  for (std::size_t i = 0; i < text.size();) {
    const auto point = base::code_point_at(text, i);
    const char32_t c = point.value;
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(static_cast<unsigned char>(text[i + 1])) ||
          !is_hex(static_cast<unsigned char>(text[i + 2])))
        return false;
    } else if (!is_alpha(c) && !is_digit(c) && !is_one_of(c, kUnreserved) &&
               !is_one_of(c, allowed.extra) && !(allowed.international && is_ucschar(c)) &&
               !(allowed.private_use && is_private(c))) {
      return false;
    }
    i += point.bytes;
  }
  return true;
}

// IPv6 or IPvFuture, without the brackets.
bool is_ip_literal(std::string_view text) {
  if (is_ipv6(text)) return true;
  if (text.empty() || (text[0] != 'v' && text[0] != 'V')) return false;
  const auto dot = text.find('.');
  if (dot == text.npos || dot < 2 || dot + 1 == text.size()) return false;
  for (const char c : text.substr(1, dot - 1))
    if (!is_hex(static_cast<unsigned char>(c))) return false;
  const std::string_view rest = text.substr(dot + 1);
  return rest.find('%') == rest.npos && has_only(rest, {"!$&'()*+,;=:", false});
}

bool is_authority(std::string_view text, bool international) {
  if (const auto at = text.find('@'); at != text.npos) {
    if (!has_only(text.substr(0, at), {"!$&'()*+,;=:", international})) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == text.npos || !is_ip_literal(text.substr(1, end - 1))) return false;
    host = {};
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else if (const auto colon = text.find(':'); colon != text.npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  for (const char c : port)
    if (!is_digit(static_cast<unsigned char>(c))) return false;
  return has_only(host, {kSubDelims, international});
}

bool is_reference(std::string_view text, bool international, bool absolute) {
  const UriParts parts = uri_parts(text);
  if (absolute && !parts.scheme) return false;
  if (parts.authority && !is_authority(*parts.authority, international)) return false;
  if (!parts.scheme && !parts.authority &&
      parts.path.substr(0, parts.path.find('/')).find(':') != parts.path.npos)
    return false;
  if (!has_only(parts.path, {"!$&'()*+,;=:@/", international})) return false;
  if (parts.query && !has_only(*parts.query, {"!$&'()*+,;=:@/?", international, international}))
    return false;
  return !parts.fragment || has_only(*parts.fragment, {"!$&'()*+,;=:@/?", international});
}

// name, then ":" and up to four digits, or "*".
bool is_variable(std::string_view text) {
  if (text.ends_with('*')) {
    text.remove_suffix(1);
  } else if (const auto colon = text.find(':'); colon != text.npos) {
    const std::string_view length = text.substr(colon + 1);
    if (length.empty() || length.size() > 4 || length.front() == '0') return false;
    for (const char c : length)
      if (!is_digit(static_cast<unsigned char>(c))) return false;
    text = text.substr(0, colon);
  }
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != text.npos) return false;
  for (const char c : text)
    if (c == '-' || c == '~') return false;
  return has_only(text, {"", false});
}

bool is_expression(std::string_view text) {
  if (!text.empty() && std::string_view("+#./;?&=,!@|").find(text.front()) != text.npos)
    text.remove_prefix(1);
  while (true) {
    const auto comma = text.find(',');
    if (!is_variable(text.substr(0, comma))) return false;
    if (comma == text.npos) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

bool is_uri(std::string_view text) {
  return is_reference(text, false, true);
}
bool is_uri_reference(std::string_view text) {
  return is_reference(text, false, false);
}
bool is_iri(std::string_view text) {
  return is_reference(text, true, true);
}
bool is_iri_reference(std::string_view text) {
  return is_reference(text, true, false);
}

bool is_uri_template(std::string_view text) {
  // Literals, section 2.1 with its erratum on the apostrophe.
  const Characters literal{"!#$&'()*+,/:;=?@[]", true, true};
  while (!text.empty()) {
    const auto open = std::min(text.find('{'), text.size());
    if (!has_only(text.substr(0, open), literal)) return false;
    if (open == text.size()) return true;
    const auto close = text.find('}', open);
    if (close == text.npos || !is_expression(text.substr(open + 1, close - open - 1))) return false;
    text.remove_prefix(close + 1);
  }
  return true;
}

}  // namespace ashlar::grammar
