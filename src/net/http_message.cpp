#include "net/http_message.h"

#include <algorithm>
#include <optional>

#include "base/hex.h"
#include "base/utf8.h"

namespace ashlar::net {
namespace {

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (plus_is_space && text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = base::hex_digit(text[i + 1]), low = base::hex_digit(text[i + 2]);
      if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (!base::is_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto it = std::ranges::find(headers, name, [](const auto& each) { return each.first; });
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

bool parse_target(std::string_view target, Request& request) {
  const std::size_t mark = target.find('?');
  auto path = percent_decoded(target.substr(0, mark), false);
  if (!path || path->empty() || path->front() != '/') return false;
  request.path = std::move(*path);
  request.query.clear();
  if (mark == std::string_view::npos) return true;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value) return false;
    request.query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace ashlar::net
