// The formats as regular expressions of the RFCs that format.h names, and as languages made of
// them.
#include <fmt/format.h>

#include <string>

#include "grammar/composed_language.h"
#include "grammar/regex_language.h"
#include "grammar/text_language.h"
#include "grammar/time_language.h"

namespace ashlar::grammar {
namespace {

using Text = std::string;
using Made = Result<std::unique_ptr<Language>>;

const Text kHex = "[0-9A-Fa-f]";

Text any_of(std::initializer_list<Text> texts) {
  Text all;
  for (const Text& text : texts) all += (all.empty() ? "(?:" : "|") + text;
  return all + ")";
}
Text maybe(const Text& text) {
  return "(?:" + text + ")?";
}
Text counted(const Text& text, int min, int max) {
  return "(?:" + text + "){" + std::to_string(min) + "," + std::to_string(max) + "}";
}

Text date() {
  const Text leap_year =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
  const Text month_and_day =
      "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
      "02-(?:0[1-9]|1[0-9]|2[0-8]))";
  return any_of({"[0-9]{4}-" + month_and_day, leap_year + "-02-29"});
}

Text duration() {
  // Each unit at most once, none left out between two.
  const auto units = [](const Text& first, const Text& second, const Text& third) {
    const Text number = "[0-9]+", last = number + third, two = number + second + maybe(last);
    return any_of({number + first + maybe(two), two, last});
  };
  const Text time = "T" + units("H", "M", "S");
  return "P" + any_of({"[0-9]+W", units("Y", "M", "D") + maybe(time), time});
}

Text ipv4() {
  const Text octet = "(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])";
  return octet + "(?:\\." + octet + "){3}";
}

// What may stand behind "::" in place of at most so many groups.
Text ipv6_end(int groups) {
  if (groups == 0) return "";
  const Text group = kHex + "{1,4}";
  const Text plain = group + counted(":" + group, 0, groups - 1);
  if (groups < 2) return maybe(plain);
  return maybe(plain + "|" + counted(group + ":", 0, groups - 2) + ipv4());
}

Text ipv6() {
  const Text group = kHex + "{1,4}";
  Text rest = "::|:" + group;  // behind seven groups
  for (int read = 6; read > 0; --read)
    rest = (read == 6 ? ":" + ipv4() + "|" : "") + "::" + ipv6_end(7 - read) + "|:" + group +
           "(?:" + rest + ")";
  return any_of({"::" + ipv6_end(7), group + "(?:" + rest + ")"});
}

// No A-labels: which of them decode, no automaton tells.
Text hostname() {
  const Text any = "[0-9A-Za-z]", inner = "[0-9A-Za-z-]";
  const auto rest = [&](int most) { return maybe(counted(inner, 0, most) + any); };
  const Text behind_xn = maybe(any_of({any + rest(59), "-" + any + rest(58)}));
  const Text behind_x = maybe(any_of(
      {"[0-9A-MO-Za-mo-z]" + rest(60), "-" + counted(inner, 0, 60) + any, "[Nn]" + behind_xn}));
  const Text label = any_of({"[0-9A-WYZa-wyz]" + rest(61), "[Xx]" + behind_x});
  return label + "(?:\\." + label + ")*";
}

constexpr std::uint32_t kLongestLocal = 64, kLongestName = 253;

Text email_local(bool international) {
  const Text beyond = international ? "\\u0080-\\u{10FFFF}" : "";
  const Text atom = "[A-Za-z0-9!#$%&'*+\\-/=?\\^_`{|}~" + beyond + "]+";
  return any_of({atom + "(?:\\." + atom + ")*",
                 "\"(?:[ !#-\\[\\]-~" + beyond + "]|\\\\[ -~" + beyond + "])*\""});
}

Text address_literal() {
  return "\\[" + any_of({ipv4(), "IPv6:" + any_of({ipv6()})}) + "\\]";
}

Text international_domain() {
  const Text end = "[0-9A-Za-z\\u0080-\\u{10FFFF}]";
  const Text label = end + "(?:[0-9A-Za-z\\u0080-\\u{10FFFF}-]*" + end + ")?";
  return label + "(?:\\." + label + ")*";
}

// RFC 3987's ucschar and iprivate, inside of brackets.
Text ucschar() {
  Text set = "\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF";
  for (int plane = 1; plane <= 14; ++plane)
    set += fmt::format("\\u{{{:X}}}-\\u{{{:X}}}", plane << 16 | (plane == 14 ? 0x1000 : 0),
                       plane << 16 | 0xFFFD);
  return set;
}
const Text kPrivate = "\\uE000-\\uF8FF\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}";
const Text kUnreserved = "A-Za-z0-9\\-._~", kSubDelims = "!$&'()*+,;=";

Text character(const Text& set) {
  return "(?:[" + kUnreserved + set + "]|%" + kHex + "{2})";
}

Text uri(bool international, bool absolute) {
  const Text ucs = international ? ucschar() : "", usual = kSubDelims + ucs;
  const Text path_character = character(usual + ":@"), path = "(?:" + path_character + "|/)*";
  const Text future = "[Vv]" + kHex + "+\\.[" + kUnreserved + kSubDelims + ":]+";
  const Text host = any_of({"\\[" + any_of({ipv6(), future}) + "\\]", character(usual) + "*"});
  const Text authority = "//" + maybe(character(usual + ":") + "*@") + host + maybe(":[0-9]*");
  // "//" begins an authority, no path.
  const Text slashed = any_of({authority + maybe("/" + path), "/" + maybe(path_character + path)});
  const Text scheme = "[A-Za-z][A-Za-z0-9+.\\-]*:", rootless = maybe(path_character + path);
  const Text query = "(?:" + character(usual + ":@/?" + (international ? kPrivate : "")) + ")*";
  const Text fragment = "(?:" + character(usual + ":@/?") + ")*";
  const Text tail = maybe("\\?" + query) + maybe("#" + fragment);
  if (absolute) return scheme + any_of({slashed, rootless}) + tail;
  const Text no_scheme = character(usual + "@") + "+" + maybe("/" + path);
  return maybe(any_of({maybe(scheme) + slashed, scheme + rootless, no_scheme})) + tail;
}

Text uri_template() {
  const Text literal = character("!#$&'()*+,/:;=?@\\[\\]" + ucschar() + kPrivate);
  const Text name = "(?:[A-Za-z0-9_]|%" + kHex + "{2})+";
  const Text variable = name + "(?:\\." + name + ")*" + maybe("\\*|:[1-9][0-9]{0,3}");
  return any_of({literal, "\\{[+#./;?&=,!@|]?" + variable + "(?:," + variable + ")*\\}"}) + "*";
}

Text json_pointer() {
  return "(?:/(?:[^~/]|~[01])*)*";
}

Text uuid() {
  return kHex + "{8}(?:-" + kHex + "{4}){3}-" + kHex + "{12}";
}

// Of ECMA-262: groups four deep, without names, references, looking around, and no ranges but of
// letters and digits.
Text regex() {
  Text ranges;
  for (const std::string_view letters : {"09", "AZ", "az"})
    for (char first = letters[0]; first < letters[1]; ++first)
      ranges += fmt::format("{0}-[{0}-{1}]|", first, letters[1]);
  const Text syntax = "\\^$.*+?()\\[\\]{}|\\\\/";
  const Text escape = "\\\\(?:[dDwWsStnvfr" + syntax + "]|c[A-Za-z]|x" + kHex +
                      "{2}|u(?:[0-9A-Ca-cEFef]" + kHex + "{3}|\\{" + kHex +
                      "{1,5}\\})|[pP]\\{(?:L[lu]?|Nd?|[PSZ])\\})";
  const Text set = "\\[\\^?-?(?:" + ranges + "[^\\\\\\]\\-\\^]|\\\\[b-]|" + escape + ")*-?\\]";
  const Text atom = any_of({"[^" + syntax + "]", "\\.", escape, set});
  const Text times = maybe("(?:[*+?]|\\{(?:[0-9]{1,3},?|0,[0-9]{1,3}|1,[1-9][0-9]{0,2})\\})\\??");
  const auto sequence = [&](const Text& part) {
    return any_of({part + times, "[|\\^$]", "\\\\[bB]"}) + "*";
  };
  Text whole = sequence(atom);
  for (int depth = 0; depth < 4; ++depth)
    whole = sequence(any_of({atom, "\\((?:\\?:)?" + whole + "\\)"}));
  return whole;
}

Made language_of(const Text& regex) {
  ASHLAR_ASSIGN(const Regex tree, parse_regex(regex));
  return regex_language(tree, ByteSet().set());
}

Made capped(const Text& regex, std::uint32_t most) {
  ASHLAR_ASSIGN(auto language, language_of(regex));
  return capped_language(std::move(language), most);
}

Made date_time() {
  ASHLAR_ASSIGN(auto day, language_of(date()));
  return joined_language(std::move(day), "Tt", time_language());
}

Made email() {
  ASHLAR_ASSIGN(auto local, capped(email_local(false), kLongestLocal));
  ASHLAR_ASSIGN(auto domain, capped(any_of({hostname(), address_literal()}), kLongestName));
  return joined_language(std::move(local), "@", std::move(domain));
}

// Every host name is among its domains, whose length nothing limits.
Made idn_email() {
  ASHLAR_ASSIGN(auto local, capped(email_local(true), kLongestLocal));
  ASHLAR_ASSIGN(auto domain, language_of(any_of({international_domain(), address_literal()})));
  return joined_language(std::move(local), "@", std::move(domain));
}

struct Row {
  std::string_view name;
  Made (*make)();
};
constexpr Row kRows[] = {
    {"date", [] { return language_of(date()); }},
    {"time", []() -> Made { return time_language(); }},
    {"date-time", date_time},
    {"duration", [] { return language_of(duration()); }},
    {"email", email},
    {"idn-email", idn_email},
    {"hostname", [] { return capped(hostname(), kLongestName); }},
    {"ipv4", [] { return language_of(ipv4()); }},
    {"ipv6", [] { return language_of(ipv6()); }},
    {"uri", [] { return language_of(uri(false, true)); }},
    {"uri-reference", [] { return language_of(uri(false, false)); }},
    {"iri", [] { return language_of(uri(true, true)); }},
    {"iri-reference", [] { return language_of(uri(true, false)); }},
    {"uri-template", [] { return language_of(uri_template()); }},
    {"json-pointer", [] { return language_of(json_pointer()); }},
    {"relative-json-pointer",
     [] { return language_of("(?:0|[1-9][0-9]*)(?:#|" + json_pointer() + ")"); }},
    {"uuid", [] { return language_of(uuid()); }},
    {"regex", [] { return language_of(regex()); }},
};

}  // namespace

Result<std::unique_ptr<Language>> format_language(const Format& format) {
  for (const Row& row : kRows)
    if (row.name == format.name) return row.make();
  return fail(ErrorKind::unsupported, fmt::format("no automaton for the format {}", format.name),
              "format", "leave it out");
}

}  // namespace ashlar::grammar
