#include "model/packed_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/file.h"

namespace ashlar::model {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{1} << 20;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What stands behind the weights: that they are whole, and under the right name.
base::Hash seal_of(const base::Hash& key, const base::Hash& content) {
  return base::Hasher().add(key).add(content).result();
}

}  // namespace

base::Hash hash_in_pieces(std::span<const std::byte> bytes, base::ThreadPool& pool,
                          const std::function<void(std::span<const std::byte>)>& after) {
  std::vector<base::Hash> hashes((bytes.size() + kPiece - 1) / kPiece);
  pool.run(hashes.size(), [&](std::size_t i, unsigned) {
    const auto piece = bytes.subspan(i * kPiece, std::min(kPiece, bytes.size() - i * kPiece));
    hashes[i] = base::hash_of(piece);
    if (after) after(piece);
  });
  return base::hash_of(std::as_bytes(std::span(hashes)));
}

fs::path PackedStore::path_of(const base::Hash& key) const {
  return folder_ / (base::hex(key) + ".packed");
}

std::optional<tensor::Buffer> PackedStore::find(const base::Hash& key, std::size_t bytes,
                                                base::ThreadPool& pool) const {
  const fs::path path = path_of(key);
  std::error_code error;
  if (fs::file_size(path, error) != bytes + sizeof(base::Hash) || error) return std::nullopt;
  auto mapped = tensor::Buffer::map(path, bytes);
  base::Hash seal{};
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(bytes));
  file.read(reinterpret_cast<char*>(seal.data()), seal.size());
  if (!mapped || !file) return std::nullopt;
  if (seal == seal_of(key, hash_in_pieces({mapped->data(), bytes}, pool))) return mapped;
  if (note_) note_(fmt::format("{} is damaged: the weights are packed anew", path.string()));
  return std::nullopt;
}

void PackedStore::keep(const base::Hash& key, std::span<const std::byte> packed) const {
  base::ThreadPool alone(1);  // beside those who compute
  const base::Hash seal = seal_of(key, hash_in_pieces(packed, alone));
  const std::string_view parts[] = {text_of(packed), text_of(seal)};
  std::error_code ignored;  // where there is no folder, writing fails
  fs::create_directories(folder_, ignored);
  const Status written = base::write_file(path_of(key), parts);
  if (!written && note_)
    note_(fmt::format("packed weights can't be kept: {}; or --packed-weights off",
                      written.error().line()));
}

}  // namespace ashlar::model
