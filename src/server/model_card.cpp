#include "server/model_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "hub/hub.h"
#include "tensor/codec.h"

namespace ashlar::server {
namespace {

using base::Json;

// general.file_type, as llama.cpp's llama_ftype numbers them; it isn't named where it holds a
// guess.
constexpr auto kFileTypes = std::to_array<std::pair<std::uint64_t, std::string_view>>({
    {0, "F32"},
    {1, "F16"},
    {2, "Q4_0"},
    {3, "Q4_1"},
    {7, "Q8_0"},
    {8, "Q5_0"},
    {9, "Q5_1"},
    {10, "Q2_K"},
    {11, "Q3_K_S"},
    {12, "Q3_K_M"},
    {13, "Q3_K_L"},
    {14, "Q4_K_S"},
    {15, "Q4_K_M"},
    {16, "Q5_K_S"},
    {17, "Q5_K_M"},
    {18, "Q6_K"},
    {32, "BF16"},
});

template <class T>
Json scalar_json(const T& value) {
  return value;
}
// JSON has no number for these.
Json scalar_json(double value) {
  return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value));
}

template <class T>
Json array_json(const std::vector<T>& values) {
  Json items = Json::array();
  for (std::size_t i = 0; i < values.size(); ++i) items.push_back(scalar_json(T(values[i])));
  return items;
}

Json value_json(const formats::GgufEntry& entry, bool arrays) {
  return std::visit(
      [&](const auto& value) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, formats::GgufArray>)
          return arrays ? std::visit([](const auto& values) { return array_json(values); }, value)
                        : Json(nullptr);
        else
          return scalar_json(value);
      },
      entry.value);
}

std::string text_of(const formats::Gguf& file, std::string_view key) {
  const auto text = file.string(key);
  return text ? std::string(*text) : std::string();
}

Result<ModelCard> read_card(const std::filesystem::path& path) {
  ModelCard card;
  ASHLAR_ASSIGN(const formats::Gguf file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(card.sha256, hub::sha256_of(path));
  card.bytes = file.file_bytes();
  for (const formats::GgufTensor& tensor : file.tensors())
    card.parameters += tensor.shape.elements();
  card.architecture = text_of(file, "general.architecture");
  card.quantization = quantization_of(file);
  card.chat_template = text_of(file, "tokenizer.chat_template");
  card.license = text_of(file, "general.license");
  card.metadata = metadata_json(file, false);
  return card;
}

SystemTime modified_at(const std::filesystem::path& path, std::error_code& error) {
  return std::chrono::file_clock::to_sys(std::filesystem::last_write_time(path, error));
}

}  // namespace

std::string parameter_size(std::uint64_t parameters) {
  const auto n = static_cast<double>(parameters);
  if (n >= 1e9) return fmt::format("{:.1f}B", n / 1e9);
  if (n >= 1e6) return fmt::format("{:.2f}M", n / 1e6);
  if (n >= 1e3) return fmt::format("{:.0f}K", n / 1e3);
  return fmt::format("{}", parameters);
}

std::string quantization_of(const formats::Gguf& file) {
  if (const auto type = file.integer("general.file_type")) {
    const auto at =
        std::ranges::find(kFileTypes, *type, [](const auto& each) { return each.first; });
    if (at != kFileTypes.end()) return std::string(at->second);
  }
  std::map<std::string_view, std::size_t> bytes;
  for (const formats::GgufTensor& tensor : file.tensors())
    bytes[tensor.codec->name] += tensor.data.size();
  const auto most =
      std::ranges::max_element(bytes, {}, [](const auto& each) { return each.second; });
  std::string name = most == bytes.end() ? "unknown" : std::string(most->first);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

Json metadata_json(const formats::Gguf& file, bool arrays) {
  Json metadata = Json::object();
  // Keys are unique already; looking each up in the object would take quadratic time.
  auto& members = metadata.get_ref<Json::object_t&>();
  for (const formats::GgufEntry& entry : file.metadata())
    members.emplace_back(std::string(entry.key), value_json(entry, arrays));
  return metadata;
}

Result<std::shared_ptr<const ModelCard>> ModelCards::of(const std::filesystem::path& path) {
  const std::scoped_lock lock(mutex_);
  std::error_code error;
  const SystemTime modified = modified_at(path, error);
  const std::uint64_t bytes = error ? 0 : std::filesystem::file_size(path, error);
  auto& kept = cards_[path];
  if (kept && !error && kept->modified == modified && kept->bytes == bytes) return kept;
  ASHLAR_ASSIGN(ModelCard card, read_card(path));
  card.modified = modified;
  kept = std::make_shared<const ModelCard>(std::move(card));
  return kept;
}

}  // namespace ashlar::server
