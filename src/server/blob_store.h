// Files that clients send, named by their SHA-256: $ASHLAR_HOME/blobs/sha256-HEX.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::server {

// The 64 hex digits of "sha256:…" or "sha256-…", in lower case; nullopt of anything else, so that
// no name leads out of the folder.
std::optional<std::string> parse_digest(std::string_view digest);

// From any thread.
class BlobStore {
 public:
  explicit BlobStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // REQUIRES: `hex` came from parse_digest().
  bool has(const std::string& hex) const;
  // Errors: bytes that have another digest (bad_input, with both).
  Status put(const std::string& hex, std::string_view bytes);

 private:
  std::filesystem::path path_of(const std::string& hex) const;

  std::filesystem::path folder_;
  std::mutex mutex_;  // one write at a time: a file that is half there has one name
};

}  // namespace ashlar::server
