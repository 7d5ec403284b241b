// JSON text from anywhere: parses or is refused; what parses is written and parsed again to the
// same value.
#include <cstdint>
#include <cstdlib>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ashlar::base;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = parse_json(text, "fuzz");
  if (!value) return 0;
  const auto again = parse_json(write_json(*value), "again");
  if (!again || *again != *value) std::abort();
  return 0;
}
