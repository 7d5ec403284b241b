#include "grammar/format.h"

namespace ashlar::grammar {
namespace {

constexpr Format kFormats[] = {
    {"date-time", Draft::d4, is_date_time},
    {"email", Draft::d4, is_email},
    {"hostname", Draft::d4, is_hostname},
    {"ipv4", Draft::d4, is_ipv4},
    {"ipv6", Draft::d4, is_ipv6},
    {"uri", Draft::d4, is_uri},
    {"uri-reference", Draft::d6, is_uri_reference},
    {"uri-template", Draft::d6, is_uri_template},
    {"json-pointer", Draft::d6, is_json_pointer},
    {"date", Draft::d7, is_date},
    {"time", Draft::d7, is_time},
    {"regex", Draft::d4, is_regex},  // draft 3 has it; those of draft 4 and 6 kept to it
    {"iri", Draft::d7, is_iri},
    {"iri-reference", Draft::d7, is_iri_reference},
    {"idn-email", Draft::d7, is_idn_email},
    {"idn-hostname", Draft::d7, nullptr},
    {"relative-json-pointer", Draft::d7, is_relative_json_pointer},
    {"duration", Draft::d2019_09, is_duration},
    {"uuid", Draft::d2019_09, is_uuid},
};

}  // namespace

const Format* find_format(std::string_view name, Draft draft) {
  for (const Format& format : kFormats)
    if (format.name == name && format.since <= draft) return &format;
  return nullptr;
}

}  // namespace ashlar::grammar
