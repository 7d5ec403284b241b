#include "tokenizer/byte_level.h"

#include <array>

#include "base/utf8.h"

namespace ashlar::tokenizer {
namespace {

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr std::array<char32_t, 256> kSymbols = [] {
  std::array<char32_t, 256> symbols{};
  char32_t spare = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte)
    symbols[byte] = stands_for_itself(byte) ? byte : spare++;
  return symbols;
}();

constexpr char32_t kSymbolsEnd = 0x144;

constexpr std::array<std::int16_t, kSymbolsEnd> kBytes = [] {
  std::array<std::int16_t, kSymbolsEnd> bytes{};
  bytes.fill(-1);
  for (unsigned byte = 0; byte < 256; ++byte)
    bytes[kSymbols[byte]] = static_cast<std::int16_t>(byte);
  return bytes;
}();

}  // namespace

char32_t symbol_of(std::uint8_t byte) {
  return kSymbols[byte];
}

std::optional<std::uint8_t> byte_of(char32_t symbol) {
  if (symbol >= kSymbolsEnd || kBytes[symbol] < 0) return std::nullopt;
  return static_cast<std::uint8_t>(kBytes[symbol]);
}

std::optional<std::string> bytes_of_spelling(std::string_view spelling) {
  std::string bytes;
  for (std::size_t at = 0; at < spelling.size();) {
    const base::CodePoint point = base::code_point_at(spelling, at);
    const auto byte = byte_of(point.value);
    if (!byte) return std::nullopt;
    bytes.push_back(static_cast<char>(*byte));
    at += point.bytes;
  }
  return bytes;
}

std::string spelling_of_bytes(std::string_view bytes) {
  std::string spelling;
  for (const char byte : bytes)
    base::append_utf8(spelling, symbol_of(static_cast<std::uint8_t>(byte)));
  return spelling;
}

}  // namespace ashlar::tokenizer
