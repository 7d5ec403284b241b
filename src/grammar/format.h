// The specification's formats (JSON Schema Validation, section 7.3), each as a test of a string.
#pragma once

#include <span>
#include <string_view>

#include "grammar/draft.h"

namespace ashlar::grammar {

struct Format {
  std::string_view name;
  Draft since;                        // the first draft that has it
  bool (*accepts)(std::string_view);  // nullptr: specified, but not one that we have
};

// nullptr for a name that the draft's specification doesn't have.
const Format* find_format(std::string_view name, Draft draft);

// RFC 3339, section 5.6; a leap second only where UTC may have one. Durations: its appendix A.
bool is_date(std::string_view text);
bool is_time(std::string_view text);
bool is_date_time(std::string_view text);
bool is_duration(std::string_view text);
// RFC 2673, section 3.2; RFC 4291, section 2.2.
bool is_ipv4(std::string_view text);
bool is_ipv6(std::string_view text);
// RFC 1123, section 2.1, with A-labels as RFC 5891 has them.
bool is_hostname(std::string_view text);
// RFC 5321, section 4.1.2 ("Mailbox"); RFC 6531.
bool is_email(std::string_view text);
bool is_idn_email(std::string_view text);
// RFC 3986 and RFC 3987.
bool is_uri(std::string_view text);
bool is_uri_reference(std::string_view text);
bool is_iri(std::string_view text);
bool is_iri_reference(std::string_view text);
// RFC 6570.
bool is_uri_template(std::string_view text);
// RFC 6901; draft-bhutton-relative-json-pointer.
bool is_json_pointer(std::string_view text);
bool is_relative_json_pointer(std::string_view text);
// RFC 4122, section 3.
bool is_uuid(std::string_view text);
// ECMA-262.
bool is_regex(std::string_view text);

}  // namespace ashlar::grammar
