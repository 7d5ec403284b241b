// Regular expressions: whatever the text, an error in words or a language of which some text is
// walked within the limits.
#include <cstdint>
#include <string_view>

#include "base/utf8.h"
#include "grammar/regex_language.h"
#include "walk_language.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!base::is_utf8(text)) return 0;
  const auto regex = grammar::parse_regex(text);
  if (!regex) return 0;
  auto language = grammar::regex_language(*regex, grammar::ByteSet().set());
  if (!language || (*language)->start() == grammar::kDead) return 0;
  walk_language(**language, !grammar::has_assertions(*regex));
  return 0;
}
