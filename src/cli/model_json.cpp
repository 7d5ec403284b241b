#include "cli/model_json.h"

#include <fmt/format.h>

namespace ashlar::cli {
namespace {

base::Json text_or_null(const std::string& text) {
  return text.empty() ? base::Json(nullptr) : base::Json(text);
}

}  // namespace

std::uint64_t bytes_of(const hub::StoredModel& model) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(model.path, error);
  return error ? model.entry.bytes : bytes;
}

base::Json model_json(const hub::StoredModel& model) {
  const hub::CatalogueEntry& entry = model.entry;
  return {{"name", entry.name},
          {"description", text_or_null(entry.description)},
          {"licence", text_or_null(entry.licence)},
          {"present", model.present},
          {"path", model.path.string()},
          {"bytes", bytes_of(model)},
          {"package", text_or_null(entry.package)},
          {"member", text_or_null(entry.member)},
          {"sha256", text_or_null(entry.sha256)}};
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace ashlar::cli
