// Decodes stdin, whole blocks of the type named by the only argument, to f32 on stdout: how
// codec_oracle_test.py gets at our values.
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "tensor/codec.h"

int main(int argc, char** argv) {
  std::string input;
  char chunk[1 << 16];
  while (const std::size_t n = std::fread(chunk, 1, sizeof(chunk), stdin)) input.append(chunk, n);
  for (const ashlar::tensor::Codec& codec : ashlar::tensor::codecs()) {
    if (argc != 2 || codec.name != argv[1]) continue;
    const std::size_t blocks = input.size() / codec.block_bytes;
    std::vector<float> values(blocks * codec.block_elements);
    codec.dequantize(reinterpret_cast<const std::byte*>(input.data()), values.data(), blocks);
    return std::fwrite(values.data(), sizeof(float), values.size(), stdout) == values.size() ? 0
                                                                                             : 1;
  }
  std::fprintf(stderr, "usage: dequantize_tool TYPE < blocks > values\n");
  return 2;
}
