#include "base/result.h"

#include <array>

namespace ashlar {

std::string_view name_of(ErrorKind kind) {
  static constexpr std::array<std::string_view, 10> names = {
      "bad_input", "corrupt", "unsupported", "not_found", "too_large",
      "exhausted", "io",      "denied",      "cancelled", "internal"};
  return names[static_cast<std::size_t>(kind)];
}

std::string Error::line() const {
  std::string text = std::string(name_of(kind)) + ": " + message;
  if (!where.empty()) text += " (" + where + ")";
  if (!mend.empty()) text += "; " + mend;
  return text;
}

}  // namespace ashlar
