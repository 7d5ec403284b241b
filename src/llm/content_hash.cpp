#include "llm/content_hash.h"

#include <fmt/format.h>

#include <fstream>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ashlar::llm {

// Read, not mapped: the pages of a mapping would count as memory of this process.
Result<std::string> content_hash(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(1u << 20);
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
    XXH3_128bits_update(&state, piece.data(), static_cast<std::size_t>(file.gcount()));
  if (!file.eof())
    return fail(ErrorKind::io, "can't read the file", path.string(),
                "check the path and its permissions");
  const XXH128_hash_t hash = XXH3_128bits_digest(&state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace ashlar::llm
