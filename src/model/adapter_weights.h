// What an adapter holds for every linear of a decoder, and how files become that. Private to the
// module.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernels/low_rank.h"
#include "model/adapter.h"
#include "tensor/buffer.h"
#include "tensor/codec.h"
#include "tensor/shape.h"

namespace ashlar::model {

// The linears of a layer, in the order of their table.
enum class Target : std::uint8_t { query, key, value, attention_out, gate, up, down };
inline constexpr std::size_t kTargets = 7;

struct TargetShape {
  std::string_view gguf, peft;  // what the two formats call it
  std::uint32_t in, out;
  std::uint32_t rotated_heads;  // heads whose rows the two formats order differently; 0: none
};
std::array<TargetShape, kTargets> target_shapes(const Config& config);

struct AdapterWeights {
  std::vector<std::array<kernels::LowRank, kTargets>> layers;  // empty where nothing is adapted
  tensor::Buffer packed;                                       // what the matrices point into

  static Result<AdapterWeights> from_peft(const std::filesystem::path& folder, const Config& config,
                                          tensor::Dtype dtype);
  static Result<AdapterWeights> from_gguf(const std::filesystem::path& file, const Config& config,
                                          tensor::Dtype dtype);
};

struct Adapter::State {
  AdapterKey key;
  Config config;
  AdapterWeights weights;
};

// A tensor as a file holds it.
struct AdapterTensor {
  const tensor::Codec* codec;
  tensor::Shape shape;
  std::span<const std::byte> data;
};

// What a file has for a linear.
struct AdapterPair {
  std::string down, up;  // tensors [rank][in] and [out][rank]
  std::uint32_t rank;
  double scale;
  std::uint32_t half_split_heads;  // whose rows of `up` lie as PEFT has them; 0: as GGUF has them
};

// The tensors of a file by name; takes those that have a place and packs them.
class AdapterBinder {
 public:
  // nullopt: nothing adapts the linear.
  using PairOf = std::function<Result<std::optional<AdapterPair>>(std::uint32_t layer,
                                                                  const TargetShape& shape)>;

  // `where` names the file in errors.
  AdapterBinder(std::string where, tensor::Dtype dtype) : where_(std::move(where)), dtype_(dtype) {}

  void offer(std::string name, AdapterTensor tensor) { tensors_.emplace(std::move(name), tensor); }
  bool has(const std::string& name) const { return tensors_.contains(name); }
  // Of the tensor [rank][in]. Errors: there is none.
  Result<std::uint32_t> rank_of(const std::string& down) const;

  // Asks for the pair of every linear of the model. Errors: its own; a tensor that is missing,
  // wrongly shaped or not finite, or that no pair is made of; no pair at all.
  Result<AdapterWeights> bind_all(const Config& config, const PairOf& pair_of);

 private:
  struct Job {
    const std::string* name;
    const AdapterTensor* tensor;
    kernels::PackedMatrix* matrix;
    std::uint32_t half_split_heads;
    std::size_t offset;
  };

  Result<const AdapterTensor*> find(const std::string& name) const;
  Status bind(kernels::LowRank& to, const AdapterPair& pair, const TargetShape& shape);
  Status take(kernels::PackedMatrix& matrix, const std::string& name, std::uint32_t width,
              std::uint32_t rows, std::uint32_t half_split_heads);
  Status check_all_bound() const;
  // Fills the pairs that were bound; they must be where they were.
  Result<tensor::Buffer> pack() const;
  Result<std::vector<std::byte>> converted(const Job& job) const;

  std::string where_;
  tensor::Dtype dtype_;
  std::map<std::string, AdapterTensor> tensors_;
  std::map<std::string, bool> bound_;
  std::vector<Job> jobs_;
  std::size_t bytes_ = 0;
};

}  // namespace ashlar::model
