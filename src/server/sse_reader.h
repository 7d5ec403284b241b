// A stream of server-sent events, in pieces that are cut anywhere.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ashlar::server {

class SseReader {
 public:
  // Calls `on_data` with the data of each line that has some. A line of more than a MiB isn't
  // looked at.
  void read(std::string_view bytes, const std::function<void(std::string_view data)>& on_data);

 private:
  std::string line_;  // begun and not ended
};

}  // namespace ashlar::server
