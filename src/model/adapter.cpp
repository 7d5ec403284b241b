#include "model/adapter.h"

#include <atomic>
#include <system_error>

#include "model/adapter_weights.h"

namespace ashlar::model {
namespace {

AdapterId next_id() {
  static std::atomic<AdapterId> last = 0;
  return ++last;
}

void add(base::Hasher& hasher, const kernels::PackedMatrix& matrix) {
  const std::uint32_t shape[] = {static_cast<std::uint32_t>(matrix.dtype), matrix.rows,
                                 matrix.width};
  hasher.add_value(shape).add({matrix.tiles, matrix.tile_count() * matrix.tile_bytes()});
}

base::Hash content_of(const AdapterWeights& weights) {
  base::Hasher hasher;
  for (const auto& layer : weights.layers)
    for (const kernels::LowRank& pair : layer) {
      const bool adapted = !pair.empty();
      hasher.add_value(adapted);
      if (!adapted) continue;
      hasher.add_value(pair.scale);
      add(hasher, pair.down);
      add(hasher, pair.up);
    }
  return hasher.result();
}

}  // namespace

Result<std::shared_ptr<const Adapter>> Adapter::load(const std::filesystem::path& path,
                                                     const Config& config, Precision precision) {
  const auto dtype = precision == Precision::exact ? tensor::Dtype::f32 : tensor::Dtype::f16;
  std::error_code ignored;
  ASHLAR_ASSIGN(AdapterWeights weights, std::filesystem::is_directory(path, ignored)
                                            ? AdapterWeights::from_peft(path, config, dtype)
                                            : AdapterWeights::from_gguf(path, config, dtype));
  const AdapterKey key{next_id(), content_of(weights)};
  auto state = std::unique_ptr<State>(new State{key, config, std::move(weights)});
  return std::shared_ptr<const Adapter>(new Adapter(std::move(state)));
}

Adapter::Adapter(std::unique_ptr<State> state) : state_(std::move(state)) {}
Adapter::~Adapter() = default;

AdapterKey Adapter::key() const {
  return state_->key;
}
std::size_t Adapter::bytes() const {
  return state_->weights.packed.size();
}

bool Adapter::fits(const Config& c) const {
  const Config& own = state_->config;
  return own.layers == c.layers && own.width == c.width && own.heads == c.heads &&
         own.kv_heads == c.kv_heads && own.head_width == c.head_width && own.ff_width == c.ff_width;
}

}  // namespace ashlar::model
