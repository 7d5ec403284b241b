// Grammars: whatever the text, an error in words or a language of which some text is walked within
// the limits.
#include <cstdint>
#include <string_view>

#include "base/utf8.h"
#include "grammar/gbnf_language.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!base::is_utf8(text)) return 0;
  const auto rules = grammar::parse_gbnf(text);
  if (!rules) return 0;
  auto language = grammar::gbnf_language(*rules, grammar::ByteSet().set());
  if (!language) return 0;
  grammar::StateId state = (*language)->start();
  for (int steps = 0; steps < 64; ++steps) {
    grammar::StateId last = grammar::kDead;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto next = (*language)->next(state, static_cast<std::uint8_t>(byte));
      if (!next) return 0;
      if (*next != grammar::kDead) last = *next;
    }
    if (last == grammar::kDead) {
      if (!(*language)->accepts(state)) __builtin_trap();  // every state leads to an end
      return 0;
    }
    state = last;
  }
  return 0;
}
