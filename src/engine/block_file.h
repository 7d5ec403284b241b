// A KV block as a file. It says of itself what it holds, down to the tokens, and is believed only
// if all of that is what was looked for and its checksum holds: docs/formats/prefix-cache.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/hash.h"
#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

using base::Hash;
using tokenizer::TokenId;

// What a block is: its bytes are a function of this.
struct BlockKey {
  Hash identity;                    // of the model and how it is run
  std::span<const TokenId> tokens;  // from the first one to the block's last
};

// Whether the file is there, and so `block` filled. Errors: it is there and isn't what it should be
// (corrupt, io); `block` may hold anything then.
Result<bool> read_block_file(const std::filesystem::path& path, const BlockKey& key,
                             std::span<std::byte> block);

// Writes it as `partial`, then renames: a reader sees the whole file or none. Returns its size.
Result<std::uint64_t> write_block_file(const std::filesystem::path& path,
                                       const std::filesystem::path& partial, const BlockKey& key,
                                       std::span<const std::byte> block);

}  // namespace ashlar::engine
