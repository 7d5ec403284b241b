// Encodes stdin, f32 rows of WIDTH values, as blocks of TYPE on stdout; with a third argument, a
// file of WIDTH f32, weighing squared errors by it: how quantize_oracle_test.py gets at our
// encoders.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tensor/codec.h"

namespace {

std::vector<float> read_floats(std::FILE* file) {
  std::string bytes;
  char chunk[1 << 16];
  while (const std::size_t n = std::fread(chunk, 1, sizeof(chunk), file)) bytes.append(chunk, n);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<float> values = read_floats(stdin);
  std::vector<float> importance;
  if (argc == 4) {
    std::FILE* file = std::fopen(argv[3], "rb");
    if (!file) return 1;
    importance = read_floats(file);
    std::fclose(file);
  }
  for (const ashlar::tensor::Codec& codec : ashlar::tensor::codecs()) {
    if (argc < 3 || codec.name != argv[1] || !codec.quantize) continue;
    const std::size_t width = std::strtoul(argv[2], nullptr, 10);
    std::vector<std::byte> row(codec.bytes_for(width));
    for (std::size_t at = 0; at + width <= values.size(); at += width) {
      codec.quantize(values.data() + at, importance.empty() ? nullptr : importance.data(),
                     row.data(), width / codec.block_elements);
      if (std::fwrite(row.data(), 1, row.size(), stdout) != row.size()) return 1;
    }
    return 0;
  }
  std::fprintf(stderr, "usage: quantize_tool TYPE WIDTH [IMPORTANCE] < values > blocks\n");
  return 2;
}
