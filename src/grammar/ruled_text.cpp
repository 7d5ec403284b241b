#include "grammar/ruled_text.h"

#include <string>

#include "base/utf8.h"
#include "grammar/json_text.h"
#include "grammar/text_rule.h"

namespace ashlar::grammar {
namespace {

struct Place {
  StateId state;
  JsonSpelling spelling;
};

// False where the language's texts don't go on so, or the string ends.
Result<bool> go_on(Language& language, Place& place, std::uint8_t byte) {
  switch (place.spelling.read(byte)) {
    case JsonSpelling::Read::dead:
    case JsonSpelling::Read::closed: return false;
    case JsonSpelling::Read::pending:
      return JsonText::can_spell(language, place.state, place.spelling);
    case JsonSpelling::Read::byte: {
      ASHLAR_ASSIGN(place.state, language.next(place.state, byte));
      return place.state != kDead;
    }
    case JsonSpelling::Read::escaped: break;
  }
  std::string bytes;
  base::append_utf8(bytes, place.spelling.character);
  for (const char each : bytes) {
    ASHLAR_ASSIGN(place.state, language.next(place.state, static_cast<std::uint8_t>(each)));
    if (place.state == kDead) return false;
  }
  return true;
}

// A byte that is a character of the text, and no more: most are.
bool is_plain(const Place& place, std::uint8_t byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' &&
         place.spelling.phase == JsonSpelling::Phase::plain &&
         place.spelling.utf8 == Utf8State::whole;
}

}  // namespace

Result<RuledText> ruled_text(Language& language, StateId state, const JsonSpelling& spelling,
                             FreeTextMasks& texts) {
  const TokenTrie& trie = texts.trie();
  const auto* rule = dynamic_cast<const TextRule*>(&language);
  auto inside = std::make_shared<TokenMask>(TokenMask::none(trie.size()));
  std::vector<Place> path{{state, spelling}};  // by depth
  const auto nodes = trie.nodes();
  for (std::uint32_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth, path.front());
    Place place = path.back();
    StateId known = rule && is_plain(place, node.byte) ? rule->known_next(place.state, node.byte)
                                                       : TextRule::kUnknown;
    bool on = known != kDead;
    if (known == TextRule::kUnknown) {
      ASHLAR_ASSIGN(on, go_on(language, place, node.byte));
    } else {
      place.state = known;
    }
    if (!on) {
      i = node.skip;
      continue;
    }
    for (std::uint32_t at = node.begin; at < node.end; ++at) inside->allow(trie.ids()[at]);
    path.push_back(place);
    ++i;
  }
  const auto free = texts.at(spelling);
  RuledText made{std::move(inside), std::vector<StateId>(free->exits().size(), kDead)};
  for (std::size_t i = 0; i < made.exits.size(); ++i) {
    Place place{state, spelling};
    bool on = true;
    for (const char byte : free->exits()[i].content) {
      ASHLAR_ASSIGN(on, go_on(language, place, static_cast<std::uint8_t>(byte)));
      if (!on) break;
    }
    if (on && language.accepts(place.state)) made.exits[i] = place.state;
  }
  return made;
}

}  // namespace ashlar::grammar
