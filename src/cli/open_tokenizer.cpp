#include "cli/open_tokenizer.h"

#include <filesystem>

#include "cli/terminal.h"
#include "formats/gguf.h"
#include "hub/hub.h"

namespace ashlar::cli {
namespace {

// A folder, or a file whose name says so; a name of the catalogue is neither.
bool is_json(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) || path.extension() == ".json";
}

}  // namespace

Result<std::shared_ptr<const tokenizer::Tokenizer>> open_tokenizer(std::string_view path_or_model) {
  if (is_json(path_or_model)) return tokenizer::Tokenizer::open_json(path_or_model);
  ASHLAR_ASSIGN(const auto path, hub::locate(path_or_model, say));
  ASHLAR_ASSIGN(const auto file, formats::Gguf::open(path));
  return tokenizer::Tokenizer::from_gguf(file);
}

}  // namespace ashlar::cli
