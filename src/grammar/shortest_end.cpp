#include "grammar/shortest_end.h"

#include <algorithm>
#include <string_view>
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

// What goes on alike is looked at once; what only may go on alike isn't that.
Result<StateId> looked_at(Language& language, StateId state) {
  if (state == kDead) return state;
  ASHLAR_ASSIGN(const StateId alike, language.alike(state));
  return language.is_loose(alike) ? state : alike;
}

Result<std::optional<std::string>> search(Language& language, StateId from,
                                          std::string_view alphabet) {
  std::vector<Met> met{{from, 0, 0}};
  std::unordered_set<StateId> seen{from};
  for (std::size_t at = 0; at < met.size() && met.size() < kMostStatesToEnd; ++at) {
    if (language.accepts(met[at].state)) return path_to(met, at);
    for (const char each : alphabet) {
      const auto byte = static_cast<std::uint8_t>(each);
      ASHLAR_ASSIGN(const StateId next, language.next(met[at].state, byte));
      ASHLAR_ASSIGN(const StateId to, looked_at(language, next));
      if (to != kDead && seen.insert(to).second) met.push_back({to, at, byte});
    }
  }
  return std::nullopt;
}

// All bytes; `plain`: but for what may begin long ways round, escapes and other alphabets.
std::string bytes(bool plain) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte)
    if (!plain || (byte >= ' ' && byte < 0x7F && byte != '\\')) bytes += static_cast<char>(byte);
  return bytes;
}

}  // namespace

Result<std::optional<std::string>> shortest_end(Language& language, StateId from) {
  ASHLAR_ASSIGN(auto found, search(language, from, bytes(true)));
  if (found) return found;
  return search(language, from, bytes(false));
}

}  // namespace ashlar::grammar
