// Python's str operations on Text, shared by methods and filters. What cuts, joins or maps
// characters keeps the ranges of input to the byte; results are markup where the text was.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "chat/value.h"

namespace ashlar::chat {

// Without `chars`, white space.
Result<Text> strip(Meter& meter, const Text& text, const std::optional<Text>& chars, bool left,
                   bool right);

// Case, character by character.
Result<Text> to_upper(Meter& meter, const Text& text);
Result<Text> to_lower(Meter& meter, const Text& text);
Result<Text> swap_case(Meter& meter, const Text& text);
Result<Text> capitalize(Meter& meter, const Text& text);
Result<Text> title(Meter& meter, const Text& text);        // str.title
Result<Text> title_words(Meter& meter, const Text& text);  // Jinja's filter: after - ( { [ < too

// A negative `count` replaces all.
Result<Text> replace(Meter& meter, const Text& text, const Text& from, const Text& to,
                     std::int64_t count);

// Without `separator`, at runs of white space. A negative `most` splits everywhere.
Result<List> split(Meter& meter, const Text& text, const std::optional<Text>& separator,
                   std::int64_t most);
Result<List> split_right(Meter& meter, const Text& text, const std::optional<Text>& separator,
                         std::int64_t most);
Result<List> split_lines(Meter& meter, const Text& text, bool keep_ends);

// Pads to `width` code points; -1 before, 1 after, 0 on both sides as str.center does.
Result<Text> pad(Meter& meter, const Text& text, std::int64_t width, const Text& fill, int side);

Result<Text> join_texts(Meter& meter, const List& texts, const Text& separator);

}  // namespace ashlar::chat
