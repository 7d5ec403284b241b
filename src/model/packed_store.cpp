#include "model/packed_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <vector>

namespace ashlar::model {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{1} << 20;

std::size_t pieces_of(std::size_t bytes) {
  return (bytes + kPiece - 1) / kPiece;
}

std::span<const std::byte> piece(std::span<const std::byte> bytes, std::size_t i) {
  return bytes.subspan(i * kPiece, std::min(kPiece, bytes.size() - i * kPiece));
}

base::Hash joined(const std::vector<base::Hash>& pieces) {
  return base::hash_of(std::as_bytes(std::span(pieces)));
}

// What stands behind the weights: that they are whole, and under the right name.
base::Hash seal_of(const base::Hash& key, const base::Hash& content) {
  return base::Hasher().add(key).add(content).result();
}

}  // namespace

base::Hash hash_in_pieces(std::span<const std::byte> bytes, base::ThreadPool& pool,
                          const std::function<void(std::span<const std::byte>)>& after) {
  std::vector<base::Hash> hashes(pieces_of(bytes.size()));
  pool.run(hashes.size(), [&](std::size_t i, unsigned) {
    hashes[i] = base::hash_of(piece(bytes, i));
    if (after) after(piece(bytes, i));
  });
  return joined(hashes);
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

Status PackedStore::write(const base::Hash& key, std::span<const std::byte> packed) const {
  const fs::path path = path_of(key);
  const fs::path partial = fmt::format("{}.{}.partial", path.string(), ::getpid());
  std::error_code error;
  fs::create_directories(folder_, error);
  {
    std::ofstream file(partial, std::ios::binary | std::ios::trunc);
    std::vector<base::Hash> hashes;
    for (std::size_t i = 0; i < pieces_of(packed.size()); ++i) {
      const auto some = piece(packed, i);
      hashes.push_back(base::hash_of(some));
      file.write(reinterpret_cast<const char*>(some.data()),
                 static_cast<std::streamsize>(some.size()));
    }
    const base::Hash seal = seal_of(key, joined(hashes));
    file.write(reinterpret_cast<const char*>(seal.data()), seal.size());
    file.flush();
    if (!file) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) fs::rename(partial, path, error);
  if (!error) return {};
  std::error_code ignored;
  fs::remove(partial, ignored);
  return fail(ErrorKind::io, "packed weights can't be kept: " + error.message(), path.string(),
              "free disk space, or --packed-weights off");
}

void PackedStore::keep(const base::Hash& key, std::span<const std::byte> packed) const {
  const Status written = write(key, packed);
  if (!written && note_) note_(written.error().line());
}

}  // namespace ashlar::model
