// Every keyword that asks something of an instance or holds subschemas: in which drafts and which
// vocabulary, where its subschemas are, and what reads it into a node.
#pragma once

#include <string_view>

#include "base/result.h"
#include "grammar/draft.h"
#include "grammar/json_value.h"

namespace ashlar::grammar {

class KeywordReader;

enum class Children : std::uint8_t {
  none,
  one,
  list,
  one_or_list,
  map,           // by name
  map_or_names,  // draft 7's `dependencies`: arrays among them are names of properties
};

struct Keyword {
  std::string_view name;
  Draft first, last;
  Vocabulary vocabulary;
  Children children;
  Status (*read)(KeywordReader&, const Value&);  // nullptr: holds subschemas and no more
};

// nullptr for what the dialect doesn't have.
const Keyword* find_keyword(std::string_view name, const Dialect& dialect);

}  // namespace ashlar::grammar
