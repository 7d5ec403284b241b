#include "tokenizer/regex_dialect.h"

#include <fmt/format.h>

#include <optional>

#include "formats/in_quotes.h"

namespace ashlar::tokenizer {
namespace {

// \w in Oniguruma; PCRE2 10.42 has letters, numbers and the underscore alone.
constexpr std::string_view kWord = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";

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

  void copy(std::size_t count = 1) {
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
    if (const auto set = set_of(c)) {
      replace(2, *set);
      return {};
    }
    if (c == 'w' || c == 'W') return word(c == 'W');
    if (c == 'v') {
      replace(2, "\\x0B");
      return {};
    }
    if (c == 'u') return code_point();
    if (is_letter(c) && std::string_view("pPdDbBAzZGntrfaexk").find(c) == std::string_view::npos)
      return unsupported(in_.substr(at_, 2));
    copy(2);
    return {};
  }

  // \s in PCRE2 has U+180E too.
  static std::optional<std::string_view> set_of(char c) {
    if (c == 's') return R"(\p{White_Space})";
    if (c == 'S') return R"(\P{White_Space})";
    return std::nullopt;
  }

  Status word(bool negated) {
    if (in_class_ && negated) return unsupported(R"(\W in a class)");
    replace(2, in_class_ ? std::string(kWord) : fmt::format("[{}{}]", negated ? "^" : "", kWord));
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
