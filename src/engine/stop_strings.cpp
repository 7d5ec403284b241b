#include "engine/stop_strings.h"

#include <algorithm>
#include <utility>

namespace ashlar::engine {

// Length of the longest stop string that `pending_` ends with; 0 if none.
std::size_t StopStrings::longest_match() const {
  std::size_t longest = 0;
  for (const std::string& stop : stops_)
    if (stop.size() > longest && pending_.ends_with(stop)) longest = stop.size();
  return longest;
}

// Length of the longest end of `pending_` that a stop string begins with.
std::size_t StopStrings::held_suffix() const {
  const std::string_view text = pending_;
  std::size_t held = 0;
  for (const std::string& stop : stops_)
    for (std::size_t n = std::min(stop.size() - 1, text.size()); n > held; --n)
      if (text.ends_with(std::string_view(stop).substr(0, n))) held = n;
  return held;
}

std::string StopStrings::push(std::string_view text) {
  if (stops_.empty()) return std::string(text);
  for (const char byte : text) {
    if (found_) return {};
    pending_ += byte;
    if (const std::size_t length = longest_match()) {
      found_ = pending_.substr(pending_.size() - length);
      pending_.resize(pending_.size() - length);
      return std::exchange(pending_, {});
    }
  }
  std::string out = pending_.substr(0, pending_.size() - held_suffix());
  pending_.erase(0, out.size());
  return out;
}

std::string StopStrings::finish() {
  return std::exchange(pending_, {});
}

}  // namespace ashlar::engine
