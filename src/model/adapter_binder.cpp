#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "formats/in_quotes.h"
#include "model/adapter_weights.h"

namespace ashlar::model {
namespace {

using formats::in_quotes;

// Where row `row` of GGUF's order lies in PEFT's. Rope turns pairs: GGUF keeps a pair in
// neighbouring rows of a head, PEFT in its two halves.
std::uint32_t half_split_row(std::uint32_t row, std::uint32_t rows, std::uint32_t heads) {
  const std::uint32_t head_width = rows / heads, in_head = row % head_width;
  return row - in_head + in_head % 2 * (head_width / 2) + in_head / 2;
}

}  // namespace

std::array<TargetShape, kTargets> target_shapes(const Config& c) {
  const std::uint32_t q_width = c.heads * c.head_width, kv_width = c.kv_heads * c.head_width;
  return {{
      {"attn_q", "self_attn.q_proj", c.width, q_width, c.heads},
      {"attn_k", "self_attn.k_proj", c.width, kv_width, c.kv_heads},
      {"attn_v", "self_attn.v_proj", c.width, kv_width, 0},
      {"attn_output", "self_attn.o_proj", q_width, c.width, 0},
      {"ffn_gate", "mlp.gate_proj", c.width, c.ff_width, 0},
      {"ffn_up", "mlp.up_proj", c.width, c.ff_width, 0},
      {"ffn_down", "mlp.down_proj", c.ff_width, c.width, 0},
  }};
}

Result<const AdapterTensor*> AdapterBinder::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found != tensors_.end()) return &found->second;
  return fail(ErrorKind::corrupt, fmt::format("tensor {} is missing", in_quotes(name, 200)), where_,
              "get the adapter anew");
}

Result<std::uint32_t> AdapterBinder::rank_of(const std::string& down) const {
  ASHLAR_ASSIGN(const AdapterTensor* tensor, find(down));
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(tensor->shape.rows(), 1u << 31));
}

Status AdapterBinder::take(kernels::PackedMatrix& matrix, const std::string& name,
                           std::uint32_t width, std::uint32_t rows,
                           std::uint32_t half_split_heads) {
  ASHLAR_ASSIGN(const AdapterTensor* tensor, find(name));
  if (tensor->shape.rank > 2 || tensor->shape.row() != width || tensor->shape.rows() != rows)
    return fail(ErrorKind::bad_input,
                fmt::format("tensor {} is {} × {}, expected {} × {}", in_quotes(name, 200),
                            tensor->shape.rows(), tensor->shape.row(), rows, width),
                where_, "use an adapter that was trained on this model");
  if (!bound_.emplace(name, true).second)
    return fail(ErrorKind::internal, fmt::format("tensor {} is bound twice", in_quotes(name, 200)),
                where_, "report this");
  matrix = {dtype_, rows, width, nullptr};
  jobs_.push_back({&tensors_.find(name)->first, tensor, &matrix, half_split_heads, bytes_});
  bytes_ += (kernels::packed_bytes(dtype_, rows, width) + 63) / 64 * 64;  // tiles on cache lines
  return {};
}

Status AdapterBinder::bind(kernels::LowRank& to, const AdapterPair& pair,
                           const TargetShape& shape) {
  ASHLAR_TRY(take(to.down, pair.down, shape.in, pair.rank, 0));
  ASHLAR_TRY(take(to.up, pair.up, pair.rank, shape.out, pair.half_split_heads));
  to.scale = static_cast<float>(pair.scale);
  return {};
}

Result<AdapterWeights> AdapterBinder::bind_all(const Config& config, const PairOf& pair_of) {
  AdapterWeights weights;
  weights.layers.resize(config.layers);
  const auto shapes = target_shapes(config);
  for (std::uint32_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t t = 0; t < kTargets; ++t) {
      ASHLAR_ASSIGN(const auto pair, pair_of(layer, shapes[t]));
      if (pair) ASHLAR_TRY(bind(weights.layers[layer][t], *pair, shapes[t]));
    }
  ASHLAR_TRY(check_all_bound());
  ASHLAR_ASSIGN(weights.packed, pack());
  return weights;
}

// A tensor that nothing reads would change the answer unseen.
Status AdapterBinder::check_all_bound() const {
  for (const auto& [name, tensor] : tensors_)
    if (!bound_.contains(name))
      return fail(ErrorKind::unsupported,
                  fmt::format("tensor {} belongs to no linear that the adapter adapts",
                              in_quotes(name, 200)),
                  where_, "use an adapter of a decoder's linears alone");
  if (!bound_.empty()) return {};
  return fail(ErrorKind::bad_input, "the adapter adapts nothing", where_,
              "use an adapter that was trained on this model");
}

// The matrix as a file of ours would hold it: in the type that is kept, rows in GGUF's order.
Result<std::vector<std::byte>> AdapterBinder::converted(const Job& job) const {
  const auto& [rows, width] = std::pair(job.matrix->rows, job.matrix->width);
  const tensor::Codec& from = *job.tensor->codec;
  const bool half = dtype_ == tensor::Dtype::f16;
  std::vector<std::byte> bytes(std::size_t{rows} * width * (half ? 2 : 4));
  std::vector<float> row(width);
  std::byte* to = bytes.data();
  for (std::uint32_t r = 0; r < rows; ++r) {
    const std::uint32_t source =
        job.half_split_heads == 0 ? r : half_split_row(r, rows, job.half_split_heads);
    from.dequantize(job.tensor->data.data() + source * from.bytes_for(width), row.data(),
                    width / from.block_elements);
    for (const float value : row) {
      const std::uint16_t narrow = tensor::f32_to_f16(value);
      if (!std::isfinite(half ? tensor::f16_to_f32(narrow) : value))
        return fail(ErrorKind::corrupt,
                    fmt::format("tensor {} holds {}, which is no finite {}",
                                in_quotes(*job.name, 200), value, half ? "f16" : "f32"),
                    where_, half ? "run with --precision exact" : "get the adapter anew");
      if (half)
        std::memcpy(to, &narrow, 2);
      else
        std::memcpy(to, &value, 4);
      to += half ? 2 : 4;
    }
  }
  return bytes;
}

Result<tensor::Buffer> AdapterBinder::pack() const {
  ASHLAR_ASSIGN(tensor::Buffer buffer, tensor::Buffer::create(bytes_, "adapter"));
  for (const Job& job : jobs_) {
    ASHLAR_ASSIGN(const std::vector<std::byte> source, converted(job));
    std::byte* tiles = buffer.data() + job.offset;
    job.matrix->tiles = tiles;
    for (std::uint32_t tile = 0; tile < job.matrix->tile_count(); ++tile)
      kernels::pack_tile(*job.matrix, source.data(), tile, tiles + tile * job.matrix->tile_bytes());
  }
  return buffer;
}

}  // namespace ashlar::model
