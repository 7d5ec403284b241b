// Sources: llama.cpp's tools/imatrix (save_imatrix, save_imatrix_legacy).
#include "formats/imatrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/file.h"
#include "base/utf8.h"
#include "formats/byte_cursor.h"
#include "formats/gguf.h"
#include "formats/in_quotes.h"

namespace ashlar::formats {
namespace {

constexpr std::string_view kSums = ".in_sum2", kCounts = ".counts";

tl::unexpected<Error> corrupt(std::string message, const std::string& where) {
  return fail(ErrorKind::corrupt, std::move(message), where, "make the importance matrix anew");
}

std::vector<float> values_of(const GgufTensor& tensor) {
  std::vector<float> values(tensor.shape.elements());
  tensor.codec->dequantize(tensor.data.data(), values.data(),
                           values.size() / tensor.codec->block_elements);
  return values;
}

// Adds an entry, once, with values that can weigh.
Status add(Imatrix& imatrix, std::string name, std::vector<float> values,
           const std::string& where) {
  if (!base::is_utf8(name)) return corrupt("a tensor's name is not UTF-8", where);
  if (values.empty()) return corrupt(fmt::format("{} has no values", in_quotes(name)), where);
  const bool good =
      std::ranges::all_of(values, [](float value) { return std::isfinite(value) && value >= 0; });
  if (!good)
    return corrupt(fmt::format("{} has a value that is negative or not finite", in_quotes(name)),
                   where);
  if (!imatrix.emplace(name, std::move(values)).second)
    return corrupt(fmt::format("{} occurs twice", in_quotes(name)), where);
  return {};
}

// Sums of squares `NAME.in_sum2` [inputs][matrices], and `NAME.counts` [1][matrices] beside them.
Status add_sums(Imatrix& imatrix, const Gguf& file, const GgufTensor& sums) {
  const std::string name(sums.name.substr(0, sums.name.size() - kSums.size()));
  const GgufTensor* counts = file.find_tensor(name + std::string(kCounts));
  if (!counts) return corrupt(fmt::format("{} has no counts", in_quotes(name)), file.where());
  if (sums.shape.rows() != 1 || counts->shape.elements() != 1)
    return fail(ErrorKind::unsupported,
                fmt::format("{} has importances of {} matrices in one tensor", in_quotes(name),
                            sums.shape.rows()),
                file.where(), "use a model without experts");
  const float count = values_of(*counts)[0];
  if (!(count > 0)) return corrupt(fmt::format("{} saw no input", in_quotes(name)), file.where());
  std::vector<float> values = values_of(sums);
  for (float& value : values) value /= count;
  return add(imatrix, name, std::move(values), file.where());
}

Result<Imatrix> parse_gguf(std::span<const std::byte> bytes, const std::string& where) {
  ASHLAR_ASSIGN(const Gguf file, Gguf::parse(bytes, where));
  Imatrix imatrix;
  for (const GgufTensor& tensor : file.tensors())
    if (tensor.name.ends_with(kSums)) ASHLAR_TRY(add_sums(imatrix, file, tensor));
  if (imatrix.empty())
    return corrupt("no importances are in the file: it has no tensor that ends in .in_sum2", where);
  return imatrix;
}

// A 32-bit count of things of so many bytes.
Result<std::size_t> read_count(ByteCursor& cursor, std::string_view of, std::size_t bytes_each) {
  ASHLAR_ASSIGN(const auto count, cursor.number<std::int32_t>());
  if (count < 0 || static_cast<std::size_t>(count) > cursor.left() / bytes_each)
    return cursor.error(ErrorKind::corrupt, fmt::format("{} {} can't be", count, of),
                        "name an importance matrix as llama-imatrix writes it");
  return static_cast<std::size_t>(count);
}

// Entries: name, number of calls, values; sums of squares over the calls. What follows them, the
// name of the text, says nothing about the weights.
Result<Imatrix> parse_dat(std::span<const std::byte> bytes, const std::string& where) {
  ByteCursor cursor(bytes, where, "the file");
  cursor.enter("importance matrix", {});
  ASHLAR_ASSIGN(const std::size_t entries, read_count(cursor, "entries", 12));
  Imatrix imatrix;
  for (std::size_t i = 0; i < entries; ++i) {
    ASHLAR_ASSIGN(const std::size_t length, read_count(cursor, "bytes of a name", 1));
    ASHLAR_ASSIGN(const auto name, cursor.take(length));
    ASHLAR_TRY(cursor.number<std::int32_t>());  // calls: a common factor of the values
    ASHLAR_ASSIGN(const std::size_t count, read_count(cursor, "values", sizeof(float)));
    ASHLAR_ASSIGN(const auto raw, cursor.take(count * sizeof(float)));
    std::vector<float> values(count);
    if (count != 0) std::memcpy(values.data(), raw.data(), raw.size());
    ASHLAR_TRY(add(imatrix, {reinterpret_cast<const char*>(name.data()), name.size()},
                   std::move(values), where));
  }
  if (imatrix.empty()) return corrupt("the file has no entries", where);
  return imatrix;
}

}  // namespace

Result<Imatrix> parse_imatrix(std::span<const std::byte> bytes, const std::string& where) {
  const bool gguf = bytes.size() >= 4 && std::memcmp(bytes.data(), "GGUF", 4) == 0;
  return gguf ? parse_gguf(bytes, where) : parse_dat(bytes, where);
}

Result<Imatrix> read_imatrix(const std::filesystem::path& path) {
  ASHLAR_ASSIGN(const base::MappedFile file, base::MappedFile::open(path));
  return parse_imatrix(file.bytes(), path.string());
}

}  // namespace ashlar::formats
