// KV blocks on disk, so that what one process has computed another needn't: after a restart, or
// beside it. A block is a file, found by the hash of its tokens; a bad file counts as not there.
// The least recently used go when a limit is passed. Processes may share a folder.
// docs/formats/prefix-cache.md
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/block_file.h"

namespace ashlar::engine {

struct PrefixStoreOptions {
  std::filesystem::path folder;  // made when absent
  std::string identity;          // in words: all that a block's bytes depend on but its tokens and
                                 // its adapter
  std::uint64_t most_bytes = std::uint64_t{4} << 30;  // of all files in the folder
  std::function<void(std::string_view)> note = {};    // hears what a person should know
};

class PrefixStore {
 public:
  // Errors: the folder can't be made or read (io).
  static Result<std::unique_ptr<PrefixStore>> open(PrefixStoreOptions options);

  // The block of the last of `tokens`, given all before them, as the adapter of that content wrote
  // it (zeros: none). False: it isn't there; `block` may hold anything then.
  bool load(std::span<const TokenId> tokens, std::span<std::byte> block, const Hash& adapter = {});

  // Blocks of `tokens`, `block_tokens` each and `bytes_of` a block's index: writes those that
  // aren't there, and marks all as used. When writing fails, a note says so, and no more is
  // written.
  void save(std::span<const TokenId> tokens, std::size_t block_tokens,
            const std::function<std::span<const std::byte>(std::size_t)>& bytes_of,
            const Hash& adapter = {});

 private:
  explicit PrefixStore(PrefixStoreOptions options);
  Hash identity_of(const Hash& adapter) const;
  std::filesystem::path path_of(const BlockKey& key) const;
  Status write(const BlockKey& key, std::span<const std::byte> block);
  void make_room();
  void note(const std::string& line) const;

  PrefixStoreOptions options_;
  Hash identity_;              // without an adapter
  std::uint64_t bytes_ = 0;    // of all files, as far as this process knows
  std::uint64_t written_ = 0;  // files, for their names until they are whole
  bool writes_ = true;
  bool noted_ = false;  // that a file was bad
};

}  // namespace ashlar::engine
