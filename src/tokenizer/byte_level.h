// The byte-level alphabet: every byte as one printable character, so that a vocabulary of strings
// can hold any bytes. Source: bytes_to_unicode in GPT-2's encoder.py (openai/gpt-2, 2019):
// printable Latin-1 bytes stand for themselves, the other 68 for U+0100 to U+0143 in order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::tokenizer {

char32_t symbol_of(std::uint8_t byte);

// The byte that a character stands for; nothing for a character outside the alphabet.
std::optional<std::uint8_t> byte_of(char32_t symbol);

// The bytes that a spelling stands for; nothing when one of its characters is outside the alphabet.
std::optional<std::string> bytes_of_spelling(std::string_view spelling);

std::string spelling_of_bytes(std::string_view bytes);

}  // namespace ashlar::tokenizer
