// What a model's file says of itself, as Ollama's clients want to know it. The file is read for it,
// never the open model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "formats/gguf.h"
#include "server/ollama_times.h"

namespace ashlar::server {

struct ModelCard {
  std::string sha256;  // of the file, lower-case hex
  std::uint64_t bytes = 0;
  SystemTime modified = {};
  std::uint64_t parameters = 0;
  std::string architecture;   // "llama"
  std::string quantization;   // "Q4_K_M", "F16"
  std::string chat_template;  // empty: it has none
  std::string license;        // its name
  base::Json metadata;        // all scalars; null for arrays
};

// "134.52M", "1.5B".
std::string parameter_size(std::uint64_t parameters);

// What general.file_type stands for; of a file without one the type of most of its bytes.
std::string quantization_of(const formats::Gguf& file);

// Metadata by key; arrays are null, or whole where `arrays` says so.
base::Json metadata_json(const formats::Gguf& file, bool arrays);

// Cards are made at the first question, which reads the whole file once, and kept while the file
// stays as it is. From any thread.
class ModelCards {
 public:
  // Errors: the file's.
  Result<std::shared_ptr<const ModelCard>> of(const std::filesystem::path& path);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::shared_ptr<const ModelCard>> cards_;
};

}  // namespace ashlar::server
