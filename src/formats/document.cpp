#include "formats/document.h"

#include <fmt/format.h>

#include "base/file.h"
#include "formats/json_document.h"
#include "formats/toml_document.h"
#include "formats/yaml_document.h"

namespace ashlar::formats {

std::optional<DocumentKind> kind_of(const std::filesystem::path& path) {
  const auto extension = path.extension();
  if (extension == ".json") return DocumentKind::json;
  if (extension == ".toml") return DocumentKind::toml;
  if (extension == ".yaml" || extension == ".yml") return DocumentKind::yaml;
  return std::nullopt;
}

Result<base::Json> read_document(std::string_view text, DocumentKind kind, std::string_view where) {
  if (text.size() > kMostDocumentBytes)
    return fail(ErrorKind::too_large,
                fmt::format("{} bytes, over the {} that a document may have", text.size(),
                            kMostDocumentBytes),
                std::string(where), "make the document smaller");
  switch (kind) {
    case DocumentKind::json: return read_json_document(text, where);
    case DocumentKind::toml: return read_toml_document(text, where);
    case DocumentKind::yaml: return read_yaml_document(text, where);
  }
  return fail(ErrorKind::internal, "no such kind of document", std::string(where));
}

Result<base::Json> read_document(const std::filesystem::path& path) {
  const auto kind = kind_of(path);
  if (!kind)
    return fail(ErrorKind::bad_input, "what the file holds can't be told by its name",
                path.string(), "name it .json, .toml, .yaml or .yml");
  ASHLAR_ASSIGN(const std::string text, base::read_file(path, kMostDocumentBytes));
  return read_document(text, *kind, path.string());
}

}  // namespace ashlar::formats
