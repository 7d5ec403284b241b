#include "grammar/draft.h"

#include <string>

namespace ashlar::grammar {
namespace {

struct Named {
  Draft draft;
  std::string_view name;
  std::string_view metaschema;  // without scheme
};

constexpr Named kDrafts[] = {
    {Draft::d4, "4", "//json-schema.org/draft-04/schema"},
    {Draft::d6, "6", "//json-schema.org/draft-06/schema"},
    {Draft::d7, "7", "//json-schema.org/draft-07/schema"},
    {Draft::d2019_09, "2019-09", "//json-schema.org/draft/2019-09/schema"},
    {Draft::d2020_12, "2020-12", "//json-schema.org/draft/2020-12/schema"},
};

constexpr VocabularyUri kVocabularies[] = {
    {"https://json-schema.org/draft/2019-09/vocab/core", kCore},
    // 2019-09 has unevaluated* among the applicators.
    {"https://json-schema.org/draft/2019-09/vocab/applicator",
     static_cast<Vocabulary>(kApplicator | kUnevaluated)},
    {"https://json-schema.org/draft/2019-09/vocab/validation", kValidation},
    {"https://json-schema.org/draft/2019-09/vocab/format", kFormat},
    {"https://json-schema.org/draft/2019-09/vocab/content", kContent},
    {"https://json-schema.org/draft/2019-09/vocab/meta-data", kMetaData},
    {"https://json-schema.org/draft/2020-12/vocab/core", kCore},
    {"https://json-schema.org/draft/2020-12/vocab/applicator", kApplicator},
    {"https://json-schema.org/draft/2020-12/vocab/unevaluated", kUnevaluated},
    {"https://json-schema.org/draft/2020-12/vocab/validation", kValidation},
    {"https://json-schema.org/draft/2020-12/vocab/format-annotation", kFormat},
    {"https://json-schema.org/draft/2020-12/vocab/format-assertion", kFormat, true},
    {"https://json-schema.org/draft/2020-12/vocab/content", kContent},
    {"https://json-schema.org/draft/2020-12/vocab/meta-data", kMetaData},
};

}  // namespace

std::optional<Draft> draft_named(std::string_view name) {
  for (const Named& row : kDrafts)
    if (row.name == name) return row.draft;
  return std::nullopt;
}

std::string_view name_of(Draft draft) {
  return kDrafts[static_cast<int>(draft)].name;
}

std::optional<Draft> draft_of_metaschema(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  for (const std::string_view scheme : {"http:", "https:"})
    for (const Named& row : kDrafts)
      if (uri.starts_with(scheme) && uri.substr(scheme.size()) == row.metaschema) return row.draft;
  return std::nullopt;
}

std::span<const VocabularyUri> vocabularies() {
  return kVocabularies;
}

}  // namespace ashlar::grammar
