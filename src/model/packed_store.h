// Packed weights on disk, so that a model is ready before all of it was read and packed: mapped at
// once, and moved into large pages while it is used already. docs/formats/packed-weights.md
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "tensor/buffer.h"

namespace ashlar::model {

class PackedStore {
 public:
  using Note = std::function<void(std::string_view)>;  // hears what a person should know

  // `folder` is made when something is kept in it.
  explicit PackedStore(std::filesystem::path folder, Note note = {})
      : folder_(std::move(folder)), note_(std::move(note)) {}

  // What was kept under `key`, mapped. Nullopt: nothing, or it is damaged or something else.
  std::optional<tensor::Buffer> find(const base::Hash& key, std::size_t bytes,
                                     base::ThreadPool& pool) const;

  // Keeps `packed` under `key`; a reader sees the whole file or none. Where that fails, a note says
  // so: it costs a later start its time, nothing else.
  void keep(const base::Hash& key, std::span<const std::byte> packed) const;

 private:
  std::filesystem::path path_of(const base::Hash& key) const;

  std::filesystem::path folder_;
  Note note_;
};

// The hash of a long stretch: of the hashes of its pieces, made in parallel. `after` is told of
// each piece when it was read.
base::Hash hash_in_pieces(std::span<const std::byte> bytes, base::ThreadPool& pool,
                          const std::function<void(std::span<const std::byte>)>& after = {});

}  // namespace ashlar::model
