#include "llm/content_hash.h"

#include <fstream>
#include <span>
#include <vector>

#include "base/hash.h"

namespace ashlar::llm {

// Read, not mapped: the pages of a mapping would count as memory of this process.
Result<std::string> content_hash(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(1u << 20);
  base::Hasher hasher;
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
    hasher.add(std::as_bytes(std::span(piece).first(static_cast<std::size_t>(file.gcount()))));
  if (!file.eof())
    return fail(ErrorKind::io, "can't read the file", path.string(),
                "check the path and its permissions");
  return base::hex(hasher.result());
}

}  // namespace ashlar::llm
