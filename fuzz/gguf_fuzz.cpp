// Bytes as a GGUF file. A file that is accepted must keep its promises: every lookup finds what is
// listed, every view is readable, and a tensor's first and last blocks decode.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/utf8.h"
#include "formats/gguf.h"

namespace {

using namespace ashlar;

void require(bool promise) {
  if (!promise) std::abort();
}

void touch_entry(const formats::Gguf& gguf, const formats::GgufEntry& entry) {
  require(gguf.find(entry.key) == &entry);
  (void)gguf.integer(entry.key);
  (void)gguf.number(entry.key);
  (void)gguf.boolean(entry.key);
  (void)gguf.string(entry.key);
  (void)gguf.integers(entry.key);
  if (const auto texts = gguf.strings(entry.key))
    for (const std::string_view text : *texts) (void)base::is_utf8(text);
}

void touch_tensor(const formats::Gguf& gguf, const formats::GgufTensor& tensor) {
  require(gguf.find_tensor(tensor.name) == &tensor);
  const tensor::Codec& codec = *tensor.codec;
  require(tensor.data.size() == codec.bytes_for(tensor.shape.elements()));
  require(tensor.data.size() <= gguf.file_bytes());
  const std::size_t blocks = std::min<std::size_t>(tensor.data.size() / codec.block_bytes, 4);
  std::vector<float> values(blocks * codec.block_elements);
  const std::byte* const end = tensor.data.data() + tensor.data.size();
  codec.dequantize(tensor.data.data(), values.data(), blocks);
  codec.dequantize(end - blocks * codec.block_bytes, values.data(), blocks);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto gguf = formats::Gguf::parse(std::as_bytes(std::span(data, size)), "fuzz");
  if (!gguf) {
    require(!gguf.error().where.empty() && !gguf.error().mend.empty());
    return 0;
  }
  for (const formats::GgufEntry& entry : gguf->metadata()) touch_entry(*gguf, entry);
  for (const formats::GgufTensor& tensor : gguf->tensors()) touch_tensor(*gguf, tensor);
  return 0;
}
