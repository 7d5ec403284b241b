// What C++ has no words for. Each processor family says it in a folder that only its builds
// compile, processor.cpp, and IeeeScope (base/thread_pool.h) with it. Private to the module.
#pragma once

namespace ashlar::base {

// Tells the processor that this is a turn of a loop that waits.
void relax();

}  // namespace ashlar::base
