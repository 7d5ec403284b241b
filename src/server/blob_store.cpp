#include "server/blob_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <span>

#include "base/file.h"
#include "hub/partial_file.h"
#include "hub/sha256.h"

namespace ashlar::server {

std::optional<std::string> parse_digest(std::string_view digest) {
  constexpr std::string_view kName = "sha256";
  constexpr std::size_t kDigits = 64;
  if (digest.size() != kName.size() + 1 + kDigits || !digest.starts_with(kName))
    return std::nullopt;
  if (digest[kName.size()] != ':' && digest[kName.size()] != '-') return std::nullopt;
  const std::string_view hex = digest.substr(kName.size() + 1);
  const bool fine = std::ranges::all_of(
      hex, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return fine ? std::optional(std::string(hex)) : std::nullopt;
}

std::filesystem::path BlobStore::path_of(const std::string& hex) const {
  return folder_ / ("sha256-" + hex);
}

bool BlobStore::has(const std::string& hex) const {
  std::error_code error;
  return std::filesystem::is_regular_file(path_of(hex), error);
}

Status BlobStore::put(const std::string& hex, std::string_view bytes) {
  hub::Sha256 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  if (const std::string found = hash.hex(); found != hex)
    return fail(ErrorKind::bad_input,
                fmt::format("digest mismatch: the bytes are sha256:{}, the path says sha256:{}",
                            found, hex),
                "", "send the file that the digest is of");
  const std::scoped_lock lock(mutex_);
  ASHLAR_TRY(hub::make_folder(folder_));
  return base::write_file(path_of(hex), bytes);
}

}  // namespace ashlar::server
