#include "cli/open_tokenizer.h"

#include <filesystem>

#include "cli/terminal.h"
#include "formats/gguf.h"
#include "hub/hub.h"

namespace ashlar::cli {
namespace {

// A file whose name says so, or a folder; a name of the catalogue may be a folder's too, if that
// holds no tokenizer.
bool is_json(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return path.extension() == ".json";
  return path.has_parent_path() || std::filesystem::exists(path / "tokenizer.json", error);
}

}  // namespace

Result<std::shared_ptr<const tokenizer::Tokenizer>> open_tokenizer(std::string_view path_or_model) {
  if (is_json(path_or_model)) return tokenizer::Tokenizer::open_json(path_or_model);
  ASHLAR_ASSIGN(const auto path, hub::locate(path_or_model, say));
  ASHLAR_ASSIGN(const auto file, formats::Gguf::open(path));
  return tokenizer::Tokenizer::from_gguf(file);
}

}  // namespace ashlar::cli
