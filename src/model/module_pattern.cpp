#include "model/module_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/in_quotes.h"

namespace ashlar::model {
namespace {

constexpr std::size_t kMaxBytes = 512;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_plain(std::string_view pattern) {
  return std::ranges::all_of(pattern, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

// The first thing in a pattern that Python and std::regex take differently, or that could make
// matching long; empty when there is none.
std::string_view unsupported_part(std::string_view p) {
  constexpr std::string_view kQuantifiers = "*+?", kEscapes = "dDwWsS";
  for (std::size_t i = 0; i < p.size(); ++i) {
    const std::string_view rest = p.substr(i);
    if (static_cast<unsigned char>(p[i]) >= 0x80 || p[i] < ' ') return rest.substr(0, 1);
    if (p[i] == '{') return "{";  // repetition by count
    if (rest.starts_with("(?") && !rest.starts_with("(?:")) return rest.substr(0, 3);
    if (rest.starts_with("[]") || rest.starts_with("[^]") || rest.starts_with("[["))
      return rest.substr(0, 3);
    if (kQuantifiers.find(p[i]) != kQuantifiers.npos && rest.size() > 1 &&
        (rest[1] == '+' || rest[1] == '*'))
      return rest.substr(0, 2);
    if (p[i] != '\\') continue;
    if (rest.size() == 1 || (is_word(rest[1]) && kEscapes.find(rest[1]) == kEscapes.npos))
      return rest.substr(0, 2);
    ++i;
  }
  return {};
}

// The automaton is walked breadth first: time in proportion to pattern × name. That has no standard
// name; libstdc++ is what both of our compilers use.
constexpr auto kFlags = std::regex::ECMAScript | std::regex_constants::__polynomial;

bool same_but_for_dots(std::string_view pattern, std::string_view name) {
  return std::ranges::equal(pattern, name, [](char p, char n) { return p == n || p == '.'; });
}

}  // namespace

Result<ModulePattern> ModulePattern::compile(std::string_view pattern, Covers covers,
                                             std::string where) {
  const auto refuse = [&](std::string message) {
    return fail(ErrorKind::unsupported, std::move(message), std::move(where),
                "write the names of the modules");
  };
  if (pattern.empty() || pattern.size() > kMaxBytes)
    return refuse(
        fmt::format("a pattern of {} bytes; 1 to {} are possible", pattern.size(), kMaxBytes));
  ModulePattern result;
  result.text_ = pattern;
  result.covers_ = covers;
  if (model::is_plain(pattern)) return result;
  if (const auto part = unsupported_part(pattern); !part.empty())
    return refuse(fmt::format("{} in the pattern {} is not supported", formats::in_quotes(part),
                              formats::in_quotes(pattern)));
  const std::string_view before = covers == Covers::suffix ? "(?:.*\\.)?" : "";
  try {
    (void)std::regex(pattern.begin(), pattern.end(), kFlags);  // "a)|(b" is none by itself
    result.regex_.emplace(fmt::format("{}(?:{})", before, pattern), kFlags);
  } catch (const std::regex_error&) {
    return refuse(fmt::format("{} is no regular expression", formats::in_quotes(pattern)));
  }
  return result;
}

bool ModulePattern::matches(std::string_view module) const {
  if (regex_) return std::regex_match(module.begin(), module.end(), *regex_);
  if (covers_ == Covers::whole) return same_but_for_dots(text_, module);
  if (module.size() < text_.size()) return false;
  const std::size_t at = module.size() - text_.size();
  return same_but_for_dots(text_, module.substr(at)) && (at == 0 || module[at - 1] == '.');
}

}  // namespace ashlar::model
