#include "cli/text_input.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/hex.h"
#include "base/utf8.h"

namespace ashlar::cli {
namespace {

constexpr std::size_t kMaxTextBytes = 1u << 30;

tl::unexpected<Error> bad_line(std::string message, std::string where = {}) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where),
              "send {\"text\": \"…\"} or {\"hex\": \"…\"}");
}

Result<std::string> bytes_of_hex(std::string_view hex) {
  if (hex.size() % 2 != 0)
    return bad_line(fmt::format("hex of {} digits is not whole bytes", hex.size()), "/hex");
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    const auto high = base::hex_digit(hex[at]), low = base::hex_digit(hex[at + 1]);
    if (!high || !low) return bad_line(fmt::format("no hex digits at position {}", at), "/hex");
    bytes.push_back(static_cast<char>(*high << 4 | *low));
  }
  return bytes;
}

}  // namespace

Result<std::string> read_all(std::FILE* file, std::string_view where) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file)) {
    bytes.append(buffer.data(), count);
    ASHLAR_TRY(check_length(bytes.size(), where));
  }
  if (std::ferror(file))
    return fail(ErrorKind::io, fmt::format("can't read: {}", std::strerror(errno)),
                std::string(where), "check what it is connected to");
  return bytes;
}

Result<std::string> text_of_line(const base::Json& line) {
  const auto text = line.find("text"), hex = line.find("hex");
  if ((text == line.end()) == (hex == line.end()))
    return bad_line("neither \"text\" nor \"hex\", or both");
  const auto& field = text != line.end() ? *text : *hex;
  if (!field.is_string())
    return bad_line(fmt::format("{} where a string is needed", field.type_name()),
                    text != line.end() ? "/text" : "/hex");
  const auto& value = field.get_ref<const std::string&>();
  return text != line.end() ? Result<std::string>(value) : bytes_of_hex(value);
}

Status check_utf8(std::string_view bytes, std::string_view where) {
  const auto at = base::first_invalid_utf8(bytes);
  if (!at) return {};
  return fail(ErrorKind::bad_input,
              fmt::format("byte 0x{:02X} is not part of a UTF-8 character",
                          static_cast<unsigned char>(bytes[*at])),
              fmt::format("{}, byte {}", where, *at), "send UTF-8, or leave out --strict");
}

Status check_length(std::size_t bytes, std::string_view where) {
  if (bytes <= kMaxTextBytes) return {};
  return fail(ErrorKind::too_large, fmt::format("more than {} bytes of text", kMaxTextBytes),
              std::string(where), "send it in parts");
}

}  // namespace ashlar::cli
