// A schema on the first line, a text behind it: an automaton that lets nothing through but what the
// schema holds of, none of whose states is without a way on, or an error in words.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "grammar/json_reader.h"
#include "grammar/language.h"
#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"

namespace {

using namespace ashlar::grammar;

bool goes_on(Language& language, StateId state) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto next = language.next(state, static_cast<std::uint8_t>(byte));
    if (!next || *next != kDead) return true;  // or a limit was met
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.find('\n');
  if (line == input.npos || size > 4096) return 0;
  const auto load = [&] { return load_schema(input.substr(0, line), {.assert_formats = true}); };
  auto schema = load();
  if (!schema) return 0;
  auto language =
      schema_language(std::move(*schema), {MemberOrder::free, WhiteSpace::any, Escapes::any});
  if (!language) return language.error().message.empty() ? std::abort(), 0 : 0;
  const std::string_view text = input.substr(line + 1);
  StateId state = (*language)->start();
  for (const char byte : text) {
    const auto next = (*language)->next(state, static_cast<std::uint8_t>(byte));
    if (!next || *next == kDead) return 0;
    state = *next;
    if (!(*language)->accepts(state) && !goes_on(**language, state)) std::abort();
  }
  if (!(*language)->accepts(state)) return 0;
  const auto value = read_json(text, "text");
  if (!value) std::abort();
  const auto verdict = validate(*load(), *value);
  if (verdict && !verdict->valid) std::abort();
  return 0;
}
