#include "grammar/ruled_text.h"

#include <string>

#include "base/utf8.h"
#include "grammar/json_text.h"

namespace ashlar::grammar {
namespace {

struct Place {
  StateId state;
  JsonSpelling spelling;
};

// False where the rule's texts don't go on so, or the string ends.
Result<bool> go_on(TextRule& rule, Place& place, std::uint8_t byte) {
  switch (place.spelling.read(byte)) {
    case JsonSpelling::Read::dead:
    case JsonSpelling::Read::closed: return false;
    case JsonSpelling::Read::pending: return JsonText::can_spell(rule, place.state, place.spelling);
    case JsonSpelling::Read::byte: {
      ASHLAR_ASSIGN(place.state, rule.next(place.state, byte));
      return place.state != kDead;
    }
    case JsonSpelling::Read::escaped: break;
  }
  std::string bytes;
  base::append_utf8(bytes, place.spelling.character);
  for (const char each : bytes) {
    ASHLAR_ASSIGN(place.state, rule.next(place.state, static_cast<std::uint8_t>(each)));
    if (place.state == kDead) return false;
  }
  return true;
}

}  // namespace

Result<RuledText> ruled_text(TextRule& rule, StateId state, const JsonSpelling& spelling,
                             FreeTextMasks& texts) {
  const TokenTrie& trie = texts.trie();
  auto inside = std::make_shared<TokenMask>(trie.size());
  std::vector<Place> path{{state, spelling}};  // by depth
  const auto nodes = trie.nodes();
  for (std::uint32_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth, path.front());
    Place place = path.back();
    ASHLAR_ASSIGN(const bool on, go_on(rule, place, node.byte));
    if (!on) {
      i = node.skip;
      continue;
    }
    for (std::uint32_t at = node.begin; at < node.end; ++at) inside->allow(trie.ids()[at]);
    path.push_back(place);
    ++i;
  }
  const auto free = texts.at(spelling);
  RuledText made{std::move(inside), std::vector<bool>(free->exits().size())};
  for (std::size_t i = 0; i < made.exits.size(); ++i) {
    Place place{state, spelling};
    bool on = true;
    for (const char byte : free->exits()[i].content) {
      ASHLAR_ASSIGN(on, go_on(rule, place, static_cast<std::uint8_t>(byte)));
      if (!on) break;
    }
    made.exits[i] = on && rule.accepts(place.state);
  }
  return made;
}

}  // namespace ashlar::grammar
