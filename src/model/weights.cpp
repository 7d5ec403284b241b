#include "model/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "model/model.h"

namespace ashlar::model {
namespace {

// Finds tensors by name and remembers which were taken and where each matrix is to be packed.
class Binder {
 public:
  explicit Binder(const formats::Gguf& file) : file_(file) {}

  Result<const formats::GgufTensor*> tensor(const std::string& name, std::uint64_t width,
                                            std::uint64_t rows) {
    const formats::GgufTensor* found = file_.find_tensor(name);
    if (!found)
      return fail(ErrorKind::corrupt, fmt::format("tensor {} is missing", name), file_.where(),
                  "get the file anew");
    if (found->shape.row() != width || found->shape.rows() != rows)
      return fail(ErrorKind::corrupt,
                  fmt::format("tensor {} is {} × {}, expected {} × {}", name, found->shape.row(),
                              found->shape.rows(), width, rows),
                  file_.where(), "get the file anew");
    bound_.insert(name);
    return found;
  }

  Status vector(std::vector<float>& out, const std::string& name, std::uint32_t width) {
    ASHLAR_ASSIGN(const formats::GgufTensor* found, tensor(name, width, 1));
    out.resize(width);
    found->codec->dequantize(found->data.data(), out.data(), width / found->codec->block_elements);
    return {};
  }

  Status matrix(kernels::PackedMatrix& out, const std::string& name, std::uint32_t width,
                std::uint32_t rows) {
    ASHLAR_ASSIGN(const formats::GgufTensor* found, tensor(name, width, rows));
    out = {found->codec->dtype, rows, width, nullptr};
    jobs_.push_back({&out, found->data, bytes_});
    // Tiles begin on cache lines.
    bytes_ += (kernels::packed_bytes(out.dtype, rows, width) + 63) / 64 * 64;
    return {};
  }

  // A tensor that nothing reads would change the answer unseen.
  Status check_all_bound() const {
    for (const formats::GgufTensor& t : file_.tensors())
      if (!bound_.contains(std::string(t.name)))
        return fail(ErrorKind::unsupported,
                    fmt::format("tensor {} has no place in this architecture", t.name),
                    file_.where(), "use a model without it");
    return {};
  }

  std::size_t bytes() const { return bytes_; }

  // What the packed bytes depend on: the file, where each matrix lies, and how a type is permuted,
  // which is seen from a tile of it.
  base::Hash key(base::ThreadPool& pool) const {
    base::Hasher hasher;
    hasher.add(hash_in_pieces(file_.bytes(), pool, [&](std::span<const std::byte> piece) {
      file_.release_pages(piece);
    }));
    for (const Job& job : jobs_) {
      const kernels::PackedMatrix& m = *job.matrix;
      hasher.add_value(m.rows).add_value(m.width).add_value(job.offset).add(sample_tile(m.dtype));
    }
    return hasher.result();
  }

  void point_into(const tensor::Buffer& buffer) {
    for (const Job& job : jobs_) job.matrix->tiles = buffer.data() + job.offset;
  }

  Result<tensor::Buffer> pack(base::ThreadPool& pool) {
    ASHLAR_ASSIGN(tensor::Buffer buffer,
                  tensor::Buffer::create(bytes_, "packed weights", tensor::Buffer::Pages::large));
    for (const Job& job : jobs_) {
      const std::uint32_t strips = (job.matrix->tile_count() + kStrip - 1) / kStrip;
      pool.run(strips, [&](std::size_t strip, unsigned) {
        pack_strip(job, buffer.data() + job.offset, static_cast<std::uint32_t>(strip) * kStrip);
      });
    }
    return buffer;
  }

 private:
  struct Job {
    kernels::PackedMatrix* matrix;
    std::span<const std::byte> source;
    std::size_t offset;
  };

  static constexpr std::uint32_t kStrip = 64;  // tiles

  static std::vector<std::byte> sample_tile(tensor::Dtype dtype) {
    const tensor::Codec& codec = tensor::codec_of(dtype);
    const kernels::PackedMatrix shape{dtype, kernels::kTileRows, 2 * codec.block_elements, nullptr};
    std::vector<std::byte> source(shape.tile_bytes()), packed(shape.tile_bytes());
    for (std::size_t i = 0; i < source.size(); ++i)
      source[i] = static_cast<std::byte>(i * i / 7 + i);  // no field like another
    kernels::pack_tile(shape, source.data(), 0, packed.data());
    return packed;
  }

  // Packs tiles from `first` on and lets go of what they were packed from, so that plain and packed
  // weights are never both resident.
  void pack_strip(const Job& job, std::byte* tiles, std::uint32_t first) const {
    const kernels::PackedMatrix& matrix = *job.matrix;
    const std::uint32_t end = std::min(first + kStrip, matrix.tile_count());
    for (std::uint32_t tile = first; tile < end; ++tile)
      kernels::pack_tile(matrix, job.source.data(), tile, tiles + tile * matrix.tile_bytes());
    const std::size_t row_bytes = job.source.size() / matrix.rows;
    const std::size_t begin = std::size_t{first} * kernels::kTileRows * row_bytes;
    const std::size_t stop = std::size_t{end} * kernels::kTileRows * row_bytes;
    file_.release_pages(job.source.subspan(begin, std::min(stop, job.source.size()) - begin));
  }

  const formats::Gguf& file_;
  std::set<std::string> bound_;
  std::vector<Job> jobs_;
  std::size_t bytes_ = 0;
};

Status bind_layer(Binder& bind, LayerWeights& layer, const Config& c, std::uint32_t index) {
  const std::string prefix = fmt::format("blk.{}.", index);
  const std::uint32_t q_width = c.heads * c.head_width, kv_width = c.kv_heads * c.head_width;
  ASHLAR_TRY(bind.vector(layer.attention_norm, prefix + "attn_norm.weight", c.width));
  ASHLAR_TRY(bind.matrix(layer.query, prefix + "attn_q.weight", c.width, q_width));
  ASHLAR_TRY(bind.matrix(layer.key, prefix + "attn_k.weight", c.width, kv_width));
  ASHLAR_TRY(bind.matrix(layer.value, prefix + "attn_v.weight", c.width, kv_width));
  ASHLAR_TRY(bind.matrix(layer.attention_out, prefix + "attn_output.weight", q_width, c.width));
  ASHLAR_TRY(bind.vector(layer.ff_norm, prefix + "ffn_norm.weight", c.width));
  ASHLAR_TRY(bind.matrix(layer.gate, prefix + "ffn_gate.weight", c.width, c.ff_width));
  ASHLAR_TRY(bind.matrix(layer.up, prefix + "ffn_up.weight", c.width, c.ff_width));
  return bind.matrix(layer.down, prefix + "ffn_down.weight", c.ff_width, c.width);
}

// From the store where it has them, else packed. What is left to do then is done meanwhile.
Status fill(Weights& weights, Binder& bind, base::ThreadPool& pool, const PackedStore* store) {
  const base::Hash key = store ? bind.key(pool) : base::Hash{};
  if (auto found = store ? store->find(key, bind.bytes(), pool) : std::nullopt) {
    weights.packed = std::move(*found);
    weights.afterwards = std::jthread(
        [data = weights.packed.data(), bytes = bind.bytes()](const std::stop_token& stop) {
          tensor::Buffer::settle(data, bytes, stop);
        });
  } else {
    ASHLAR_ASSIGN(weights.packed, bind.pack(pool));
    const std::span<const std::byte> packed(weights.packed.data(), bind.bytes());
    if (store)
      weights.afterwards =
          std::jthread([kept_in = *store, key, packed] { kept_in.keep(key, packed); });
  }
  bind.point_into(weights.packed);
  return {};
}

}  // namespace

Result<Weights> Weights::load(const formats::Gguf& file, const Config& c, base::ThreadPool& pool,
                              const PackedStore* store) {
  Weights weights;
  Binder bind(file);
  ASHLAR_TRY(bind.matrix(weights.embedding, "token_embd.weight", c.width, c.vocabulary));
  weights.layers.resize(c.layers);
  for (std::uint32_t i = 0; i < c.layers; ++i)
    ASHLAR_TRY(bind_layer(bind, weights.layers[i], c, i));
  ASHLAR_TRY(bind.vector(weights.output_norm, "output_norm.weight", c.width));
  if (!c.tied_embedding)
    ASHLAR_TRY(bind.matrix(weights.lm_head, "output.weight", c.width, c.vocabulary));
  ASHLAR_TRY(bind.check_all_bound());
  ASHLAR_TRY(fill(weights, bind, pool, store));
  if (c.tied_embedding) weights.lm_head = weights.embedding;
  return weights;
}

// "blk.N.attn_q.weight" → layer N's query.
kernels::PackedMatrix* Weights::matrix(std::string_view tensor) {
  static constexpr std::pair<std::string_view, kernels::PackedMatrix LayerWeights::*> kOfLayer[] = {
      {"attn_q", &LayerWeights::query},  {"attn_k", &LayerWeights::key},
      {"attn_v", &LayerWeights::value},  {"attn_output", &LayerWeights::attention_out},
      {"ffn_gate", &LayerWeights::gate}, {"ffn_up", &LayerWeights::up},
      {"ffn_down", &LayerWeights::down}};
  if (tensor == "token_embd.weight") return &embedding;
  if (tensor == "output.weight" && lm_head.tiles != embedding.tiles) return &lm_head;
  for (std::size_t i = 0; i < layers.size(); ++i)
    for (const auto& [name, member] : kOfLayer)
      if (tensor == fmt::format("blk.{}.{}.weight", i, name)) return &(layers[i].*member);
  return nullptr;
}

Result<Weights> Weights::with(std::span<const Encoded> matrices, base::ThreadPool& pool) const {
  Weights other{embedding, layers, output_norm, lm_head, {}};
  const bool tied = lm_head.tiles == embedding.tiles;
  std::vector<kernels::PackedMatrix*> targets;
  std::size_t bytes = 0;
  for (const Encoded& encoded : matrices) {
    kernels::PackedMatrix* target = other.matrix(encoded.tensor);
    if (!target || encoded.data.size() / target->rows != encoded.codec->bytes_for(target->width))
      return fail(ErrorKind::internal, fmt::format("no matrix {} of that size", encoded.tensor),
                  "Weights::with", "report this");
    target->dtype = encoded.codec->dtype;
    targets.push_back(target);
    bytes += target->tile_bytes() * target->tile_count();
  }
  ASHLAR_ASSIGN(other.packed, tensor::Buffer::create(bytes, "packed weights"));
  std::byte* tiles = other.packed.data();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const kernels::PackedMatrix& shape = *targets[i];
    pool.run(shape.tile_count(), [&](std::size_t tile, unsigned) {
      kernels::pack_tile(shape, matrices[i].data.data(), static_cast<std::uint32_t>(tile),
                         tiles + tile * shape.tile_bytes());
    });
    targets[i]->tiles = tiles;
    tiles += shape.tile_bytes() * shape.tile_count();
  }
  if (tied) other.lm_head = other.embedding;
  return other;
}

}  // namespace ashlar::model
