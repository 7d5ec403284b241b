#include "model/workspace.h"

namespace ashlar::model {
namespace {

// Hands out stretches that begin on cache lines. Offsets are counted even without memory.
class Carver {
 public:
  explicit Carver(std::byte* base) : base_(base) {}

  template <class T>
  T* take(std::size_t count) {
    const std::size_t at = used_;
    used_ += (count * sizeof(T) + 63) / 64 * 64;
    return base_ ? reinterpret_cast<T*>(base_ + at) : nullptr;
  }

  kernels::Rows rows(std::uint32_t rows, std::uint32_t width) {
    return {take<float>(std::size_t{rows} * width), rows, width};
  }

  // Quantized beside f32 when the fast kernels can use it: whole blocks of 32.
  kernels::Activations activations(std::uint32_t count, std::uint32_t width, Precision precision) {
    kernels::Activations a{rows(count, width), {}};
    if (precision == Precision::exact || width % kernels::kBlock != 0) return a;
    const std::size_t blocks = std::size_t{count} * width / kernels::kBlock;
    a.int8 = {take<std::int8_t>(std::size_t{count} * width), take<float>(blocks),
              take<float>(blocks), take<std::int32_t>(2 * blocks), width};
    return a;
  }

  std::size_t used() const { return used_; }

 private:
  std::byte* base_;
  std::size_t used_ = 0;
};

}  // namespace

StepBuffers StepBuffers::part(const kernels::Band& band) const {
  const auto of = [&](const auto& rows) { return rows.part(band.first, band.rows); };
  return {.hidden = of(hidden),
          .normed = of(normed),
          .query = of(query),
          .key = of(key),
          .value = of(value),
          .attended = of(attended),
          .gate = of(gate),
          .up = of(up),
          .last = {},
          .last_query = {},
          .last_normed = {},
          .logits = {},
          .scratch = nullptr};
}

StepBuffers StepBuffers::of_logits() const {
  StepBuffers some = part({0, last.rows});
  some.hidden = last;
  some.query = last_query;
  return some;
}

std::size_t lay_out(StepBuffers& b, std::byte* base, const Config& c, Precision precision,
                    const StepSize& size) {
  Carver carve(base);
  const std::uint32_t q_width = c.heads * c.head_width, kv_width = c.kv_heads * c.head_width;
  b.hidden = carve.rows(size.rows, c.width);
  b.normed = carve.activations(size.rows, c.width, precision);
  b.query = carve.rows(size.rows, q_width);
  b.key = carve.rows(size.rows, kv_width);
  b.value = carve.rows(size.rows, kv_width);
  b.attended = carve.activations(size.rows, q_width, precision);
  b.gate = carve.activations(size.rows, c.ff_width, precision);
  b.up = carve.rows(size.rows, c.ff_width);
  b.last = carve.rows(size.logits, c.width);
  b.last_query = carve.rows(size.logits, q_width);
  b.last_normed = carve.activations(size.logits, c.width, precision);
  b.logits = carve.rows(size.logits, c.vocabulary);
  b.scratch = carve.take<float>(kernels::attend_scratch_floats({.rows = size.rows,
                                                                .positions = size.positions,
                                                                .heads = c.heads,
                                                                .kv_heads = c.kv_heads,
                                                                .head_width = c.head_width,
                                                                .threads = size.threads}));
  return carve.used();
}

Status Workspace::State::prepare(const Config& config, Precision precision, const StepSize& size) {
  const std::size_t bytes = lay_out(buffers, nullptr, config, precision, size);
  if (bytes > memory.size()) {
    memory = {};  // the old piece goes first: never both
    ASHLAR_ASSIGN(memory, tensor::Buffer::create(bytes, "workspace", tensor::Buffer::Pages::large));
  }
  lay_out(buffers, memory.data(), config, precision, size);
  return {};
}

Workspace::Workspace() : state_(std::make_unique<State>()) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

}  // namespace ashlar::model
