// A regular expression's tree. The syntax is ECMA-262's with the u flag but for what no finite
// automaton does: references back, looking around, word boundaries and flags are refused by name.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/code_set.h"

namespace ashlar::grammar {

struct Regex {
  enum class Kind : std::uint8_t {
    empty,   // the text without characters
    set,     // one character of a set
    concat,  // the parts one after another
    either,  // one of the parts
    repeat,  // the part min … max times
    start,   // ^
    end,     // $
    rule,    // what another rule of a grammar matches (gbnf_syntax.h)
  };
  static constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();
  using NodeId = std::uint32_t;

  struct Node {
    Kind kind = Kind::empty;
    CodeSet set = {};
    std::vector<NodeId> parts = {};
    std::uint32_t min = 0, max = 0;  // repeat
    std::uint32_t rule = 0;
  };

  std::vector<Node> nodes;
  NodeId root = 0;
  std::vector<NodeId> rules = {};  // of a grammar

  NodeId add(Node node) {
    nodes.push_back(std::move(node));
    return static_cast<NodeId>(nodes.size() - 1);
  }
};

inline constexpr std::size_t kMostRegexBytes = 1 << 16;
inline constexpr unsigned kMostRegexDepth = 200;
inline constexpr std::uint32_t kMostRepeats = 1 << 16;  // that {n,m} may name

// Errors: bad_input (no expression), unsupported (see above), too_large (the limits); the
// message has the byte offset, `where` is "regex". REQUIRES: UTF-8.
Result<Regex> parse_regex(std::string_view text);

// The tree of exactly these texts.
Regex literals(const std::vector<std::string>& texts);

}  // namespace ashlar::grammar
