// str methods that ask what all characters are.
#include "base/utf8.h"
#include "chat/evaluate.h"
#include "chat/methods.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

bool is_alnum(char32_t c) {
  return is_alpha(c) || is_numeric(c);
}
bool is_ascii(char32_t c) {
  return c < 0x80;
}
// Superscripts and the like are digits, fractions are not: here only the first 256 are told apart.
bool is_digit(char32_t c) {
  return is_decimal(c) || c == U'\u00b2' || c == U'\u00b3' || c == U'\u00b9' || c == U'\u2070' ||
         (c >= U'\u2074' && c <= U'\u2079') || (c >= U'\u2080' && c <= U'\u2089');
}

Result<Value> all(Evaluator& evaluator, const Value& self, Arguments& arguments,
                  bool (*accepts)(char32_t), bool when_empty) {
  ASHLAR_TRY(arguments.bind_positional("this method", 0, 0));
  const std::string_view view = self.get<Text>()->view();
  ASHLAR_TRY(evaluator.meter().scan(view.size()));
  for (std::size_t at = 0; at < view.size();) {
    const base::CodePoint point = base::code_point_at(view, at);
    if (!accepts(point.value)) return Value(false);
    at += point.bytes;
  }
  return Value(when_empty || !view.empty());
}

template <bool (*accepts)(char32_t), bool when_empty = false>
Result<Value> every(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  return all(evaluator, self, arguments, accepts, when_empty);
}

// Some character has case, and all that do are of the one.
template <bool upper>
Result<Value> cased(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("this method", 0, 0));
  ASHLAR_TRY(evaluator.meter().scan(self.get<Text>()->size()));
  return Value(is_cased_text(self.get<Text>()->view(), upper));
}

Result<Value> istitle(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  ASHLAR_TRY(arguments.bind_positional("istitle", 0, 0));
  const std::string_view view = self.get<Text>()->view();
  ASHLAR_TRY(evaluator.meter().scan(view.size()));
  bool any = false, in_word = false;
  for (std::size_t at = 0; at < view.size();) {
    const base::CodePoint point = base::code_point_at(view, at);
    const bool upper = is_upper(point.value), lower = is_lower(point.value);
    if ((upper && in_word) || (lower && !in_word)) return Value(false);
    in_word = upper || lower;
    any = any || in_word;
    at += point.bytes;
  }
  return Value(any);
}

}  // namespace

std::span<const Method> character_methods() {
  static constexpr Method kTable[] = {
      {"isalnum", every<is_alnum>},       {"isalpha", every<is_alpha>},
      {"isascii", every<is_ascii, true>}, {"isdecimal", every<is_decimal>},
      {"isdigit", every<is_digit>},       {"islower", cased<false>},
      {"isnumeric", every<is_numeric>},   {"isprintable", every<is_printable, true>},
      {"isspace", every<is_space>},       {"istitle", istitle},
      {"isupper", cased<true>},
  };
  return kTable;
}

}  // namespace ashlar::chat
