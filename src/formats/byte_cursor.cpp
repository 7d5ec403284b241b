#include "formats/byte_cursor.h"

#include <fmt/format.h>

#include "formats/in_quotes.h"

namespace ashlar::formats {

Result<std::uint64_t> ByteCursor::count(std::string_view of, std::uint64_t minimum_bytes) {
  ASHLAR_ASSIGN(const std::uint64_t count, number<std::uint64_t>());
  if (count > left() / minimum_bytes)
    return error(ErrorKind::corrupt, fmt::format("{} {} can't fit in the {} bytes left of {}",
                                                 count, of, left(), extent_));
  return count;
}

Result<std::string_view> ByteCursor::string() {
  ASHLAR_ASSIGN(const std::uint64_t length, number<std::uint64_t>());
  ASHLAR_ASSIGN(const std::span<const std::byte> bytes, take(length));
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<std::span<const std::byte>> ByteCursor::take(std::uint64_t count) {
  if (count > left())
    return error(ErrorKind::corrupt,
                 fmt::format("{} bytes are needed and {} are left of {}", count, left(), extent_));
  const auto taken = bytes_.subspan(offset_, static_cast<std::size_t>(count));
  offset_ += taken.size();
  return taken;
}

tl::unexpected<Error> ByteCursor::error(ErrorKind kind, std::string message,
                                        std::string_view mend) const {
  std::string place = fmt::format("{}: byte {}", where_, offset_);
  if (!kind_.empty()) place += fmt::format(", {}", kind_);
  if (!name_.empty()) place += fmt::format(" {}", in_quotes(name_));
  return fail(kind, std::move(message), std::move(place), std::string(mend));
}

}  // namespace ashlar::formats
