#include "grammar/live_states.h"

#include <cstdint>

namespace ashlar::grammar {
namespace {

using Kind = ByteNfa::Kind;
using State = ByteNfa::State;
using States = std::vector<std::uint32_t>;

std::vector<States> edges_backwards(const ByteNfa& nfa) {
  std::vector<States> from(nfa.states.size());
  for (std::uint32_t id = 0; id < nfa.states.size(); ++id) {
    const State& state = nfa.states[id];
    if (state.next != ByteNfa::kNone) from[state.next].push_back(id);
    if (state.kind == Kind::split && state.other != ByteNfa::kNone) from[state.other].push_back(id);
    if (state.kind == Kind::call) from[nfa.rules[state.other]].push_back(id);
  }
  return from;
}

// The marked ones and those from which they are reached over states that let pass.
template <class Passes>
void spread(const ByteNfa& nfa, const std::vector<States>& from, std::vector<bool>& marked,
            const Passes& passes) {
  States work;
  for (std::uint32_t id = 0; id < marked.size(); ++id)
    if (marked[id]) work.push_back(id);
  while (!work.empty()) {
    const std::uint32_t reached = work.back();
    work.pop_back();
    for (const std::uint32_t id : from[reached]) {
      const State& state = nfa.states[id];
      if (marked[id] || !passes(state)) continue;
      if (state.kind == Kind::call && !(marked[state.next] && marked[nfa.rules[state.other]]))
        continue;
      marked[id] = true;
      work.push_back(id);
    }
  }
}

}  // namespace

// An end anchor that was passed leads to an end alone, so that only what ends without a byte counts
// behind it. A start anchor is never passed behind the first byte.
std::vector<bool> live_states(const ByteNfa& nfa, const ByteSet& alphabet) {
  const std::vector<States> from = edges_backwards(nfa);
  std::vector<bool> live(nfa.states.size());
  for (std::size_t id = 0; id < live.size(); ++id)
    live[id] = nfa.states[id].kind == Kind::accept || nfa.states[id].kind == Kind::found;
  spread(nfa, from, live,
         [](const State& state) { return state.kind != Kind::byte && state.kind != Kind::start; });
  spread(nfa, from, live, [&](const State& state) {
    if (state.kind != Kind::byte) return state.kind != Kind::start && state.kind != Kind::end;
    for (unsigned byte = state.low; byte <= state.high; ++byte)
      if (alphabet[byte]) return true;
    return false;
  });
  return live;
}

}  // namespace ashlar::grammar
