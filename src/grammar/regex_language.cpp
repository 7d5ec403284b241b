// A state is a set of threads, as a deterministic automaton's is. What a thread has looked ahead
// for goes along with it: sets of threads, each of which has to find its end, or must not. What is
// looked for behind runs beside them from the text's start.
#include "grammar/regex_language.h"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "grammar/live_states.h"

namespace ashlar::grammar {
namespace {

using Kind = ByteNfa::Kind;
using SetId = std::uint32_t;
using LooksId = std::uint32_t;

constexpr StateId kUnknown = std::numeric_limits<StateId>::max();
constexpr SetId kNoThreads = 0;  // and no end
constexpr LooksId kNoLooks = 0;
constexpr StateId kFound = 1;               // in a search: behind a match, whatever follows
constexpr std::uint64_t kStepsOfEdge = 64;  // to make one, beside reading its byte

struct Thread {
  std::uint32_t state;
  LooksId looks;
  auto operator<=>(const Thread&) const = default;
};
using Threads = std::vector<Thread>;
struct ThreadSet {
  Threads threads = {};  // before a byte, or found; ascending
  bool ends = false;     // the text may end here
  auto operator<=>(const ThreadSet&) const = default;
};
struct Look {
  SetId set;
  bool negative;
  auto operator<=>(const Look&) const = default;
};
using Looks = std::vector<Look>;  // ascending
struct Place {
  SetId threads;
  std::vector<SetId> behinds;
  auto operator<=>(const Place&) const = default;
};

// Values, each once.
template <class T>
class Interned {
 public:
  // And whether it is new.
  std::pair<std::uint32_t, bool> id_of(T value) {
    const auto [at, fresh] =
        known_.try_emplace(std::move(value), static_cast<std::uint32_t>(values_.size()));
    if (fresh) values_.push_back(&at->first);
    return {at->second, fresh};
  }
  const T& operator[](std::uint32_t id) const { return *values_[id]; }

 private:
  std::map<T, std::uint32_t> known_;
  std::vector<const T*> values_;  // keys of known_
};

class RegexLanguage : public Language, public RegexSearch {
 public:
  RegexLanguage(ByteNfa nfa, const ByteSet& alphabet, std::size_t most_memory)
      : most_memory_(most_memory),
        nfa_(std::move(nfa)),
        classes_(byte_classes(nfa_)),
        live_(live_states(nfa_, alphabet)),
        seen_(nfa_.states.size()),
        behinds_(nfa_.behinds.size(), kNoThreads) {
    for (const auto& state : nfa_.states)
      asks_for_end_ |=
          state.kind == Kind::end || state.kind == Kind::ahead || state.kind == Kind::behind;
    sets_.id_of({});
    looks_.id_of({});
    places_.id_of({kNoThreads, behinds_});
    table_.assign(classes_.count, kDead);
    if (nfa_.states[0].kind != Kind::found) return;
    found_ = sets_.id_of({.threads = {{0, kNoLooks}}, .ends = true}).first;
    places_.id_of({found_, behinds_});
    table_.insert(table_.end(), classes_.count, kFound);
  }

  Status open() {
    ASHLAR_TRY(charge(nfa_.states.size() * (sizeof(nfa_.states[0]) + 8)));
    at_start_ = true;
    ASHLAR_ASSIGN(start_, arrive(nullptr));
    at_start_ = false;
    return {};
  }

  StateId start() const override { return start_; }
  bool accepts(StateId state) const override { return sets_[places_[state].threads].ends; }

  Result<StateId> next(StateId state, std::uint8_t byte) override {
    const std::size_t cell = state * classes_.count + classes_.of[byte];
    if (table_[cell] != kUnknown) return table_[cell];
    byte_ = byte;
    ASHLAR_ASSIGN(const StateId to, arrive(&places_[state]));
    return table_[cell] = to;
  }

  Result<bool> search(std::string_view text, std::uint64_t& steps) override {
    StateId state = start_;
    std::size_t read = 0;
    for (; read < text.size() && state != kDead && state != kFound; ++read) {
      const auto byte = static_cast<std::uint8_t>(text[read]);
      const StateId to = table_[state * classes_.count + classes_.of[byte]];
      if (to != kUnknown) {
        state = to;
        continue;
      }
      ASHLAR_ASSIGN(state, next(state, byte));
      steps += kStepsOfEdge;
    }
    steps += read;
    return accepts(state);
  }

 private:
  // Behind byte_, or where the text starts.
  Result<StateId> arrive(const Place* from);
  // The threads behind byte_.
  Result<Threads> moved(SetId set);
  Result<std::optional<LooksId>> moved_looks(LooksId id);
  // The threads and what they lead to without a byte.
  Result<SetId> closure(Threads work);
  Result<SetId> look_ahead(std::uint32_t begin);
  // With one more; none where that can't hold.
  Result<std::optional<LooksId>> with(LooksId id, Look look);
  // Whether one of them is at an end if the text ends here.
  bool may_end(const Threads& threads);
  bool is_found(const ThreadSet& set) const {
    return !set.threads.empty() && set.threads[0].looks == kNoLooks &&
           nfa_.states[set.threads[0].state].kind == Kind::found;
  }
  // Leaves out those that ask for more than another in the same state. REQUIRES: ascending.
  void keep_least(Threads& threads) const;
  Result<SetId> set_of(ThreadSet set);
  Status charge(std::size_t bytes);

  std::size_t most_memory_;
  ByteNfa nfa_;
  ByteClasses classes_;
  std::vector<bool> live_;  // of the automaton's states
  bool asks_for_end_ = false;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;

  Interned<ThreadSet> sets_;
  Interned<Looks> looks_;
  Interned<Place> places_;      // by StateId
  std::vector<StateId> table_;  // [places][classes]
  std::size_t memory_ = 0;
  StateId start_ = kDead;
  SetId found_ = std::numeric_limits<SetId>::max();  // in a search

  // Of the place that is being made.
  bool at_start_ = false;
  std::uint8_t byte_ = 0;
  std::vector<SetId> behinds_;
  std::map<SetId, SetId> moved_;          // sets that looks have before byte_ and behind it
  std::map<std::uint32_t, SetId> ahead_;  // by where what is looked for begins
};

Result<StateId> RegexLanguage::arrive(const Place* from) {
  moved_.clear();
  ahead_.clear();
  for (std::size_t i = 0; i < behinds_.size(); ++i) {
    Threads threads;
    if (from) {
      ASHLAR_ASSIGN(threads, moved(from->behinds[i]));
    }
    threads.push_back({nfa_.behinds[i], kNoLooks});
    ASHLAR_ASSIGN(behinds_[i], closure(std::move(threads)));
  }
  Threads threads{{nfa_.begin, kNoLooks}};
  if (from) {
    ASHLAR_ASSIGN(threads, moved(from->threads));
  }
  ASHLAR_ASSIGN(const SetId set, closure(std::move(threads)));
  if (set == kNoThreads) return kDead;
  if (set == found_) return kFound;
  const auto [state, fresh] = places_.id_of({set, behinds_});
  if (!fresh) return state;
  ASHLAR_TRY(charge(behinds_.size() * sizeof(SetId) + classes_.count * sizeof(StateId) + 96));
  table_.insert(table_.end(), classes_.count, kUnknown);
  return state;
}

Result<Threads> RegexLanguage::moved(SetId set) {
  Threads out;
  for (const Thread& thread : sets_[set].threads) {
    const auto& from = nfa_.states[thread.state];
    const bool found = from.kind == Kind::found;
    if (!found && !(from.low <= byte_ && byte_ <= from.high)) continue;
    ASHLAR_ASSIGN(const auto looks, moved_looks(thread.looks));
    if (looks) out.push_back({found ? thread.state : from.next, *looks});
  }
  return out;
}

Result<std::optional<LooksId>> RegexLanguage::moved_looks(LooksId id) {
  std::optional<LooksId> out = kNoLooks;
  for (const Look& look : looks_[id]) {
    auto known = moved_.find(look.set);
    if (known == moved_.end()) {
      ASHLAR_ASSIGN(Threads threads, moved(look.set));
      ASHLAR_ASSIGN(const SetId set, closure(std::move(threads)));
      known = moved_.emplace(look.set, set).first;
    }
    ASHLAR_ASSIGN(out, with(*out, {known->second, look.negative}));
    if (!out) break;
  }
  return out;
}

Result<std::optional<LooksId>> RegexLanguage::with(LooksId id, Look look) {
  const bool never = look.set == kNoThreads, always = is_found(sets_[look.set]);
  if (never || always) return always != look.negative ? std::optional(id) : std::nullopt;
  Looks looks = looks_[id];
  if (std::ranges::binary_search(looks, Look{look.set, !look.negative})) return std::nullopt;
  const auto at = std::ranges::lower_bound(looks, look);
  if (at != looks.end() && *at == look) return id;
  looks.insert(at, look);
  ASHLAR_TRY(charge(looks.size() * sizeof(Look) + 96));
  return looks_.id_of(std::move(looks)).first;
}

Result<SetId> RegexLanguage::look_ahead(std::uint32_t begin) {
  if (const auto known = ahead_.find(begin); known != ahead_.end()) return known->second;
  ASHLAR_ASSIGN(const SetId set, closure({{begin, kNoLooks}}));
  return ahead_[begin] = set;
}

Result<SetId> RegexLanguage::closure(Threads work) {
  ThreadSet out{.threads = {}, .ends = asks_for_end_ && may_end(work)};
  const std::uint32_t round = ++round_;
  std::set<Thread> seen;  // those that look ahead
  while (!work.empty()) {
    const auto [id, looks] = work.back();
    work.pop_back();
    if (id == ByteNfa::kNone) continue;
    if (looks != kNoLooks && !seen.insert({id, looks}).second) continue;
    if (looks == kNoLooks && std::exchange(seen_[id], round) == round) continue;
    const auto& state = nfa_.states[id];
    switch (state.kind) {
      case Kind::byte:
        if (live_[id]) out.threads.push_back({id, looks});
        break;
      case Kind::found: out.threads.push_back({id, looks}); [[fallthrough]];
      case Kind::accept: out.ends |= looks == kNoLooks; break;
      case Kind::split: work.insert(work.end(), {{state.other, looks}, {state.next, looks}}); break;
      case Kind::start:
        if (at_start_) work.push_back({state.next, looks});
        break;
      case Kind::ahead: {
        ASHLAR_ASSIGN(const SetId set, look_ahead(state.other));
        ASHLAR_ASSIGN(const auto more, with(looks, {set, state.negative}));
        if (more) work.push_back({state.next, *more});
        break;
      }
      case Kind::behind:
        if (sets_[behinds_[state.other]].ends != state.negative)
          work.push_back({state.next, looks});
        break;
      case Kind::end:
      case Kind::call: break;  // may_end() passes it; of grammars
    }
  }
  std::ranges::sort(out.threads);
  keep_least(out.threads);
  return set_of(std::move(out));
}

// What is looked for has states of its own: marks of one walk are none in another's way.
bool RegexLanguage::may_end(const Threads& threads) {
  const std::uint32_t round = ++round_;
  std::vector<std::uint32_t> work;
  for (const Thread& thread : threads)
    if (std::ranges::all_of(looks_[thread.looks],
                            [&](Look look) { return sets_[look.set].ends != look.negative; }))
      work.push_back(thread.state);
  while (!work.empty()) {
    const std::uint32_t id = work.back();
    work.pop_back();
    if (id == ByteNfa::kNone || std::exchange(seen_[id], round) == round) continue;
    const auto& state = nfa_.states[id];
    bool passes = state.kind == Kind::end || state.kind == Kind::split;
    if (state.kind == Kind::accept || state.kind == Kind::found) return true;
    if (state.kind == Kind::start) passes = at_start_;
    if (state.kind == Kind::behind) passes = sets_[behinds_[state.other]].ends != state.negative;
    if (state.kind == Kind::ahead) passes = may_end({{state.other, kNoLooks}}) != state.negative;
    if (passes) work.push_back(state.next);
    if (state.kind == Kind::split) work.push_back(state.other);
  }
  return false;
}

void RegexLanguage::keep_least(Threads& threads) const {
  Threads least;
  for (const Thread& thread : threads) {
    if (thread.looks == kNoLooks && nfa_.states[thread.state].kind == Kind::found) {
      least = {thread};
      break;
    }
    const auto is_more = [&](const Thread& other) {
      return other.state == thread.state && other.looks != thread.looks &&
             std::ranges::includes(looks_[thread.looks], looks_[other.looks]);
    };
    const auto [first, last] = std::ranges::equal_range(threads, thread.state, {}, &Thread::state);
    if (first + 1 == last || std::none_of(first, last, is_more)) least.push_back(thread);
  }
  threads = std::move(least);
}

Result<SetId> RegexLanguage::set_of(ThreadSet set) {
  const std::size_t bytes = set.threads.size() * sizeof(Thread) + 96;
  const auto [id, fresh] = sets_.id_of(std::move(set));
  if (fresh) ASHLAR_TRY(charge(bytes));
  return id;
}

Status RegexLanguage::charge(std::size_t bytes) {
  memory_ += bytes;
  if (memory_ <= most_memory_) return {};
  return fail(ErrorKind::too_large,
              fmt::format("the automaton of a regular expression is over the limit of {} KiB",
                          most_memory_ >> 10),
              "regex", "make it simpler");
}

}  // namespace

Result<std::unique_ptr<Language>> regex_language(const Regex& regex, const ByteSet& alphabet) {
  ASHLAR_ASSIGN(ByteNfa nfa, make_byte_nfa(regex));
  auto language = std::make_unique<RegexLanguage>(std::move(nfa), alphabet, kMostRegexMemory);
  ASHLAR_TRY(language->open());
  return language;
}

Result<std::unique_ptr<RegexSearch>> regex_search(ByteNfa nfa, std::size_t most_memory) {
  auto language = std::make_unique<RegexLanguage>(std::move(nfa), ByteSet().set(), most_memory);
  ASHLAR_TRY(language->open());
  return language;
}

}  // namespace ashlar::grammar
