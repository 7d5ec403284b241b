// What systemd, or whoever stands in for it, gives a service and wants to hear from it. Source:
// sd_listen_fds(3), sd_notify(3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::cli {

// The socket that was opened for this process (LISTEN_PID, LISTEN_FDS); none: there is no such.
// What the variables say is taken once. Errors: several sockets.
Result<std::optional<int>> activated_socket();

// Sends "READY=1" and the like to $NOTIFY_SOCKET; without it nothing.
void notify_service_manager(std::string_view state);

// As many descriptors as the process may have.
void raise_descriptor_limit();

}  // namespace ashlar::cli
