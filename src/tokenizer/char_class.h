// The classes of characters that pre-tokenizers split by, in the Unicode versions that the
// reference implementation carries: a letter that is unknown to one side would be cut differently.
#pragma once

#include <cstdint>

namespace ashlar::tokenizer {

// As the regular expressions \p{L}, \p{N}, \s and none of them. Unicode 16.0, the version of
// Oniguruma in Hugging Face's `tokenizers` 0.23.
enum class CharClass : std::uint8_t { other, letter, number, space };

CharClass char_class(char32_t character);

// As Rust's char::is_numeric (general categories Nd, Nl, No), which the Digits pre-tokenizer asks.
// Unicode 17.0, the version of Rust's standard library there.
bool is_numeric(char32_t character);

// As \w of Rust's `regex`, which decides whether an added token stands alone: alphabetic, marks,
// decimal numbers, connectors and joiners.
bool is_word(char32_t character);

}  // namespace ashlar::tokenizer
