#include "grammar/uri.h"

#include <algorithm>
#include <charconv>

namespace ashlar::grammar {
namespace {

bool is_scheme(std::string_view text) {
  if (text.empty()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && (i == 0 || !other)) return false;
  }
  return true;
}

// Section 5.2.4, for paths that begin with '/' or none.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const bool slash = path.front() == '/';
    const auto end = std::min(path.find('/', slash ? 1 : 0), path.size());
    const std::string_view segment = path.substr(slash ? 1 : 0, end - (slash ? 1 : 0));
    const bool last = end == path.size();
    path = path.substr(end);
    if (segment == "." || segment == "..") {
      if (segment == "..") out.erase(out.rfind('/') == out.npos ? 0 : out.rfind('/'));
      if (last && slash) out += '/';
      continue;
    }
    if (slash) out += '/';
    out += segment;
  }
  return out;
}

std::string merged(const UriParts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const auto slash = base.path.rfind('/');
  return std::string(slash == base.path.npos ? "" : base.path.substr(0, slash + 1)) +
         std::string(path);
}

std::string written(const UriParts& parts, std::string_view path) {
  std::string out;
  if (parts.scheme) out += std::string(*parts.scheme) + ":";
  if (parts.authority) out += "//" + std::string(*parts.authority);
  out += path;
  if (parts.query) out += "?" + std::string(*parts.query);
  if (parts.fragment) out += "#" + std::string(*parts.fragment);
  return out;
}

}  // namespace

UriParts uri_parts(std::string_view uri) {
  UriParts parts;
  if (const auto hash = uri.find('#'); hash != uri.npos) {
    parts.fragment = uri.substr(hash + 1);
    uri = uri.substr(0, hash);
  }
  if (const auto mark = uri.find('?'); mark != uri.npos) {
    parts.query = uri.substr(mark + 1);
    uri = uri.substr(0, mark);
  }
  if (const auto colon = uri.find(':'); colon != uri.npos && is_scheme(uri.substr(0, colon))) {
    parts.scheme = uri.substr(0, colon);
    uri = uri.substr(colon + 1);
  }
  if (uri.starts_with("//")) {
    const auto end = std::min(uri.find('/', 2), uri.size());
    parts.authority = uri.substr(2, end - 2);
    uri = uri.substr(end);
  }
  parts.path = uri;
  return parts;
}

std::string resolve_uri(std::string_view base_text, std::string_view reference) {
  const UriParts base = uri_parts(base_text);
  UriParts target = uri_parts(reference);
  const auto clean = [](std::string_view path) {
    return path.starts_with('/') ? without_dots(path) : std::string(path);
  };
  if (target.scheme) return written(target, clean(target.path));
  target.scheme = base.scheme;
  if (target.authority) return written(target, clean(target.path));
  target.authority = base.authority;
  if (target.path.empty()) {
    if (!target.query) target.query = base.query;
    return written(target, base.path);
  }
  if (target.path.starts_with('/')) return written(target, clean(target.path));
  return written(target, without_dots(merged(base, target.path)));
}

SplitUri split_fragment(std::string_view uri) {
  const auto hash = uri.find('#');
  if (hash == uri.npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* end = text.data() + i + 3;
      if (std::from_chars(text.data() + i + 1, end, byte, 16).ptr == end) {
        out += static_cast<char>(byte);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

}  // namespace ashlar::grammar
