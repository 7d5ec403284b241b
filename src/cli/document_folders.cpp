#include "cli/document_folders.h"

#include <fmt/format.h>

#include "base/file.h"
#include "grammar/uri.h"

namespace ashlar::cli {
namespace {

struct Folder {
  std::string uri;  // without '/' at its end
  std::filesystem::path path;
};

// The file that a URI's rest names; empty where it would lead elsewhere.
std::filesystem::path file_of(const Folder& folder, std::string_view rest) {
  const std::filesystem::path inside = grammar::percent_decoded(rest);
  for (const auto& part : inside)
    if (part == ".." || part.is_absolute()) return {};
  return folder.path / inside;
}

}  // namespace

Result<grammar::Library> document_folders(const std::vector<std::string>& refs) {
  std::vector<Folder> folders;
  for (const std::string& ref : refs) {
    const auto sign = ref.rfind('=');
    if (sign == ref.npos || sign == 0 || sign + 1 == ref.size())
      return fail(ErrorKind::bad_input, fmt::format("'{}' is not URI=DIR", ref), "--refs",
                  "write as in http://example.com/schemas=./schemas");
    std::string uri = ref.substr(0, sign);
    while (uri.ends_with('/')) uri.pop_back();
    folders.push_back({std::move(uri), ref.substr(sign + 1)});
  }
  return [folders = std::move(folders)](std::string_view uri) -> Result<std::string> {
    for (const Folder& folder : folders) {
      if (!uri.starts_with(folder.uri) || uri.substr(folder.uri.size()).substr(0, 1) != "/")
        continue;
      const auto file = file_of(folder, uri.substr(folder.uri.size() + 1));
      std::error_code unreadable;
      if (!file.empty() && std::filesystem::is_regular_file(file, unreadable))
        return base::read_file(file, grammar::kMostSchemaBytes);
    }
    return fail(ErrorKind::not_found, fmt::format("no document '{}'", uri));
  };
}

}  // namespace ashlar::cli
