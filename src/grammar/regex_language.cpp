#include "grammar/regex_language.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

namespace ashlar::grammar {
namespace {

using Kind = ByteNfa::Kind;
using NfaStates = std::vector<std::uint32_t>;  // ascending

constexpr StateId kUnknown = std::numeric_limits<StateId>::max();

class RegexLanguage : public Language {
 public:
  explicit RegexLanguage(ByteNfa nfa)
      : nfa_(std::move(nfa)), classes_(byte_classes(nfa_)), seen_(nfa_.states.size()) {}

  Status open(const ByteSet& alphabet) {
    find_live(alphabet);
    sets_.emplace_back();  // kDead
    ends_.push_back(false);
    table_.assign(classes_.count, kDead);
    ASHLAR_ASSIGN(start_, state_of({nfa_.begin}, true));
    return {};
  }

  StateId start() const override { return start_; }
  bool accepts(StateId state) const override { return ends_[state]; }

  Result<StateId> next(StateId state, std::uint8_t byte) override {
    const std::size_t cell = state * classes_.count + classes_.of[byte];
    if (table_[cell] != kUnknown) return table_[cell];
    NfaStates reached;
    for (const std::uint32_t id : sets_[state]) {
      const auto& from = nfa_.states[id];
      if (from.low <= byte && byte <= from.high) reached.push_back(from.next);
    }
    ASHLAR_ASSIGN(const StateId to, state_of(std::move(reached), false));
    return table_[cell] = to;
  }

 private:
  // Those from which an end can be reached by bytes of the alphabet, behind the text's first.
  void find_live(const ByteSet& alphabet);
  // `ids` and what they lead to without a byte: bytes' states that live. `end`: whether it ends.
  NfaStates closure(NfaStates ids, bool at_start, bool& end);
  Result<StateId> state_of(NfaStates ids, bool at_start);

  ByteNfa nfa_;
  ByteClasses classes_;
  std::vector<bool> live_;  // of the automaton's states
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
  std::vector<NfaStates> sets_;
  std::vector<bool> ends_;
  std::vector<StateId> table_;  // [states][classes_.count]
  std::map<std::pair<NfaStates, bool>, StateId> known_;
  std::size_t memory_ = 0;
  StateId start_ = kDead;
};

void RegexLanguage::find_live(const ByteSet& alphabet) {
  const std::size_t count = nfa_.states.size();
  std::vector<NfaStates> from(count), from_at_end(count);  // edges backwards
  for (std::uint32_t id = 0; id < count; ++id) {
    const auto& state = nfa_.states[id];
    const auto edge = [&](std::uint32_t to, std::vector<NfaStates>& edges) {
      if (to != ByteNfa::kNone) edges[to].push_back(id);
    };
    if (state.kind == Kind::split) {
      for (auto* edges : {&from, &from_at_end}) {
        edge(state.next, *edges);
        edge(state.other, *edges);
      }
    } else if (state.kind == Kind::end) {
      edge(state.next, from_at_end);
    } else if (state.kind == Kind::byte) {
      for (unsigned byte = state.low; byte <= state.high; ++byte)
        if (alphabet[byte]) {
          edge(state.next, from);
          break;
        }
    }
  }
  std::vector<bool> ends(count);
  live_.assign(count, false);
  const auto spread = [](std::vector<bool>& marked, NfaStates work,
                         const std::vector<NfaStates>& edges) {
    for (const std::uint32_t id : work) marked[id] = true;
    while (!work.empty()) {
      const std::uint32_t id = work.back();
      work.pop_back();
      for (const std::uint32_t each : edges[id])
        if (!marked[each]) {
          marked[each] = true;
          work.push_back(each);
        }
    }
  };
  NfaStates accepting;
  for (std::uint32_t id = 0; id < count; ++id)
    if (nfa_.states[id].kind == Kind::accept) accepting.push_back(id);
  spread(ends, accepting, from_at_end);
  NfaStates ending;
  for (std::uint32_t id = 0; id < count; ++id)
    if (ends[id]) ending.push_back(id);
  spread(live_, ending, from);
}

// An end anchor that was passed leads to an end alone, so only what ends without a byte counts
// behind it. So does the start anchor behind the first byte, for it is never passed there.
NfaStates RegexLanguage::closure(NfaStates ids, bool at_start, bool& end) {
  NfaStates bytes;
  const auto walk = [&](NfaStates work, bool at_end) {
    ++round_;
    while (!work.empty()) {
      const std::uint32_t id = work.back();
      work.pop_back();
      if (id == ByteNfa::kNone || seen_[id] == round_) continue;
      seen_[id] = round_;
      const auto& state = nfa_.states[id];
      switch (state.kind) {
        case Kind::byte:
          if (!at_end && live_[id]) bytes.push_back(id);
          break;
        case Kind::split: work.insert(work.end(), {state.other, state.next}); break;
        case Kind::start:
          if (at_start) work.push_back(state.next);
          break;
        case Kind::end:
          if (at_end) work.push_back(state.next);
          break;
        case Kind::call: break;  // of grammars
        case Kind::accept: end = true; break;
      }
    }
  };
  walk(ids, false);
  if (!end) walk(std::move(ids), true);
  std::ranges::sort(bytes);
  return bytes;
}

Result<StateId> RegexLanguage::state_of(NfaStates ids, bool at_start) {
  bool end = false;
  NfaStates set = closure(std::move(ids), at_start, end);
  if (set.empty() && !end) return kDead;
  const auto [found, fresh] =
      known_.try_emplace({std::move(set), end}, static_cast<StateId>(sets_.size()));
  if (!fresh) return found->second;
  const NfaStates& own = found->first.first;
  memory_ += own.size() * sizeof(own[0]) * 2 + classes_.count * sizeof(StateId) + 128;
  if (memory_ > kMostRegexMemory) {
    known_.erase(found);
    return fail(ErrorKind::too_large,
                fmt::format("the automaton of a regular expression takes over {} MiB",
                            kMostRegexMemory >> 20),
                "regex", "make it simpler");
  }
  sets_.push_back(own);
  ends_.push_back(end);
  table_.insert(table_.end(), classes_.count, kUnknown);
  return found->second;
}

}  // namespace

Result<std::unique_ptr<Language>> regex_language(const Regex& regex, const ByteSet& alphabet) {
  ASHLAR_ASSIGN(ByteNfa nfa, make_byte_nfa(regex));
  auto language = std::make_unique<RegexLanguage>(std::move(nfa));
  ASHLAR_TRY(language->open(alphabet));
  return language;
}

}  // namespace ashlar::grammar
