// The walk over a GGUF file, in the order of its bytes: header, metadata, tensor infos, data.
// Private to this module.
#pragma once

#include <algorithm>
#include <numeric>
#include <string_view>

#include "formats/byte_cursor.h"
#include "formats/gguf.h"

namespace ashlar::formats {

// Fills a Gguf whose bytes_ and where_ are set; that Gguf must outlive the reader.
class GgufReader {
 public:
  static Result<Gguf> read(base::MappedFile file, std::span<const std::byte> bytes,
                           std::string where);

 private:
  explicit GgufReader(Gguf& gguf);

  Status read_all();
  Status read_magic();
  Status read_version();
  Result<std::string_view> read_name(std::string_view kind);

  Status read_metadata(std::uint64_t count);
  Status read_alignment();

  Status read_tensors(std::uint64_t count);
  Status read_tensor();
  Result<const tensor::Codec*> read_codec();
  Status place_tensors();
  Status place_tensor(GgufTensor& tensor, std::uint64_t offset, std::uint64_t data_begin);
  Status refuse_overlaps() const;

  Gguf& gguf_;
  ByteCursor cursor_;
  std::vector<std::uint64_t> offsets_;  // of tensors, from the start of the data
};

// Reads a value of GGUF's type `type` at the cursor.
struct TypedValue {
  std::string_view type;
  GgufValue value;
};
Result<TypedValue> read_gguf_value(ByteCursor& cursor);

// The places of `items` in order of their name, for lookups by binary search.
template <class Item>
std::vector<std::uint32_t> index_by(const std::vector<Item>& items, std::string_view Item::* name) {
  std::vector<std::uint32_t> index(items.size());
  std::iota(index.begin(), index.end(), 0u);
  std::ranges::sort(index, {}, [&](std::uint32_t at) { return items[at].*name; });
  return index;
}

// Two neighbours of an index with the same name; nullptr when all differ.
template <class Item>
const Item* first_duplicate(const std::vector<Item>& items, const std::vector<std::uint32_t>& index,
                            std::string_view Item::* name) {
  const auto at = std::ranges::adjacent_find(
      index, {}, [&](std::uint32_t place) { return items[place].*name; });
  return at == index.end() ? nullptr : &items[*at];
}

}  // namespace ashlar::formats
