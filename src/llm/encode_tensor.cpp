#include "llm/encode_tensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ashlar::llm {
namespace {

using formats::GgufTensor;

constexpr std::size_t kStretchElements = 4u << 20;  // decoded, encoded and read at a time
constexpr float kLargest = 65504;                   // of binary16, in which blocks keep scales

Bytes row_bytes(const GgufTensor& tensor, std::uint64_t row) {
  const std::size_t size = tensor.codec->bytes_for(tensor.shape.row());
  return tensor.data.subspan(row * size, size);
}

std::vector<float> decoded(const tensor::Codec& codec, Bytes row, std::uint64_t width) {
  std::vector<float> values(width);
  codec.dequantize(row.data(), values.data(), width / codec.block_elements);
  return values;
}

Status check(std::span<const float> row, const GgufTensor& tensor, std::uint64_t index,
             const std::string& where) {
  const auto bad = std::ranges::find_if(row, [](float x) { return !(std::abs(x) <= kLargest); });
  if (bad == row.end()) return {};
  return fail(std::isfinite(*bad) ? ErrorKind::unsupported : ErrorKind::corrupt,
              fmt::format("tensor {} has {} in row {}: scales are kept in binary16, up to {}",
                          tensor.name, *bad, index, kLargest),
              where, std::isfinite(*bad) ? "leave the model as it is" : "get the file anew");
}

Status encode_row(const GgufTensor& tensor, std::uint64_t row, const tensor::Codec& to,
                  std::span<const float> importance, const std::string& where, std::byte* out) {
  const std::uint64_t width = tensor.shape.row();
  const std::vector<float> values = decoded(*tensor.codec, row_bytes(tensor, row), width);
  ASHLAR_TRY(check(values, tensor, row, where));
  to.quantize(values.data(), importance.empty() ? nullptr : importance.data(), out,
              width / to.block_elements);
  return {};
}

Status first_error(const std::vector<Status>& all) {
  for (const Status& status : all) ASHLAR_TRY(status);
  return {};
}

Status check_stop(const std::stop_token& stop) {
  if (!stop.stop_requested()) return {};
  return fail(ErrorKind::cancelled, "quantizing was stopped", "", "run it again to go on");
}

}  // namespace

Status encode_tensor(const Encoding& with, const GgufTensor& tensor, const tensor::Codec& to,
                     std::span<const float> importance,
                     const std::function<Status(Bytes, Bytes)>& sink) {
  const std::uint64_t rows = tensor.shape.rows(), width = tensor.shape.row();
  const std::uint64_t stretch = std::max<std::uint64_t>(kStretchElements / width, 1);
  const std::size_t row_size = to.bytes_for(width);
  std::vector<std::byte> out;
  for (std::uint64_t first = 0; first < rows; first += stretch) {
    ASHLAR_TRY(check_stop(with.stop));
    const std::uint64_t count = std::min(stretch, rows - first);
    const Bytes from = {row_bytes(tensor, first).data(), count * row_bytes(tensor, first).size()};
    if (&to == tensor.codec) {
      ASHLAR_TRY(sink(from, from));
    } else {
      out.resize(count * row_size);
      std::vector<Status> done(count);
      with.pool.run(count, [&](std::size_t i, unsigned) {
        done[i] = encode_row(tensor, first + i, to, importance, with.file.where(),
                             out.data() + i * row_size);
      });
      ASHLAR_TRY(first_error(done));
      ASHLAR_TRY(sink(from, out));
    }
    with.file.release_pages(from);
  }
  return {};
}

Result<std::vector<std::byte>> encoded_tensor(const Encoding& with, const GgufTensor& tensor,
                                              const tensor::Codec& to,
                                              std::span<const float> importance) {
  std::vector<std::byte> all;
  all.reserve(to.bytes_for(tensor.shape.elements()));
  ASHLAR_TRY(encode_tensor(with, tensor, to, importance, [&](Bytes, Bytes encoded) -> Status {
    all.insert(all.end(), encoded.begin(), encoded.end());
    return {};
  }));
  return all;
}

Result<double> encoding_error(const Encoding& with, const GgufTensor& tensor,
                              const tensor::Codec& to, std::span<const float> importance,
                              std::uint64_t rows) {
  if (&to == tensor.codec) return 0;
  ASHLAR_TRY(check_stop(with.stop));
  const std::uint64_t width = tensor.shape.row(), all = tensor.shape.rows();
  rows = std::min(rows, all);
  std::vector<double> errors(rows);
  std::vector<Status> done(rows);
  with.pool.run(rows, [&](std::size_t i, unsigned) {
    const std::uint64_t row = i * all / rows;
    std::vector<std::byte> blocks(to.bytes_for(width));
    done[i] = encode_row(tensor, row, to, importance, with.file.where(), blocks.data());
    if (!done[i]) return;
    const std::vector<float> x = decoded(*tensor.codec, row_bytes(tensor, row), width);
    const std::vector<float> back = decoded(to, blocks, width);
    for (std::size_t k = 0; k < width; ++k) {
      const double off = double{x[k]} - back[k];
      errors[i] += off * off * (importance.empty() ? 1 : importance[k]);
    }
  });
  ASHLAR_TRY(first_error(done));
  double sum = 0;
  for (const double error : errors) sum += error;
  return sum;
}

}  // namespace ashlar::llm
