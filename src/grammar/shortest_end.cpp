#include "grammar/shortest_end.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace ashlar::grammar {
namespace {

struct Met {
  StateId state;
  std::size_t before;
  std::uint8_t byte;
};

std::string path_to(const std::vector<Met>& met, std::size_t at) {
  std::string text;
  for (; at != 0; at = met[at].before) text += static_cast<char>(met[at].byte);
  std::ranges::reverse(text);
  return text;
}

// What is tried first, and what only where that doesn't go on: marks and letters; digits, of which
// a number has any count; white space, escapes and other alphabets.
constexpr int kKinds = 3;
int kind_of(std::uint8_t byte) {
  if (byte <= ' ' || byte >= 0x7F || byte == '\\') return 2;
  return (byte >= '0' && byte <= '9') || byte == '.' || byte == '+' || byte == '-' ? 1 : 0;
}

class Search {
 public:
  Search(Language& language, StateId from) : language_(language), met_{{from, 0, 0}}, seen_{from} {}

  // `lean`: at each state the bytes of one kind, the first that goes on; others may begin long ways
  // round.
  Result<std::optional<std::string>> run(bool lean) {
    for (std::size_t at = 0; at < met_.size() && met_.size() < kMostStatesToEnd; ++at) {
      if (language_.accepts(met_[at].state)) return path_to(met_, at);
      for (int kind = 0; kind < kKinds; ++kind) {
        ASHLAR_ASSIGN(const bool goes_on, step(at, kind));
        if (goes_on && lean) break;
      }
    }
    return std::nullopt;
  }

 private:
  // Whether a byte of the kind goes on at all.
  Result<bool> step(std::size_t at, int kind) {
    bool goes_on = false;
    for (unsigned each = 0; each < 256; ++each) {
      const auto byte = static_cast<std::uint8_t>(each);
      if (kind_of(byte) != kind) continue;
      ASHLAR_ASSIGN(const StateId next, language_.next(met_[at].state, byte));
      if (next == kDead) continue;
      goes_on = true;
      ASHLAR_ASSIGN(const StateId to, exactly_alike(language_, next));
      if (seen_.insert(to).second) met_.push_back({to, at, byte});
    }
    return goes_on;
  }

  Language& language_;
  std::vector<Met> met_;
  std::unordered_set<StateId> seen_;
};

}  // namespace

Result<std::optional<std::string>> shortest_end(Language& language, StateId from) {
  ASHLAR_ASSIGN(auto found, Search(language, from).run(true));
  if (found) return found;
  return Search(language, from).run(false);
}

}  // namespace ashlar::grammar
