// Bytes as a safetensors file. A file that is accepted must keep its promises: every lookup finds
// what is listed, and the tensors' bytes are all there, decode, and add up to the data.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "formats/safetensors.h"

namespace {

using namespace ashlar;

void require(bool promise) {
  if (!promise) std::abort();
}

void touch_tensor(const formats::Safetensors& file, const formats::SafetensorsTensor& tensor) {
  require(file.find_tensor(tensor.name) == &tensor);
  require(tensor.data.size() == tensor.codec->bytes_for(tensor.shape.elements()));
  std::vector<float> values(tensor.shape.elements());
  tensor.codec->dequantize(tensor.data.data(), values.data(), values.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = formats::Safetensors::parse(std::as_bytes(std::span(data, size)), "fuzz");
  if (!file) {
    require(!file.error().where.empty() && !file.error().mend.empty());
    return 0;
  }
  std::size_t bytes = 0;
  for (const formats::SafetensorsTensor& tensor : file->tensors()) {
    touch_tensor(*file, tensor);
    bytes += tensor.data.size();
  }
  require(bytes < size);
  return 0;
}
