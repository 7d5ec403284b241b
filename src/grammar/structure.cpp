#include "grammar/structure.h"

#include "base/utf8.h"
#include "grammar/regex_language.h"

namespace ashlar::grammar {
namespace {

Status check_utf8(const std::string& text, const char* field) {
  if (base::is_utf8(text)) return {};
  return fail(ErrorKind::bad_input, "text that is not UTF-8", field, "send UTF-8");
}

Result<Regex> regex_of(const RegexText& regex) {
  ASHLAR_TRY(check_utf8(regex.text, "regex"));
  return parse_regex(regex.text);
}

Result<Regex> regex_of(const Choices& choices) {
  if (choices.texts.empty())
    return fail(ErrorKind::bad_input, "there are no choices", "choices", "give at least one");
  for (const std::string& text : choices.texts) ASHLAR_TRY(check_utf8(text, "choices"));
  return literals(choices.texts);
}

Result<Regex> regex_of(std::monostate) {
  return fail(ErrorKind::internal, "free text has no language", "structure", "ask for one");
}

}  // namespace

Result<std::unique_ptr<Language>> language_of(const Structure& structure, const ByteSet& alphabet) {
  ASHLAR_ASSIGN(const Regex regex,
                std::visit([](const auto& each) { return regex_of(each); }, structure));
  ASHLAR_ASSIGN(auto language, regex_language(regex, alphabet));
  if (language->start() != kDead) return language;
  return fail(ErrorKind::bad_input, "no text matches the regular expression", "regex", "allow one");
}

}  // namespace ashlar::grammar
