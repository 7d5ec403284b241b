// A schema on the first line, an instance behind it: a verdict whose errors stand for its
// falsehood, the same a second time, or an error that says why there is none.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar::grammar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.find('\n');
  if (line == text.npos) return 0;
  const auto schema = load_schema(text.substr(0, line), {.assert_formats = true});
  const auto instance = read_json(text.substr(line + 1), "instance");
  if (!schema || !instance) return 0;
  const auto verdict = validate(*schema, *instance);
  const auto again = validate(*schema, *instance);
  if (verdict.has_value() != again.has_value()) std::abort();
  if (!verdict) return verdict.error().message.empty() ? std::abort(), 0 : 0;
  if (verdict->valid != again->valid || verdict->valid != verdict->errors.empty()) std::abort();
  return 0;
}
