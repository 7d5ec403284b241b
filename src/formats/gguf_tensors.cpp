// Tensor infos and their data. A tensor's bytes lie wholly inside the file, aligned, and share no
// byte with another tensor's: the sizes of all tensors together are bounded by the file's.
#include <fmt/format.h>

#include <bit>

#include "formats/gguf_reader.h"
#include "formats/in_quotes.h"

namespace ashlar::formats {
namespace {

constexpr std::uint64_t kMaxAlignment = 1u << 20;

std::string known_types() {
  std::string names;
  for (const tensor::Codec& codec : tensor::codecs())
    names += fmt::format("{}{}", names.empty() ? "" : ", ", codec.name);
  return names;
}

Result<tensor::Shape> read_shape(ByteCursor& cursor) {
  tensor::Shape shape;
  ASHLAR_ASSIGN(shape.rank, cursor.number<std::uint32_t>());
  if (shape.rank < 1 || shape.rank > shape.extent.size())
    return cursor.error(ErrorKind::corrupt,
                        fmt::format("{} dimensions; 1 to 4 are possible", shape.rank));
  std::uint64_t elements = 1;
  for (std::uint32_t i = 0; i < shape.rank; ++i) {
    ASHLAR_ASSIGN(shape.extent[i], cursor.number<std::uint64_t>());
    if (shape.extent[i] == 0)
      return cursor.error(ErrorKind::corrupt, fmt::format("dimension {} is empty", i));
    if (__builtin_mul_overflow(elements, shape.extent[i], &elements))
      return cursor.error(ErrorKind::corrupt, "the shape has more than 2^64 elements");
  }
  return shape;
}

}  // namespace

// The spec asks for a multiple of 8, every reader for a power of two.
Status GgufReader::read_alignment() {
  ASHLAR_ASSIGN(gguf_.alignment_, gguf_.integer_or("general.alignment", gguf_.alignment_));
  const std::uint64_t alignment = gguf_.alignment_;
  if (std::has_single_bit(alignment) && alignment >= 8 && alignment <= kMaxAlignment) return {};
  cursor_.enter("key", "general.alignment");
  return cursor_.error(ErrorKind::corrupt,
                       fmt::format("alignment {}; a power of two from 8 to {} is possible",
                                   alignment, kMaxAlignment));
}

Status GgufReader::read_tensors(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) ASHLAR_TRY(read_tensor());
  gguf_.by_name_ = index_by(gguf_.tensors_, &GgufTensor::name);
  if (const auto* tensor = first_duplicate(gguf_.tensors_, gguf_.by_name_, &GgufTensor::name)) {
    cursor_.enter("tensor", tensor->name);
    return cursor_.error(ErrorKind::corrupt, "the tensor occurs twice");
  }
  return {};
}

Status GgufReader::read_tensor() {
  ASHLAR_ASSIGN(const std::string_view name, read_name("tensor"));
  ASHLAR_ASSIGN(const tensor::Shape shape, read_shape(cursor_));
  ASHLAR_ASSIGN(const tensor::Codec* const codec, read_codec());
  if (shape.row() % codec->block_elements != 0)
    return cursor_.error(ErrorKind::corrupt,
                         fmt::format("rows of {} elements are not whole blocks of {} ({})",
                                     shape.row(), codec->block_elements, codec->name));
  ASHLAR_ASSIGN(const auto offset, cursor_.number<std::uint64_t>());
  gguf_.tensors_.push_back({name, codec, shape, {}});
  offsets_.push_back(offset);
  return {};
}

Result<const tensor::Codec*> GgufReader::read_codec() {
  ASHLAR_ASSIGN(const auto type, cursor_.number<std::uint32_t>());
  if (const tensor::Codec* codec = tensor::find_codec(type)) return codec;
  return cursor_.error(ErrorKind::unsupported,
                       fmt::format("tensor type {} (ggml's number) is not read", type),
                       fmt::format("quantize the model to one of {}", known_types()));
}

// Offsets count from the first aligned byte after the tensor infos.
Status GgufReader::place_tensors() {
  const std::uint64_t mask = gguf_.alignment_ - 1;
  const std::uint64_t data_begin = (cursor_.offset() + mask) & ~mask;
  for (std::size_t i = 0; i < gguf_.tensors_.size(); ++i)
    ASHLAR_TRY(place_tensor(gguf_.tensors_[i], offsets_[i], data_begin));
  return refuse_overlaps();
}

Status GgufReader::place_tensor(GgufTensor& tensor, std::uint64_t offset,
                                std::uint64_t data_begin) {
  cursor_.enter("tensor", tensor.name);
  if (offset % gguf_.alignment_ != 0)
    return cursor_.error(ErrorKind::corrupt, fmt::format("offset {} is not a multiple of {}",
                                                         offset, gguf_.alignment_));
  const std::uint64_t size = gguf_.bytes_.size();
  const std::uint64_t data_bytes = size > data_begin ? size - data_begin : 0;
  const std::uint64_t left = data_bytes > offset ? data_bytes - offset : 0;
  const std::uint64_t blocks = tensor.shape.elements() / tensor.codec->block_elements;
  // Divided rather than multiplied: the product may not fit in 64 bits.
  if (blocks > left / tensor.codec->block_bytes)
    return cursor_.error(
        ErrorKind::corrupt,
        fmt::format("{} blocks of {} bytes at offset {} reach past the end: the file has {} bytes "
                    "of tensor data",
                    blocks, tensor.codec->block_bytes, offset, data_bytes));
  tensor.data = gguf_.bytes_.subspan(data_begin + offset, blocks * tensor.codec->block_bytes);
  return {};
}

Status GgufReader::refuse_overlaps() const {
  std::vector<const GgufTensor*> placed;
  placed.reserve(gguf_.tensors_.size());
  for (const GgufTensor& tensor : gguf_.tensors_) placed.push_back(&tensor);
  std::ranges::sort(placed, {}, [](const GgufTensor* tensor) { return tensor->data.data(); });
  const auto overlap =
      std::ranges::adjacent_find(placed, [](const GgufTensor* a, const GgufTensor* b) {
        return a->data.data() + a->data.size() > b->data.data();
      });
  if (overlap == placed.end()) return {};
  return cursor_.error(ErrorKind::corrupt,
                       fmt::format("tensors {} and {} share bytes", in_quotes((*overlap)->name),
                                   in_quotes((*(overlap + 1))->name)));
}

}  // namespace ashlar::formats
