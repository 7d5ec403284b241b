#include "grammar/structure.h"

#include "base/utf8.h"
#include "grammar/composed_language.h"
#include "grammar/gbnf_language.h"
#include "grammar/language.h"
#include "grammar/regex_language.h"
#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::grammar {
namespace {

Status check_utf8(const std::string& text, const char* field) {
  if (base::is_utf8(text)) return {};
  return fail(ErrorKind::bad_input, "text that is not UTF-8", field, "send UTF-8");
}

using Made = Result<std::unique_ptr<Language>>;

Made made_of(const RegexText& regex, const ByteSet& alphabet) {
  ASHLAR_TRY(check_utf8(regex.text, "regex"));
  ASHLAR_ASSIGN(const Regex tree, parse_regex(regex.text));
  ASHLAR_ASSIGN(auto language, regex_language(tree, alphabet));
  if (!has_assertions(tree)) return language;
  return live_language(std::move(language), alphabet);
}

Made made_of(const GrammarText& grammar, const ByteSet& alphabet) {
  ASHLAR_TRY(check_utf8(grammar.text, "grammar"));
  ASHLAR_ASSIGN(const Gbnf rules, parse_gbnf(grammar.text));
  return gbnf_language(rules, alphabet);
}

// Errors name the keyword behind the field: "schema/properties/a/pattern".
Made made_of(const JsonSchema& schema, const ByteSet&) {
  auto loaded =
      load_schema(schema.text, {.assert_formats = true, .without = pointers_of(schema.given_up)});
  auto made = loaded ? schema_language(std::move(*loaded), schema.style)
                     : Made(tl::unexpected(std::move(loaded.error())));
  if (!made) made.error().where.insert(0, "schema");
  return made;
}

Made made_of(const Choices& choices, const ByteSet& alphabet) {
  if (choices.texts.empty())
    return fail(ErrorKind::bad_input, "there are no choices", "choices", "give at least one");
  for (const std::string& text : choices.texts) ASHLAR_TRY(check_utf8(text, "choices"));
  return regex_language(literals(choices.texts), alphabet);
}

Made made_of(std::monostate, const ByteSet&) {
  return fail(ErrorKind::internal, "free text has no language", "structure", "ask for one");
}

constexpr const char* kFields[] = {"structure", "regex", "grammar", "schema",
                                   "choices"};  // by index()

}  // namespace

const std::vector<GivenUp>* given_up_of(const Structure& structure) {
  const auto* schema = std::get_if<JsonSchema>(&structure);
  return schema && !schema->given_up.empty() ? &schema->given_up : nullptr;
}

Result<std::unique_ptr<Language>> language_of(const Structure& structure, const ByteSet& alphabet) {
  ASHLAR_ASSIGN(auto language,
                std::visit([&](const auto& each) { return made_of(each, alphabet); }, structure));
  if (language->start() != kDead) return language;
  const char* field = kFields[structure.index()];
  return fail(ErrorKind::bad_input, "no text that can be written matches it", field, "allow one");
}

}  // namespace ashlar::grammar
