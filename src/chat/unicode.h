// Characters as Python's str methods see them: white space, case, classes; positions counted in
// code points. Source: CPython's unicodeobject and Unicode's data by way of utf8proc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ashlar::chat {

bool is_space(char32_t c);  // str.isspace, and \s of regular expressions
bool is_alpha(char32_t c);
bool is_decimal(char32_t c);
bool is_numeric(char32_t c);  // decimal digits, other digits and numbers
bool is_upper(char32_t c);    // upper or title case
bool is_lower(char32_t c);
bool is_word(char32_t c);       // \w: alphanumeric or underscore
bool is_printable(char32_t c);  // str.isprintable; others are escaped by repr
bool is_identifier_start(char32_t c);
bool is_identifier_part(char32_t c);

void append_upper(std::string& out, char32_t c);
void append_title(std::string& out, char32_t c);
// `at` is where `c` stands in `text`: a final sigma looks around itself.
void append_lower(std::string& out, std::string_view text, std::size_t at, char32_t c);
std::string lower(std::string_view text);
// str.isupper, str.islower: some character has case, and all that do are of the one.
bool is_cased_text(std::string_view text, bool upper);

// Empty when upper case is one character.
std::u32string_view special_upper(char32_t c);

std::size_t count_points(std::string_view text);
// The byte where code point `index` begins; text.size() at or past the end.
std::size_t byte_of_point(std::string_view text, std::size_t index);

// How many bytes of white space `text` begins or ends with.
std::size_t leading_space(std::string_view text);
std::size_t trailing_space(std::string_view text);

}  // namespace ashlar::chat
