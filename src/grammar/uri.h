// References between URIs (RFC 3986, section 5), as `$id` and `$ref` use them. Texts are compared
// as they stand, after dot segments are gone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ashlar::grammar {

// RFC 3986, appendix B; a part that isn't there is none.
struct UriParts {
  std::optional<std::string_view> scheme, authority, query, fragment;
  std::string_view path;
};
// Only what is spelled as a scheme is taken for one.
UriParts uri_parts(std::string_view uri);

// What `reference` means beside `base`; an empty base leaves it as it is.
std::string resolve_uri(std::string_view base, std::string_view reference);

struct SplitUri {
  std::string_view document;  // before '#'
  std::string_view fragment;  // behind it
};
SplitUri split_fragment(std::string_view uri);

// %XX to bytes; a broken escape stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace ashlar::grammar
