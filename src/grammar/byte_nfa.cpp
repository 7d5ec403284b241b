#include "grammar/byte_nfa.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/utf8.h"

namespace ashlar::grammar {
namespace {

using State = ByteNfa::State;
using StateId = std::uint32_t;

// Code points of one length in UTF-8 whose last bytes run through all values, as `bytes` pairs.
struct Utf8Range {
  std::uint8_t low[4], high[4];
  std::size_t bytes;
};

// Cuts a range of code points where UTF-8 needs another sequence of byte ranges.
void cut_utf8(char32_t first, char32_t last, std::vector<Utf8Range>& out) {
  if (first > last) return;
  for (const char32_t limit : {0x7F, 0x7FF, 0xFFFF})
    if (first <= limit && limit < last) {
      cut_utf8(first, limit, out);
      return cut_utf8(limit + 1, last, out);
    }
  const int length = first <= 0x7F ? 1 : first <= 0x7FF ? 2 : first <= 0xFFFF ? 3 : 4;
  for (int tail = 1; tail < length; ++tail) {
    const char32_t mask = (char32_t{1} << (6 * tail)) - 1;
    if ((first & ~mask) == (last & ~mask)) break;  // the same start: no need to cut here
    if ((first & mask) != 0) {
      cut_utf8(first, first | mask, out);
      return cut_utf8((first | mask) + 1, last, out);
    }
    if ((last & mask) != mask) {
      cut_utf8(first, (last & ~mask) - 1, out);
      return cut_utf8(last & ~mask, last, out);
    }
  }
  std::string low, high;
  base::append_utf8(low, first);
  base::append_utf8(high, last);
  Utf8Range range{.low = {}, .high = {}, .bytes = low.size()};
  std::ranges::copy(low, range.low);
  std::ranges::copy(high, range.high);
  out.push_back(range);
}

std::vector<Utf8Range> utf8_ranges(const CodeSet& set) {
  constexpr char32_t kBefore = 0xD7FF, kBehind = 0xE000;  // the surrogates
  std::vector<Utf8Range> out;
  for (const CodeRange range : set.ranges()) {
    cut_utf8(range.first, std::min(range.last, kBefore), out);
    cut_utf8(std::max(range.first, kBehind), range.last, out);
  }
  return out;
}

// Builds from the end backwards: each part is told where it goes on.
class Builder {
 public:
  explicit Builder(const Regex& regex) : regex_(regex) {}

  Result<ByteNfa> build() {
    const StateId accept = add({});
    for (const Regex::NodeId rule : regex_.rules) nfa_.rules.push_back(part(rule, accept));
    nfa_.begin = part(regex_.root, accept);
    if (full_)
      return fail(ErrorKind::too_large,
                  fmt::format("a regular expression takes over {} states", kMostNfaStates), "regex",
                  "repeat less often");
    return std::move(nfa_);
  }

 private:
  // A full automaton takes no more; build() says so.
  StateId add(State state) {
    if (nfa_.states.size() >= kMostNfaStates) {
      full_ = true;
      return 0;
    }
    nfa_.states.push_back(state);
    return static_cast<StateId>(nfa_.states.size() - 1);
  }
  StateId split(StateId one, StateId other) {
    return add({.kind = ByteNfa::Kind::split, .next = one, .other = other});
  }

  StateId part(Regex::NodeId id, StateId next) {
    if (full_) return 0;
    const Regex::Node& node = regex_.nodes[id];
    switch (node.kind) {
      case Regex::Kind::empty: return next;
      case Regex::Kind::set: return set(node.set, next);
      case Regex::Kind::concat:
        for (auto at = node.parts.rbegin(); at != node.parts.rend(); ++at) next = part(*at, next);
        return next;
      case Regex::Kind::either: return either(node, next);
      case Regex::Kind::repeat: return repeat(node, next);
      case Regex::Kind::start: return add({.kind = ByteNfa::Kind::start, .next = next});
      case Regex::Kind::end: return add({.kind = ByteNfa::Kind::end, .next = next});
      case Regex::Kind::rule: break;
    }
    return add({.kind = ByteNfa::Kind::call, .next = next, .other = node.rule});
  }

  StateId either(const Regex::Node& node, StateId next) {
    StateId all = ByteNfa::kNone;
    for (auto at = node.parts.rbegin(); at != node.parts.rend(); ++at) {
      const StateId one = part(*at, next);
      all = all == ByteNfa::kNone ? one : split(one, all);
    }
    return all == ByteNfa::kNone ? dead() : all;
  }

  StateId repeat(const Regex::Node& node, StateId next) {
    StateId all = next;
    if (node.max == Regex::kUnbounded) {
      all = split(ByteNfa::kNone, next);
      const StateId once = part(node.parts[0], all);
      if (!full_) nfa_.states[all].next = once;
    } else {
      for (std::uint32_t i = node.min; i < node.max && !full_; ++i)
        all = split(part(node.parts[0], all), next);
    }
    for (std::uint32_t i = 0; i < node.min && !full_; ++i) all = part(node.parts[0], all);
    return all;
  }

  // What nothing follows.
  StateId dead() { return split(ByteNfa::kNone, ByteNfa::kNone); }

  // Sequences that end alike share their ends.
  StateId set(const CodeSet& set, StateId next) {
    std::map<std::tuple<std::uint8_t, std::uint8_t, StateId>, StateId> known;
    StateId all = ByteNfa::kNone;
    for (const Utf8Range& range : utf8_ranges(set)) {
      StateId one = next;
      for (std::size_t i = range.bytes; i-- > 0;) {
        auto& state = known[{range.low[i], range.high[i], one}];
        if (state == 0)
          state = add({.kind = ByteNfa::Kind::byte,
                       .low = range.low[i],
                       .high = range.high[i],
                       .next = one});
        one = state;
      }
      all = all == ByteNfa::kNone ? one : split(one, all);
    }
    return all == ByteNfa::kNone ? dead() : all;
  }

  const Regex& regex_;
  ByteNfa nfa_;
  bool full_ = false;
};

}  // namespace

Result<ByteNfa> make_byte_nfa(const Regex& regex) {
  return Builder(regex).build();
}

ByteClasses byte_classes(const ByteNfa& nfa) {
  ByteSet begins;
  for (const auto& state : nfa.states)
    if (state.kind == ByteNfa::Kind::byte) {
      begins.set(state.low);
      if (state.high < 255) begins.set(state.high + 1u);
    }
  ByteClasses classes;
  std::uint8_t current = 0;
  for (std::size_t byte = 1; byte < 256; ++byte)
    classes.of[byte] = begins[byte] ? ++current : current;
  classes.count = current + 1u;
  return classes;
}

}  // namespace ashlar::grammar
