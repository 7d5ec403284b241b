#include "grammar/forced_run.h"

#include "grammar/language.h"

namespace ashlar::grammar {
namespace {

constexpr std::size_t kFew = 32;  // bytes that are all tried, to know which follow a run

struct Ways {
  ByteSet next = {};
  std::size_t count = 0;  // 2: or more, and `next` are those that may
  std::uint8_t byte = 0;
  StateId to = kDead;
};

Result<Ways> ways_on(Language& language, StateId state, bool all) {
  const ByteSet possible = language.next_bytes(state);
  all = all && possible.count() <= kFew;
  Ways ways;
  for (unsigned i = 0; i < 256; ++i) {
    const auto byte = static_cast<std::uint8_t>(i + 'a');  // letters first: most texts have them
    if (!possible[byte]) continue;
    ASHLAR_ASSIGN(const StateId to, language.next(state, byte));
    if (to == kDead) continue;
    ways.next.set(byte);
    ways.byte = byte;
    ways.to = to;
    if (ways.count < 2 && ++ways.count == 2 && !all) {
      ways.next = possible;
      break;
    }
  }
  return ways;
}

}  // namespace

Result<ForcedRun> forced_run(Language& language, StateId state) {
  ForcedRun run;
  while (true) {
    run.may_end = language.accepts(state);
    ASHLAR_ASSIGN(const Ways ways, ways_on(language, state, !run.text.empty()));
    if (run.may_end || ways.count != 1 || run.text.size() == kMostForced) {
      run.next = ways.next;
      return run;
    }
    run.text += static_cast<char>(ways.byte);
    state = ways.to;
  }
}

}  // namespace ashlar::grammar
