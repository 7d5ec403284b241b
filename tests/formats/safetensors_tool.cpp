// Lists the safetensors file named by the only argument, a line a tensor: name, dtype, extents
// outermost first, and its bytes in hexadecimal. How safetensors_oracle_test.py sees what we read.
#include <cstdio>
#include <string>

#include "formats/safetensors.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto file = ashlar::formats::Safetensors::open(argv[1]);
  if (!file) {
    std::printf("%s\n", file.error().line().c_str());
    return 1;
  }
  for (const auto& tensor : file->tensors()) {
    std::printf("%s %s [", tensor.name.c_str(), std::string(tensor.codec->name).c_str());
    for (std::uint32_t i = tensor.shape.rank; i-- > 0;)
      std::printf(i == 0 ? "%llu" : "%llu,",
                  static_cast<unsigned long long>(tensor.shape.extent[i]));
    std::printf("] ");
    for (const std::byte byte : tensor.data) std::printf("%02x", std::to_integer<unsigned>(byte));
    std::printf("\n");
  }
  return 0;
}
