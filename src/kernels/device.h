// Where tensors live and who computes on them.
#pragma once

#include <cstdint>

namespace ashlar::base {
class ThreadPool;
}

namespace ashlar::kernels {

struct KernelTable;
struct Operations;  // kernels/operations.h

// Whose memory a view's addresses are in: nobody else may look there. The host's is the only one
// today.
enum class DeviceId : std::uint8_t { host };

extern const Operations host_operations;

struct Device {
  const KernelTable* kernels;  // of the instruction set that the host's operations run on
  base::ThreadPool* pool;
  const Operations* operations = &host_operations;
  DeviceId id = DeviceId::host;
};

}  // namespace ashlar::kernels
