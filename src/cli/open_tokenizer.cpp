#include "cli/open_tokenizer.h"

#include <fmt/format.h>

#include "formats/gguf.h"
#include "hub/hub.h"

namespace ashlar::cli {

Result<std::shared_ptr<const tokenizer::Tokenizer>> open_tokenizer(std::string_view path_or_model) {
  const auto say = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
  ASHLAR_ASSIGN(const auto path, hub::locate(path_or_model, say));
  ASHLAR_ASSIGN(const auto file, formats::Gguf::open(path));
  return tokenizer::Tokenizer::from_gguf(file);
}

}  // namespace ashlar::cli
