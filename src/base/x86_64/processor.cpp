#include "base/processor.h"

#include <xmmintrin.h>

#include "base/thread_pool.h"

namespace ashlar::base {

void relax() {
  _mm_pause();
}

IeeeScope::IeeeScope() : saved_(_mm_getcsr()) {
  constexpr unsigned kDefault = 0x1F80;  // exceptions masked, nearest, no FTZ, no DAZ
  _mm_setcsr(kDefault);
}
IeeeScope::~IeeeScope() {
  _mm_setcsr(saved_);
}

}  // namespace ashlar::base
