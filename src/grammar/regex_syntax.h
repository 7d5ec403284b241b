// A regular expression's tree. The syntax is ECMA-262's with the u flag but for what no finite
// automaton does, references back, and for flags: both are refused by name. So is what is looked
// for behind a place where that asks for what lies ahead of it.
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
    look,    // the part lies ahead, or behind; `negative`: it does not
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
    bool behind = false, negative = false;  // look
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

// Whether ECMA-262 has it, also where no automaton holds it. Errors: bad_input, too_large.
Status check_regex(std::string_view text);

// The tree of the texts that have one of the tree's before their end; with `to_end`, of those
// whole.
Regex anywhere(Regex regex, bool to_end);

// Whether it looks around, word borders included.
bool has_assertions(const Regex& regex);

// The tree of exactly these texts.
Regex literals(const std::vector<std::string>& texts);

}  // namespace ashlar::grammar
