// Counts what one render uses against its limits: steps, depth, bytes of text. Doesn't know what
// the steps are for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "chat/template.h"

namespace ashlar::chat {

class Meter {
 public:
  explicit Meter(const RenderLimits& limits) : limits_(limits) {}
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  Status step(std::uint64_t count = 1) {
    if (count <= limits_.steps - steps_) {
      steps_ += count;
      return {};
    }
    steps_ = limits_.steps;
    return out_of_steps();
  }

  // The price of reading or copying so many bytes of text.
  Status scan(std::size_t bytes) { return step(1 + bytes / 1024); }

  // The price of looking through so many names.
  Status search(std::size_t names) { return step(names / 16); }

  std::size_t text_limit() const { return limits_.output_bytes; }
  std::uint32_t depth_limit() const { return limits_.depth; }

  // Bytes of strings that are alive; refused beyond the limit.
  Status hold(std::size_t bytes);
  void release(std::size_t bytes) { live_ -= bytes; }

  Error text_too_large() const;
  Error too_deep() const;

 private:
  friend class DepthScope;
  Status out_of_steps() const;

  const RenderLimits limits_;
  std::uint64_t steps_ = 0;
  std::uint32_t depth_ = 0;
  std::size_t live_ = 0;
};

// One level deeper until the end of the C++ scope. Check entered() before going on.
class DepthScope {
 public:
  explicit DepthScope(Meter& meter) : meter_(meter) { ++meter_.depth_; }
  ~DepthScope() { --meter_.depth_; }
  DepthScope(const DepthScope&) = delete;
  DepthScope& operator=(const DepthScope&) = delete;

  Status entered() const {
    if (meter_.depth_ <= meter_.limits_.depth) return {};
    return tl::unexpected<Error>(meter_.too_deep());
  }

 private:
  Meter& meter_;
};

}  // namespace ashlar::chat
