#include "grammar/code_set.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "grammar/unicode_tables.h"

namespace ashlar::grammar {
namespace {

// Of UnicodeData.txt, in utf8proc's order of its categories.
struct Category {
  std::string_view brief, full;
};
constexpr auto kCategories = std::to_array<Category>({
    {"Cn", "Unassigned"},
    {"Lu", "Uppercase_Letter"},
    {"Ll", "Lowercase_Letter"},
    {"Lt", "Titlecase_Letter"},
    {"Lm", "Modifier_Letter"},
    {"Lo", "Other_Letter"},
    {"Mn", "Nonspacing_Mark"},
    {"Mc", "Spacing_Mark"},
    {"Me", "Enclosing_Mark"},
    {"Nd", "Decimal_Number"},
    {"Nl", "Letter_Number"},
    {"No", "Other_Number"},
    {"Pc", "Connector_Punctuation"},
    {"Pd", "Dash_Punctuation"},
    {"Ps", "Open_Punctuation"},
    {"Pe", "Close_Punctuation"},
    {"Pi", "Initial_Punctuation"},
    {"Pf", "Final_Punctuation"},
    {"Po", "Other_Punctuation"},
    {"Sm", "Math_Symbol"},
    {"Sc", "Currency_Symbol"},
    {"Sk", "Modifier_Symbol"},
    {"So", "Other_Symbol"},
    {"Zs", "Space_Separator"},
    {"Zl", "Line_Separator"},
    {"Zp", "Paragraph_Separator"},
    {"Cc", "Control"},
    {"Cf", "Format"},
    {"Cs", "Surrogate"},
    {"Co", "Private_Use"},
});
constexpr auto kGroups = std::to_array<Category>({{"L", "Letter"},
                                                  {"M", "Mark"},
                                                  {"N", "Number"},
                                                  {"P", "Punctuation"},
                                                  {"S", "Symbol"},
                                                  {"Z", "Separator"},
                                                  {"C", "Other"}});

std::optional<std::string_view> brief_of(std::string_view name) {
  if (name == "digit") return "Nd";
  if (name == "punct") return "P";
  if (name == "cntrl") return "Cc";
  if (name == "Combining_Mark") return "M";
  for (const Category& each : kCategories)
    if (name == each.brief || name == each.full) return each.brief;
  for (const Category& each : kGroups)
    if (name == each.brief || name == each.full) return each.brief;
  return std::nullopt;
}

CodeSet of_category(std::string_view brief) {
  CodeSet set;
  std::optional<char32_t> first;
  for (char32_t c = 0; c <= kLastCodePoint + 1; ++c) {
    const bool inside =
        c <= kLastCodePoint &&
        kCategories[static_cast<std::size_t>(utf8proc_category(static_cast<int>(c)))]
            .brief.starts_with(brief);
    if (inside && !first) first = c;
    if (!inside && first) set.add({*std::exchange(first, std::nullopt), c - 1});
  }
  return set;
}

std::optional<CodeSet> property_of(std::string_view name) {
  if (name == "Any") return CodeSet{{0, kLastCodePoint}};
  if (name == "ASCII") return CodeSet{{0, 0x7F}};
  if (name == "Assigned") return of_category("Cn").complement();
  std::string_view category = name;
  for (const std::string_view prefix : {"gc=", "General_Category="})
    if (name.starts_with(prefix)) category.remove_prefix(prefix.size());
  if (category == "LC" || category == "Cased_Letter") {
    CodeSet cased = of_category("Lu");
    for (const char* brief : {"Ll", "Lt"}) cased.add(of_category(brief));
    return cased;
  }
  if (const auto brief = brief_of(category)) return of_category(*brief);
  return tabled_property(name);
}

}  // namespace

CodeSet::CodeSet(std::initializer_list<CodeRange> ranges) {
  for (const CodeRange range : ranges) add(range);
}

void CodeSet::add(CodeRange range) {
  if (range.last < range.first) return;
  // The first that touches it or lies behind it.
  const auto begin = std::ranges::lower_bound(ranges_, range.first, {}, [](const CodeRange& r) {
    return r.last == kLastCodePoint ? r.last : r.last + 1;
  });
  auto end = begin;
  for (; end != ranges_.end() && end->first <= range.last + 1; ++end) {
    range.first = std::min(range.first, end->first);
    range.last = std::max(range.last, end->last);
  }
  ranges_.insert(ranges_.erase(begin, end), range);
}

void CodeSet::add(const CodeSet& other) {
  for (const CodeRange range : other.ranges_) add(range);
}

CodeSet CodeSet::complement() const {
  CodeSet rest;
  char32_t next = 0;
  for (const CodeRange range : ranges_) {
    if (range.first > next) rest.ranges_.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) rest.ranges_.push_back({next, kLastCodePoint});
  return rest;
}

bool CodeSet::contains(char32_t code_point) const {
  const auto at = std::ranges::lower_bound(ranges_, code_point, {}, &CodeRange::last);
  return at != ranges_.end() && at->first <= code_point;
}

CodeSet digits() {
  return {{'0', '9'}};
}

CodeSet word_characters() {
  return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
}

CodeSet white_space() {
  return {{'\t', '\r'},     {' ', ' '},       {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
          {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
}

CodeSet line_ends() {
  return {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
}

std::optional<CodeSet> unicode_property(std::string_view name) {
  // Unicode's own constants, each found once: expressions name the same few again and again.
  static std::mutex mutex;
  static std::map<std::string, CodeSet, std::less<>> known;
  const std::lock_guard lock(mutex);
  if (const auto at = known.find(name); at != known.end()) return at->second;
  auto set = property_of(name);
  if (set) known.emplace(name, *set);
  return set;
}

}  // namespace ashlar::grammar
