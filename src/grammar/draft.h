// The drafts of JSON Schema, and the dialect that a schema is read by: a draft with the
// vocabularies that its metaschema turns on.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ashlar::grammar {

enum class Draft : std::uint8_t { d4, d6, d7, d2019_09, d2020_12 };

// "4", "6", "7", "2019-09", "2020-12".
std::optional<Draft> draft_named(std::string_view name);
std::string_view name_of(Draft draft);

// The draft whose metaschema has this URI; http and https, with and without '#' at the end.
std::optional<Draft> draft_of_metaschema(std::string_view uri);

// Of drafts 2019-09 and 2020-12; earlier ones have all of them.
enum Vocabulary : std::uint8_t {
  kCore = 1,
  kApplicator = 2,
  kUnevaluated = 4,
  kValidation = 8,
  kFormat = 16,
  kContent = 32,
  kMetaData = 64,
  kEveryVocabulary = 127,
};

struct VocabularyUri {
  std::string_view uri;
  Vocabulary vocabulary;
  bool asserts_formats = false;
};
// Those that a metaschema's `$vocabulary` may name.
std::span<const VocabularyUri> vocabularies();

struct Dialect {
  Draft draft = Draft::d2020_12;
  std::uint8_t vocabularies = kEveryVocabulary;
  bool asserts_formats = false;  // by its metaschema, whatever the caller asked for
};

struct Metaschema {
  std::string_view uri;
  std::string_view text;
};
// Those built in (data/metaschemas).
std::span<const Metaschema> metaschemas();

}  // namespace ashlar::grammar
