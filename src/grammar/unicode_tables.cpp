#define PCRE2_CODE_UNIT_WIDTH 8
#include "grammar/unicode_tables.h"

#include <pcre2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "base/utf8.h"

namespace ashlar::grammar {
namespace {

// ECMA-262, table 69, but for those that utf8proc's categories tell.
constexpr auto kTrueOrFalse = std::to_array<std::string_view>({
    "ASCII_Hex_Digit",
    "AHex",
    "Alphabetic",
    "Alpha",
    "Bidi_Control",
    "Bidi_C",
    "Bidi_Mirrored",
    "Bidi_M",
    "Case_Ignorable",
    "CI",
    "Cased",
    "Changes_When_Casefolded",
    "CWCF",
    "Changes_When_Casemapped",
    "CWCM",
    "Changes_When_Lowercased",
    "CWL",
    "Changes_When_NFKC_Casefolded",
    "CWKCF",
    "Changes_When_Titlecased",
    "CWT",
    "Changes_When_Uppercased",
    "CWU",
    "Dash",
    "Default_Ignorable_Code_Point",
    "DI",
    "Deprecated",
    "Dep",
    "Diacritic",
    "Dia",
    "Emoji",
    "Emoji_Component",
    "EComp",
    "Emoji_Modifier",
    "EMod",
    "Emoji_Modifier_Base",
    "EBase",
    "Emoji_Presentation",
    "EPres",
    "Extended_Pictographic",
    "ExtPict",
    "Extender",
    "Ext",
    "Grapheme_Base",
    "Gr_Base",
    "Grapheme_Extend",
    "Gr_Ext",
    "Hex_Digit",
    "Hex",
    "IDS_Binary_Operator",
    "IDSB",
    "IDS_Trinary_Operator",
    "IDST",
    "ID_Continue",
    "IDC",
    "ID_Start",
    "IDS",
    "Ideographic",
    "Ideo",
    "Join_Control",
    "Join_C",
    "Logical_Order_Exception",
    "LOE",
    "Lowercase",
    "Lower",
    "Math",
    "Noncharacter_Code_Point",
    "NChar",
    "Pattern_Syntax",
    "Pat_Syn",
    "Pattern_White_Space",
    "Pat_WS",
    "Quotation_Mark",
    "QMark",
    "Radical",
    "Regional_Indicator",
    "RI",
    "Sentence_Terminal",
    "STerm",
    "Soft_Dotted",
    "SD",
    "Terminal_Punctuation",
    "Term",
    "Unified_Ideograph",
    "UIdeo",
    "Uppercase",
    "Upper",
    "Variation_Selector",
    "VS",
    "White_Space",
    "space",
    "XID_Continue",
    "XIDC",
    "XID_Start",
    "XIDS",
});

// As PCRE2 spells it.
std::optional<std::string> pcre_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (const auto& [key, spelled] : {std::pair{"Script=", "sc:"},
                                     {"sc=", "sc:"},
                                     {"Script_Extensions=", "scx:"},
                                     {"scx=", "scx:"}})
    if (name.starts_with(key)) {
      name.remove_prefix(std::string_view(key).size());
      if (!std::ranges::all_of(name, is_plain)) return std::nullopt;
      return spelled + std::string(name);
    }
  if (std::ranges::find(kTrueOrFalse, name) == kTrueOrFalse.end()) return std::nullopt;
  return std::string(name);
}

using Code = std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)>;
using MatchData = std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)>;

}  // namespace

std::optional<CodeSet> tabled_property(std::string_view name) {
  const auto spelled = pcre_name(name);
  if (!spelled) return std::nullopt;
  const std::string pattern = "\\p{" + *spelled + "}+";
  int error = 0;
  std::size_t at = 0;
  const Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                PCRE2_UTF, &error, &at, nullptr),
                  pcre2_code_free);
  const MatchData found(pcre2_match_data_create(1, nullptr), pcre2_match_data_free);
  if (!code || !found) return std::nullopt;
  std::string all;
  for (char32_t c = 0; c <= kLastCodePoint; c += c == 0xD7FF ? 0x801 : 1) base::append_utf8(all, c);
  CodeSet set;
  const std::size_t* range = pcre2_get_ovector_pointer(found.get());
  for (std::size_t from = 0;
       pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(all.data()), all.size(), from,
                   PCRE2_NO_UTF_CHECK, found.get(), nullptr) > 0;
       from = range[1]) {
    std::size_t last = range[1] - 1;
    while ((static_cast<unsigned char>(all[last]) & 0xC0) == 0x80) --last;
    set.add({base::code_point_at(all, range[0]).value, base::code_point_at(all, last).value});
  }
  return set;
}

}  // namespace ashlar::grammar
