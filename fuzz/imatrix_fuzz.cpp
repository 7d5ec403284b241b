// Bytes as an importance matrix, GGUF or .dat. One that is accepted has values that can weigh.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/utf8.h"
#include "formats/imatrix.h"

namespace {

using namespace ashlar;

void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto imatrix = formats::parse_imatrix(std::as_bytes(std::span(data, size)), "fuzz");
  if (!imatrix) {
    require(!imatrix.error().where.empty() && !imatrix.error().mend.empty());
    return 0;
  }
  require(!imatrix->empty());
  for (const auto& [name, values] : *imatrix) {
    require(base::is_utf8(name) && !values.empty());
    for (const float value : values) require(std::isfinite(value) && value >= 0);
  }
  return 0;
}
