#include "chat/meter.h"

#include <fmt/format.h>

namespace ashlar::chat {

Status Meter::out_of_steps() const {
  return fail(ErrorKind::exhausted,
              fmt::format("the template needs more than {} steps", limits_.steps), {},
              "a loop that runs this long is probably a mistake; raise RenderLimits::steps if not");
}

Error Meter::too_deep() const {
  return {ErrorKind::exhausted,
          fmt::format("the template nests deeper than {} levels", limits_.depth),
          {},
          "look for a macro that calls itself without end; raise RenderLimits::depth if not"};
}

Error Meter::text_too_large() const {
  return {ErrorKind::too_large,
          fmt::format("a string of the template grows over {} bytes", limits_.output_bytes),
          {},
          "shorten the conversation, or raise RenderLimits::output_bytes"};
}

Status Meter::hold(std::size_t bytes) {
  if (bytes > 4 * limits_.output_bytes - live_)
    return fail(ErrorKind::too_large,
                fmt::format("the template's strings hold more than {} bytes together",
                            4 * limits_.output_bytes),
                {}, "shorten the conversation, or raise RenderLimits::output_bytes");
  live_ += bytes;
  return {};
}

}  // namespace ashlar::chat
