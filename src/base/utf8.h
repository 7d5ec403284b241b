// UTF-8 as text crosses our edges: checked, repaired the way Python's decoder does, and stepped
// through a code point at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::base {

struct CodePoint {
  char32_t value;      // U+FFFD where the bytes are not UTF-8
  std::uint8_t bytes;  // how many bytes it took: 1 to 4; of a broken sequence, its maximal part
  bool valid;
};

// REQUIRES: at < text.size(). Follows Unicode 15, table 3-7 (no surrogates, no overlong forms);
// a broken sequence is replaced by its maximal subpart, as bytes.decode("utf-8", "replace") does.
CodePoint code_point_at(std::string_view text, std::size_t at);

// Where the first bytes are that are not UTF-8.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);
bool is_utf8(std::string_view text);

struct Repaired {
  std::string text;
  std::size_t replaced;  // how many U+FFFD were put in
};
Repaired repair_utf8(std::string_view bytes);

void append_utf8(std::string& out, char32_t code_point);

// How many bytes at the end of `text` begin a character that more bytes could complete: 0 to 3.
std::size_t incomplete_suffix(std::string_view text);

}  // namespace ashlar::base
