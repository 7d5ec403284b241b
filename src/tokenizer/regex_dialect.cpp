#include "tokenizer/regex_dialect.h"

#include <fmt/format.h>

#include <algorithm>

#include "formats/in_quotes.h"

namespace ashlar::tokenizer {
namespace {

// \w in Oniguruma; PCRE2 10.42 has letters, numbers and the underscore alone.
constexpr std::string_view kWord = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";

// \p{L} and \p{N} of Unicode 16.0, Oniguruma's, inside a class: PCRE2 10.42 has those of 14.0.
// Source: DerivedGeneralCategory.txt of each version.
constexpr std::string_view kLetters =
    R"(\p{L}\x{1C89}-\x{1C8A}\x{A7CB}-\x{A7CD}\x{A7DA}-\x{A7DC}\x{105C0}-\x{105F3})"
    R"(\x{10D4A}-\x{10D65}\x{10D6F}-\x{10D85}\x{10EC2}-\x{10EC4}\x{1123F}-\x{11240})"
    R"(\x{11380}-\x{11389}\x{1138B}\x{1138E}\x{11390}-\x{113B5}\x{113B7}\x{113D1})"
    R"(\x{113D3}\x{11BC0}-\x{11BE0}\x{11F02}\x{11F04}-\x{11F10}\x{11F12}-\x{11F33})"
    R"(\x{1342F}\x{13441}-\x{13446}\x{13460}-\x{143FA}\x{16100}-\x{1611D})"
    R"(\x{16D40}-\x{16D6C}\x{18CFF}\x{1B132}\x{1B155}\x{1DF25}-\x{1DF2A})"
    R"(\x{1E030}-\x{1E06D}\x{1E4D0}-\x{1E4EB}\x{1E5D0}-\x{1E5ED}\x{1E5F0}\x{2B739})"
    R"(\x{2EBF0}-\x{2EE5D}\x{31350}-\x{323AF})";
constexpr std::string_view kNumbers =
    R"(\p{N}\x{10D40}-\x{10D49}\x{116D0}-\x{116E3}\x{11BF0}-\x{11BF9})"
    R"(\x{11F50}-\x{11F59}\x{16130}-\x{16139}\x{16D70}-\x{16D79}\x{1CCF0}-\x{1CCF9})"
    R"(\x{1D2C0}-\x{1D2D3}\x{1E4F0}-\x{1E4F9}\x{1E5F1}-\x{1E5FA})";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Translator {
 public:
  Translator(std::string_view in, const std::string& where) : in_(in), where_(where) {}

  Result<std::string> translate() {
    while (at_ < in_.size()) ASHLAR_TRY(in_class_ ? class_part() : part());
    return std::move(out_);
  }

 private:
  bool at(std::string_view what) const { return in_.substr(at_).starts_with(what); }

  // At most what there is.
  void copy(std::size_t count = 1) {
    count = std::min(count, in_.size() - at_);
    out_ += in_.substr(at_, count);
    at_ += count;
  }

  void replace(std::size_t count, std::string_view by) {
    at_ += count;
    out_ += by;
  }

  tl::unexpected<Error> unsupported(std::string_view what) const {
    return fail(ErrorKind::unsupported,
                fmt::format("the regular expression {} has {} at byte {}, which is not supported",
                            formats::in_quotes(in_), formats::in_quotes(what), at_),
                where_, "use a tokenizer with another one");
  }

  Status part() {
    if (at("\\")) return escape();
    if (at("(")) return group();
    if (at("{")) return braces();
    if (at("[")) {
      in_class_ = true;
      copy(at("[^") ? 2 : 1);
      if (at("]")) return unsupported("[]");
      return {};
    }
    copy();
    return {};
  }

  Status class_part() {
    if (at("\\")) return escape();
    if (at("&&")) return unsupported("&&");
    if (at("[:")) {
      const std::size_t end = in_.find(":]", at_ + 2);
      if (end == std::string_view::npos) return unsupported("[:");
      copy(end + 2 - at_);
      return {};
    }
    if (at("[")) return unsupported("a class in a class");
    if (at("]")) in_class_ = false;
    copy();
    return {};
  }

  // (?m) is PCRE2's (?s); what begins with (* would be an order to PCRE2 itself.
  Status group() {
    if (at("(*")) return unsupported("(*");
    if (!at("(?")) {
      copy();
      return {};
    }
    for (const std::string_view plain : {"(?:", "(?=", "(?!", "(?>", "(?<", "(?#"})
      if (at(plain)) {
        copy(plain.size());
        return {};
      }
    std::size_t end = at_ + 2;
    while (end < in_.size() && std::string_view("imx-").find(in_[end]) != std::string_view::npos)
      ++end;
    if (end == in_.size() || (in_[end] != ':' && in_[end] != ')'))
      return unsupported(in_.substr(at_, end + 1 - at_));
    for (; at_ < end; ++at_) out_ += in_[at_] == 'm' ? 's' : in_[at_];
    return {};
  }

  // {,n} is {0,n}, and + behind braces repeats them instead of making them possessive.
  Status braces() {
    std::size_t end = at_ + 1;
    while (end < in_.size() && (is_digit(in_[end]) || in_[end] == ',')) ++end;
    if (end == in_.size() || in_[end] != '}' || end == at_ + 1) {
      replace(1, "\\{");
      return {};
    }
    if (end + 1 < in_.size() && in_[end + 1] == '+')
      return unsupported(in_.substr(at_, end + 2 - at_));
    replace(1, at("{,") ? "{0" : "{");
    copy(end - at_);
    return {};
  }

  Status escape() {
    if (at_ + 1 == in_.size()) return unsupported("\\");
    const char c = in_[at_ + 1];
    if (c == 's' || c == 'S') {  // PCRE2's has U+180E too
      replace(2, c == 's' ? R"(\p{White_Space})" : R"(\P{White_Space})");
      return {};
    }
    if (c == 'w' || c == 'W') return set(2, kWord, c == 'W');
    if (at("\\p{L}") || at("\\P{L}")) return set(5, kLetters, c == 'P');
    if (at("\\p{N}") || at("\\P{N}")) return set(5, kNumbers, c == 'P');
    if (c == 'v') {
      replace(2, "\\x0B");
      return {};
    }
    if (c == 'u') return code_point();
    if (is_letter(c) && std::string_view("pPdDbBAzZGntrfaexk").find(c) == std::string_view::npos)
      return unsupported(in_.substr(at_, 2));
    copy(2);
    if (at("{") && (c == 'p' || c == 'P' || c == 'x')) copy(in_.substr(at_).find('}'));
    return {};
  }

  // `count` bytes become `members` of a class, which may be the one around them.
  Status set(std::size_t count, std::string_view members, bool negated) {
    if (in_class_ && negated)
      return unsupported(fmt::format("{} in a class", in_.substr(at_, count)));
    replace(count,
            in_class_ ? std::string(members) : fmt::format("[{}{}]", negated ? "^" : "", members));
    return {};
  }

  // \uHHHH
  Status code_point() {
    const std::string_view digits = in_.substr(at_ + 2).substr(0, 4);
    if (digits.size() != 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
      return unsupported(in_.substr(at_, 6));
    replace(6, fmt::format("\\x{{{}}}", digits));
    return {};
  }

  std::string_view in_;
  const std::string& where_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

}  // namespace

Result<std::string> to_pcre2(std::string_view expression, const std::string& where) {
  return Translator(expression, where).translate();
}

}  // namespace ashlar::tokenizer
