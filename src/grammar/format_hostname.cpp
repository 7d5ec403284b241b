// Host names (RFC 1123), whose labels may be A-labels.
#include "grammar/a_label.h"
#include "grammar/format.h"

namespace ashlar::grammar {
namespace {

constexpr std::size_t kLongestName = 253, kLongestLabel = 63;

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  for (const char c : label) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alnum && c != '-') return false;
  }
  const bool claims = label.size() >= 4 && (label[0] | 0x20) == 'x' && (label[1] | 0x20) == 'n' &&
                      label.substr(2, 2) == "--";
  return !claims || is_a_label(label);
}

}  // namespace

bool is_hostname(std::string_view text) {
  if (text.size() > kLongestName) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace ashlar::grammar
