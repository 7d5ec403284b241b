// A clock around another backend's forward pass: what of a step's time the kernels take.
#pragma once

#include <memory>
#include <utility>

#include "base/clock.h"
#include "engine/backend.h"

namespace ashlar::cli {

class TimedBackend final : public engine::Backend {
 public:
  // Adds each pass's milliseconds to `total`, which must outlive it.
  TimedBackend(std::unique_ptr<engine::Backend> inner, double& total)
      : inner_(std::move(inner)), total_(total) {}

  std::uint32_t vocabulary() const override { return inner_->vocabulary(); }
  std::uint32_t context() const override { return inner_->context(); }
  std::uint32_t blocks() const override { return inner_->blocks(); }
  double forward_ms() const override { return inner_->forward_ms(); }
  double step_ms(std::uint32_t rows) const override { return inner_->step_ms(rows); }
  void copy_block(model::BlockId from, model::BlockId to) override { inner_->copy_block(from, to); }
  std::span<std::byte> block_bytes(model::BlockId block) override {
    return inner_->block_bytes(block);
  }

  Result<std::span<const float>> forward(std::span<const model::Run> runs,
                                         const model::Abandoned& abandoned) override {
    const base::Stopwatch watch;
    auto logits = inner_->forward(runs, abandoned);
    total_ += watch.milliseconds();
    return logits;
  }

 private:
  std::unique_ptr<engine::Backend> inner_;
  double& total_;
};

}  // namespace ashlar::cli
