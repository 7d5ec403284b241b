// A processor of which nothing is known: its default mode has to do.
#include "base/processor.h"

#include "base/thread_pool.h"

namespace ashlar::base {

void relax() {}

IeeeScope::IeeeScope() : saved_(0) {}
IeeeScope::~IeeeScope() {
  static_cast<void>(saved_);
}

}  // namespace ashlar::base
