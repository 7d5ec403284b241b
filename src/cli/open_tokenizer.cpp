#include "cli/open_tokenizer.h"

#include "cli/terminal.h"
#include "formats/gguf.h"
#include "hub/hub.h"

namespace ashlar::cli {

Result<std::shared_ptr<const tokenizer::Tokenizer>> open_tokenizer(std::string_view path_or_model) {
  ASHLAR_ASSIGN(const auto path, hub::locate(path_or_model, say));
  ASHLAR_ASSIGN(const auto file, formats::Gguf::open(path));
  return tokenizer::Tokenizer::from_gguf(file);
}

}  // namespace ashlar::cli
