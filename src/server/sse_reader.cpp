#include "server/sse_reader.h"

namespace ashlar::server {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;
constexpr std::string_view kData = "data:";

}  // namespace

void SseReader::read(std::string_view bytes,
                     const std::function<void(std::string_view data)>& on_data) {
  for (;;) {
    const auto end = bytes.find('\n');
    if (line_.size() + bytes.size() <= kLongestLine || end != bytes.npos)
      line_ += bytes.substr(0, end);
    if (end == bytes.npos) return;
    if (line_.ends_with('\r')) line_.pop_back();
    if (line_.starts_with(kData)) on_data(std::string_view(line_).substr(kData.size()));
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

}  // namespace ashlar::server
