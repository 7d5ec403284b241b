#include "base/processor.h"

#include <cstdint>

#include "base/thread_pool.h"

namespace ashlar::base {
namespace {

unsigned control() {  // the upper half is reserved
  std::uint64_t bits;
  asm volatile("mrs %0, fpcr" : "=r"(bits));
  return static_cast<unsigned>(bits);
}

void set_control(std::uint64_t bits) {
  asm volatile("msr fpcr, %0" : : "r"(bits) : "memory");
}

}  // namespace

void relax() {
  asm volatile("yield");
}

IeeeScope::IeeeScope() : saved_(control()) {
  set_control(0);  // no traps, nearest, no flushing to zero, NaNs as they come, IEEE halves
}
IeeeScope::~IeeeScope() {
  set_control(saved_);
}

}  // namespace ashlar::base
