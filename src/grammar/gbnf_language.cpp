#include "grammar/gbnf_language.h"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <limits>
#include <map>
#include <queue>
#include <utility>
#include <vector>

namespace ashlar::grammar {
namespace {

using Kind = ByteNfa::Kind;
using NfaState = std::uint32_t;

// A set of stacks, as a tree: those with the same top share what lies below it, which is a set too.
// Equal sets are one. The language's states are those whose tops read a byte.
using SetId = StateId;
struct Top {
  NfaState state;
  SetId below;
  auto operator<=>(const Top&) const = default;
};
struct StackSet {
  bool has_empty = false;
  std::vector<Top> tops = {};  // ascending, no state twice
  auto operator<=>(const StackSet&) const = default;
};

constexpr SetId kNoStack = kDead, kEmptyStack = 1;
constexpr StateId kUnknown = std::numeric_limits<StateId>::max();

tl::unexpected<Error> too_large(std::string message, std::string mend) {
  return fail(ErrorKind::too_large, std::move(message), "grammar", std::move(mend));
}

// The sets, each once.
class StackSets {
 public:
  StackSets() {
    for (const bool has_empty : {false, true})
      put(*known_.try_emplace({.has_empty = has_empty}, size()).first, 0);
  }

  const StackSet& operator[](SetId id) const { return *sets_[id]; }
  SetId size() const { return static_cast<SetId>(sets_.size()); }

  Result<SetId> intern(StackSet set) {
    std::uint32_t depth = 0;
    for (const Top& top : set.tops) depth = std::max(depth, depths_[top.below] + 1);
    if (depth > kMostStackDepth)
      return too_large(fmt::format("a text nests a grammar's rules over {} deep", kMostStackDepth),
                       "let the rule that repeats stand last, or repeat with *");
    const auto [at, fresh] = known_.try_emplace(std::move(set), size());
    if (!fresh) return at->second;
    put(*at, depth);
    ASHLAR_TRY(charge(at->first.tops.size() * sizeof(Top) + 160));
    return at->second;
  }

  // The stacks of both.
  Result<SetId> merge(SetId one, SetId other) {
    if (one == other || other == kNoStack) return one;
    if (one == kNoStack) return other;
    const std::pair<SetId, SetId> key = std::minmax(one, other);
    if (const auto known = merged_.find(key); known != merged_.end()) return known->second;
    const StackSet &a = *sets_[one], &b = *sets_[other];
    StackSet all{.has_empty = a.has_empty || b.has_empty};
    auto left = a.tops.begin(), right = b.tops.begin();
    while (left != a.tops.end() && right != b.tops.end()) {
      if (left->state != right->state) {
        all.tops.push_back(left->state < right->state ? *left++ : *right++);
        continue;
      }
      ASHLAR_ASSIGN(const SetId below, merge(left->below, right->below));
      all.tops.push_back({left->state, below});
      ++left, ++right;
    }
    all.tops.insert(all.tops.end(), left, a.tops.end());
    all.tops.insert(all.tops.end(), right, b.tops.end());
    ASHLAR_TRY(charge(64));
    ASHLAR_ASSIGN(const SetId whole, intern(std::move(all)));
    return merged_[key] = whole;
  }

  Status charge(std::size_t bytes) {
    memory_ += bytes;
    if (memory_ <= kMostGrammarMemory) return {};
    return too_large(
        fmt::format("the automaton of a grammar takes over {} MiB", kMostGrammarMemory >> 20),
        "make it simpler");
  }

 private:
  void put(const std::pair<const StackSet, SetId>& entry, std::uint32_t depth) {
    sets_.push_back(&entry.first);
    depths_.push_back(depth);
  }

  std::map<StackSet, SetId> known_;
  std::vector<const StackSet*> sets_;  // keys of known_
  std::vector<std::uint32_t> depths_;
  std::map<std::pair<SetId, SetId>, SetId> merged_;
  std::size_t memory_ = 0;
};

// Those from which their rule's end is reached by bytes of the alphabet.
std::vector<bool> live_states(const ByteNfa& nfa, const ByteSet& alphabet) {
  const auto writable = [&](const ByteNfa::State& state) {
    for (unsigned byte = state.low; byte <= state.high; ++byte)
      if (alphabet[byte]) return true;
    return false;
  };
  std::vector<std::vector<NfaState>> users(nfa.states.size());
  std::vector<NfaState> work;
  std::vector<bool> live(nfa.states.size());
  for (NfaState id = 0; id < nfa.states.size(); ++id) {
    const auto& state = nfa.states[id];
    if (state.kind == Kind::accept) work.push_back(id);
    if (state.next != ByteNfa::kNone) users[state.next].push_back(id);
    if (state.kind == Kind::call) users[nfa.rules[state.other]].push_back(id);
    if (state.kind == Kind::split && state.other != ByteNfa::kNone)
      users[state.other].push_back(id);
  }
  while (!work.empty()) {
    const NfaState id = work.back();
    work.pop_back();
    if (live[id]) continue;
    const auto& state = nfa.states[id];
    const bool byte = state.kind == Kind::byte, call = state.kind == Kind::call;
    if (byte && !writable(state)) continue;
    if (call && !(live[state.next] && live[nfa.rules[state.other]])) continue;
    live[id] = true;
    work.insert(work.end(), users[id].begin(), users[id].end());
  }
  return live;
}

class GbnfLanguage : public Language {
 public:
  GbnfLanguage(ByteNfa nfa, const ByteSet& alphabet)
      : nfa_(std::move(nfa)),
        classes_(byte_classes(nfa_)),
        live_(live_states(nfa_, alphabet)),
        reached_(nfa_.states.size(), kNoStack) {}

  Status open() {
    ASHLAR_ASSIGN(start_, readers({{nfa_.begin, kEmptyStack}}));
    return {};
  }

  StateId start() const override { return start_; }
  bool accepts(StateId state) const override { return sets_[state].has_empty; }

  Result<StateId> next(StateId state, std::uint8_t byte) override {
    ASHLAR_ASSIGN(const std::size_t row, row_of(state));
    const std::size_t cell = row + classes_.of[byte];
    if (table_[cell] != kUnknown) return table_[cell];
    std::vector<Top> read;
    for (const Top& top : sets_[state].tops) {
      const auto& from = nfa_.states[top.state];
      if (from.low <= byte && byte <= from.high) read.push_back({from.next, top.below});
    }
    ASHLAR_ASSIGN(const StateId to, readers(read));
    return table_[cell] = to;
  }

 private:
  // Where the state's row begins in table_.
  Result<std::size_t> row_of(StateId state) {
    const auto [at, fresh] = rows_.try_emplace(state, table_.size());
    if (fresh) {
      ASHLAR_TRY(sets_.charge(classes_.count * sizeof(StateId) + 64));
      table_.insert(table_.end(), classes_.count, kUnknown);
    }
    return at->second;
  }

  // What these stacks become until their tops read a byte. Rules stand behind those that they begin
  // with, so that the highest state first goes over few of them again.
  Result<SetId> readers(const std::vector<Top>& from);
  Status reach(NfaState state, SetId below);
  Status leave(NfaState state, SetId below, StackSet& out);

  ByteNfa nfa_;
  ByteClasses classes_;
  std::vector<bool> live_;
  StackSets sets_;
  std::map<StateId, std::size_t> rows_;
  std::vector<StateId> table_;
  StateId start_ = kDead;

  // Of one call of readers(): what lies below each state, and those that have to be left.
  std::vector<SetId> reached_;
  std::vector<NfaState> touched_;
  std::priority_queue<NfaState> waiting_;
};

Status GbnfLanguage::reach(NfaState state, SetId below) {
  if (state == ByteNfa::kNone || !live_[state]) return {};
  SetId& known = reached_[state];
  if (known == kNoStack) touched_.push_back(state);
  ASHLAR_ASSIGN(const SetId all, sets_.merge(known, below));
  if (all == known) return {};
  known = all;
  if (nfa_.states[state].kind != Kind::byte) waiting_.push(state);
  return {};
}

Status GbnfLanguage::leave(NfaState id, SetId below, StackSet& out) {
  const auto& state = nfa_.states[id];
  if (state.kind == Kind::split) {
    ASHLAR_TRY(reach(state.next, below));
    return reach(state.other, below);
  }
  if (state.kind == Kind::call) {
    // What stands last in its rule goes back where that does: no stack grows by it.
    if (nfa_.states[state.next].kind != Kind::accept) {
      ASHLAR_ASSIGN(below, sets_.intern({.tops = {{state.next, below}}}));
    }
    return reach(nfa_.rules[state.other], below);
  }
  out.has_empty = out.has_empty || sets_[below].has_empty;
  for (const Top& top : sets_[below].tops) ASHLAR_TRY(reach(top.state, top.below));
  return {};
}

Result<SetId> GbnfLanguage::readers(const std::vector<Top>& from) {
  for (const NfaState state : touched_) reached_[state] = kNoStack;
  touched_.clear();
  waiting_ = {};
  for (const Top& top : from) ASHLAR_TRY(reach(top.state, top.below));
  StackSet out;
  for (std::uint64_t steps = 0; !waiting_.empty(); ++steps) {
    if (steps > kMostReadingSteps)
      return too_large("a grammar has too many readings of a text", "make it less ambiguous");
    const NfaState state = waiting_.top();
    while (!waiting_.empty() && waiting_.top() == state) waiting_.pop();
    ASHLAR_TRY(leave(state, reached_[state], out));
  }
  std::ranges::sort(touched_);
  for (const NfaState state : touched_)
    if (nfa_.states[state].kind == Kind::byte) out.tops.push_back({state, reached_[state]});
  return sets_.intern(std::move(out));
}

}  // namespace

Result<std::unique_ptr<Language>> gbnf_language(const Gbnf& grammar, const ByteSet& alphabet) {
  ASHLAR_ASSIGN(ByteNfa nfa, make_byte_nfa(grammar.regex));
  auto language = std::make_unique<GbnfLanguage>(std::move(nfa), alphabet);
  ASHLAR_TRY(language->open());
  return language;
}

}  // namespace ashlar::grammar
