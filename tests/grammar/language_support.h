// Languages put to texts, for tests.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "grammar/language.h"
#include "grammar/regex_syntax.h"

namespace ashlar::grammar {

inline bool has(Language& language, std::string_view text) {
  StateId state = language.start();
  for (const char byte : text) {
    state = language.next(state, static_cast<std::uint8_t>(byte)).value();
    if (state == kDead) return false;
  }
  return language.accepts(state);
}

// Which of a text's places each part of a tree may end at, from each where it may begin. For texts
// of up to a dozen ASCII letters.
class SlowReader {
 public:
  explicit SlowReader(const Regex& regex) : regex_(regex) {}

  bool matches(const std::string& text) {
    text_ = text;
    known_.clear();
    return ends(regex_.root, 0).contains(text.size());
  }

 private:
  using Places = std::set<std::size_t>;

  Places ends(Regex::NodeId id, const Places& begins) {
    Places out;
    for (const std::size_t begin : begins) out.merge(Places(ends(id, begin)));
    return out;
  }
  const Places& ends(Regex::NodeId id, std::size_t begin) {
    const auto known = known_.find({id, begin});
    return known != known_.end() ? known->second : known_[{id, begin}] = found(id, begin);
  }

  Places found(Regex::NodeId id, std::size_t begin) {
    const Regex::Node& node = regex_.nodes[id];
    Places out, now = {begin};
    switch (node.kind) {
      case Regex::Kind::set:
        if (begin < text_.size() && node.set.contains(static_cast<unsigned char>(text_[begin])))
          out.insert(begin + 1);
        return out;
      case Regex::Kind::rule: return ends(regex_.rules[node.rule], begin);
      case Regex::Kind::concat:
        for (const Regex::NodeId part : node.parts) now = ends(part, now);
        return now;
      case Regex::Kind::either:
        for (const Regex::NodeId part : node.parts) out.merge(Places(ends(part, begin)));
        return out;
      case Regex::Kind::empty: return now;
      case Regex::Kind::start: return begin == 0 ? now : out;
      case Regex::Kind::end: return begin == text_.size() ? now : out;
      case Regex::Kind::look: return looks(node, begin) != node.negative ? now : out;
      default: break;
    }
    for (std::uint32_t i = 0; i <= std::min<std::uint32_t>(node.max, 12) && !now.empty(); ++i) {
      if (i >= node.min) out.insert(now.begin(), now.end());
      now = ends(node.parts[0], now);
    }
    return out;
  }

  bool looks(const Regex::Node& node, std::size_t place) {
    if (!node.behind) return !ends(node.parts[0], place).empty();
    for (std::size_t begin = 0; begin <= place; ++begin)
      if (ends(node.parts[0], begin).contains(place)) return true;
    return false;
  }

  const Regex& regex_;
  std::string text_;
  std::map<std::pair<Regex::NodeId, std::size_t>, Places> known_;
};

}  // namespace ashlar::grammar
