// The chat page, built from web/ (docs/page.md) and held in the binary.
#pragma once

#include <string_view>

namespace ashlar::server {

extern const std::string_view kPageHtml, kPageScript, kPageStyle, kPageLicenses;

}  // namespace ashlar::server
