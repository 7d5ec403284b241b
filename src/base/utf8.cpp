#include "base/utf8.h"

namespace ashlar::base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

// The lead byte's promise: sequence length and the range of the second byte (table 3-7).
struct Lead {
  std::uint8_t length, low, high;
};

Lead lead_of(std::uint8_t b) {
  if (b < 0x80) return {1, 0, 0};
  if (b >= 0xC2 && b <= 0xDF) return {2, 0x80, 0xBF};
  if (b == 0xE0) return {3, 0xA0, 0xBF};
  if (b == 0xED) return {3, 0x80, 0x9F};
  if (b >= 0xE1 && b <= 0xEF) return {3, 0x80, 0xBF};
  if (b == 0xF0) return {4, 0x90, 0xBF};
  if (b >= 0xF1 && b <= 0xF3) return {4, 0x80, 0xBF};
  if (b == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  const Lead lead = lead_of(first);
  if (lead.length == 1) return {first, 1, true};
  if (lead.length == 0) return {kReplacement, 1, false};
  char32_t value = first & (0xFF >> (lead.length + 1));
  std::uint8_t taken = 1;
  for (; taken < lead.length; ++taken) {
    if (at + taken >= text.size()) return {kReplacement, taken, false};
    const std::uint8_t b = byte_at(text, at + taken);
    const std::uint8_t low = taken == 1 ? lead.low : 0x80, high = taken == 1 ? lead.high : 0xBF;
    if (b < low || b > high) return {kReplacement, taken, false};
    value = (value << 6) | (b & 0x3F);
  }
  return {value, taken, true};
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (!point.valid) return at;
    at += point.bytes;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  return !first_invalid_utf8(text);
}

Repaired repair_utf8(std::string_view bytes) {
  Repaired result{{}, 0};
  result.text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint point = code_point_at(bytes, at);
    if (point.valid) {
      result.text.append(bytes, at, point.bytes);
    } else {
      append_utf8(result.text, kReplacement);
      ++result.replaced;
    }
    at += point.bytes;
  }
  return result;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::size_t incomplete_suffix(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const std::size_t at = text.size() - back;
    if ((byte_at(text, at) & 0xC0) == 0x80) continue;
    const CodePoint point = code_point_at(text, at);
    const bool cut =
        !point.valid && point.bytes == back && lead_of(byte_at(text, at)).length > back;
    return cut ? back : 0;
  }
  return 0;
}

}  // namespace ashlar::base
