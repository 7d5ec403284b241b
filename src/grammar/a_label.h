// A-labels: "xn--" and Punycode (RFC 3492) of what IDNA2008 allows in a name (RFC 5891, section 5;
// RFC 5892). Rules on writing direction (RFC 5893) aren't looked at.
#pragma once

#include <string_view>

namespace ashlar::grammar {

// REQUIRES: `label` begins with "xn--" in either case and is ASCII.
bool is_a_label(std::string_view label);

}  // namespace ashlar::grammar
